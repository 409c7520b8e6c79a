"""Making papers: after an event by the portal itself, or for somebody who asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import transaction

from documents import production
from documents.models import Document, Job
from documents.statuses import MADE_AFTER, Kind
from workflow.models import Event

FAILED = "文书生成失败，请稍后重新生成；仍不成功时请联系系统管理员。"
NOTHING_TO_SAY = "目前没有可以写入该文书的内容。"


def keep_papers(event: Event, *, at: datetime) -> list[Document]:
    """The papers that read differently after `event`, made by the portal itself. Repeatable."""
    kept = []
    for kind in MADE_AFTER[event.subject_type][event.verb]:
        made = production.make(kind, event)
        if made:
            with transaction.atomic():
                kept.append(production.keep(made, by=None, at=at))
    production.end(event, at=at)
    return kept


def work(job_id: int, *, now: Callable[[], datetime]) -> Document | None:
    """Make the paper of a job; None when another worker has it or it is finished.

    What goes wrong is said to the person in one sentence and raised for the log.
    """
    job = _begin(job_id, now())
    if job is None:
        return None
    try:
        made = production.make(
            Kind(job.kind), job.event, copies=job.copies, tell=partial(_tell, job.pk)
        )
        if made is None:
            _finish(job, now(), fault=NOTHING_TO_SAY)
            return None
        with transaction.atomic():
            document = production.keep(made, by=job.asked_by, at=now())
            _finish(job, now(), document=document)
    except Exception:
        _finish(job, now(), fault=FAILED)
        raise
    return document


def waiting_jobs(at: datetime) -> list[int]:
    """The jobs that nobody works on: a message was lost, or a worker."""
    return list(Job.objects.free(at).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _begin(job_id: int, at: datetime) -> Job | None:
    rows = Job.objects.select_for_update(skip_locked=True, of=("self",))
    job = rows.free(at).select_related("event", "asked_by").filter(pk=job_id).first()
    if job:
        job.started_at = at
        job.save(update_fields=["started_at"])
    return job


def _tell(job_id: int, done: int, total: int) -> None:
    Job.objects.filter(pk=job_id).update(done=done, total=max(total, 1))


def _finish(job: Job, at: datetime, *, document: Document | None = None, fault: str = "") -> None:
    job.done_at, job.document, job.fault = at, document, fault
    job.save(update_fields=["done_at", "document", "fault"])
