"""Score sheets of the commissions and of the experts: opening them, and whose they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from applications import policies
from applications.models import Application, Review, TeamMember
from applications.services.handling import take_on_if_free
from applications.sheets import REVIEW
from applications.statuses import ApplicationState, Step, Tier
from scoring import services as scoring
from workflow import Refused, record

SCORERS = {Step.COUNTY: policies.may_score_for_county, Step.CITY: policies.may_score_for_city}
NOT_ACCEPTED = "请先接受评审任务，再填写评分；有应当回避情形的，请申请回避。"
SCORED_IN = {Step.COUNTY: ApplicationState.COUNTY_REVIEW, Step.CITY: ApplicationState.CITY_REVIEW}


@transaction.atomic
def start_review(application: Application, step: Step, *, by: User, at: datetime) -> Review:
    """Open the county's or city's own score sheet; the one already open is returned.

    A step sent back begins with what was scored before, and by whom. Who opens it handles the file
    from then on, if nobody does. Raises PermissionDenied, Refused.
    """
    held = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if not SCORERS[step](held, by):
        raise PermissionDenied
    if held.state != SCORED_IN[step]:
        raise Refused(not_now(held))
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
    if earlier:
        copy_team(earlier, review)
    record(held, "start_review", actor=by, at=at, step=step)
    take_on_if_free(held, Tier(step), by=by, at=at)
    return review


def copy_team(source: Review, review: Review) -> None:
    """Give a review without a team the members of another."""
    columns = ("order", "name", "employer", "position", "leads")
    TeamMember.objects.bulk_create(
        TeamMember(review=review, **member) for member in source.team.values(*columns)
    )


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
    return is_due(review) and review.is_accepted and is_reviewer(review, user)


def may_score(application: Application, step: Step, user: Any) -> bool:
    """Whether this user's commission scores the file at this step, and now."""
    return application.state == SCORED_IN[step] and SCORERS[step](application, user)


def not_now(application: Application) -> str:
    return f"该申报目前为“{application.get_state_display()}”，不能评分。"
