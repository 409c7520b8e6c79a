"""The province's own texts of papers: changed, restored, compared. Every version is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from applications.wording import Piece, pieces
from documents import policies
from documents.models import PaperText
from documents.papers.patterns import PATTERNS
from documents.papers.texts import Pattern, Texts, cleaned
from documents.statuses import TextKind
from workflow import Problem, Refused, record


@dataclass(frozen=True)
class Version:
    """One version of the texts; `changes` are the fields that it says differently."""

    number: int
    texts: Texts
    by: Any = None
    at: datetime | None = None
    changes: tuple[tuple[str, list[Piece]], ...] = ()


class Conflict(Exception):
    """Somebody else has saved another version meanwhile; `current` is what stands now."""

    def __init__(self, current: Version) -> None:
        self.current = current
        super().__init__(f"version {current.number} came first")


def wordings() -> list[tuple[TextKind, Version]]:
    """Every kind with its current version; one query."""
    changed = {each.kind: _version(each) for each in PaperText.objects.current()}
    return [(kind, changed.get(kind.value) or _defaults(kind)) for kind in TextKind]


def texts_of(kind: TextKind, number: int | None = None) -> Version:
    """One version of the texts; the current one for no number and for an unknown one."""
    versions = PaperText.objects.of_kind(kind)
    if number == 0:
        return _defaults(kind)
    named = versions.filter(version=number).first() if number else None
    found = named or versions.first()
    return _version(found) if found else _defaults(kind)


def history(kind: TextKind) -> list[Version]:
    """All versions with what each changed, newest first."""
    kept = PaperText.objects.of_kind(kind).reverse()
    versions = [_defaults(kind), *map(_version, kept)]
    pattern = PATTERNS[kind]
    return [
        Version(later.number, later.texts, later.by, later.at, tuple(_changes(pattern, one, later)))
        for one, later in pairwise(versions)
    ][::-1]


@transaction.atomic
def reword(
    kind: TextKind, texts: Mapping[str, str], *, seen: int, by: Any, at: datetime
) -> Version:
    """Save the texts as a new version; unchanged ones make none. `seen` is the version that the
    person had before them.

    Papers of events that came before keep the texts that stood then. Raises PermissionDenied;
    Refused with a problem for each field that is wrong; Conflict when somebody was faster.
    """
    if not policies.may_reword(by):
        raise PermissionDenied
    pattern = PATTERNS[kind]
    new = {field.name: cleaned(texts[field.name]) for field in pattern.fields}
    problems = [
        Problem(sentence, field=field.name)
        for field in pattern.fields
        for sentence in pattern.faults(field, new[field.name])
    ]
    if problems:
        raise Refused(problems)
    current = texts_of(kind)
    if new == current.texts:
        return current
    if current.number != seen:
        raise Conflict(current)
    saved = _save(kind, new, seen + 1, by=by, at=at)
    record(saved, "reword", actor=by, at=at, kind=kind.value, version=saved.version)
    return _version(saved)


def _save(
    kind: TextKind, texts: Mapping[str, str], number: int, *, by: Any, at: datetime
) -> PaperText:
    """A number is given out once: of two at the same moment one comes too late."""
    try:
        with transaction.atomic():
            return PaperText.objects.create(kind=kind, version=number, texts=texts, by=by, at=at)
    except IntegrityError:
        raise Conflict(texts_of(kind)) from None


def _version(kept: PaperText) -> Version:
    """With the default of a field that came with a later release."""
    defaults = PATTERNS[TextKind(kept.kind)].defaults
    return Version(kept.version, defaults | kept.texts, kept.by, kept.at)


def _defaults(kind: TextKind) -> Version:
    return Version(0, PATTERNS[kind].defaults)


def _changes(
    pattern: Pattern, before: Version, after: Version
) -> Iterator[tuple[str, list[Piece]]]:
    for field in pattern.fields:
        old, new = before.texts[field.name], after.texts[field.name]
        if old != new:
            yield field.label, pieces(old, new)
