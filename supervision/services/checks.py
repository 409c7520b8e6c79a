"""One spot check 抽查 from its opening to its end."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import services as accounts
from accounts.models import Appointment, User
from publicity.models import Title
from publicity.policies import may_supervise
from scoring import services as scoring
from supervision import policies
from supervision.models import SpotCheck
from supervision.statuses import CheckResult
from workflow import Problem, Refused, perform, record
from workflow.models import APPOINTMENT_FACTS, Event

NOT_UNDER_WAY = "该检查目前为“{state}”，不能填写。"


@transaction.atomic
def open_check(title: Title, *, reason: str, by: User, at: datetime) -> SpotCheck:
    """A check outside any campaign, on account of a complaint or a decision.

    Raises PermissionDenied, Refused (no reason; the title is not in force).
    """
    held = Title.objects.select_for_update(of=("self",)).for_list().get(pk=title.pk)
    if not may_supervise(held, by):
        raise PermissionDenied
    if not reason.strip():
        raise Refused([Problem("请写明检查事由。", field="reason")])
    if not held.is_in_force or held.is_over(timezone.localdate(at)):
        raise Refused("该称号已经终止，不再检查。")
    check = SpotCheck.objects.create(title=held, reason=reason.strip(), opened_by=by, opened_at=at)
    record(check, "open", actor=by, at=at, reason=reason)
    return check


@transaction.atomic
def save_outcome(
    check: SpotCheck,
    *,
    visited_on: date,
    result: CheckResult | str,
    conclusion: str,
    by: User,
    at: datetime,
) -> None:
    """Write down when it was, what came out and the conclusion; open until the check is finished.

    Raises PermissionDenied, Refused (not under way; a day outside the check).
    """
    held = lock_to_inspect(check, by)
    if not policies.may_lead(held, by):
        raise PermissionDenied
    _require_day(held, visited_on, at)
    held.visited_on, held.result, held.conclusion = visited_on, result, conclusion.strip()
    held.save(update_fields=["visited_on", "result", "conclusion"])
    record(held, "record_outcome", actor=by, at=at, visited_on=visited_on.isoformat())


def _require_day(check: SpotCheck, day: date, at: datetime) -> None:
    if day > timezone.localdate(at):
        raise Refused([Problem("检查日期不能晚于今天。", field="visited_on")])
    if day < timezone.localdate(check.opened_at):
        raise Refused([Problem("检查日期不能早于确定检查之日。", field="visited_on")])


@transaction.atomic
def seal_sheet(check: SpotCheck, *, by: User, at: datetime) -> None:
    """Complete the score on site for good. Raises PermissionDenied, Refused."""
    held = lock_to_inspect(check, by)
    if not policies.may_lead(held, by):
        raise PermissionDenied
    sheet = scoring.seal(held.sheet, by=by, at=at)  # type: ignore[arg-type]  # under way: it has one
    record(held, "seal_sheet", actor=by, at=at, total=str(sheet.total))


@transaction.atomic
def finish_check(check: SpotCheck, *, actor: User, at: datetime, reason: str = "") -> None:
    """The result stands; the inspectors' appointments end with it."""
    perform(check, "finish", actor=actor, at=at, reason=reason)
    _end_appointments(check, actor, at, "检查完成")


@transaction.atomic
def cancel_check(check: SpotCheck, *, actor: User, at: datetime, reason: str) -> None:
    """Call it off; the inspectors' appointments end with it."""
    perform(check, "cancel", actor=actor, at=at, reason=reason)
    _end_appointments(check, actor, at, "检查取消")


def _end_appointments(check: SpotCheck, by: User, at: datetime, reason: str) -> None:
    for post in Appointment.objects.standing().on(check).select_related("user"):
        accounts.end(post, by=by, at=at, reason=reason)


def reads_marks(check: SpotCheck, user: Any) -> bool:
    """Whether the marks, the team and the history are for this person: whose area it is, and who
    was sent. The nursery learns the result alone.
    """
    return SpotCheck.objects.sheet_open_to(user).filter(pk=check.pk).exists()


def history_of(check: SpotCheck) -> QuerySet[Event]:
    """What happened; who was sent is told once, by the check's own facts."""
    return Event.objects.of(check).exclude(verb__in=APPOINTMENT_FACTS).with_people()


def lock_to_inspect(check: SpotCheck, by: Any) -> SpotCheck:
    """The row under a lock, for who inspects it. Raises PermissionDenied, Refused."""
    rows = SpotCheck.objects.select_for_update(of=("self",)).with_title()
    held = rows.get(pk=check.pk)
    if not policies.may_inspect(held, by):
        raise PermissionDenied
    if not held.is_under_way:
        raise Refused(NOT_UNDER_WAY.format(state=held.get_state_display()))
    return held
