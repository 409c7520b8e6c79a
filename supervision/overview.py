"""The supervised titles as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

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
