from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils import timezone

from supervision.statuses import OrderState
from workflow import Move, Problem, guard

if TYPE_CHECKING:
    from supervision.models import RectificationOrder


@guard("已报告整改情况或整改期限已过")
def had_its_time(order: RectificationOrder, move: Move) -> Iterator[Problem]:
    """S0, four (三): only who does not put things right within the limit loses the title."""
    waits = order.state == OrderState.ORDERED and timezone.localdate(move.at) <= order.due_on
    if waits:
        day = order.due_on
        yield Problem(f"整改期限至{day.year}年{day.month}月{day.day}日，机构尚未报告整改情况。")
