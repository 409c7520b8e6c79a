"""On which days a deadline is announced, and which of them is due now. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

NURSERY_DAYS = (14, 7, 3, 1, 0)
OFFICE_DAYS = (7, 3, 1, 0)


def reminder_day(deadline: date, days: Sequence[int], today: date) -> date | None:
    """The latest day on or before today on which the deadline was to be announced.

    `days` are days before the deadline. None before the first of them and after the deadline. Days
    that were missed are made up by the latest one alone, whose text tells what is true today.
    """
    if today > deadline:
        return None
    reached = [deadline - timedelta(days=n) for n in days]
    return max((day for day in reached if day <= today), default=None)


def overdue_day(deadline: date, every: int, today: date) -> date | None:
    """The latest day on which something overdue was to be announced: the day after the deadline,
    then every so many days. None up to the deadline. Days that were missed are made up as above.
    """
    late = (today - deadline).days
    return None if late < 1 else today - timedelta(days=(late - 1) % every)


def left_in_words(deadline: date, today: date) -> str:
    """今天截止; 明天截止; 还有 5 天"""
    left = (deadline - today).days
    return {0: "今天截止", 1: "明天截止"}.get(left, f"还有 {left} 天")
