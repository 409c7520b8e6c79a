"""What a home page shows of one kind of work."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from applications.stages import Stage

SHOWN = 8


@dataclass(frozen=True)
class Figure:
    """One number on a home page, with the page behind it."""

    label: str
    value: int
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Row:
    """One thing to do: what it is, why it waits, until when, and the page to do it on."""

    text: str
    note: str
    url: str
    action: str
    due: date | None = None
    subject: Any = None


@dataclass(frozen=True)
class Panel:
    """One kind of work. `empty` says what will appear here."""

    title: str
    empty: str
    figures: list[Figure] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    url: str = ""
    action: str = ""
    steps: list[Stage] = field(default_factory=list)
