"""The desk of an office: its columns, its rows and the tabs above them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from accounts.access import holds_anywhere, regions_held
from applications.caps import CapUse, uses_of
from applications.models import Application
from applications.queues import DECIDED_WITH, LYING, sees_city_marks
from applications.statuses import ApplicationState
from quotas.models import CountyCap, Cycle, Quota

if TYPE_CHECKING:
    from applications.models import ApplicationQuerySet, SavedFilter

WAITING, SIGNING, ALL = "waiting", "signing", "all"
PER_PAGE = 50
# What of an address of the desk says which files, in which order, and how they are handed over.
KEPT = (
    *("q", "cycle", "area", "handler", "score", "score_min", "score_max", "days", "returned"),
    *("sort", "col"),
)
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


def is_tab(name: str) -> bool:
    return name in (WAITING, SIGNING, ALL) or name in ApplicationState.values


def first_tab(counts: dict[str, int]) -> str:
    """What waits if anything does, else all."""
    return WAITING if counts[WAITING] else ALL


def address_of(asked: QueryDict, tab: str) -> str:
    """The query of the address that shows these files in this order, whatever page is open."""
    kept = QueryDict(mutable=True)
    kept["tab"] = tab
    for name in KEPT:
        values = [value for value in asked.getlist(name) if value]
        if values:
            kept.setlist(name, values)
    return kept.urlencode()


def tabs(counts: dict[str, int], current: str) -> list[Tab]:
    """待我办理, 全部, and those of the others that have files (and the one being looked at)."""
    named = [(WAITING, "待我办理"), (SIGNING, "待签批"), (ALL, "全部"), *ApplicationState.choices]
    return [
        Tab(name, str(label), counts[name], name == current)
        for name, label in named
        if name in (WAITING, ALL, current) or counts[name]
    ]


def narrowed(queue: ApplicationQuerySet, tab: str, user: Any) -> ApplicationQuerySet:
    if tab == WAITING:
        return queue.waiting_for(user)
    if tab == SIGNING:
        return queue.awaiting_approval(user)
    return queue if tab == ALL else queue.in_state(tab)


def usual_order(tab: str) -> str:
    """Longest waiting first where work is done, elsewhere the newest first."""
    return "since" if tab in (WAITING, SIGNING) else "-submitted"


def asked_pairs(address: str) -> list[tuple[str, str]]:
    """Names and values of such a query, for the hidden fields of a form."""
    return [(name, value) for name, values in QueryDict(address).lists() for value in values]


def in_use(saved: Iterable[SavedFilter], asked: QueryDict) -> SavedFilter | None:
    """The saved filter from which this address came, changed since or not."""
    return next((each for each in saved if str(each.pk) == asked.get("saved")), None)


def decides_here(user: Any, tab: str) -> bool:
    """Whether the user decides about files of this tab: there several can be chosen at once."""
    if tab in (WAITING, SIGNING):
        return holds_anywhere(user, *DECIDED_WITH.values())
    permission = DECIDED_WITH.get(ApplicationState(tab)) if tab != ALL else None
    return permission is not None and holds_anywhere(user, permission)


@dataclass(frozen=True)
class Row:
    """One file as a desk shows it; `due` and `days` only where something is to be done.

    `url` leads to the file and says of which queue it is, and at which place.
    """

    application: Application
    days: int | None
    due: date | None
    url: str


def rows(applications: Iterable[Any], at: datetime, address: str, first: int) -> list[Row]:
    """`first` is the place in the queue of the first of these files."""
    today = timezone.localdate(at)
    return [
        _row(application, today, file_url(application, address, place))
        for place, application in enumerate(applications, start=first)
    ]


def _row(application: Any, today: date, url: str) -> Row:
    lies = application.state in LYING
    days = (today - timezone.localdate(application.since)).days if lies else None
    return Row(application, days, application.due_on if application.waits else None, url)


def file_url(application: Application, address: str, place: int) -> str:
    """The page of a file as one of a queue; `address` is the query of the desk's address."""
    return f"{application.get_absolute_url()}?{urlencode({'queue': address, 'at': place})}"


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
