"""The desk of an office: its columns, its rows and the tabs above them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.access import holds_anywhere, regions_held
from accounts.statuses import Level
from applications.caps import CapUse, uses_of
from applications.models import Application
from applications.queues import DECIDED_WITH, QueueQuerySet, sees_city_marks
from applications.statuses import ApplicationState
from quotas.models import CountyCap, Cycle, Quota

if TYPE_CHECKING:
    from applications.models import ApplicationQuerySet

WAITING, ALL = "waiting", "all"
PER_PAGE = 50
# Where a file lies until somebody does something.
LYING = (*DECIDED_WITH, ApplicationState.RETURNED, ApplicationState.PASSED)
# Whoever decides at a tier works towards its deadline.
DEADLINES = (
    ("accounts.decide_county", "县级报送截止", "county_deadline"),
    ("accounts.decide_city", "市级报送截止", "city_deadline"),
    ("accounts.decide_province", "市级报送截止", "city_deadline"),
)


@dataclass(frozen=True)
class Tab:
    name: str
    label: str
    count: int
    current: bool


def tab_named(name: str, counts: dict[str, int]) -> str:
    """The tab asked for; without one, what waits if anything does, else all."""
    if name in (WAITING, ALL) or name in ApplicationState.values:
        return name
    return WAITING if counts[WAITING] else ALL


def tabs(counts: dict[str, int], current: str) -> list[Tab]:
    """待我办理, 全部, and the states that have files (and the one being looked at)."""
    named = [(WAITING, "待我办理"), (ALL, "全部"), *ApplicationState.choices]
    return [
        Tab(name, str(label), counts[name], name == current)
        for name, label in named
        if name in (WAITING, ALL, current) or counts[name]
    ]


def narrowed(queue: ApplicationQuerySet, tab: str, user: Any) -> ApplicationQuerySet:
    if tab == WAITING:
        return queue.waiting_for(user)
    return queue if tab == ALL else queue.in_state(tab)


def usual_order(tab: str) -> str:
    """Longest waiting first where work is done, elsewhere the newest first."""
    return "since" if tab == WAITING else "-submitted"


@dataclass(frozen=True)
class Row:
    """One file as a desk shows it; `due` and `days` only where something is to be done."""

    application: Application
    days: int | None
    due: date | None


def rows(applications: Iterable[Any], at: datetime) -> list[Row]:
    return [_row(application, timezone.localdate(at)) for application in applications]


def _row(application: Any, today: date) -> Row:
    lies = application.state in LYING
    days = (today - timezone.localdate(application.since)).days if lies else None
    return Row(application, days, application.due_on if application.waits else None)


def shows_city_marks(user: Any) -> bool:
    return bool(sees_city_marks(user))


@dataclass(frozen=True)
class Deadline:
    label: str
    day: date


def deadlines(user: Any, cycles: Iterable[Cycle]) -> list[Deadline]:
    """Until when the user's own tier has time, in the cycles that are open."""
    return [
        Deadline(f"{cycle.name}{label}", getattr(cycle, field))
        for cycle in cycles
        for permission, label, field in DEADLINES
        if holds_anywhere(user, permission)
    ]


def cycles_judged_by(user: Any, cycles: list[Cycle]) -> list[Cycle]:
    """Those whose decision table is the user's."""
    return cycles if holds_anywhere(user, "accounts.decide_province") else []


def quotas_of(user: Any, cycles: list[Cycle]) -> list[Quota]:
    """The quotas that the user's city fills, with `taken`; no query for who fills none."""
    held = regions_held(user, "accounts.decide_city")
    if not held or not cycles:
        return []
    return list(Quota.objects.with_counts().filter(cycle__in=cycles, region__in=held))


def caps_of(user: Any, cycles: list[Cycle]) -> list[tuple[Cycle, CapUse]]:
    """What the user's counties may still recommend where their city has capped it."""
    held = regions_held(user, "accounts.decide_county")
    if not held or not cycles:
        return []
    caps = CountyCap.objects.of_counties(held, cycles)
    return uses_of(Application.objects.all(), caps, cycles)


HEADINGS = (
    "受理编号",
    "机构名称",
    "统一社会信用代码",
    "市",
    "县（市、区）",
    "状态",
    "自评得分",
    "县级得分",
)
EXPORTED = (
    "number",
    "nursery__name",
    "nursery__credit_code",
    "region__parent__name",
    "region__name",
    "region__level",
    "state",
    "self_sheet__total",
    "county_total",
    "city_total",
    "submitted_at",
)


def headings(user: Any) -> list[str]:
    city = ["市级得分"] if shows_city_marks(user) else []
    return [*HEADINGS, *city, "提交时间"]


def lines(queue: QueueQuerySet, user: Any) -> Iterator[list[Any]]:
    """The rows of a queue for a spreadsheet, one at a time, in the order of `headings`."""
    labels = dict(ApplicationState.choices)
    with_city = shows_city_marks(user)
    for row in queue.values_list(*EXPORTED).iterator(chunk_size=2000):
        number, name, code, city, county, level, state, own, by_county, by_city, submitted = row
        marks = [own, by_county, by_city] if with_city else [own, by_county]
        when = timezone.localtime(submitted).replace(tzinfo=None) if submitted else None
        # The zone stands beside the cities and has no counties.
        places = [county, ""] if level == Level.ZONE else [city, county]
        yield [number, name, code, *places, labels[state], *marks, when]
