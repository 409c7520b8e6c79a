"""A year as twelve small tables of days, each working, off or not known yet. Pure."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import date

from publicity.working_days import CalendarUnknown

SATURDAY = 5


@dataclass(frozen=True)
class Day:
    """One day; `working` is None where nobody can judge, `overridden` where the office has said."""

    day: date
    working: bool | None
    overridden: bool

    @property
    def kind(self) -> str:
        """unknown, work, rest, holiday (a weekday off) or make-up (a weekend day that counts)."""
        if self.working is None:
            return "unknown"
        weekend = self.day.weekday() >= SATURDAY
        if self.working:
            return "make-up" if weekend else "work"
        return "rest" if weekend else "holiday"

    @property
    def word(self) -> str:
        """What is unusual about it, as printed calendars mark it."""
        return {"make-up": "班", "holiday": "休", "unknown": "？"}.get(self.kind, "")


@dataclass(frozen=True)
class Month:
    """A month in weeks from Monday; None stands for the days of its neighbours."""

    number: int
    weeks: list[list[Day | None]]

    @property
    def working_days(self) -> int:
        return sum(1 for week in self.weeks for day in week if day and day.working)


def months(
    year: int, is_working_day: Callable[[date], bool], overridden: Container[date]
) -> list[Month]:
    """The twelve months of `year` as judged by `is_working_day`."""

    def judged(day: date) -> Day:
        try:
            working: bool | None = is_working_day(day)
        except CalendarUnknown:
            working = None
        return Day(day, working, day in overridden)

    weeks_of = Calendar().monthdatescalendar
    return [
        Month(
            number,
            [
                [judged(day) if day.month == number else None for day in week]
                for week in weeks_of(year, number)
            ],
        )
        for number in range(1, 13)
    ]
