"""A finished paper gets the seals of those who decided, and the signature of the one it is by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from accounts.models import Region
from accounts.roles import REGION
from applications.models import Application
from documents import decisions, signing, vault
from documents.models import Certificate, Seal
from documents.papers import stamping
from documents.papers.pdf import Drawn
from documents.papers.places import SealPlace
from documents.statuses import ABOUT_RECOMMENDED, Kind
from workflow.models import Event


@dataclass(frozen=True)
class Due:
    """A place where a seal belongs: the body and its decision."""

    place: SealPlace
    body: Region
    event: Event


@dataclass(frozen=True)
class Imprint:
    """A seal that was put where it was due."""

    due: Due
    seal: Seal


@dataclass(frozen=True)
class Sealed:
    """A paper with what was put on it. `lacking` had no seal when they decided."""

    content: bytes
    imprints: tuple[Imprint, ...] = ()
    lacking: tuple[str, ...] = ()
    certificate: Certificate | None = None
    level: str = ""

    @property
    def sealers(self) -> tuple[str, ...]:
        """The bodies whose seals are on it, each once."""
        return tuple(dict.fromkeys(each.due.body.commission for each in self.imprints))


NOTHING = Sealed(b"")


def seal(kind: Kind, event: Event, drawn: Drawn) -> Sealed:
    """Put on every place the seal that its body had when it decided, then sign the whole.

    A body without a seal leaves its place empty; one without a certificate leaves it unsigned.
    The same event gives the same seals whenever the paper is made. Raises vault.Locked.
    """
    due = _due(kind, event, drawn)
    if not due:
        return Sealed(drawn.content)
    imprints = _imprints(due)
    sealed = {each.due.place for each in imprints}
    lacking = dict.fromkeys(each.body.commission for each in due if each.place not in sealed)
    prepared = partial(stamping.stamped, drawn.content, _stamps(imprints))
    certificate = _certificate(kind, due, event)
    if certificate:
        signed = signing.sign(
            prepared, vault.decrypted(certificate.bundle), _said(certificate, event)
        )
        content, level = signed.content, signed.level.value
    else:
        content, level = stamping.written(prepared()) if imprints else drawn.content, ""
    return Sealed(content, tuple(imprints), tuple(lacking), certificate, level)


def _due(kind: Kind, event: Event, drawn: Drawn) -> list[Due]:
    """The places whose body has decided, in the post of that very body."""
    if not drawn.places:
        return []
    deciding = decisions.deciding(kind, event, _history(kind, event))
    paths = {place.body for place in drawn.places if place.role in deciding}
    bodies = {body.path: body for body in Region.objects.filter(path__in=paths)}
    found = [
        Due(place, bodies[place.body], deciding[place.role])
        for place in drawn.places
        if place.role in deciding
    ]
    if kind in ABOUT_RECOMMENDED:
        # The table may be asked for by the province, too: then it is no paper of the city's.
        found = [each for each in found if _is_of(each.body, event)]
    return [each for each in found if _is_of(each.body, each.event)]


def _history(kind: Kind, event: Event) -> Iterable[Event]:
    """What was decided up to the event: on its file, or on the files that the paper names."""
    earlier = Event.objects.filter(pk__lte=event.pk).select_related("post").order_by("pk")
    if kind in ABOUT_RECOMMENDED:
        named = Application.objects.filter(place__quota=event.subject_id)
        label = Application._meta.label_lower
        return earlier.filter(subject_type=label, subject_id__in=named.values("pk"))
    return earlier.filter(subject_type=event.subject_type, subject_id=event.subject_id)


def _is_of(body: Region, event: Event) -> bool:
    """Whether somebody acted in a post of that very body."""
    post = event.post
    return post is not None and post.on_type == REGION and post.on_id == body.pk


def _imprints(due: list[Due]) -> list[Imprint]:
    seals = list(Seal.objects.of_bodies({each.body for each in due}).order_by("pk"))
    return [
        Imprint(each, held)
        for each in due
        for held in seals
        if held.body_id == each.body.pk and held.stood_at(each.event.at)
    ]


def _stamps(imprints: list[Imprint]) -> list[stamping.Stamp]:
    pictures = {each.seal.pk: each.seal.picture for each in imprints}
    clear = {pk: vault.decrypted(picture) for pk, picture in pictures.items()}
    return [
        stamping.Stamp(f"Seal{each.seal.pk}", clear[each.seal.pk], each.due.place)
        for each in imprints
    ]


def _certificate(kind: Kind, due: list[Due], event: Event) -> Certificate | None:
    """That of the body whose decision caused the paper, or that wrote of what it had decided; if it
    can sign.
    """
    whole = kind in ABOUT_RECOMMENDED
    bodies = {each.body for each in due if whole or each.event.pk == event.pk}
    current = Certificate.objects.of_bodies(bodies).current().select_related("body").first()
    return current if current and current.is_valid_at(_moment(current, event)) else None


def _said(certificate: Certificate, event: Event) -> signing.Said:
    return signing.Said(
        name=certificate.body.commission,
        reason=event.label,
        location=certificate.body.full_name,
        at=_moment(certificate, event),
    )


def _moment(certificate: Certificate, event: Event) -> datetime:
    """The decision's, but none before the body had the certificate."""
    return max(event.at, certificate.in_force_from)
