"""On which days a deadline is announced."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifications.milestones import (
    NURSERY_DAYS,
    OFFICE_DAYS,
    left_in_words,
    overdue_day,
    reminder_day,
)

DEADLINE = date(2023, 7, 15)


def days_reminded(days: tuple[int, ...], missed: set[int] = frozenset()) -> list[int]:
    """How many days before the deadline a daily run reminds, when it did not run on some."""
    sent: set[date] = set()
    reminded = []
    for left in range(20, -3, -1):
        today = DEADLINE - timedelta(days=left)
        day = reminder_day(DEADLINE, days, today)
        if left not in missed and day is not None and day not in sent:
            sent.add(day)
            reminded.append(left)
    return reminded


def test_every_milestone_once():
    assert days_reminded(NURSERY_DAYS) == [14, 7, 3, 1, 0]
    assert days_reminded(OFFICE_DAYS) == [7, 3, 1, 0]


def test_a_missed_day_is_made_up_on_the_next():
    assert days_reminded(NURSERY_DAYS, {7}) == [14, 6, 3, 1, 0]


def test_two_missed_milestones_are_made_up_by_one_message():
    assert days_reminded(NURSERY_DAYS, {14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3}) == [2, 1, 0]


def test_nothing_before_the_first_and_after_the_deadline():
    assert reminder_day(DEADLINE, NURSERY_DAYS, date(2023, 6, 30)) is None
    assert reminder_day(DEADLINE, NURSERY_DAYS, date(2023, 7, 16)) is None
    assert reminder_day(DEADLINE, NURSERY_DAYS, DEADLINE) == DEADLINE


@given(st.sets(st.integers(0, 20)))
def test_however_many_days_are_missed_nobody_hears_more_often_than_planned(missed):
    reminded = days_reminded(NURSERY_DAYS, missed)
    assert len(reminded) <= len(NURSERY_DAYS)
    assert len(set(reminded)) == len(reminded)
    if 0 not in missed:
        assert reminded[-1] == 0


def test_what_is_left_in_words():
    words = [left_in_words(DEADLINE, DEADLINE - timedelta(days=n)) for n in (0, 1, 2)]
    assert words == ["今天截止", "明天截止", "还有 2 天"]


def test_what_is_overdue_is_spoken_of_on_the_next_day_and_every_third():
    after = [DEADLINE + timedelta(days=n) for n in range(-1, 9)]
    days = [overdue_day(DEADLINE, 3, today) for today in after]
    told = [day and (day - DEADLINE).days for day in days]
    assert told == [None, None, 1, 1, 1, 4, 4, 4, 7, 7]
