"""Small questions that a person answers at once and a program of the usual kind does not. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

TENS = "十"
DIGITS = "零一二三四五六七八九"
NUMERALS = {
    **{word: n for n, word in enumerate(DIGITS)},
    TENS: 10,
    **{f"{TENS}{word}": 10 + n for n, word in enumerate(DIGITS) if n},
    "两": 2,
    "〇": 0,
}
KINDS = {
    "水果": ("苹果", "香蕉", "西瓜", "葡萄"),
    "动物": ("兔子", "大象", "老虎", "猴子"),
    "颜色": ("红色", "蓝色", "绿色", "黄色"),
    "家具": ("桌子", "椅子", "书柜", "沙发"),
}


@dataclass(frozen=True)
class Puzzle:
    """A question in words and its answer as `canonical` writes it."""

    question: str
    answer: str


def canonical(typed: str) -> str:
    """An answer as it is compared: half-width, without spaces and signs, numbers in digits."""
    plain = unicodedata.normalize("NFKC", typed).casefold()
    text = "".join(character for character in plain if character.isalnum())
    if text in NUMERALS:
        return str(NUMERALS[text])
    return str(int(text)) if text.isdecimal() and text.isascii() else text


def _sums() -> Iterator[Puzzle]:
    for a, b in product(range(1, 10), repeat=2):
        yield Puzzle(f"{DIGITS[a]}加{DIGITS[b]}等于几？", str(a + b))


def _differences() -> Iterator[Puzzle]:
    for a, b in product(range(2, 10), range(1, 9)):
        if b < a:
            yield Puzzle(f"{DIGITS[a]}减{DIGITS[b]}等于几？", str(a - b))


def _choices() -> Iterator[Puzzle]:
    """Which of three words is one of a kind; it stands in any of the three places."""
    kinds = list(KINDS)
    for (k, kind), n in product(enumerate(kinds), range(4)):
        others = [KINDS[kinds[(k + step) % len(kinds)]][(n + step) % 4] for step in (1, 2)]
        words = [*others[: n % 3], KINDS[kind][n], *others[n % 3 :]]
        yield Puzzle(f"“{'”“'.join(words)}”中，哪一个是{kind}？", KINDS[kind][n])


PUZZLES: tuple[Puzzle, ...] = (*_sums(), *_differences(), *_choices())
