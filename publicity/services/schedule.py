"""A notice that opens by itself: set by people, done by the portal."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from publicity import policies
from publicity.models import Notice
from publicity.services.notices import publish
from publicity.services.turns import hold_calendar
from workflow import Problem, Refused, record, why_not

FARTHEST = timedelta(days=60)


@transaction.atomic
def schedule(notice: Notice, publish_at: datetime, *, by: User, at: datetime) -> None:
    """Let the portal publish a draft at a later moment, in place of any moment set before.

    Raises PermissionDenied; Refused for a moment that is past or too far, and with everything that
    would refuse the publication then as far as it is known now.
    """
    held = _held_draft(notice, by)
    if not at < publish_at <= at + FARTHEST:
        sentence = f"发布时间须晚于现在，且在 {FARTHEST.days} 天以内。"
        raise Refused([Problem(sentence, field="publish_at")])
    problems = why_not(held, "publish", user=by, at=publish_at)
    if problems:
        raise Refused([Problem(problem.text, field="publish_at") for problem in problems])
    held.publish_at, held.publish_refused_for = publish_at, ""
    held.save(update_fields=["publish_at", "publish_refused_for"])
    record(held, "schedule", actor=by, at=at, publish_at=publish_at.isoformat())


@transaction.atomic
def unschedule(notice: Notice, *, by: User, at: datetime) -> None:
    """Leave the publication to people again. Raises PermissionDenied; Refused if none is set."""
    held = _held_draft(notice, by)
    if held.publish_at is None:
        raise Refused("该公示未设定时发布。")
    told = held.publish_at.isoformat()
    held.publish_at, held.publish_refused_for = None, ""
    held.save(update_fields=["publish_at", "publish_refused_for"])
    record(held, "unschedule", actor=by, at=at, publish_at=told)


def publish_due(at: datetime) -> None:
    """Publish what is due, each by itself. Repeatable; run by beat.

    After a pause of the scheduler a notice opens when this runs and counts its days from then.
    A refusal is kept on the draft, recorded and told to the publishers, and not tried again.
    """
    for notice in Notice.objects.due_by(at):
        _publish_one(notice, at)


@transaction.atomic
def _publish_one(notice: Notice, at: datetime) -> None:
    hold_calendar()
    held = _held(notice)
    if not held.is_due(at):
        return  # another worker was faster, or somebody took the time back
    try:
        publish(held, actor=None, at=at)
    except Refused as refused:
        held = _held(notice)
        held.publish_refused_for = "".join(problem.text for problem in refused.problems)
        held.save(update_fields=["publish_refused_for"])
        record(held, "refuse_publication", actor=None, at=at, reason=held.publish_refused_for)


def _held(notice: Notice) -> Notice:
    return Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)


def _held_draft(notice: Notice, by: User) -> Notice:
    held = _held(notice)
    if not policies.may_publish(held, by):
        raise PermissionDenied
    if not held.is_draft:
        raise Refused("公示已发布，不能再设定时。")
    return held
