"""A plain text as a document sets it: short lines that begin like headings are headings. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# A short line that begins like this is a heading of that level (GB/T 9704, 7.3.3).
HEADINGS = (
    (re.compile(r"[一二三四五六七八九十]+、"), "first"),
    (re.compile(r"（[一二三四五六七八九十]+）"), "second"),
)
LONGEST_HEADING = 30


class Block(NamedTuple):
    """A line of a text; `level` is empty for running text."""

    level: str
    text: str


def blocks(text: str) -> list[Block]:
    """The lines that say something, each a heading or a paragraph."""
    return list(_blocks(text))


def level_of(line: str) -> str:
    """Whether a line is a heading of the first or second level; empty for running text."""
    if len(line) > LONGEST_HEADING or line.endswith(("。", "；")):
        return ""
    return next((level for begin, level in HEADINGS if begin.match(line)), "")


def _blocks(text: str) -> Iterator[Block]:
    for line in map(str.strip, text.splitlines()):
        if line:
            yield Block(level_of(line), line)
