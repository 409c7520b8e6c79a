"""Verification codes as people type them in: what may have been meant. Pure.

A code is twelve of 31 characters: 59.4 bits. Asking for one tries at most 16 readings, and wrong
tries are counted and slowed down (`publicity.throttle`). Should all addresses together try wrong
codes for a year as fast as they may, 31 million times, the chance that one of a million papers is
found is about 1 in 1,500.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

from publicity.numbers import as_typed

LENGTH = 12
MOST = 16
# Characters that no code has, and the ones that they may have been on the paper.
READ_AS = {"0": "QD", "O": "QD", "1": "J7", "I": "J7", "L": "J7"}
# Characters of codes that are taken for each other.
TAKEN_FOR = dict(zip("2Z5S8B6GUVDQ", "Z2S5B8G6VUQD", strict=True))


def readings(typed: str) -> list[str]:
    """The codes that `typed` may mean, the likeliest first; empty for what cannot be one.

    Case, width, spaces and hyphens do not count, one character may be a look-alike, and every
    character that no code has is read as those that it looks like.
    """
    plain = as_typed(typed)
    if len(plain) != LENGTH:
        return []
    return list(islice(dict.fromkeys(_meant(plain)), MOST))


def _meant(plain: str) -> Iterator[str]:
    for letters in islice(product(*(READ_AS.get(letter, letter) for letter in plain)), MOST):
        yield "".join(letters)
    for place, letter in enumerate(plain):
        if letter in TAKEN_FOR:
            swapped = plain[:place] + TAKEN_FOR[letter] + plain[place + 1 :]
            if not READ_AS.keys() & set(swapped):
                yield swapped
