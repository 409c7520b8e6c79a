"""A title from its award to its end. Supervision moves titles through these."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from applications.models import Application
from nurseries.models import Nursery
from publicity import public_pages
from publicity.eligibility import title_has_room
from publicity.models import NoticeEntry, Title
from publicity.numbers import unguessable
from publicity.statuses import EntryOutcome, NoticeState, RevocationGround
from publicity.terms import last_day
from quotas.models import Cycle
from workflow import perform, record

CODE_LENGTH = 12
HAS_A_TITLE = "该机构已另获称号，有效期内不再授予。"


def begin_title(
    application: Application,
    cycle: Cycle,
    *,
    decision_number: str,
    actor: User,
    at: datetime,
) -> Title:
    """Write the title of an application just awarded, from today for the cycle's years.

    Whatever else the nursery applies with in a cycle that the title outlives ends, with the reason.
    """
    # An application that is begun at the same moment waits here, or is seen below.
    Nursery.objects.select_for_update(no_key=True).get(pk=application.nursery_id)
    first = timezone.localdate(at)
    title = Title.objects.create(
        number=f"LNTY-{cycle.year}-{application.pk:05d}",
        code=unguessable(CODE_LENGTH),
        application=application,
        nursery=application.nursery,
        cycle=cycle,
        region=application.region,
        region_path=application.region_path,
        decision_number=decision_number,
        awarded_on=first,
        valid_from=first,
        valid_until=last_day(first, cycle.title_years),
    )
    record(title, "begin", actor=actor, at=at)
    _end_what_it_outlives(title, at=at)
    return title


def _end_what_it_outlives(title: Title, *, at: datetime) -> None:
    """S0, three (四): 期满后可再次申报. One title at a time, in whatever order they come."""
    for application in Application.objects.under_way_of(title.nursery_id).for_list():
        if problems := list(title_has_room(application, at)):
            reason = "".join(problem.text for problem in problems)
            _take_off_notice(application)
            perform(application, "give_way", actor=None, at=at, reason=reason)


def _take_off_notice(application: Application) -> None:
    """From an open notice visibly, from a draft as if it had not been chosen."""
    entries = NoticeEntry.objects.filter(application=application)
    entries.filter(notice__state=NoticeState.DRAFT).delete()
    entries.pending().update(outcome=EntryOutcome.REMOVED, outcome_reason=HAS_A_TITLE)


def order_rectification(title: Title, *, actor: User, at: datetime, reason: str) -> None:
    """S0, four (三): 限期整改; the title stays in force meanwhile."""
    _move(title, "order_rectification", actor=actor, at=at, reason=reason)


def restore_title(title: Title, *, actor: User, at: datetime, reason: str) -> None:
    _move(title, "restore", actor=actor, at=at, reason=reason)


def revoke_title(
    title: Title, *, ground: RevocationGround, actor: User, at: datetime, reason: str
) -> None:
    """S0, four (三) and (四): it ends now, for good; the public is told the `ground` alone."""
    _move(title, "revoke", actor=actor, at=at, reason=reason, ground=ground)


def expire_title(title: Title, *, at: datetime) -> None:
    """By the portal, on the day after the last one."""
    _move(title, "expire", actor=None, at=at)


def _move(
    title: Title, name: str, *, actor: User | None, at: datetime, reason: str = "", **data: str
) -> None:
    """Move the title and forget the public pages that show it otherwise."""
    perform(title, name, actor=actor, at=at, reason=reason, **data)
    public_pages.changed()
