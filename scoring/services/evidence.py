"""Evidence: files that prove a mark, added and taken away while the sheet is open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from files import services as files
from scoring.models import Evidence, Mark, Sheet
from scoring.services.sheets import SEALED
from workflow import Refused

MAX_FILES = 20
MAX_CAPTION = 120


@transaction.atomic
def add_evidence(
    mark: Mark, content: Any, *, name: str, by: Any, at: datetime, caption: str = ""
) -> Evidence:
    """Keep a file beside a mark; the same file twice is one.

    Raises Refused when the sheet is sealed, `files.services.Rejected` when the file is not
    acceptable or there are enough.
    """
    mark = Mark.objects.locked(mark.sheet_id, mark.indicator_id).get()
    if mark.sheet.is_sealed:
        raise Refused(SEALED)
    present = list(mark.evidence.select_related("file"))
    if len(present) >= MAX_FILES:
        raise files.Rejected(f"每项最多上传 {MAX_FILES} 个文件。")
    stored = files.store(content, name=name, by=by, at=at)
    for evidence in present:
        if evidence.file.digest == stored.digest:
            files.discard(stored)
            return evidence
    return Evidence.objects.create(
        mark=mark, file=stored, caption=caption.strip()[:MAX_CAPTION], added_by=by, added_at=at
    )


def add_uploads(
    sheet: Sheet, indicator_id: int, uploads: Iterable[Any], *, by: Any, at: datetime
) -> list[str]:
    """Keep several uploads beside a mark, each for itself; returns a sentence for each refusal.

    Raises Refused when the sheet is sealed.
    """
    mark = Mark.objects.get(sheet=sheet, indicator_id=indicator_id)
    sentences = []
    for upload in uploads:
        try:
            add_evidence(mark, upload, name=upload.name, by=by, at=at)
        except files.Rejected as rejected:
            sentences.append(f"{upload.name}：{rejected.sentence}")
    return sentences


@transaction.atomic
def remove_evidence(evidence: Evidence) -> None:
    """Take a file away, its content too when nothing else holds it.

    Raises Refused when the sheet is sealed.
    """
    sheet = Sheet.objects.select_for_update(no_key=True).get(pk=evidence.mark.sheet_id)
    if sheet.is_sealed:
        raise Refused(SEALED)
    stored = evidence.file
    evidence.delete()
    # A copied sheet holds the same file.
    if not Evidence.objects.holding(stored).exists():
        files.discard(stored)
