"""Working days: the commission's overrides first, then the published calendar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import chinese_calendar

from publicity.models import DayOverride, YearPlan
from publicity.working_days import CalendarUnknown, publicity_window
from quotas.models import Cycle

SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Whether `day` is a working day. Raises CalendarUnknown where no plan is known."""
    return working_day_test()(day)


def working_day_test() -> Callable[[date], bool]:
    """`is_working_day` with overrides and entered plans read once: for whole windows.

    A day's override counts first. Then the library, which knows a span of years exactly. A year
    beyond it counts by its weekdays once the commission has said that its plan is entered, which
    means that every holiday and make-up day of it is an override. Else nobody can judge.
    """
    overrides = DayOverride.objects.by_day()
    entered = YearPlan.objects.years()

    def test(day: date) -> bool:
        if day in overrides:
            return overrides[day]
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError as unknown:
            if day.year in entered:
                return day.weekday() < SATURDAY
            raise CalendarUnknown(day) from unknown

    return test


def library_knows(year: int) -> bool:
    """Whether the library brings the year's plan, so that none has to be entered."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def window_in(cycle: Cycle, opens_on: date) -> list[date]:
    """The counted days of a notice of this cycle published on that day. Raises CalendarUnknown."""
    return publicity_window(
        opens_on,
        cycle.publicity_days,
        is_working_day=working_day_test(),
        first_day_counts=cycle.first_day_counts,
    )


@dataclass(frozen=True)
class Preview:
    """What publishing on a day would mean: the counted days, or why there are none to be had."""

    opens_on: date
    days: tuple[date, ...] = ()
    problem: str = ""


def preview(cycle: Cycle, opens_on: date) -> Preview:
    try:
        return Preview(opens_on, tuple(window_in(cycle, opens_on)))
    except CalendarUnknown as unknown:
        return Preview(opens_on, problem=str(unknown))
