"""Working days: the commission's overrides first, then the published calendar."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar

from publicity.models import DayOverride, YearPlan
from publicity.working_days import CalendarUnknown, publicity_window
from quotas.models import Cycle

SATURDAY = 5


@dataclass(frozen=True)
class Known:
    """What the commission has entered, read once: for whole windows and for comparing."""

    overrides: Mapping[date, bool]
    years: Collection[int]

    def is_working_day(self, day: date) -> bool:
        """A day's override counts first, then the library, which knows a span of years exactly.

        A year beyond it counts by its weekdays once the commission has said that its plan is
        entered, which means that every holiday and make-up day of it is an override. Else nobody
        can judge: raises CalendarUnknown.
        """
        if day in self.overrides:
            return self.overrides[day]
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError as unknown:
            if day.year in self.years:
                return day.weekday() < SATURDAY
            raise CalendarUnknown(day) from unknown


def known() -> Known:
    """The calendar as it stands; two queries."""
    return Known(DayOverride.objects.by_day(), YearPlan.objects.years())


def is_working_day(day: date) -> bool:
    """Whether `day` is a working day. Raises CalendarUnknown where no plan is known."""
    return known().is_working_day(day)


def working_day_test() -> Callable[[date], bool]:
    """`is_working_day` with overrides and entered plans read once."""
    return known().is_working_day


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


def first_refused(year: int, calendar: Known) -> date | None:
    """The first day of `year` on which a notice of the usual length cannot be published, because
    it would reach into a year that is not known; None where there is none.
    """
    refused = None
    day = date(year, 12, 31)
    while day.year == year and not _is_certain(day, calendar):
        refused, day = day, day - timedelta(days=1)
    return refused


def _is_certain(opens_on: date, calendar: Known) -> bool:
    try:
        publicity_window(opens_on, is_working_day=calendar.is_working_day)
    except CalendarUnknown:
        return False
    return True
