"""The nurseries on a notice as its pages show them: by city, numbered through, with the result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from publicity.models import Notice, NoticeEntry, Title


@dataclass(frozen=True)
class Row:
    """One nursery: where it is, whether an objection is taken now, what became of it."""

    number: int
    entry: NoticeEntry
    county: str
    accepts_objections: bool
    result: str
    tone: str
    title: Title | None

    @property
    def name(self) -> str:
        return self.entry.application.nursery.name


@dataclass(frozen=True)
class City:
    name: str
    rows: list[Row] = field(default_factory=list)


def by_city(notice: Notice, today: date) -> list[City]:
    """All entries of a notice as of `today`; one query."""
    cities: dict[str, City] = {}
    for number, entry in enumerate(notice.entries.for_list().with_held(), 1):
        region = entry.application.region
        city = cities.setdefault(region.city_unit.path, City(region.city_unit.name))
        city.rows.append(_row(number, entry, notice, today))
    return list(cities.values())


def count(cities: Iterable[City]) -> int:
    return sum(len(city.rows) for city in cities)


def _row(number: int, entry: NoticeEntry, notice: Notice, today: date) -> Row:
    result, tone = _result(entry, notice)
    return Row(
        number=number,
        entry=entry,
        county=entry.application.region.name,
        accepts_objections=entry.is_pending and notice.accepts_objections(today),
        result=result,
        tone=tone,
        title=getattr(entry.application, "title", None),
    )


def _result(entry: NoticeEntry, notice: Notice) -> tuple[str, str]:
    """In words; that an entry is held back shows only when the others have their result."""
    if entry.is_removed:
        return "已移出名单", "bad"
    if entry.is_awarded:
        return "已授予称号", "good"
    if not notice.is_concluded:
        return "", "neutral"
    held = entry.is_held  # type: ignore[attr-defined]
    return ("核查中，暂缓授予", "wait") if held else ("核查结束，待公布", "active")
