"""An official document by GB/T 9704-2012: its parts, whatever it is about. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from documents.papers import wording
from documents.papers.paper import paragraphs
from documents.papers.pdf import Layout
from documents.statuses import TextKind
from publicity.headings import level_of

LAYOUT = Layout("documents/papers/official.html", "documents/papers/official.css")
# Between figures and characters stands nothing.
GAP = re.compile(r"(?<=[\u4e00-\u9fff，。；：（）]) +(?=[0-9])|(?<=[0-9]) +(?=[\u4e00-\u9fff])")
# The letterhead fills at most the width of the text, and its characters stay below 15 mm.
LETTERHEAD_POINTS, LARGEST_LETTER = 430, 38


class Form(StrEnum):
    """How the first page begins: 文件格式, 信函格式, or with the title alone."""

    DOCUMENT = "document"
    LETTER = "letter"
    PLAIN = "plain"


FIRST_PAGES = {
    TextKind.COUNTY_LETTER: Form.LETTER,
    TextKind.CITY_LETTER: Form.LETTER,
    TextKind.NOTICE: Form.PLAIN,
    TextKind.AWARD_DECISION: Form.DOCUMENT,
    TextKind.RECTIFICATION_ORDER: Form.LETTER,
    TextKind.REVOCATION_NOTICE: Form.LETTER,
    TextKind.REVOCATION_DECISION: Form.DOCUMENT,
}


class Body(NamedTuple):
    """Who issues the paper; `path` is that of the region."""

    name: str
    path: str


def facts(
    kind: TextKind,
    texts: Mapping[str, str],
    *,
    body: Body,
    day: date,
    annexes: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The parts of a document of that kind whose texts are filled in already."""
    return {
        "form": FIRST_PAGES[kind].value,
        "letterhead": texts["letterhead"],
        "letter_size": letter_size(texts["letterhead"]),
        "number": texts["number"],
        "heading": [tight(line) for line in paragraphs(texts["heading"])],
        "addressee": texts["addressee"],
        "paragraphs": [
            {"level": level_of(line), "text": tight(line)} for line in paragraphs(texts["body"])
        ],
        "note": texts["note"],
        "copies_to": texts["copies_to"],
        "signed": {"body": body.name, "path": body.path, "day": wording.day(day)},
        "annexes": list(annexes),
    }


def annex(title: str, columns: Sequence[tuple[str, int]], rows: list[list[str]]) -> dict[str, Any]:
    """A list at the end; `columns` are headings with their shares of the width in percent."""
    return {
        "title": title,
        "columns": [{"title": heading, "share": share} for heading, share in columns],
        "rows": rows,
    }


def tight(text: str) -> str:
    """As official documents write figures: 共5个工作日."""
    return GAP.sub("", text)


def letter_size(letterhead: str) -> int:
    """How large the letterhead can be in points, on one line."""
    return min(LARGEST_LETTER, LETTERHEAD_POINTS // max(len(letterhead), 1))
