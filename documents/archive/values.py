"""What an archive consists of. Plain values, ready for a page or a paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

Facts = list[tuple[str, str]]


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `who` acted for which body, `text` is what was said of it."""

    at: datetime
    group: str
    what: str
    who: str = ""
    text: str = ""
    url: str = ""


@dataclass(frozen=True)
class ScoreLine:
    """One sealed score sheet; `by` are those who scored."""

    label: str
    total: Decimal | None
    sealed_at: datetime
    by: str = ""


@dataclass(frozen=True)
class FileRecord:
    """One application with its scores."""

    number: str
    facts: Facts
    scores: list[ScoreLine]
    url: str = ""


@dataclass(frozen=True)
class Chapter:
    """What belongs to one cycle, or to none; entries in order of time."""

    anchor: str
    title: str
    files: list[FileRecord] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Archive:
    """The whole of one nursery; `facts` say which one it is."""

    name: str
    facts: Facts
    chapters: list[Chapter]

    @property
    def size(self) -> int:
        """How many things happened."""
        return sum(len(chapter.entries) for chapter in self.chapters)
