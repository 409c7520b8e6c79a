"""Score sheets of the commissions and of the experts: opening them, completing them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from applications import policies
from applications.models import Application, Review
from applications.sheets import REVIEW
from applications.statuses import ApplicationState, Step
from scoring import services as scoring
from scoring.arithmetic import Tally
from workflow import Problem, Refused, record

SCORERS = {Step.COUNTY: policies.may_score_for_county, Step.CITY: policies.may_score_for_city}
SCORED_IN = {Step.COUNTY: ApplicationState.COUNTY_REVIEW, Step.CITY: ApplicationState.CITY_REVIEW}


@transaction.atomic
def start_review(application: Application, step: Step, *, by: User, at: datetime) -> Review:
    """Open the county's or city's own score sheet; the one already open is returned.

    A step sent back begins with what was scored before. Raises PermissionDenied, Refused.
    """
    held = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if not SCORERS[step](held, by):
        raise PermissionDenied
    if held.state != SCORED_IN[step]:
        raise Refused(_not_now(held))
    review = held.review_at(step)
    if review:
        return review
    earlier = held.reviews.filter(step=step).order_by("-pk").first()
    if earlier:
        sheet = scoring.copy_sheet(earlier.sheet)
    else:
        sheet = scoring.open_sheet(held.cycle.version, REVIEW)
    review = Review.objects.create(
        application=held, step=step, sheet=sheet, assigned_by=by, assigned_at=at
    )
    record(held, "start_review", actor=by, at=at, step=step)
    return review


def is_reviewer(review: Review, user: Any) -> bool:
    """Whether this sheet is the user's to fill in, at whatever time: the commission's own people,
    or the one expert.
    """
    if review.reviewer_id is None:
        return SCORERS[Step(review.step)](review.application, user)
    return review.reviewer_id == user.pk and policies.may_score_as_expert(review.application, user)


def is_due(review: Review) -> bool:
    """Whether the step of this sheet is the one that the application is in."""
    state = SCORED_IN.get(Step(review.step), ApplicationState.PROVINCIAL_REVIEW)
    return not review.superseded and review.application.state == state


def may_fill_review(review: Review, user: Any) -> bool:
    """Whether this user may enter marks now. Sealed sheets are refused by scoring itself."""
    return is_due(review) and is_reviewer(review, user)


def may_score(application: Application, step: Step, user: Any) -> bool:
    """Whether this user's commission scores the file at this step, and now."""
    return application.state == SCORED_IN[step] and SCORERS[step](application, user)


@dataclass(frozen=True)
class Closing:
    """A reviewer's sheet summed up before it is completed; `problems` still forbid it."""

    tally: Tally
    problems: list[Problem]


def closing_of(review: Review) -> Closing:
    tally = scoring.tally(review.sheet)
    # Only what is unanswered holds a reviewer up: a veto or a missing file is a finding.
    open_only = replace(tally, vetoed=(), missing_evidence=())
    return Closing(tally, scoring.problems(review.sheet, open_only))


@transaction.atomic
def finish_review(review: Review, *, by: User, at: datetime) -> Review:
    """Complete a reviewer's sheet for good; from now on its total counts.

    Raises PermissionDenied for others, Refused at another stage or with what is unanswered.
    """
    # Locks both: the file cannot move on while its sheet is being closed.
    held = (
        Review.objects.select_for_update(of=("self", "application"))
        .select_related("application__region__parent", "application__cycle", "sheet")
        .get(pk=review.pk)
    )
    if not is_reviewer(held, by):
        raise PermissionDenied
    if held.sheet.sealed_at:
        raise Refused("该评分已完成，不能再修改。")
    if not is_due(held):
        raise Refused(_not_now(held.application))
    held.sheet = scoring.seal(held.sheet, by=by, at=at)
    record(held.application, "finish_review", actor=by, at=at, step=held.step)
    return held


def _not_now(application: Application) -> str:
    return f"该申报目前为“{application.get_state_display()}”，不能评分。"
