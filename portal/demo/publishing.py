"""What is said beside the example notices: a supplement, the notice by which this year counts."""

from __future__ import annotations

from portal.demo.days import Days
from portal.demo.people import Offices
from publicity import services as publicity
from publicity.calendar import library_knows
from publicity.models import Notice
from publicity.statuses import NoticeState

PLAN = "国务院办公厅关于{year}年部分节假日安排的通知（示例）"


def tell(offices: Offices, days: Days) -> None:
    """A correction on the open notice, and a name for the plan of a year that is built in."""
    notice = Notice.objects.filter(state=NoticeState.OPEN).order_by("-pk")[0]
    publicity.supplement(
        notice,
        text="受理异议的联系电话以本说明为准：024-00000001。",
        reason="原文电话有误（示例）。",
        by=offices.province,
        at=days.now,
    )
    year = days.today.year
    if library_knows(year):
        publicity.name_plan(
            year, source=PLAN.format(year=year), by=offices.province, at=days.back(30)
        )
