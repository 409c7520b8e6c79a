"""Completing a sheet: what still stands in the way, and the seal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from applications.models import Review
from applications.services.reviews import NOT_ACCEPTED, is_due, is_reviewer, not_now
from applications.services.team import team_problems
from applications.statuses import COMMISSION_STEPS
from scoring import services as scoring
from scoring.arithmetic import Tally
from workflow import Problem, Refused, record

SELF_SCORE = "机构自评"


@dataclass(frozen=True)
class Closing:
    """A reviewer's sheet summed up before it is completed; `problems` still forbid it."""

    tally: Tally
    problems: list[Problem]


def closing_of(review: Review) -> Closing:
    tally = scoring.tally(review.sheet)
    # Only what is unanswered holds a reviewer up: a veto or a missing file is a finding.
    open_only = replace(tally, vetoed=(), missing_evidence=())
    return Closing(tally, [*scoring.problems(review.sheet, open_only), *_owed(review)])


def _owed(review: Review) -> list[Problem]:
    """What a commission owes besides the marks: why one is below the nursery's, and its team
    (S0, three (二)(三)). An expert scores on their own judgement and owes neither.
    """
    # At another stage the self-score may be under correction, which nobody is to learn of.
    if review.step not in COMMISSION_STEPS or not is_due(review):
        return []
    unexplained = scoring.unexplained(review.sheet, review.application.self_sheet, SELF_SCORE)
    return [*unexplained, *team_problems(review)]


@transaction.atomic
def finish_review(review: Review, *, by: User, at: datetime) -> Review:
    """Complete a reviewer's sheet for good; from now on its total counts.

    Raises PermissionDenied for others, Refused at another stage, with what is unanswered, or with
    what a commission still owes.
    """
    # Locks both: the file cannot move on while its sheet is being closed.
    held = (
        Review.objects.select_for_update(of=("self", "application"))
        .for_sheet_page()
        .get(pk=review.pk)
    )
    if not is_reviewer(held, by):
        raise PermissionDenied
    if held.sheet.sealed_at:
        raise Refused("该评分已完成，不能再修改。")
    if not is_due(held):
        raise Refused(not_now(held.application))
    if not held.is_accepted:
        raise Refused(NOT_ACCEPTED)
    held.sheet = scoring.seal(held.sheet, by=by, at=at)
    # Asked under the seal, where nothing changes any more; a refusal takes the seal back.
    if owed := _owed(held):
        raise Refused(owed)
    named: dict[str, Any] = {}
    if held.step in COMMISSION_STEPS:
        named["team"] = [str(member) for member in held.team.all()]
    record(held.application, "finish_review", actor=by, at=at, step=held.step, **named)
    return held
