"""What was awarded from a notice, as the public is told (公告): by decision and by city."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from publicity.models import Notice, NoticeEntry, Title


@dataclass(frozen=True)
class Awarded:
    """One nursery with its title; `name` and `county` as the notice gave them."""

    number: int
    name: str
    county: str
    title: Title


@dataclass(frozen=True)
class Group:
    """The nurseries of one city."""

    city: str
    rows: list[Awarded] = field(default_factory=list)


@dataclass(frozen=True)
class Decision:
    """One numbered decision with what it awarded."""

    number: str
    day: date
    valid_from: date
    valid_until: date
    groups: list[Group] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(group.rows) for group in self.groups)


@dataclass(frozen=True)
class Announcement:
    """All decisions on a notice, the first one first, and who is still being looked into."""

    decisions: list[Decision]
    held: list[NoticeEntry]


def announced(notice: Notice) -> Announcement:
    """The announcement of a concluded notice; one query. Of a held entry nothing but its name."""
    entries = list(notice.entries.in_order())
    return Announcement(
        decisions=_decisions(entry for entry in entries if entry.is_awarded),
        held=[entry for entry in entries if entry.is_pending],
    )


def _decisions(entries: Iterable[NoticeEntry]) -> list[Decision]:
    found: dict[tuple[date, str], Decision] = {}
    groups: dict[tuple[date, str, str], Group] = {}
    for number, entry in enumerate(entries, 1):
        title: Title = entry.application.title
        key = (title.awarded_on, title.decision_number)
        if key not in found:
            found[key] = Decision(
                title.decision_number, title.awarded_on, title.valid_from, title.valid_until
            )
        if (*key, entry.city) not in groups:
            groups[*key, entry.city] = Group(entry.city)
            found[key].groups.append(groups[*key, entry.city])
        groups[*key, entry.city].rows.append(Awarded(number, entry.name, entry.county, title))
    return [found[key] for key in sorted(found)]
