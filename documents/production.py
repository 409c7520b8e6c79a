"""Making papers and keeping them: the part of the services that a worker runs."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Max, Q

from accounts.models import Region
from documents.models import Document
from documents.papers import application_form, identity, pdf, summary_table, workbook
from documents.statuses import FORMS, Kind
from files import services as files
from files import types
from quotas.models import Cycle, Quota
from workflow.models import Event

# A paper of the key takes the place of earlier ones of these kinds.
REPLACES = {
    Kind.APPLICATION_FORM: FORMS,
    Kind.APPLICATION_DRAFT: (Kind.APPLICATION_DRAFT,),
    Kind.SUMMARY_PDF: (Kind.SUMMARY_PDF,),
    Kind.SUMMARY_XLSX: (Kind.SUMMARY_XLSX,),
}
FILE_TYPES = frozenset({types.PDF, types.XLSX})


@dataclass(frozen=True)
class Made:
    """A finished paper before it is kept."""

    kind: Kind
    subject: models.Model
    region_path: str
    title: str
    copies: int
    event: Event
    code: str
    content_digest: str
    content: bytes


def make_form(application_id: int, event: Event, kind: Kind, copies: int, tell: pdf.Tell) -> Made:
    """The application form with the opinions that stood after `event`."""
    application = application_form.application(application_id)
    draft = kind == Kind.APPLICATION_DRAFT
    facts = application_form.facts_of(application, until=event.at, draft=draft)
    digest = identity.content_digest(facts)
    code = _code(kind, application, event, copies, digest)
    return Made(
        kind=kind,
        subject=application,
        region_path=application.region_path,
        title=f"{application.nursery.name} {kind.label} {application.number}",
        copies=copies,
        event=event,
        code=code,
        content_digest=digest,
        content=application_form.render(
            facts, code=code, digest=digest, copies=copies, at=event.at, tell=tell
        ),
    )


def make_summary(subject: Quota | Cycle, event: Event, kind: Kind, tell: pdf.Tell) -> Made:
    """The summary table of a city (its Quota) or of the whole province (the Cycle)."""
    region, cycle = region_of(subject), cycle_of(subject)
    summary = summary_table.summary_of(cycle, region, at=event.at)
    draw = _draw_sheet if kind == Kind.SUMMARY_XLSX else _draw_page
    code, digest, content = draw(summary, subject, event, tell)
    return Made(
        kind=kind,
        subject=subject,
        region_path=region.path,
        title=f"{region.name} {kind.label} {cycle.name}",
        copies=1,
        event=event,
        code=code,
        content_digest=digest,
        content=content,
    )


def region_of(subject: Quota | Cycle) -> Region:
    return subject.region if isinstance(subject, Quota) else subject.province


def cycle_of(subject: Quota | Cycle) -> Cycle:
    return subject.cycle if isinstance(subject, Quota) else subject


def _draw_page(
    summary: summary_table.Summary, subject: Quota | Cycle, event: Event, tell: pdf.Tell
) -> tuple[str, str, bytes]:
    facts = summary_table.page_facts(summary)
    digest = identity.content_digest(facts)
    code = _code(Kind.SUMMARY_PDF, subject, event, 1, digest)
    return code, digest, summary_table.render(facts, code=code, digest=digest, at=event.at)


def _draw_sheet(
    summary: summary_table.Summary, subject: Quota | Cycle, event: Event, tell: pdf.Tell
) -> tuple[str, str, bytes]:
    """Row by row into a file; what the rows say is digested on the way."""
    code = _code(Kind.SUMMARY_XLSX, subject, event, 1, "")
    with tempfile.TemporaryFile() as target:
        digest = workbook.write(summary, target, code=code, at=event.at, tell=tell)
        target.seek(0)
        return code, digest, target.read()


def _code(kind: Kind, subject: models.Model, event: Event, copies: int, digest: str) -> str:
    return identity.verification_code(
        kind.value, subject._meta.label_lower, subject.pk, event.pk, copies, digest
    )


def keep(made: Made, *, by: Any, at: datetime) -> Document:
    """Store a paper with its digest; earlier ones that it replaces are no longer current.

    Call inside a transaction. The same content after the same event is kept once. A paper whose
    event is older than that of one already kept is kept as superseded.
    """
    type(made.subject)._base_manager.select_for_update(of=("self",)).get(pk=made.subject.pk)
    family = Document.objects.of(made.subject).of_kinds(*REPLACES[made.kind])
    document = family.filter(
        event=made.event,
        kind=made.kind,
        copies=made.copies,
        content_digest=made.content_digest,
    ).first() or _document(made, by, at)
    newest = family.filter(kind=made.kind).aggregate(last=Max("event_id"))["last"]
    if newest is not None and newest > made.event.pk:
        document.superseded_at = document.superseded_at or at
    else:
        document.superseded_at = None
        reworded = Q(event=made.event) & ~Q(content_digest=made.content_digest)
        replaced = family.current().filter(Q(event_id__lt=made.event.pk) | reworded)
        replaced.exclude(pk=document.pk).update(superseded_at=_not_before(at))
    document.save()
    return document


def _not_before(at: datetime) -> Any:
    """The later of now and the paper's own time: servers' clocks differ a little."""
    return models.functions.Greatest(F("created_at"), models.Value(at))


def _document(made: Made, by: Any, at: datetime) -> Document:
    stored = files.store(made.content, name=made.title, by=by, at=at, allowed=FILE_TYPES)
    return Document(
        kind=made.kind,
        subject_type=made.subject._meta.label_lower,
        subject_id=made.subject.pk,
        region_path=made.region_path,
        title=made.title,
        copies=made.copies,
        file=stored,
        sha256=stored.digest,
        content_digest=made.content_digest,
        code=made.code,
        event=made.event,
        created_at=at,
        requested_by=by,
    )
