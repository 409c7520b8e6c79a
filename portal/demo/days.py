"""The demo's calendar: everything is counted back from today."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from publicity.calendar import library_knows, working_day_test
from publicity.models import Notice, YearPlan
from publicity.working_days import publicity_window

SOURCE = "示例（非官方）：该年安排公布前的演示数据"


class Days:
    """Moments counted from `now`: `back(3, 10)` is three days ago at ten."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.today = timezone.localdate(now)

    def back(self, days: int, hour: int = 10) -> datetime:
        return self.moment(self.today - timedelta(days=days), hour)

    def moment(self, day: date, hour: int = 9) -> datetime:
        """That day at that hour, but never later than now."""
        return min(timezone.make_aware(datetime.combine(day, time(hour))), self.now)

    def opening_that_ends_by(self, last: date) -> date:
        """The latest day on which a notice could open to be over by `last`."""
        test = working_day_test()
        day = last
        while publicity_window(day, is_working_day=test)[-1] > last:
            day -= timedelta(days=1)
        return day

    def after(self, notice: Notice) -> datetime:
        """The morning after a published notice has ended."""
        return self.moment(date.fromisoformat(notice.counted_days[-1]) + timedelta(days=1))

    def latest_working_day(self) -> date:
        test = working_day_test()
        day = self.today
        while not test(day):
            day -= timedelta(days=1)
        return day


def make_calendar_known(*days: date) -> None:
    """Where a year's plan is not out, the demo declares one by weekdays, marked as an example."""
    for year in {day.year for day in days}:
        if not library_knows(year):
            YearPlan.objects.create(year=year, source=SOURCE)
