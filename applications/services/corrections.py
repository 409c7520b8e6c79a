"""A nursery's answers to what a returned file is to be corrected in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from applications import policies
from applications.models import Application, Correction
from applications.statuses import Reply
from workflow import Problem, Refused

UNEXPLAINED = "选择“说明情况”的，请写明说明。"


@transaction.atomic
def answer_corrections(
    application: Application, answers: Mapping[int, tuple[str, str]], *, by: User, at: datetime
) -> None:
    """Keep answers, (reply, note) by the key of the correction; an empty reply takes one back.

    Raises PermissionDenied for strangers, Refused when the file is not with the nursery or an
    explanation is missing; then nothing is kept.
    """
    held = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if not policies.may_apply(held, by):
        raise PermissionDenied
    if not held.is_editable:
        raise Refused(f"该申报目前为“{held.get_state_display()}”，不能再答复。")
    asked = {each.pk: each for each in Correction.objects.of_last_return(held)}
    given = {pk: (reply, note.strip()) for pk, (reply, note) in answers.items() if pk in asked}
    faults = [
        Problem(UNEXPLAINED, field=f"note-{pk}")
        for pk, (reply, note) in given.items()
        if reply == Reply.EXPLAINED and not note
    ]
    if faults:
        raise Refused(faults)
    for pk, (reply, note) in given.items():
        _answer(asked[pk], reply, note, by, at)


def _answer(correction: Correction, reply: str, note: str, by: User, at: datetime) -> None:
    if (correction.reply, correction.note) == (reply, note if reply else ""):
        return
    correction.reply, correction.note = reply, note if reply else ""
    correction.replied_by, correction.replied_at = (by, at) if reply else (None, None)
    correction.save(update_fields=["reply", "note", "replied_by", "replied_at"])
