"""The nurseries on a notice as its pages show them: by city, numbered through, with the result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from publicity.canonical import Listed
from publicity.models import Notice, NoticeEntry, Title


@dataclass(frozen=True)
class Row:
    """One nursery: where it is, whether an objection is taken now, what became of it."""

    number: int
    name: str
    county: str
    entry: NoticeEntry
    accepts_objections: bool
    result: str
    tone: str
    title: Title | None


@dataclass(frozen=True)
class City:
    name: str
    rows: list[Row] = field(default_factory=list)


def by_city(notice: Notice, today: date) -> list[City]:
    """All entries of a notice as of `today`, called as it was published; one query."""
    cities: dict[str, City] = {}
    for number, entry in enumerate(notice.entries.in_order().with_held(), 1):
        listed = as_listed(entry, number)
        city = cities.setdefault(listed.city, City(listed.city))
        city.rows.append(_row(listed, entry, notice, today))
    return list(cities.values())


def as_listed(entry: NoticeEntry, number: int) -> Listed:
    """As the notice names it; what a draft would say were it published now."""
    if entry.number is not None:
        return Listed(entry.number, entry.name, entry.city, entry.county)
    application = entry.application
    region = application.region
    return Listed(number, application.nursery.name, region.city_unit.name, region.name)


def count(cities: Iterable[City]) -> int:
    return sum(len(city.rows) for city in cities)


def _row(listed: Listed, entry: NoticeEntry, notice: Notice, today: date) -> Row:
    result, tone = _result(entry, notice)
    return Row(
        number=listed.number,
        name=listed.name,
        county=listed.county,
        entry=entry,
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
