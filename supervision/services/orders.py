"""Rectification orders 限期整改: given, extended once, reported on, re-checked.

An order and its title always move in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from publicity import services as publicity
from publicity.models import Title
from publicity.statuses import RevocationGround
from quotas.models import Cycle
from supervision import policies
from supervision.models import (
    Complaint,
    Extension,
    Recheck,
    RectificationOrder,
    Revocation,
    SpotCheck,
)
from supervision.services.complaints import follow_complaint
from supervision.services.holding import Uploads, hold, kept
from supervision.services.revocations import propose_revocation
from supervision.statuses import OrderState
from workflow import Problem, Refused, perform, record

# GK: an order shorter than this asks for nothing that can be done.
SHORTEST = 3


def longest(cycle: Cycle) -> int:
    """GK: an order may run at most twice the days of the settings."""
    return 2 * cycle.rectification_days


@transaction.atomic
def order_rectification(
    title: Title,
    *,
    problem: str,
    by: User,
    at: datetime,
    days: int | None = None,
    limit_reason: str = "",
    spot_check: SpotCheck | None = None,
    complaint: Complaint | None = None,
) -> RectificationOrder:
    """S0, four (三): put it right within the cycle's limit, or within another for a reason.

    `spot_check` and `complaint` are what led to it.

    Raises PermissionDenied, Refused.
    """
    usual = title.cycle.rectification_days
    given = usual if days is None else days
    _check_limit(title.cycle, given, limit_reason)
    held = hold(title.pk)
    if Revocation.objects.open().of(held).exists():
        raise Refused("该称号正在办理撤销事项，不能再责令整改。")
    publicity.order_rectification(title, actor=by, at=at, reason=problem)
    order = RectificationOrder.objects.create(
        title=title,
        spot_check=spot_check,
        problem=problem.strip(),
        ordered_by=by,
        ordered_at=at,
        due_on=timezone.localdate(at) + timedelta(days=given),
        limit_reason="" if given == usual else limit_reason.strip(),
    )
    record(order, "issue", actor=by, at=at, due_on=order.due_on.isoformat())
    if complaint:
        follow_complaint(complaint, order, by=by, at=at)
    return order


def _check_limit(cycle: Cycle, days: int, reason: str) -> None:
    if days == cycle.rectification_days:
        return
    if not SHORTEST <= days <= longest(cycle):
        text = f"整改期限应在 {SHORTEST} 日至 {longest(cycle)} 日之间。"
        raise Refused([Problem(text, field="days")])
    if not reason.strip():
        text = f"不按 {cycle.rectification_days} 日定期限的，请写明理由。"
        raise Refused([Problem(text, field="limit_reason")])


@transaction.atomic
def hand_in_report(
    order: RectificationOrder, *, text: str, uploads: Sequence[File[Any]], by: User, at: datetime
) -> None:
    """What was put right, with evidence. Raises PermissionDenied, Refused, Rejected."""
    perform(order, "hand_in_report", actor=by, at=at, reason=text)
    if not uploads:
        raise Refused([Problem("请上传整改佐证，如照片、记录、票据。", field="uploads")])
    order.report_files.set(kept(uploads, by=by, at=at))


# The extension


@transaction.atomic
def ask_extension(order: RectificationOrder, *, reason: str, by: User, at: datetime) -> Extension:
    """More days, asked for once and before the limit. Raises PermissionDenied, Refused."""
    if not policies.may_report(order, by):
        raise PermissionDenied
    held = _held(order)
    refusal = why_no_extension(held, at)
    if refusal:
        raise Refused(refusal)
    asked = Extension.objects.create(
        order=held, reason=reason.strip(), asked_by=by, asked_at=at, due_before=held.due_on
    )
    record(held, "ask_extension", actor=by, at=at, reason=reason)
    return asked


def why_no_extension(order: RectificationOrder, at: datetime) -> str:
    """Why no more days can be asked for now; "" when they can."""
    if order.state != OrderState.ORDERED:
        return f"整改通知目前为“{order.get_state_display()}”，不能申请延期。"
    if order.asked_extension is not None:
        return "整改期限只能申请延长一次。"
    if timezone.localdate(at) > order.due_on:
        return "整改期限已过，不能再申请延期。"
    return ""


@transaction.atomic
def grant_extension(
    order: RectificationOrder, *, days: int, by: User, at: datetime, reason: str = ""
) -> None:
    """The limit moves by so many days. Raises PermissionDenied, Refused."""
    held, asked = _asked(order, by)
    most = held.title.cycle.extension_days
    if not 1 <= days <= most:
        raise Refused([Problem(f"延长日数应在 1 日至 {most} 日之间。", field="days")])
    held.due_on += timedelta(days=days)
    held.save(update_fields=["due_on"])
    asked.days = days
    _answered(asked, reason, by, at)
    record(
        held,
        "grant_extension",
        actor=by,
        at=at,
        reason=reason,
        days=days,
        due_on=held.due_on.isoformat(),
    )


@transaction.atomic
def decline_extension(order: RectificationOrder, *, reason: str, by: User, at: datetime) -> None:
    """The limit stays. Raises PermissionDenied, Refused."""
    held, asked = _asked(order, by)
    if not reason.strip():
        raise Refused([Problem("请写明不同意延期的理由。", field="reason")])
    _answered(asked, reason, by, at)
    record(held, "decline_extension", actor=by, at=at, reason=reason)


def _asked(order: RectificationOrder, by: User) -> tuple[RectificationOrder, Extension]:
    """The order, locked, and its extension that waits for an answer."""
    if not policies.may_decide(order, by):
        raise PermissionDenied
    held = _held(order)
    asked = held.asked_extension
    if asked is None or asked.is_answered or held.state != OrderState.ORDERED:
        raise Refused("该整改通知没有待答复的延期申请。")
    return held, asked


def _answered(asked: Extension, reason: str, by: User, at: datetime) -> None:
    asked.answer = reason.strip()
    asked.answered_by = by
    asked.answered_at = at
    asked.save()


def _held(order: RectificationOrder) -> RectificationOrder:
    held: RectificationOrder = RectificationOrder.objects.select_for_update(of=("self",)).get(
        pk=order.pk
    )
    return held


# The re-check


@transaction.atomic
def pass_check(
    order: RectificationOrder,
    *,
    actor: User,
    at: datetime,
    reason: str,
    visited_on: date | None = None,
    visitors: str = "",
    uploads: Uploads = (),
) -> None:
    """It was put right; the title is valid again. Raises PermissionDenied, Refused, Rejected."""
    title = hold(order.title_id)
    perform(order, "pass_check", actor=actor, at=at, reason=reason)
    _note_visit(order, visited_on, visitors, uploads, by=actor, at=at)
    publicity.restore_title(title, actor=actor, at=at, reason=reason)


@transaction.atomic
def fail_check(
    order: RectificationOrder,
    *,
    actor: User,
    at: datetime,
    reason: str,
    visited_on: date | None = None,
    visitors: str = "",
    uploads: Uploads = (),
) -> Revocation:
    """It was not put right within the limit: the title is proposed for revocation.

    Raises PermissionDenied, Refused, Rejected.
    """
    title = hold(order.title_id)
    perform(order, "fail_check", actor=actor, at=at, reason=reason)
    _note_visit(order, visited_on, visitors, uploads, by=actor, at=at)
    return propose_revocation(
        title,
        ground=RevocationGround.NOT_RECTIFIED,
        facts=reason,
        basis=title.cycle.basis or "有关规定",
        by=actor,
        at=at,
        order=order,
    )


def _note_visit(
    order: RectificationOrder,
    visited_on: date | None,
    visitors: str,
    uploads: Uploads,
    *,
    by: User,
    at: datetime,
) -> None:
    """Who went and when; where nothing was reported nobody need have gone."""
    if visited_on is None:
        return
    if visited_on > timezone.localdate(at):
        raise Refused([Problem("复查日期不能晚于今天。", field="visited_on")])
    if visited_on < timezone.localdate(order.ordered_at):
        raise Refused([Problem("复查日期不能早于责令之日。", field="visited_on")])
    if not visitors.strip():
        raise Refused([Problem("请写明复查人员。", field="visitors")])
    visit = Recheck.objects.create(
        order=order, visited_on=visited_on, visitors=visitors.strip(), noted_by=by, noted_at=at
    )
    visit.photos.set(kept(uploads, by=by, at=at))
