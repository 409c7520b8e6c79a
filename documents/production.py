"""Making papers and keeping them: the part of the services that a worker runs."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import models
from django.db.models import F, Max, Q

from accounts.models import Region
from documents import sealing
from documents.models import Document, Impression, PaperText
from documents.papers import (
    application_form,
    archive,
    identity,
    letters,
    pdf,
    publication,
    score_table,
    summary_table,
    titles,
    workbook,
)
from documents.papers.paper import Paper
from documents.papers.patterns import PATTERNS
from documents.papers.places import SealPlace
from documents.papers.texts import Texts
from documents.statuses import EACH_STANDS, ENDED_BY, REPLACES, SCORES, TEXTS_OF, Kind
from files import services as files
from files import types
from quotas.models import Cycle, Quota
from workflow.models import Event

FILE_TYPES = frozenset({types.PDF, types.XLSX})
# What each paper says after an event; None where the event gives no such paper.
SAYS: dict[Kind, Callable[[Event, Texts], Paper | None]] = {
    Kind.APPLICATION_FORM: partial(application_form.paper, draft=False),
    Kind.APPLICATION_DRAFT: partial(application_form.paper, draft=True),
    **{kind: partial(score_table.paper, kind=kind) for kind in SCORES},
    Kind.SUMMARY_PDF: summary_table.paper,
    Kind.COUNTY_LETTER: letters.of_county,
    Kind.CITY_LETTER: letters.of_city,
    Kind.NOTICE: publication.notice,
    Kind.AWARD_DECISION: publication.award_decision,
    Kind.CERTIFICATE: titles.certificate,
    Kind.RECTIFICATION_ORDER: titles.rectification_order,
    Kind.ARCHIVE: archive.paper,
    Kind.REVOCATION_NOTICE: titles.revocation_notice,
    Kind.REVOCATION_DECISION: titles.revocation_decision,
}


@dataclass(frozen=True)
class Made:
    """A finished paper before it is kept; `places` say where seals go on it, `sealed` which ones
    were put and who signed.
    """

    kind: Kind
    subject: models.Model
    region_path: str
    title: str
    copies: int
    event: Event
    code: str
    content_digest: str
    content: bytes
    application_id: int | None = None
    places: tuple[SealPlace, ...] = ()
    sealed: sealing.Sealed = sealing.NOTHING


def make(kind: Kind, event: Event, *, copies: int = 1, tell: pdf.Tell = pdf.silent) -> Made | None:
    """The paper of that kind as it stood after `event`, in the texts that were in force then.

    It carries the seals of those who decided and the signature of the one it is by. The same event
    gives the same bytes, but for what a time-stamp server or an ECDSA key adds. None where the
    event gives no such paper; Refused where somebody asked for one that cannot be.
    """
    texts = texts_in_force(kind, event.at)
    if kind == Kind.SUMMARY_XLSX:
        return _make_sheet(event, texts, tell)
    paper = SAYS[kind](event, texts)
    if paper is None:
        return None
    digest = identity.content_digest(paper.facts)
    code = paper.code or _code(kind, paper.subject, event, copies, digest)
    drawn = pdf.render(
        paper.layout, paper.facts, code=code, digest=digest, copies=copies, at=event.at, tell=tell
    )
    sealed = sealing.seal(kind, event, drawn)
    return Made(
        kind=kind,
        subject=paper.subject,
        region_path=paper.region_path,
        title=paper.title,
        copies=copies,
        event=event,
        code=code,
        content_digest=digest,
        content=sealed.content,
        application_id=paper.application.pk if paper.application else None,
        places=drawn.places,
        sealed=sealed,
    )


def texts_in_force(kind: Kind, at: datetime) -> Texts:
    """The texts that papers of that kind had at that moment.

    A field that came with a later release than the version has its default.
    """
    text_kind = TEXTS_OF[kind]
    version = PaperText.objects.in_force(text_kind, at)
    return PATTERNS[text_kind].defaults | (version.texts if version else {})


def region_of(subject: Quota | Cycle) -> Region:
    return subject.region if isinstance(subject, Quota) else subject.province


def cycle_of(subject: Quota | Cycle) -> Cycle:
    return subject.cycle if isinstance(subject, Quota) else subject


def _make_sheet(event: Event, texts: Texts, tell: pdf.Tell) -> Made:
    """Row by row into a file; what the rows say is digested on the way."""
    subject, summary = summary_table.summary_after(event, texts)
    code = _code(Kind.SUMMARY_XLSX, subject, event, 1, "")
    with tempfile.TemporaryFile() as target:
        digest = workbook.write(summary, target, code=code, at=event.at, tell=tell)
        target.seek(0)
        content = target.read()
    return Made(
        kind=Kind.SUMMARY_XLSX,
        subject=subject,
        region_path=summary.path,
        title=summary_table.title_of(subject, Kind.SUMMARY_XLSX),
        copies=1,
        event=event,
        code=code,
        content_digest=digest,
        content=content,
    )


def _code(kind: Kind, subject: models.Model, event: Event, copies: int, digest: str) -> str:
    return identity.verification_code(
        kind.value, subject._meta.label_lower, subject.pk, event.pk, copies, digest
    )


def keep(made: Made, *, by: Any, at: datetime) -> Document:
    """Store a paper with its digest; earlier ones that it replaces are no longer current.

    Call inside a transaction. The same content after the same event is kept once. A paper whose
    event is older than that of one already kept, or than a move that ended it, is kept as
    superseded.
    """
    type(made.subject)._base_manager.select_for_update(of=("self",)).get(pk=made.subject.pk)
    family = Document.objects.of(made.subject).of_kinds(*REPLACES[made.kind])
    # A code says kind, subject, event, copies and content.
    document = family.filter(code=made.code).first() or _document(made, by, at)
    if _is_overtaken(made):
        document.superseded_at = document.superseded_at or at
    else:
        document.superseded_at = None
        replaced = Q(event=made.event) & ~Q(content_digest=made.content_digest)
        if made.kind not in EACH_STANDS:
            replaced |= Q(event_id__lt=made.event.pk)
        _supersede(family.current().filter(replaced).exclude(pk=document.pk), at)
    is_new = document.pk is None
    document.save()
    if is_new:
        _note_seals(document, made)
    return document


def end(event: Event, *, at: datetime) -> None:
    """What `event` ends without another paper in its place is no longer current. Repeatable."""
    ended = [kind for kind, verbs in ENDED_BY.items() if event.verb in verbs]
    papers = Document.objects.filter(
        subject_type=event.subject_type, subject_id=event.subject_id, event_id__lt=event.pk
    )
    _supersede(papers.of_kinds(*ended).current(), at)


def _is_overtaken(made: Made) -> bool:
    """Whether something newer says the same, or it was ended since."""
    if made.kind in EACH_STANDS:
        return False
    since = Event.objects.of(made.subject).filter(pk__gt=made.event.pk)
    if since.filter(verb__in=ENDED_BY.get(made.kind, ())).exists():
        return True
    same = Document.objects.of(made.subject).of_kinds(made.kind)
    newest = same.aggregate(last=Max("event_id"))["last"]
    return newest is not None and newest > made.event.pk


def _supersede(documents: Any, at: datetime) -> None:
    """From now, or from their own time where servers' clocks differ a little."""
    moment = models.functions.Greatest(F("created_at"), models.Value(at))
    documents.update(superseded_at=moment)


def _document(made: Made, by: Any, at: datetime) -> Document:
    stored = files.store(
        made.content, name=made.title, by=by, at=at, allowed=FILE_TYPES, trusted=True
    )
    return Document(
        kind=made.kind,
        subject_type=made.subject._meta.label_lower,
        subject_id=made.subject.pk,
        region_path=made.region_path,
        application_id=made.application_id,
        title=made.title,
        copies=made.copies,
        file=stored,
        sha256=stored.digest,
        content_digest=made.content_digest,
        code=made.code,
        event=made.event,
        created_at=at,
        requested_by=by,
        sealed_by="、".join(made.sealed.sealers),
        unsealed_by="、".join(made.sealed.lacking),
        certificate=made.sealed.certificate,
        signature_level=made.sealed.level,
    )


def _note_seals(document: Document, made: Made) -> None:
    """Which seal stands where, and for which decision."""
    Impression.objects.bulk_create(
        Impression(
            document=document,
            seal=each.seal,
            event=each.due.event,
            role=each.due.place.role,
            copy=each.due.place.copy,
            page=each.due.place.page,
        )
        for each in made.sealed.imprints
    )
