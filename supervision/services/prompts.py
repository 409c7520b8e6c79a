"""Prompts 提醒: the city's word to a nursery, and the nursery's answer."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.access import holds
from accounts.models import User
from publicity.models import Title
from supervision import policies
from supervision.models import Complaint, Prompt
from supervision.services.complaints import follow_complaint
from supervision.services.holding import Uploads, hold, kept
from workflow import Problem, Refused, perform, record


@transaction.atomic
def prompt(
    title: Title,
    *,
    text: str,
    by: User,
    at: datetime,
    due_on: date | None = None,
    uploads: Uploads = (),
    complaint: Complaint | None = None,
) -> Prompt:
    """S0, four (三): 市级提醒督促整改. The title is not touched; `complaint` is what led to it.

    Raises PermissionDenied, Refused, files.services.Rejected.
    """
    if not policies.may_prompt(title, by):
        raise PermissionDenied
    today = timezone.localdate(at)
    held = hold(title.pk)
    if not held.is_in_force or held.is_over(today):
        raise Refused("称号已经终止，不能再提醒。")
    if due_on is not None and due_on < today:
        raise Refused([Problem("答复期限不能早于今天。", field="due_on")])
    city = title.region.city_unit
    issued = Prompt.objects.create(
        title=title,
        body=city if holds(by, "accounts.supervise", city) else title.cycle.province,
        text=text.strip(),
        due_on=due_on,
        issued_by=by,
        issued_at=at,
    )
    issued.files.set(kept(uploads, by=by, at=at))
    record(issued, "issue", actor=by, at=at, reason=issued.text)
    if complaint:
        follow_complaint(complaint, issued, by=by, at=at)
    return issued


@transaction.atomic
def answer_prompt(
    prompt: Prompt, *, text: str, by: User, at: datetime, uploads: Uploads = ()
) -> None:
    """The nursery's one answer. Raises PermissionDenied, Refused, files.services.Rejected."""
    perform(prompt, "answer", actor=by, at=at, reason=text)
    prompt.answer_files.set(kept(uploads, by=by, at=at))
