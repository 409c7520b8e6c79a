"""The commission's own word on which days count. What is already fixed by a notice stays."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from publicity import calendar, policies
from publicity.models import DayOverride, YearPlan
from workflow import Problem, Refused, record

# The longest holidays have nine days; a month is room enough and no whole year by mistake.
LONGEST = 31


@transaction.atomic
def declare_days(
    first: date, last: date, *, working: bool, source: str, by: User, at: datetime
) -> list[DayOverride]:
    """Declare every day from `first` to `last` working or not; an earlier word on it is replaced.

    Raises PermissionDenied; Refused for days in the wrong order or too many at once.
    """
    _check_keeper(by)
    if last < first:
        raise Refused([Problem("末日不能早于首日。", field="last")])
    if (last - first).days >= LONGEST:
        raise Refused([Problem(f"一次最多录入 {LONGEST} 天。", field="last")])
    found = []
    for number in range((last - first).days + 1):
        override, _ = DayOverride.objects.update_or_create(
            day=first + timedelta(days=number), defaults={"working": working, "source": source}
        )
        record(
            override,
            "declare",
            actor=by,
            at=at,
            day=override.day.isoformat(),
            working=working,
            source=source,
        )
        found.append(override)
    return found


@transaction.atomic
def drop_override(override: DayOverride, *, by: User, at: datetime) -> None:
    """Take the word on a day back; it counts by the published calendar again."""
    _check_keeper(by)
    record(override, "drop", actor=by, at=at, day=override.day.isoformat())
    override.delete()


@transaction.atomic
def confirm_plan(year: int, *, source: str, by: User, at: datetime) -> YearPlan:
    """Say that every holiday and make-up day of `year` is entered: from now on it counts.

    Raises PermissionDenied; Refused for a year that the portal knows by itself, one that is
    confirmed already, or one of which nothing is entered.
    """
    _check_keeper(by)
    if calendar.library_knows(year):
        raise Refused(f"{year}年的放假安排已内置，无须确认。")
    if not DayOverride.objects.in_year(year).exists():
        raise Refused(f"请先录入{year}年的放假日和调休上班日，再确认。")
    plan, created = YearPlan.objects.get_or_create(year=year, defaults={"source": source})
    if not created:
        raise Refused(f"{year}年的放假安排已经确认。")
    record(plan, "confirm", actor=by, at=at, year=year, source=source)
    return plan


@transaction.atomic
def withdraw_plan(plan: YearPlan, *, by: User, at: datetime) -> None:
    """Take the word on a year back; notices that reach into it are refused again."""
    _check_keeper(by)
    record(plan, "withdraw", actor=by, at=at, year=plan.year)
    plan.delete()


def _check_keeper(user: User) -> None:
    if not policies.may_keep_calendar(user):
        raise PermissionDenied
