"""The supervised titles, and the complaints about them, as spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.utils import timezone

from supervision.statuses import OrderState

HEADINGS = (
    "证书编号",
    "机构名称",
    "市",
    "县（市、区）",
    "状态",
    "有效期至",
    "整改通知",
    "整改期限",
    "是否逾期",
    "撤销事项",
)


def lines(titles: Iterable[Any], today: date) -> Iterator[tuple[Any, ...]]:
    """One line for each row of `supervised_titles`; states are those of `today`."""
    for title in titles:
        asked = title.order_state
        yield (
            title.number,
            title.nursery.name,
            title.region.city_unit.name,
            title.region.name,
            title.standing(today).label,
            title.valid_until,
            OrderState(asked).label if asked else "",
            title.order_due,
            "逾期" if asked == OrderState.ORDERED and today > title.order_due else "",
            "办理中" if title.revocation_pk else "",
        )


COMPLAINT_HEADINGS = (
    "回执号",
    "被举报机构",
    "证书编号",
    "市",
    "县（市、区）",
    "提交日期",
    "办理期限",
    "状态",
    "办结日期",
    "是否逾期",
    "答复",
)


def complaint_lines(complaints: Iterable[Any], today: date) -> Iterator[tuple[Any, ...]]:
    """One line for each complaint: how it stands, never who made it."""
    for complaint in complaints:
        title = complaint.title
        late = not complaint.is_settled and today > complaint.due_on
        yield (
            complaint.receipt,
            title.nursery.name,
            title.number,
            title.region.city_unit.name,
            title.region.name,
            timezone.localdate(complaint.filed_at),
            complaint.due_on,
            complaint.get_state_display(),
            timezone.localdate(complaint.closed_at) if complaint.closed_at else None,
            "逾期" if late else "",
            complaint.answer,
        )
