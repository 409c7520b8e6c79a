"""A deadline is a day, and the day counts to its last second (S0, three: 报送截止时间)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo


def last_moment(day: date, zone: tzinfo) -> datetime:
    """The last instant that is still in time for `day` in `zone`. Weekends do not move it."""
    return datetime.combine(day + timedelta(days=1), time.min, zone) - timedelta(microseconds=1)
