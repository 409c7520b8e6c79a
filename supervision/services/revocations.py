"""Revocation 撤销: proposed, heard, decided or dropped; at once for what is grave.

A title is locked first, so that a decision and a revocation at once never wait for each other.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from publicity import services as publicity
from publicity.models import Title
from publicity.policies import may_supervise
from publicity.statuses import RevocationGround, TitleState
from supervision.models import RectificationOrder, Revocation
from supervision.services.ending import end_orders, end_proceedings
from supervision.services.holding import Uploads, hold, kept
from supervision.statuses import AT_ONCE
from workflow import Problem, Refused, perform, record, why_not


@transaction.atomic
def propose_revocation(
    title: Title,
    *,
    ground: RevocationGround,
    facts: str,
    basis: str,
    by: User,
    at: datetime,
    order: RectificationOrder | None = None,
) -> Revocation:
    """S0, four (三): tell the nursery what is intended, and hear it first.

    The title stays in force until it is decided. Raises PermissionDenied, Refused.
    """
    if not may_supervise(title, by):
        raise PermissionDenied
    held = hold(title.pk)
    problems = why_not(held, "revoke", user=by, at=at)
    if problems:
        raise Refused(problems)
    if Revocation.objects.open().of(held).exists():
        raise Refused("该称号已有未办结的撤销事项。")
    proposed = Revocation.objects.create(
        title=title,
        order=order,
        ground=ground,
        facts=facts.strip(),
        basis=basis.strip(),
        proposed_by=by,
        proposed_at=at,
        statement_due_on=timezone.localdate(at) + timedelta(days=title.cycle.statement_days),
    )
    record(
        proposed,
        "propose",
        actor=by,
        at=at,
        reason=proposed.facts,
        ground=str(ground),
        due_on=proposed.statement_due_on.isoformat(),
    )
    return proposed


@transaction.atomic
def make_statement(
    revocation: Revocation, *, text: str, by: User, at: datetime, uploads: Uploads = ()
) -> None:
    """陈述、申辩 of the nursery, once. Raises PermissionDenied, Refused, Rejected."""
    perform(revocation, "make_statement", actor=by, at=at, reason=text)
    revocation.statement_files.set(kept(uploads, by=by, at=at))


@transaction.atomic
def decide_revocation(
    revocation: Revocation, *, actor: User, at: datetime, reason: str, **data: Any
) -> None:
    """The title ends, and what runs about it. Raises PermissionDenied, Refused."""
    title = hold(revocation.title_id)
    perform(revocation, "decide", actor=actor, at=at, reason=reason)
    ground = RevocationGround(revocation.ground)
    publicity.revoke_title(title, ground=ground, actor=actor, at=at, reason=reason)
    end_orders(title, at=at)
    end_proceedings(title, at=at)


@transaction.atomic
def drop_revocation(
    revocation: Revocation, *, actor: User, at: datetime, reason: str, **data: Any
) -> None:
    """The title stays; it is valid again unless an order still runs on it.

    Raises PermissionDenied, Refused.
    """
    title = hold(revocation.title_id)
    perform(revocation, "drop", actor=actor, at=at, reason=reason)
    runs = RectificationOrder.objects.of(title).running().exists()
    if title.state == TitleState.RECTIFYING and not runs:
        publicity.restore_title(title, actor=actor, at=at, reason=reason)


@transaction.atomic
def revoke(
    title: Title, *, ground: RevocationGround, actor: User, at: datetime, reason: str
) -> None:
    """S0, four (四): end a title at once, as for fraud; what runs about it ends with it.

    Raises PermissionDenied, Refused.
    """
    if not may_supervise(title, actor):
        raise PermissionDenied
    if ground not in AT_ONCE:
        text = "此项原因应当先告知机构，听取陈述、申辩，不能立即撤销。"
        raise Refused([Problem(text, field="ground")])
    held = hold(title.pk)
    publicity.revoke_title(held, ground=ground, actor=actor, at=at, reason=reason)
    end_orders(held, at=at)
    end_proceedings(held, at=at)
    title.refresh_from_db()
