"""A year as twelve tables."""

from __future__ import annotations

from datetime import date

import pytest

from publicity.working_days import CalendarUnknown
from publicity.year_grid import Day, months


def unknown(day: date) -> bool:
    raise CalendarUnknown(day)


@pytest.mark.parametrize(
    ("day", "working", "kind", "word"),
    [
        (date(2023, 9, 27), True, "work", ""),
        (date(2023, 9, 29), False, "holiday", "休"),
        (date(2023, 10, 7), True, "make-up", "班"),
        (date(2023, 9, 23), False, "rest", ""),
        (date(2027, 1, 4), None, "unknown", "？"),
    ],
)
def test_what_is_unusual_about_a_day(day, working, kind, word):
    shown = Day(day, working, overridden=False)
    assert (shown.kind, shown.word) == (kind, word)


def test_a_year_holds_each_of_its_days_once_and_nobody_elses():
    grid = months(2024, lambda day: day.weekday() < 5, {date(2024, 5, 4)})
    days = [day for month in grid for week in month.weeks for day in week if day]
    assert [month.number for month in grid] == list(range(1, 13))
    assert [each.day for each in days] == sorted({each.day for each in days})
    assert len(days) == 366
    assert all(len(week) == 7 for month in grid for week in month.weeks)
    assert [each.day for each in days if each.overridden] == [date(2024, 5, 4)]
    assert sum(month.working_days for month in grid) == 262


def test_a_year_that_nobody_knows_is_shown_as_unknown():
    grid = months(2027, unknown, set())
    assert {day.kind for month in grid for week in month.weeks for day in week if day} == {
        "unknown"
    }
    assert {month.working_days for month in grid} == {0}
