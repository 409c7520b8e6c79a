"""Windows in working days: the worked cases, and what holds for every window."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from publicity.working_days import CalendarUnknown, publicity_window

TABLE = Path(__file__).parent / "windows.csv"
CASES = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
KNOWN = [case for case in CASES if case["end_date"]]
UNKNOWN = [case for case in CASES if not case["end_date"]]
DAYS = st.dates(date(2004, 1, 1), date(2025, 12, 1))
LENGTHS = st.integers(1, 12)


def by_library(day: date) -> bool:
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError as unknown:
        raise CalendarUnknown(day) from unknown


def test_the_table_has_both_kinds_of_cases():
    assert len(KNOWN) == 16
    assert [case["case_id"] for case in UNKNOWN] == ["W15"]


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: f"{case['case_id']}-{case['rule'][0]}")
def test_the_worked_cases(case):
    window = publicity_window(
        date.fromisoformat(case["publish_date"]),
        5,
        is_working_day=by_library,
        first_day_counts=case["rule"] == "A_start_day_counts",
    )
    assert [day.isoformat() for day in window] == [case[f"day{n}"] for n in range(1, 6)]
    assert window[-1].isoformat() == case["end_date"]
    first = date.fromisoformat(case["publish_date"])
    assert (window[-1] - first).days + 1 == int(case["calendar_days_inclusive"])


@pytest.mark.parametrize("case", UNKNOWN, ids=lambda case: case["case_id"])
@pytest.mark.parametrize("first_day_counts", [True, False])
def test_beyond_the_known_years_it_refuses(case, first_day_counts):
    with pytest.raises(CalendarUnknown, match="2027年的放假安排尚未录入") as refusal:
        publicity_window(
            date.fromisoformat(case["publish_date"]),
            5,
            is_working_day=by_library,
            first_day_counts=first_day_counts,
        )
    assert refusal.value.day == date(2027, 1, 1)


def test_the_day_before_the_spring_festival_of_2024_was_a_working_day():
    assert by_library(date(2024, 2, 9))


@pytest.mark.parametrize("days", [0, -1])
def test_a_window_has_at_least_one_day(days):
    with pytest.raises(ValueError, match="at least one"):
        publicity_window(date(2023, 9, 27), days, is_working_day=by_library)


@given(opens_on=DAYS, days=LENGTHS, first_day_counts=st.booleans())
def test_every_counted_day_works_and_none_between_is_left_out(opens_on, days, first_day_counts):
    window = publicity_window(
        opens_on, days, is_working_day=by_library, first_day_counts=first_day_counts
    )
    begin = opens_on if first_day_counts else opens_on + timedelta(days=1)
    span = [begin + timedelta(days=n) for n in range((window[-1] - begin).days + 1)]
    assert window == [day for day in span if by_library(day)]
    assert len(window) == days


@given(opens_on=DAYS, days=LENGTHS)
def test_a_later_start_never_ends_earlier(opens_on, days):
    today = publicity_window(opens_on, days, is_working_day=by_library)
    tomorrow = publicity_window(opens_on + timedelta(days=1), days, is_working_day=by_library)
    assert today[-1] <= tomorrow[-1]


@given(opens_on=DAYS, days=LENGTHS)
def test_both_rules_agree_when_published_on_a_day_off(opens_on, days):
    assume(not by_library(opens_on))
    assert publicity_window(opens_on, days, is_working_day=by_library) == publicity_window(
        opens_on, days, is_working_day=by_library, first_day_counts=False
    )


@given(opens_on=DAYS, days=LENGTHS)
def test_the_other_rule_counts_one_working_day_later(opens_on, days):
    assume(by_library(opens_on))
    counted = publicity_window(opens_on, days + 1, is_working_day=by_library)
    assert counted[1:] == publicity_window(
        opens_on, days, is_working_day=by_library, first_day_counts=False
    )


@given(opens_on=DAYS, off=st.sets(DAYS), days=LENGTHS)
def test_it_asks_nothing_but_the_given_calendar(opens_on, off, days):
    window = publicity_window(opens_on, days, is_working_day=lambda day: day not in off)
    assert not off & set(window)
    assert window == sorted(set(window))


@st.composite
def calendars(draw: st.DrawFn) -> Callable[[date], bool]:
    """A calendar of weekdays with holidays and make-up days of any kind."""
    off = draw(st.sets(st.dates(date(2023, 1, 1), date(2023, 12, 31)), max_size=40))
    on = draw(st.sets(st.dates(date(2023, 1, 1), date(2023, 12, 31)), max_size=20))
    return lambda day: day in on or (day.weekday() < 5 and day not in off)


IN_2023 = st.dates(date(2023, 1, 1), date(2023, 12, 31))


@given(works=calendars(), opens_on=IN_2023, days=LENGTHS, first=st.booleans())
def test_it_agrees_with_counting_one_day_after_the_other(works, opens_on, days, first):
    every = (opens_on + timedelta(days=n) for n in range(0 if first else 1, 400))
    counted = [day for day in every if works(day)][:days]
    assert publicity_window(opens_on, days, is_working_day=works, first_day_counts=first) == counted


@given(works=calendars(), opens_on=IN_2023, days=LENGTHS, holiday=IN_2023)
def test_a_further_holiday_never_shortens_it(works, opens_on, days, holiday):
    before = publicity_window(opens_on, days, is_working_day=works)
    after = publicity_window(
        opens_on, days, is_working_day=lambda day: day != holiday and works(day)
    )
    assert after[-1] >= before[-1]
    assert len(after) == len(before) == days
    if holiday not in before:
        assert after == before


@given(works=calendars(), opens_on=IN_2023, days=LENGTHS, first=st.booleans())
def test_the_first_day_is_the_first_that_works(works, opens_on, days, first):
    window = publicity_window(opens_on, days, is_working_day=works, first_day_counts=first)
    assert all(works(day) for day in window)
    assert window == sorted(set(window))
    begin = opens_on if first else opens_on + timedelta(days=1)
    between = [begin + timedelta(days=n) for n in range((window[0] - begin).days)]
    assert not any(works(day) for day in between)
    assert (window[0] == opens_on) == (first and works(opens_on))
