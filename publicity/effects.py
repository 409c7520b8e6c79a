"""What a change of the calendar means for the notices that are open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from publicity.calendar import Known
from publicity.drafting import day_words
from publicity.models import Notice
from publicity.working_days import CalendarUnknown, publicity_window


@dataclass(frozen=True)
class Effect:
    """One open notice that counts otherwise by the new calendar.

    `days` are its counted days by the new calendar, none where nobody can judge any more.
    """

    notice: Notice
    printed: date
    days: tuple[date, ...]

    @property
    def by_calendar(self) -> date | None:
        """The last day by the new calendar."""
        return self.days[-1] if self.days else None

    @property
    def lengthens(self) -> bool:
        return bool(self.days) and self.days[-1] > self.printed

    @property
    def added(self) -> list[date]:
        """The days by which the printed window grows."""
        return [day for day in self.days if day > self.printed]

    @property
    def dropped(self) -> list[date]:
        """Days that were printed and do not count any more."""
        return [day for day in self.notice.days if self.days and day not in self.days]

    @property
    def in_words(self) -> str:
        """What becomes of the notice."""
        if self.lengthens:
            return f"末日顺延至{day_words(self.days[-1])}，并发布补充说明。"
        if not self.days:
            return "按新日历不能确定，仍以印发的末日为准。"
        return "已印发的公示期不缩短，仍以印发的末日为准。"

    @property
    def supplement_text(self) -> str:
        """What the public is told about a window that grows."""
        gone = "、".join(day_words(day) for day in self.dropped)
        ground = f"{gone}不再计为工作日，" if gone else ""
        return (
            f"工作日安排调整，{ground}公示期末日由{day_words(self.printed)}"
            f"顺延至{day_words(self.days[-1])}，期间继续接受异议。"
        )


def effects(before: Known, after: Known, today: date) -> list[Effect]:
    """The open notices whose windows differ between the two calendars; two queries."""
    found = []
    for notice in Notice.objects.open_on(today).with_cycle().prefetch_related("supplements"):
        old, new = _window(notice, before), _window(notice, after)
        if old != new and notice.closes_on is not None:
            found.append(Effect(notice, notice.closes_on, new))
    return found


def _window(notice: Notice, calendar: Known) -> tuple[date, ...]:
    """As many working days as were printed, from the day it opened; empty where unknown."""
    printed = notice.printed_days
    opens_on = notice.opens_on or printed[0]
    try:
        window = publicity_window(
            opens_on,
            len(printed),
            is_working_day=calendar.is_working_day,
            first_day_counts=printed[0] == opens_on,
        )
    except CalendarUnknown:
        return ()
    return tuple(window)
