"""The province's experts on one application: giving them sheets and taking them back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import services as accounts
from accounts.access import holds
from accounts.models import User
from applications import policies
from applications.models import Application, Review
from applications.services.conflicts import Conflicts
from applications.services.tasks import end_sight, post_on
from applications.sheets import REVIEW
from applications.statuses import EXPERT_STEPS, ApplicationState, Step
from scoring import services as scoring
from workflow import Problem, Refused, record


def assign_expert(
    application: Application, expert: User, step: Step, *, by: User, at: datetime
) -> Review:
    """Give an expert a score sheet of this file; from now on they see it.

    Raises PermissionDenied, Refused (not in the pool, at the wrong stage, assigned already, the
    panel full, a conflict of interest).
    """
    return assign_experts(application, [expert], [step], by=by, at=at)[0]


@transaction.atomic
def assign_experts(
    application: Application,
    experts: Iterable[User],
    steps: Iterable[Step],
    *,
    by: User,
    at: datetime,
) -> list[Review]:
    """Give each of the experts a sheet at each of the steps: all of them or, when one is refused,
    none. Raises like `assign_expert`, with every sentence at once.
    """
    held = _locked(application, by)
    experts = list(experts)
    if not experts:
        raise Refused([Problem("请至少选择一名专家。", field="experts")])
    steps = list(steps)
    problems = []
    for step in steps:
        problems += _problems_of_step(held, step, experts)
        problems += [p for expert in experts for p in _problems_of_expert(held, expert, step)]
    problems += _conflicts(held, experts)
    if problems:
        raise Refused(dict.fromkeys(problems))
    return [_seat(held, expert, step, by, at) for step in steps for expert in experts]


def _conflicts(application: Application, experts: list[User]) -> Iterator[Problem]:
    known = Conflicts(experts, [application])
    for expert in experts:
        for conflict in known.between(expert, application):
            yield Problem(conflict.sentence, field="experts")


def _problems_of_step(application: Application, step: Step, experts: list[User]) -> list[Problem]:
    if application.state != ApplicationState.PROVINCIAL_REVIEW:
        return [Problem(f"该申报目前为“{application.get_state_display()}”，不能分配专家。")]
    if step == Step.MODERATION:
        return _problems_of_moderation(application, experts)
    if step not in EXPERT_STEPS:
        return [Problem(f"{step.label}不由专家评分。", field="steps")]
    size, seated = application.cycle.panel_size, len(application.reviews_at(step))
    if seated + len(experts) > size:
        return [
            Problem(
                f"{step.label}须有 {size} 名专家，已有 {seated} 名，不能再分配 {len(experts)} 名。",
                field="experts",
            )
        ]
    return []


def _problems_of_moderation(application: Application, experts: list[User]) -> list[Problem]:
    """One further score, and only where the panel disagrees."""
    if application.reviews_at(Step.MODERATION) or len(experts) > 1:
        return [Problem("复核评审由一名专家承担。", field="experts")]
    result = application.panel_result()
    if result is None or not result.needs_moderation:
        return [Problem("专家评分全部完成且意见分歧时，才需要复核评审。", field="steps")]
    return []


def _problems_of_expert(application: Application, expert: User, step: Step) -> list[Problem]:
    if not holds(expert, "accounts.be_expert", application.cycle.province):
        return [Problem(f"{expert}不在专家库中。", field="experts")]
    if any(review.reviewer_id == expert.pk for review in application.reviews_at(step)):
        return [Problem(f"{expert}已被分配到{step.label}。", field="experts")]
    return []


def _seat(application: Application, expert: User, step: Step, by: User, at: datetime) -> Review:
    review = Review.objects.create(
        application=application,
        step=step,
        reviewer=expert,
        sheet=scoring.open_sheet(application.cycle.version, REVIEW),
        assigned_by=by,
        assigned_at=at,
    )
    if not post_on(application, expert):
        accounts.appoint(expert, "application_expert", application, by=by, at=at)
    record(application, "assign_expert", actor=by, at=at, expert=expert.pk, step=step)
    return review


@transaction.atomic
def unassign_expert(review: Review, *, by: User, at: datetime, reason: str) -> None:
    """Take an unsealed task back from an expert, who then no longer sees the file.

    Raises PermissionDenied, Refused (no reason, sealed, taken back already).
    """
    application = _locked(review.application, by)
    if not reason.strip():
        raise Refused([Problem("请写明理由。", field="reason")])
    held = application.reviews.current().with_sheets().filter(pk=review.pk).first()
    if held is None or held.sheet.sealed_at or held.reviewer is None:
        raise Refused("该专家已完成评分或任务已取消，不能撤回。")
    held.superseded = True
    held.save(update_fields=["superseded"])
    end_sight(application, held.reviewer, by=by, at=at, reason=reason)
    record(
        application,
        "unassign_expert",
        actor=by,
        at=at,
        reason=reason,
        expert=held.reviewer_id,
        step=held.step,
    )


def _locked(application: Application, by: User) -> Application:
    """The row under a lock, for who may assign experts. Raises PermissionDenied."""
    rows = Application.objects.select_for_update(of=("self",))
    held = rows.select_related("cycle__province", "nursery").get(pk=application.pk)
    if not policies.may_assign_experts(held, by):
        raise PermissionDenied
    return held
