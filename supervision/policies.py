"""Who may what about a rectification: the province decides, the nursery reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.access import holds
from publicity.policies import may_supervise

if TYPE_CHECKING:
    from supervision.models import RectificationOrder


def may_decide(order: RectificationOrder, user: Any) -> bool:
    return may_supervise(order.title, user)


def may_report(order: RectificationOrder, user: Any) -> bool:
    return holds(user, "nurseries.act_for", order.title.nursery)


def portal_only(order: RectificationOrder, user: Any) -> bool:
    return user is None
