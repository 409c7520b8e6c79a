"""Supervision of titles: an order and its title always move in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from publicity import services as publicity
from publicity.models import Title
from publicity.statuses import RevocationGround
from supervision.models import RectificationOrder
from workflow import Refused, perform, record


@transaction.atomic
def order_rectification(
    title: Title, *, problem: str, by: User, at: datetime
) -> RectificationOrder:
    """S0, four (三): put it right within the cycle's limit. Raises PermissionDenied, Refused."""
    publicity.order_rectification(title, actor=by, at=at, reason=problem)
    order = RectificationOrder.objects.create(
        title=title,
        problem=problem.strip(),
        ordered_by=by,
        ordered_at=at,
        due_on=timezone.localdate(at) + timedelta(days=title.cycle.rectification_days),
    )
    record(order, "issue", actor=by, at=at, due_on=order.due_on.isoformat())
    return order


@transaction.atomic
def pass_check(
    order: RectificationOrder, *, actor: User, at: datetime, reason: str, **data: Any
) -> None:
    """It was put right; the title is valid again."""
    perform(order, "pass_check", actor=actor, at=at, reason=reason)
    publicity.restore_title(order.title, actor=actor, at=at, reason=reason)


@transaction.atomic
def fail_check(
    order: RectificationOrder, *, actor: User, at: datetime, reason: str, **data: Any
) -> None:
    """It was not put right within the limit; the title ends."""
    perform(order, "fail_check", actor=actor, at=at, reason=reason)
    ground = RevocationGround.NOT_RECTIFIED
    publicity.revoke_title(order.title, ground=ground, actor=actor, at=at, reason=reason)


@transaction.atomic
def revoke(
    title: Title, *, ground: RevocationGround, actor: User, at: datetime, reason: str
) -> None:
    """S0, four (四): end a title at once, as for fraud; a running order ends with it."""
    publicity.revoke_title(title, ground=ground, actor=actor, at=at, reason=reason)
    end_orders(title, at=at)


def end_orders(title: Title, *, at: datetime) -> None:
    """End what still runs on a title that has ended. Safe to repeat."""
    for order in RectificationOrder.objects.of(title).running():
        try:
            perform(order, "end_with_title", actor=None, at=at, reason="称号已终止")
        except Refused:
            # Closed by somebody since the query.
            continue
