"""What inspectors find: noted on site with photos, fixed when the check is finished."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from files import services as files
from files import types
from scoring.models import Indicator
from supervision.models import Finding, FindingPhoto, SpotCheck
from supervision.services.checks import lock_to_inspect
from supervision.statuses import Severity
from workflow import Problem, Refused, record

MAX_PHOTOS = 10
PHOTOS = types.PICTURES | {types.PDF}
ELSEWHERE = "该指标不在本次检查所用的评分表中。"


@transaction.atomic
def add_finding(
    check: SpotCheck,
    *,
    text: str,
    severity: Severity | str,
    indicator: Indicator | None = None,
    by: User,
    at: datetime,
) -> Finding:
    """Note something. Raises PermissionDenied, Refused (not under way, an indicator of another
    table).
    """
    held = lock_to_inspect(check, by)
    _require_own(held, indicator)
    finding = Finding.objects.create(
        spot_check=held, text=text.strip(), severity=severity, indicator=indicator, by=by, at=at
    )
    record(held, "add_finding", actor=by, at=at, finding=finding.pk)
    return finding


@transaction.atomic
def change_finding(
    finding: Finding,
    *,
    text: str,
    severity: Severity | str,
    indicator: Indicator | None = None,
    by: User,
    at: datetime,
) -> Finding:
    """Put it in other words. Raises as `add_finding` does."""
    held = lock_to_inspect(finding.spot_check, by)
    _require_own(held, indicator)
    finding.text, finding.severity, finding.indicator = text.strip(), severity, indicator
    finding.save(update_fields=["text", "severity", "indicator"])
    record(held, "change_finding", actor=by, at=at, finding=finding.pk)
    return finding


@transaction.atomic
def remove_finding(finding: Finding, *, by: User, at: datetime) -> None:
    """Take it back with its photos. Raises PermissionDenied, Refused."""
    held = lock_to_inspect(finding.spot_check, by)
    record(held, "remove_finding", actor=by, at=at, finding=finding.pk, text=finding.text)
    stored = [photo.file for photo in finding.photos.select_related("file")]
    finding.delete()
    for each in stored:
        files.discard(each)


def add_photos(finding: Finding, uploads: Iterable[Any], *, by: User, at: datetime) -> list[str]:
    """Keep pictures or papers beside a finding, each for itself; a sentence for each refusal.

    Raises PermissionDenied, Refused.
    """
    sentences = []
    for upload in uploads:
        try:
            _add_photo(finding, upload, by, at)
        except files.Rejected as rejected:
            sentences.append(f"{upload.name}：{rejected.sentence}")
    return sentences


@transaction.atomic
def _add_photo(finding: Finding, upload: Any, by: User, at: datetime) -> None:
    lock_to_inspect(finding.spot_check, by)
    present = {photo.file.digest for photo in finding.photos.select_related("file")}
    if len(present) >= MAX_PHOTOS:
        raise files.Rejected(f"每个问题最多上传 {MAX_PHOTOS} 个文件。")
    stored = files.store(upload, name=upload.name, by=by, at=at, allowed=PHOTOS)
    if stored.digest in present:
        files.discard(stored)
        return
    FindingPhoto.objects.create(finding=finding, file=stored, added_by=by, added_at=at)


@transaction.atomic
def remove_photo(photo: FindingPhoto, *, by: User, at: datetime) -> None:
    """Take one away, its content too. Raises PermissionDenied, Refused."""
    lock_to_inspect(photo.finding.spot_check, by)
    stored = photo.file
    photo.delete()
    files.discard(stored)


def _require_own(check: SpotCheck, indicator: Indicator | None) -> None:
    version_id = check.sheet.version_id if check.sheet else None
    if indicator is not None and indicator.section.version_id != version_id:
        raise Refused([Problem(ELSEWHERE, field="indicator")])
