"""The nursery's side: beginning an application, filling in its form, letting it lapse."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from applications import guards, policies
from applications.models import Application
from applications.sheets import SELF
from nurseries.models import Nursery
from quotas.models import Cycle
from scoring import services as scoring
from workflow import Move, Problem, Refused, perform, record

UNDER_WAY = "本机构在本周期已有一件进行中的申报。"
# What must hold to begin; the rest of the submit's checklist is what the draft is for.
TO_BEGIN = (guards.cycle_is_open, guards.before_nursery_deadline, guards.eligible)


def why_no_draft(nursery: Nursery, cycle: Cycle, *, at: datetime) -> list[Problem]:
    """What stands against beginning an application now, by the guards of the submit.

    One already under way is not among it: a page that lists them knows.
    """
    begun = Application(nursery=nursery, cycle=cycle, region_id=nursery.region_id)
    move = Move("draft", None, at)
    return [problem for guard in TO_BEGIN for problem in guard.problems(begun, move)]


@transaction.atomic
def draft(nursery: Nursery, cycle: Cycle, *, by: User, at: datetime) -> Application:
    """Begin an application. Raises PermissionDenied for who does not act for the nursery, Refused
    when the cycle takes none now, the nursery is not eligible, or one is under way.
    """
    begun = Application(
        cycle=cycle,
        nursery=nursery,
        region=nursery.region,
        region_path=nursery.region.path,
        contact_name=by.name,
        contact_phone=by.phone,
        created_at=at,
    )
    if not policies.may_apply(begun, by):
        raise PermissionDenied
    # A title of this nursery that begins at the same moment is waited for.
    Nursery.objects.select_for_update(no_key=True).get(pk=nursery.pk)
    if problems := why_no_draft(nursery, cycle, at=at):
        raise Refused(problems)
    begun.self_sheet = scoring.open_sheet(cycle.version, SELF)
    # Unique until the row has a key to be numbered by.
    begun.number = f"_{begun.self_sheet.pk}"
    try:
        with transaction.atomic():
            begun.save()
    except IntegrityError as fault:
        raise Refused(UNDER_WAY) from fault
    begun.number = f"{cycle.year}{nursery.region.code}{begun.pk:05d}"
    begun.save(update_fields=["number"])
    record(begun, "draft", actor=by, at=at)
    return begun


def fingerprint(value: Any) -> str:
    """Stands for what a person saw in a field, so that a second tab never overwrites silently."""
    return hashlib.sha256(str(value).encode()).hexdigest()[:16]


class Stale(Exception):
    """Some fields were changed elsewhere in between. Nothing was saved.

    `current` is the application as it stands, `fields` are the names of those fields.
    """

    def __init__(self, current: Application, fields: list[str]) -> None:
        super().__init__("the form was saved elsewhere in between")
        self.current = current
        self.fields = fields


@transaction.atomic
def save_form(
    application: Application,
    values: Mapping[str, Any],
    *,
    by: User,
    seen: Mapping[str, str] | None = None,
) -> Application:
    """Keep some fields of the form; the application as it then stands is returned.

    `seen` names, by field, the `fingerprint` of the value that the person had before them; without
    it nothing is compared. Raises Stale when a field to be changed has another value by now,
    Refused once the file has been handed in, PermissionDenied for strangers.
    """
    rows = Application.objects.select_for_update(of=("self",)).for_list()
    held = rows.get(pk=application.pk)
    if not policies.may_apply(held, by):
        raise PermissionDenied
    if not held.is_editable:
        raise Refused(f"该申报目前为“{held.get_state_display()}”，不能再修改。")
    changed = {name: value for name, value in values.items() if getattr(held, name) != value}
    stale = [
        name
        for name in changed
        if seen is not None and seen.get(name) != fingerprint(getattr(held, name))
    ]
    if stale:
        raise Stale(held, stale)
    for name, value in changed.items():
        setattr(held, name, value)
    if changed:
        held.save(update_fields=list(changed))
    return held


def lapse_overdue(at: datetime) -> int:
    """Lapse drafts and returned files whose deadline has passed; returns how many. Repeatable."""
    lapsed = 0
    for application in Application.objects.past_deadline(at).for_list():
        try:
            perform(application, "lapse", actor=None, at=at)
            lapsed += 1
        except Refused:
            # Moved on or extended since the query; the guard has decided.
            continue
    return lapsed


def may_fill(application: Application, user: Any) -> bool:
    """Whether the nursery's own sheet and form are open to this user now."""
    return application.is_editable and policies.may_apply(application, user)
