"""The window of a public notice in working days (S0, three (四): 公示 5 个工作日). Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta


class CalendarUnknown(Exception):
    """The calendar of a year is not known yet; `day` is the first day that nobody can judge."""

    def __init__(self, day: date) -> None:
        super().__init__(
            f"{day.year}年的放假安排尚未录入，"
            f"无法确定{day.year}年{day.month}月{day.day}日是否为工作日。"
        )
        self.day = day


def publicity_window(
    opens_on: date,
    days: int = 5,
    *,
    is_working_day: Callable[[date], bool],
    first_day_counts: bool = True,
) -> list[date]:
    """The counted days of a notice published on `opens_on`, in order; the last one ends it.

    With `first_day_counts` the day of publication counts when it is a working day; otherwise
    counting begins on the next day. `is_working_day` raises CalendarUnknown for a year whose plan
    is not out; so does this function then, and no window is guessed. `days` is at least 1.
    """
    if days < 1:
        raise ValueError("a notice lasts at least one working day")
    day = opens_on if first_day_counts else opens_on + timedelta(days=1)
    window: list[date] = []
    while len(window) < days:
        if is_working_day(day):
            window.append(day)
        day += timedelta(days=1)
    return window
