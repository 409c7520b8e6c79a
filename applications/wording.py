"""What sets one text apart from another, by phrases and then by letters. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

# A phrase ends with its punctuation.
PHRASE = re.compile(r"[^，。；：、\n]*[，。；：、\n]|[^，。；：、\n]+")


class Mark(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


class Piece(NamedTuple):
    """A run of text that stayed, came or went."""

    mark: Mark
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """Both texts in one: the old one but for the added pieces, the new one but for the removed."""
    found: list[Piece] = []
    for same, old, new in _runs(PHRASE.findall(before), PHRASE.findall(after)):
        if same:
            found.append(Piece(Mark.SAME, old))
        else:
            found += _letter_by_letter(old, new)
    return [piece for piece in found if piece.text]


def _letter_by_letter(old: str, new: str) -> Iterator[Piece]:
    """What differs inside phrases that are not the same."""
    for same, removed, added in _runs(old, new):
        if same:
            yield Piece(Mark.SAME, removed)
        else:
            yield Piece(Mark.REMOVED, removed)
            yield Piece(Mark.ADDED, added)


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, str, str]]:
    """The runs in order: whether they are the same, and what they say in both."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        yield tag == "equal", "".join(old[i:j]), "".join(new[k:m])
