"""Papers: asked for or caused by a move, made by a worker, kept with digest and event."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from celery import current_app
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from kombu.exceptions import OperationalError

from accounts.access import holds_anywhere, holds_province, regions_held
from applications.models import Application
from documents import policies, production
from documents.models import SUMMARY_PERMISSIONS, Document, Job
from documents.papers import pdf
from documents.statuses import COPIES, FORMS, SUMMARIES, Kind
from quotas.models import Cycle, Quota
from workflow import Refused, record
from workflow.models import Event

logger = logging.getLogger(__name__)

# The moves after which the form reads differently.
FORM_VERBS = (
    "submit",
    "resubmit",
    "recommend_to_city",
    "decline_by_county",
    "send_back_to_county",
    "recommend_to_province",
    "decline_by_city",
    "send_back_to_city",
    "pass_review",
    "fail_review",
)
CITY_PERMISSIONS = ("accounts.review_city", "accounts.decide_city")
FAILED = "文书生成失败，请稍后重新生成；仍不成功时请联系系统管理员。"


@transaction.atomic
def request_form(application: Application, *, copies: int, by: Any, at: datetime) -> Job:
    """Ask for the application form as it stands now; the caller has shown that `by` sees the file.

    A request of theirs that is still under way is returned instead. Raises PermissionDenied,
    Refused.
    """
    if not policies.may_draw_form(application, by):
        raise PermissionDenied
    if copies not in COPIES:
        raise Refused("份数应为一份或三份。")
    events, kind = Event.objects.of(application), Kind.APPLICATION_DRAFT
    if not application.is_editable:
        events, kind = events.filter(verb__in=FORM_VERBS), Kind.APPLICATION_FORM
    event = events.last()
    if event is None:
        raise Refused("该申报未曾提交，没有申报表。")
    return _ask(kind, application, copies, event, by=by, at=at)


@transaction.atomic
def request_summary(subject: Quota | Cycle, kind: Kind, *, by: Any, at: datetime) -> Job:
    """Ask for the summary table of a city (its Quota) or of the whole province (the Cycle).

    Filling it in is an act of the office, so it is recorded. Raises PermissionDenied.
    """
    if not policies.may_fill_summary(production.region_of(subject), by):
        raise PermissionDenied
    if kind not in SUMMARIES:
        raise ValueError(f"{kind} is no summary")
    under_way = Job.objects.of(subject).unfinished().filter(kind=kind, asked_by=by).first()
    if under_way:
        return under_way
    cycle = production.cycle_of(subject)
    event = record(subject, "fill_summary", actor=by, at=at, form=kind.value, cycle=cycle.pk)
    return _ask(kind, subject, 1, event, by=by, at=at)


def _ask(
    kind: Kind, subject: models.Model, copies: int, event: Event, *, by: Any, at: datetime
) -> Job:
    job, created = Job.objects.get_or_create(
        kind=kind,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        copies=copies,
        asked_by=by,
        done_at=None,
        defaults={"event": event, "asked_at": at, "total": copies},
    )
    if created:
        transaction.on_commit(partial(_send, job.pk))
    return job


def _send(job_id: int) -> None:
    """Hand over to the workers. When the broker is away the sweep does it later."""
    try:
        current_app.send_task("documents.tasks.work", (job_id,), retry=False)
    except OperationalError:
        logger.warning("broker away; job %s waits for the sweep", job_id)


def work(job_id: int, *, now: Callable[[], datetime]) -> Document | None:
    """Make the paper of a job; None when another worker has it or it is finished.

    What goes wrong is said to the person in one sentence and raised for the log.
    """
    job = _begin(job_id, now())
    if job is None:
        return None
    try:
        made = _make(job)
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


def keep_form(event: Event, *, at: datetime) -> Document:
    """The form as it stands after `event`, made by the portal itself. Repeatable."""
    form = Kind.APPLICATION_FORM
    made = production.make_form(event.subject_id, event, form, 1, pdf.silent)
    with transaction.atomic():
        return production.keep(made, by=None, at=at)


@transaction.atomic
def _begin(job_id: int, at: datetime) -> Job | None:
    rows = Job.objects.select_for_update(skip_locked=True, of=("self",))
    job = rows.free(at).select_related("event", "asked_by").filter(pk=job_id).first()
    if job:
        job.started_at = at
        job.save(update_fields=["started_at"])
    return job


def _make(job: Job) -> production.Made:
    kind, tell = Kind(job.kind), partial(_tell, job.pk)
    if kind in FORMS:
        return production.make_form(job.subject_id, job.event, kind, job.copies, tell)
    model: type[Quota | Cycle] = Quota if job.subject_type == "quotas.quota" else Cycle
    subject = model._default_manager.get(pk=job.subject_id)
    return production.make_summary(subject, job.event, kind, tell)


def _tell(job_id: int, done: int, total: int) -> None:
    Job.objects.filter(pk=job_id).update(done=done, total=max(total, 1))


def _finish(job: Job, at: datetime, *, document: Document | None = None, fault: str = "") -> None:
    job.done_at, job.document, job.fault = at, document, fault
    job.save(update_fields=["done_at", "document", "fault"])


@dataclass(frozen=True)
class Papers:
    """What a page shows of a subject's papers: those that are current, and one's own requests."""

    documents: list[Document]
    jobs: list[Job]


def documents_of(subject: models.Model, user: Any) -> Papers:
    """The current papers of one subject that `user` may see, newest first; two queries."""
    documents = Document.objects.visible_to(user).of(subject).current().for_list()
    jobs = Job.objects.visible_to(user).of(subject).unfinished().order_by("pk")
    return Papers(list(documents.newest_first()), list(jobs))


def cycles_with_summaries(user: Any) -> list[Cycle]:
    """The newest cycles whose summary tables the user deals with; no query for anybody else."""
    if not holds_anywhere(user, *SUMMARY_PERMISSIONS):
        return []
    return list(Cycle.objects.visible_to(user).newest_first()[:2])


@dataclass(frozen=True)
class SummaryRow:
    """One body's summary table as far as there is one; `quota` is None for the whole province."""

    name: str
    quota: int | None
    size: int
    taken: int
    documents: list[Document]


def summaries_of(cycle: Cycle, user: Any) -> list[SummaryRow]:
    """The summary tables of a cycle that `user` may fill in: a city its own, the province all.

    The same few queries however many.
    """
    everywhere = holds_province(user, "accounts.decide_province")
    own = {region.pk for p in CITY_PERMISSIONS for region in regions_held(user, p)}
    quotas = [quota for quota in cycle.quotas.with_counts() if everywhere or quota.region_id in own]
    whole = [cycle] if everywhere else []
    subjects: list[Quota | Cycle] = [*whole, *quotas]
    found: dict[tuple[str, int], list[Document]] = {}
    papers = Document.objects.of_any(subjects).of_kinds(*SUMMARIES).current().for_list()
    for document in papers.order_by("kind"):
        found.setdefault((document.subject_type, document.subject_id), []).append(document)
    return [_summary_row(subject, quotas, found) for subject in subjects]


def _summary_row(
    subject: Quota | Cycle,
    quotas: list[Quota],
    found: dict[tuple[str, int], list[Document]],
) -> SummaryRow:
    counted = [subject] if isinstance(subject, Quota) else quotas
    region = production.region_of(subject)
    return SummaryRow(
        name=region.name if isinstance(subject, Quota) else f"{region.name}（全省）",
        quota=subject.pk if isinstance(subject, Quota) else None,
        size=sum(quota.size for quota in counted),
        taken=sum(quota.taken for quota in counted),
        documents=found.get((subject._meta.label_lower, subject.pk), []),
    )
