"""Drawing by lot 抽查: seeded, stratified, for anybody to repeat.

Plain values in, plain values out. The lot of a candidate is the sha256 of "seed|key", in UTF-8:
`printf '%s|%s' SEED KEY | sha256sum`. Within a stratum the smallest lots are drawn. Nothing here
depends on the order in which candidates are given.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

SEPARATOR = "|"


@dataclass(frozen=True)
class Candidate:
    """What may be drawn, by a key that never changes, and the stratum that it lies in."""

    key: str
    stratum: str = ""


@dataclass(frozen=True)
class Lot:
    """A candidate's place: `position` counts within its stratum from 1, by `lot`."""

    key: str
    stratum: str
    lot: str
    position: int
    chosen: bool


@dataclass(frozen=True)
class Share:
    """A stratum: how many lie in it and how many of them are drawn."""

    stratum: str
    size: int
    gives: int


@dataclass(frozen=True)
class Draw:
    """The outcome: every candidate with its lot, by stratum and position."""

    seed: str
    shares: tuple[Share, ...]
    lots: tuple[Lot, ...]

    @property
    def chosen(self) -> list[str]:
        return [lot.key for lot in self.lots if lot.chosen]


def draw(candidates: Iterable[Candidate], size: int, seed: str) -> Draw:
    """Draw `size` of the candidates, all of them if there are fewer.

    Raises ValueError for an empty seed, a negative size or a key that comes twice.
    """
    if not seed:
        raise ValueError("a draw needs a seed")
    found = list(candidates)
    if len({candidate.key for candidate in found}) < len(found):
        raise ValueError("a key comes twice")
    shares = allocate(Counter(candidate.stratum for candidate in found), size)
    gives = {share.stratum: share.gives for share in shares}
    ranked = sorted((each.stratum, lot_of(seed, each.key), each.key) for each in found)
    lots = tuple(
        Lot(key, stratum, lot, position, position <= gives[stratum])
        for stratum, group in groupby(ranked, key=lambda row: row[0])
        for position, (_, lot, key) in enumerate(group, start=1)
    )
    return Draw(seed, shares, lots)


def lot_of(seed: str, key: str) -> str:
    return hashlib.sha256(f"{seed}{SEPARATOR}{key}".encode()).hexdigest()


def size_of(share: int, population: int) -> int:
    """A share in per cent of a population as a number, rounded up."""
    return -(-population * share // 100)


def allocate(sizes: Mapping[str, int], size: int) -> tuple[Share, ...]:
    """How many each stratum gives, in the order of their names; together exactly `size`, or all.

    By largest remainder 最大余数法. Where there are enough for every stratum, those whose due is
    less than one give one, and the others share what is left in the same way; where there are not,
    the remainders decide alone. Of equal remainders the larger stratum comes first, then the name.
    Raises ValueError for a negative size.
    """
    if size < 0:
        raise ValueError("a size is never negative")
    filled = {name: count for name, count in sizes.items() if count}
    size = min(size, sum(filled.values()))
    raised: set[str] = set()
    while size >= len(filled):
        rest = {name: count for name, count in filled.items() if name not in raised}
        left, total = size - len(raised), sum(rest.values())
        small = {name for name, count in rest.items() if left * count < total}
        if not small:
            break
        raised |= small
    rest = {name: count for name, count in filled.items() if name not in raised}
    given = dict.fromkeys(raised, 1) | _by_remainder(rest, size - len(raised))
    return tuple(Share(name, filled[name], given[name]) for name in sorted(filled))


def _by_remainder(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    total = sum(sizes.values())
    dues = {name: divmod(size * count, total) for name, count in sizes.items()}
    given = {name: whole for name, (whole, _) in dues.items()}
    first = sorted(sizes, key=lambda name: (-dues[name][1], -sizes[name], name))
    for name in first[: size - sum(given.values())]:
        given[name] += 1
    return given
