"""A whole section saved at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scoring.arithmetic import Answer
from scoring.models import Evidence, Mark, Sheet
from scoring.services.evidence import add_uploads, remove_evidence
from scoring.services.sheets import Conflict, save_mark


@dataclass(frozen=True)
class Entry:
    """What somebody entered for one indicator, and the version they had before them."""

    indicator_id: int
    answer: Answer | None
    note: str
    seen_version: int


@dataclass
class Outcome:
    """What did not get through, by indicator: marks others have saved meanwhile, refused files."""

    conflicts: dict[int, Mark] = field(default_factory=dict)
    rejected: dict[int, list[str]] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return not self.conflicts and not self.rejected


def save_section(
    sheet: Sheet,
    entries: Iterable[Entry],
    uploads: Mapping[int, list[Any]],
    *,
    remove: int | None,
    by: Any,
    at: datetime,
) -> Outcome:
    """Save several answers and files, each for itself, and take one file away.

    `uploads` are files by indicator, `remove` is the key of a piece of evidence of this sheet.
    Raises Refused when the sheet is sealed.
    """
    outcome = Outcome()
    for entry in entries:
        try:
            save_mark(
                sheet,
                entry.indicator_id,
                answer=entry.answer,
                note=entry.note,
                by=by,
                at=at,
                seen_version=entry.seen_version,
            )
        except Conflict as conflict:
            outcome.conflicts[entry.indicator_id] = conflict.mark
    for indicator_id, files in uploads.items():
        rejected = add_uploads(sheet, indicator_id, files, by=by, at=at) if files else []
        if rejected:
            outcome.rejected[indicator_id] = rejected
    if remove is not None:
        _take_away(sheet, remove)
    return outcome


def _take_away(sheet: Sheet, evidence_id: int) -> None:
    evidence = Evidence.objects.with_sheet().on(sheet).filter(pk=evidence_id).first()
    if evidence is not None:
        remove_evidence(evidence)
