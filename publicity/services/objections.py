"""Objections: taken from the public, settled by the province."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from files import services as files
from files.models import StoredFile
from publicity import public_pages
from publicity.models import Notice, NoticeEntry, Objection
from publicity.statuses import EntryOutcome, ObjectionMatter, ObjectorKind
from workflow import Refused, perform, record


@transaction.atomic
def receive_objection(
    entry: NoticeEntry,
    *,
    uploads: Iterable[File[Any]] = (),
    letter: File[Any] | None = None,
    at: datetime,
    **words: str,
) -> tuple[Objection, str]:
    """Take an objection with its files as uploaded, or nothing at all; returns its code as well.

    `letter` is what a unit has sealed; `words` are those of `file_objection`. The code is told
    here once and never again. Raises Refused as `file_objection` does, files.services.Rejected for
    a file that is not taken.
    """
    kept = [_stored(each, at) for each in uploads]
    sealed = _stored(letter, at) if letter else None
    objection = file_objection(entry, evidence=kept, letter=sealed, at=at, **words)
    code = objection.issue()
    objection.save(update_fields=["code_digest"])
    return objection, code


def _stored(upload: File[Any], at: datetime) -> StoredFile:
    return files.store(upload, name=upload.name or "", by=None, at=at)


@transaction.atomic
def file_objection(
    entry: NoticeEntry,
    *,
    name: str,
    contact: str,
    content: str,
    matter: str = ObjectionMatter.OTHER,
    contact_person: str = "",
    evidence: Iterable[StoredFile] = (),
    letter: StoredFile | None = None,
    at: datetime,
) -> Objection:
    """Take an objection of the public; with a sealed `letter` and a contact person it is a unit's.

    Raises Refused outside the notice's days. The notice is locked before its conclusion can be,
    so that no award overtakes an objection.
    """
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=entry.notice_id)
    held = NoticeEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if held.outcome == EntryOutcome.AWARDED:
        raise Refused("该机构已授予称号，有问题的请向省级卫生健康委投诉举报。")
    if not notice.accepts_objections(timezone.localdate(at)):
        raise Refused("公示期已结束，不再接受异议。")
    if held.outcome != EntryOutcome.PENDING:
        raise Refused("该机构已不在公示名单中。")
    objection = Objection.objects.create(
        entry=held,
        kind=ObjectorKind.UNIT if letter else ObjectorKind.PERSON,
        name=name,
        contact_person=contact_person,
        contact=contact,
        sealed_letter=letter,
        matter=matter,
        content=content,
        filed_at=at,
        due_on=timezone.localdate(at) + timedelta(days=notice.cycle.objection_days),
    )
    objection.evidence.set(evidence)
    record(objection, "file", actor=None, at=at)
    return objection


@transaction.atomic
def uphold(objection: Objection, *, actor: User, at: datetime, reason: str, **data: Any) -> None:
    """The objection stands: the entry leaves the list, visibly, and the application ends.

    It does so after the conclusion, too, where the entry was held back. Where another objection
    has removed the entry already, only this one is settled.
    """
    perform(objection, "uphold", actor=actor, at=at, reason=reason)
    entry = NoticeEntry.objects.select_for_update(of=("self",)).get(pk=objection.entry_id)
    if entry.outcome == EntryOutcome.REMOVED:
        return
    if entry.outcome == EntryOutcome.AWARDED:
        raise Refused("该机构已授予称号，请通过监督管理撤销。")
    # The public page gives the category only; the reasoned answer goes to the objector.
    entry.outcome = EntryOutcome.REMOVED
    entry.outcome_reason = "经核查，异议成立。"
    entry.save(update_fields=["outcome", "outcome_reason"])
    perform(entry.application, "uphold_objection", actor=actor, at=at, reason="异议成立")
    public_pages.changed()
