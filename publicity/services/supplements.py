"""What is added to a published notice: the notice itself never changes."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from publicity import policies, public_pages
from publicity.effects import Effect
from publicity.models import Notice, NoticeSupplement
from workflow import Refused, record


@transaction.atomic
def supplement(
    notice: Notice, *, text: str, reason: str, by: User, at: datetime
) -> NoticeSupplement:
    """Add a correction that everyone sees on the notice.

    Raises PermissionDenied; Refused for a draft, which is simply changed.
    """
    held = _held(notice)
    if not policies.may_publish(held, by):
        raise PermissionDenied
    if held.is_draft:
        raise Refused("公示尚未发布，可以直接修改。")
    return _add(NoticeSupplement(notice=held, text=text, reason=reason, by=by, at=at))


def lengthen(effect: Effect, *, reason: str, by: User, at: datetime) -> NoticeSupplement:
    """Let the window of an open notice grow as the calendar says, with the supplement that says so.

    For the service that changes the calendar, in its transaction.
    """
    held = _held(effect.notice)
    added = _add(
        NoticeSupplement(
            notice=held,
            text=effect.supplement_text,
            reason=reason,
            closes_on=effect.days[-1],
            days_before=held.counted_days,
            by=by,
            at=at,
        )
    )
    held.counted_days = held.counted_days + [day.isoformat() for day in effect.added]
    held.closes_on = effect.days[-1]
    held.save(update_fields=["counted_days", "closes_on"])
    return added


def _held(notice: Notice) -> Notice:
    return Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)


def _add(added: NoticeSupplement) -> NoticeSupplement:
    """With the next number of its notice, which is locked."""
    added.number = added.notice.supplements.count() + 1
    added.save()
    told = {"closes_on": added.closes_on.isoformat()} if added.closes_on else {}
    record(
        added.notice,
        "supplement",
        actor=added.by,
        at=added.at,
        reason=added.reason,
        number=added.number,
        **told,
    )
    public_pages.changed()
    return added
