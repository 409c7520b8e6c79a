"""What the public front page and the guide say about the present cycle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from portal.ui import wording
from publicity.models import Notice, Title
from publicity.statuses import Standing
from quotas.models import Cycle

NOTICES_SHOWN = 5


@dataclass(frozen=True)
class Step:
    """One stage of the cycle: `state` is done, current or todo."""

    label: str
    state: str
    note: str
    last_day: date | None = None


@dataclass(frozen=True)
class NoticeLine:
    """A notice with its state as of the day the page is read."""

    title: str
    url: str
    opens_on: date | None
    closes_on: date | None
    standing: Standing


@dataclass(frozen=True)
class TitleCount:
    """How many titles stand in a city-level unit."""

    name: str
    count: int


@dataclass(frozen=True)
class Rules:
    """The settings that the guide quotes; the defaults are those of domain and notice (S0)."""

    entry_mark: Decimal = Decimal(85)
    publicity_days: int = 5
    objection_days: int = 15
    title_years: int = 2


@dataclass(frozen=True)
class Front:
    """The values of the public front page; `cycle` is None between two cycles."""

    cycle: Cycle | None = None
    steps: Sequence[Step] = ()
    notices: Sequence[NoticeLine] = ()
    title_counts: Sequence[TitleCount] = ()
    rules: Rules = Rules()

    @property
    def current(self) -> Step | None:
        """The stage that runs now; none before the first day."""
        return next((step for step in self.steps if step.state == "current"), None)

    @property
    def title_total(self) -> int:
        return sum(row.count for row in self.title_counts)


def content(at: datetime) -> Front:
    """The running cycle with its stages, the latest notices and the titles by city."""
    today = timezone.localdate(at)
    cycle = Cycle.objects.open().newest_first().first()
    notices = [_line(notice, today) for notice in Notice.objects.public()[:NOTICES_SHOWN]]
    counts = [TitleCount(unit.name, count) for unit, count in Title.objects.counts_by_city(today)]
    return Front(
        cycle=cycle,
        steps=steps(cycle, today, _windows(cycle)) if cycle else (),
        notices=notices,
        title_counts=counts if any(row.count for row in counts) else (),
        rules=rules(cycle),
    )


def outline(at: datetime) -> Front:
    """What the guide needs: the running cycle and its rules."""
    cycle = Cycle.objects.open().newest_first().first()
    return Front(cycle=cycle, rules=rules(cycle))


def rules(cycle: Cycle | None) -> Rules:
    """Those of the running cycle, else the notice's own."""
    if cycle is None:
        return Rules()
    return Rules(cycle.entry_mark, cycle.publicity_days, cycle.objection_days, cycle.title_years)


def steps(cycle: Cycle, today: date, windows: Sequence[date] = ()) -> list[Step]:
    """The stages of S0, part three, as of `today`.

    `windows` are the last days of the cycle's public notices; once the cities have handed in, the
    first one begins the last stage.
    """
    days = (cycle.nursery_deadline, cycle.county_deadline, cycle.city_deadline)
    labels = ("机构自评申报", "县级初审推荐", "市级审核推荐")
    position = _position(cycle, today, days, bool(windows))
    found = [
        Step(label, _state(index, position), f"截至 {wording.short_date(day, today)}", day)
        for index, (label, day) in enumerate(zip(labels, days, strict=True))
    ]
    until = max(windows, default=None) if position > len(days) else None
    note = f"公示至 {wording.short_date(until, today)}" if until else "公示后授予称号"
    return [
        *found,
        Step("省级专家评审", _state(3, position), "书面与实地评审"),
        Step("公示与授予", _state(4, position), note, until if until and until >= today else None),
    ]


def _position(cycle: Cycle, today: date, days: Sequence[date], in_notice: bool) -> int:
    """Which stage runs: -1 before the first day, 3 and 4 those without a last day of their own."""
    if today < cycle.opens_on:
        return -1
    passed = sum(day < today for day in days)
    return passed + 1 if in_notice and passed == len(days) else passed


def _state(index: int, position: int) -> str:
    if index == position:
        return "current"
    return "done" if index < position else "todo"


def _windows(cycle: Cycle) -> list[date]:
    notices = Notice.objects.public().in_cycle(cycle)
    return [notice.closes_on for notice in notices if notice.closes_on is not None]


def _line(notice: Notice, today: date) -> NoticeLine:
    return NoticeLine(
        notice.title,
        notice.get_absolute_url(),
        notice.opens_on,
        notice.closes_on,
        notice.standing(today),
    )
