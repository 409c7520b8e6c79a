"""The commission's own word on which days count.

A printed window is never shortened. Where the new calendar ends an open notice later, its window
grows in the same transaction, with a supplement that gives the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from publicity import calendar, policies
from publicity.effects import Effect, effects
from publicity.models import DayOverride, YearPlan
from publicity.services.supplements import lengthen
from publicity.services.turns import take_calendar
from publicity.year_table import Said
from workflow import Problem, Refused, record

# The longest holidays have nine days; a month is room enough and no whole year by mistake.
LONGEST = 31


class AffectsOpenNotices(Refused):
    """The change counts open notices otherwise and gives no reason; nothing was changed."""

    def __init__(self, found: list[Effect]) -> None:
        super().__init__([Problem("请写明调整的原因。", field="reason")])
        self.effects = found


@contextmanager
def _changing(by: User, at: datetime, reason: str) -> Iterator[None]:
    """Around every change of the calendar: who may, and what becomes of open notices."""
    if not policies.may_keep_calendar(by):
        raise PermissionDenied
    with transaction.atomic():
        take_calendar()
        before = calendar.known()
        yield
        found = effects(before, calendar.known(), timezone.localdate(at))
        if found and not reason.strip():
            raise AffectsOpenNotices(found)
        for effect in found:
            if effect.lengthens:
                lengthen(effect, reason=reason.strip(), by=by, at=at)


def declare_days(
    first: date,
    last: date,
    *,
    working: bool,
    source: str,
    by: User,
    at: datetime,
    reason: str = "",
) -> list[DayOverride]:
    """Declare every day from `first` to `last` working or not; an earlier word on it is replaced.

    Raises PermissionDenied; Refused for days in the wrong order or too many at once;
    AffectsOpenNotices where open notices are affected and there is no `reason`.
    """
    if last < first:
        raise Refused([Problem("末日不能早于首日。", field="last")])
    if (last - first).days >= LONGEST:
        raise Refused([Problem(f"一次最多录入 {LONGEST} 天。", field="last")])
    count = (last - first).days + 1
    wanted = [Said(first + timedelta(days=number), working, source) for number in range(count)]
    with _changing(by, at, reason):
        return [_say(said, by=by, at=at, reason=reason) for said in wanted]


def change_override(
    override: DayOverride, *, working: bool, source: str, by: User, at: datetime, reason: str = ""
) -> DayOverride:
    """Say otherwise about a day that is entered already. Raises as `declare_days` does."""
    with _changing(by, at, reason):
        return _say(Said(override.day, working, source), by=by, at=at, reason=reason)


def drop_override(override: DayOverride, *, by: User, at: datetime, reason: str = "") -> None:
    """Take the word on a day back; it counts by the published calendar again.

    Raises PermissionDenied, AffectsOpenNotices.
    """
    with _changing(by, at, reason):
        _drop(override, by=by, at=at, reason=reason)


@dataclass(frozen=True)
class Difference:
    """What an import means for one day: its new word, its old one, or both."""

    day: date
    old: DayOverride | None
    new: Said | None

    @property
    def kind(self) -> str:
        if self.old is None:
            return "add"
        if self.new is None:
            return "drop"
        same = (self.old.working, self.old.source) == (self.new.working, self.new.source)
        return "same" if same else "change"


def differences(year: int, table: Iterable[Said]) -> list[Difference]:
    """The days of a year on which the table and the calendar say something, in order."""
    old = {override.day: override for override in DayOverride.objects.in_year(year)}
    new = {said.day: said for said in table}
    return [Difference(day, old.get(day), new.get(day)) for day in sorted(old.keys() | new.keys())]


def import_year(
    year: int, table: Iterable[Said], *, by: User, at: datetime, reason: str = ""
) -> int:
    """Let the table be all that is entered for `year`; returns how many days it changed.

    Raises PermissionDenied; AffectsOpenNotices; Refused where a day lies in another year.
    """
    rows = list(table)
    if any(said.day.year != year for said in rows):
        raise Refused(f"表中有不属于{year}年的日期。")
    with _changing(by, at, reason):
        found = [each for each in differences(year, rows) if each.kind != "same"]
        for each in found:
            if each.new:
                _say(each.new, by=by, at=at, reason=reason)
            else:
                _drop(cast("DayOverride", each.old), by=by, at=at, reason=reason)
        return len(found)


def confirm_plan(year: int, *, source: str, by: User, at: datetime, reason: str = "") -> YearPlan:
    """Say that every holiday and make-up day of `year` is entered: from now on it counts.

    Raises PermissionDenied; Refused for a year that the portal knows by itself, one that is
    confirmed already, or one of which nothing is entered; AffectsOpenNotices.
    """
    with _changing(by, at, reason):
        if calendar.library_knows(year):
            raise Refused(f"{year}年的放假安排已内置，无须确认。")
        if not DayOverride.objects.in_year(year).exists():
            raise Refused(f"请先录入{year}年的放假日和调休上班日，再确认。")
        plan, created = YearPlan.objects.get_or_create(year=year, defaults={"source": source})
        if not created:
            raise Refused(f"{year}年的放假安排已经确认。")
        record(plan, "confirm", actor=by, at=at, reason=reason, year=year, source=source)
        return plan


@transaction.atomic
def name_plan(year: int, *, source: str, by: User, at: datetime) -> YearPlan:
    """Name the notice by which a year counts; no day counts otherwise by it.

    Raises PermissionDenied; Refused for a year whose days are neither known nor confirmed.
    """
    if not policies.may_keep_calendar(by):
        raise PermissionDenied
    take_calendar()
    plan = YearPlan.objects.of_year(year)
    if plan is None:
        if not calendar.library_knows(year):
            raise Refused(f"{year}年的放假安排尚未确认，请先录入并确认。")
        plan = YearPlan(year=year)
    if plan.source != source:
        plan.source = source
        plan.save()
        record(plan, "name", actor=by, at=at, year=year, source=source)
    return plan


def withdraw_plan(plan: YearPlan, *, by: User, at: datetime, reason: str = "") -> None:
    """Take the word on a year back; notices that reach into it are refused again.

    Raises PermissionDenied, AffectsOpenNotices.
    """
    with _changing(by, at, reason):
        record(plan, "withdraw", actor=by, at=at, reason=reason, year=plan.year)
        YearPlan.objects.filter(pk=plan.pk).delete()


def _say(said: Said, *, by: User, at: datetime, reason: str) -> DayOverride:
    values: dict[str, Any] = {"working": said.working, "source": said.source}
    override, created = DayOverride.objects.update_or_create(day=said.day, defaults=values)
    record(
        override,
        "declare" if created else "change",
        actor=by,
        at=at,
        reason=reason,
        day=said.day.isoformat(),
        **values,
    )
    return override


def _drop(override: DayOverride, *, by: User, at: datetime, reason: str) -> None:
    record(override, "drop", actor=by, at=at, reason=reason, day=override.day.isoformat())
    DayOverride.objects.filter(pk=override.pk).delete()
