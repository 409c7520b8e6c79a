"""The pool of experts 专家库: profiles, days, declared ties."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from applications import policies
from applications.models import Availability, ExpertProfile, Tie
from nurseries.models import Nursery
from workflow import Problem, Refused, record

# What an expert says of oneself; where one works and how much one can bear is the province's word.
OWN_COLUMNS = ("field", "title")


@transaction.atomic
def save_profile(
    expert: User, values: Mapping[str, Any], *, by: User, at: datetime
) -> ExpertProfile:
    """Write columns of a profile; the first time, which is the province's, all of them.

    Raises PermissionDenied.
    """
    profile = ExpertProfile.objects.select_for_update().filter(user=expert).first()
    own = profile is not None and by == expert and set(values) <= set(OWN_COLUMNS)
    if not own and not policies.may_keep_pool(by):
        raise PermissionDenied
    profile = profile or ExpertProfile(user=expert)
    for name, value in values.items():
        setattr(profile, name, value)
    profile.save()
    record(profile, "save_profile", actor=by, at=at, fields=sorted(values))
    return profile


def add_days(profile: ExpertProfile, starts: date, until: date, *, by: User) -> Availability:
    """Days on which the expert can take part, both included. Raises PermissionDenied."""
    _may_keep(profile, by)
    return profile.available.create(starts=starts, until=until)


def remove_days(days: Availability, *, by: User) -> None:
    _may_keep(days.profile, by)
    days.delete()


@transaction.atomic
def declare_tie(
    profile: ExpertProfile, nursery: Nursery, what: str, *, by: User, at: datetime
) -> Tie:
    """The expert, or the province for them, declares a conflict of interest; from now on every way
    of seating them on this nursery's file is refused, and an open task asks them to recuse.

    Raises PermissionDenied, Refused when it is declared already.
    """
    _may_keep(profile, by)
    tie = Tie(profile=profile, nursery=nursery, what=what, declared_by=by, declared_at=at)
    try:
        with transaction.atomic():
            tie.save()
    except IntegrityError as fault:
        raise Refused([Problem("已申报过与该机构的利害关系。", field="nursery")]) from fault
    record(profile, "declare_tie", actor=by, at=at, reason=what, nursery=nursery.pk)
    return tie


@transaction.atomic
def withdraw_tie(tie: Tie, *, by: User, at: datetime, reason: str) -> None:
    """The province alone takes a declaration back, with the reason. Raises PermissionDenied,
    Refused without one.
    """
    if not policies.may_keep_pool(by):
        raise PermissionDenied
    if not reason.strip():
        raise Refused([Problem("请写明撤销理由。", field="reason")])
    record(
        tie.profile,
        "withdraw_tie",
        actor=by,
        at=at,
        reason=reason,
        nursery=tie.nursery_id,
        what=tie.what,
    )
    tie.delete()


def _may_keep(profile: ExpertProfile, by: User) -> None:
    if by.pk != profile.user_id and not policies.may_keep_pool(by):
        raise PermissionDenied
