"""The objections as a spreadsheet for the province: how each stands, never who raised it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import IO, TYPE_CHECKING, Any

from django.utils import timezone

from applications.workbooks import written

if TYPE_CHECKING:
    from datetime import datetime

    from publicity.models import Objection

COLUMNS = (
    ("回执号", 14),
    ("所涉公示", 36),
    ("被异议机构", 32),
    ("市", 16),
    ("县（市、区）", 22),
    ("异议事项", 22),
    ("提交日期", 14),
    ("办理期限", 14),
    ("状态", 12),
    ("承办人", 12),
    ("办结日期", 14),
    ("是否逾期", 10),
    ("答复", 60),
)


def objections_written(objections: Iterable[Objection], today: date) -> IO[bytes]:
    """The objections in their order as xlsx; whether one is overdue is said as of `today`."""
    headings, widths = zip(*COLUMNS, strict=True)
    lines = (_values(objection, today) for objection in objections)
    return written("公示异议", headings, lines, widths)


def _values(objection: Objection, today: date) -> tuple[Any, ...]:
    region = objection.entry.application.region
    return (
        objection.receipt,
        objection.entry.notice.title,
        objection.entry.application.nursery.name,
        region.city_unit.name,
        region.name,
        objection.get_matter_display(),
        _day(objection.filed_at),
        objection.due_on,
        objection.get_state_display(),
        objection.assignee.name if objection.assignee else "",
        _day(objection.handled_at),
        "是" if objection.is_late(today) else "",
        objection.answer,
    )


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None
