"""Asking for a paper: somebody wants it, a worker makes it."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial
from typing import Any

from celery import current_app
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from kombu.exceptions import OperationalError

from applications.models import Application
from documents import policies, production
from documents.models import Job
from documents.statuses import COMPILED_BY, COPIES, MADE_AFTER, SENT_BY_CITY, Kind
from nurseries.models import Nursery
from quotas.models import Cycle, Quota
from workflow import Refused, record
from workflow.models import Event

logger = logging.getLogger(__name__)

# The moves after which the form reads differently.
FORM_VERBS = [
    verb
    for verb, kinds in MADE_AFTER["applications.application"].items()
    if Kind.APPLICATION_FORM in kinds
]
# How the act of the office is recorded.
VERBS = {Kind.CITY_LETTER: "write_letter"}


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
def request_from_city(subject: Quota | Cycle, kind: Kind, *, by: Any, at: datetime) -> Job:
    """Ask for a paper that a city sends to the province: the summary table of a city (its Quota) or
    of the whole province (the Cycle), or a city's letter.

    Writing it is an act of the office, so it is recorded. Raises PermissionDenied, Refused.
    """
    if not policies.may_fill_summary(production.region_of(subject), by):
        raise PermissionDenied
    if kind not in SENT_BY_CITY:
        raise ValueError(f"{kind} is not sent by a city")
    if kind == Kind.CITY_LETTER:
        _check_letter(subject, by)
    under_way = Job.objects.of(subject).unfinished().filter(kind=kind, asked_by=by).first()
    if under_way:
        return under_way
    cycle, verb = production.cycle_of(subject), VERBS.get(kind, "fill_summary")
    event = record(subject, verb, actor=by, at=at, form=kind.value, cycle=cycle.pk)
    return _ask(kind, subject, 1, event, by=by, at=at)


@transaction.atomic
def request_archive(nursery: Nursery, *, by: Any, at: datetime) -> Job:
    """Ask for the whole archive of a nursery as a paper of the province.

    Putting it together is an act of the office, so it is recorded. Raises PermissionDenied.
    """
    if not policies.may_compile_archive(by):
        raise PermissionDenied
    under_way = Job.objects.of(nursery).unfinished().filter(kind=Kind.ARCHIVE, asked_by=by).first()
    if under_way:
        return under_way
    event = record(nursery, COMPILED_BY[Kind.ARCHIVE], actor=by, at=at)
    return _ask(Kind.ARCHIVE, nursery, 1, event, by=by, at=at)


def _check_letter(subject: Quota | Cycle, by: Any) -> None:
    """A letter is a city's own, and about somebody."""
    if not isinstance(subject, Quota) or not policies.may_write_letter(subject.region, by):
        raise Refused("推荐函由各市自行出具。")
    if not subject.places.filter(taken_at__isnull=False).exists():
        raise Refused("尚未推荐机构，不能出具推荐函。")


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
