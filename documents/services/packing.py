"""Writing the file of a package: what a worker does."""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum

from documents import contents, production
from documents.models import Document, Package
from documents.models.packages import KEPT
from documents.papers.summary_table import recommended
from documents.statuses import SUMMARIES, Kind
from documents.zips import PackageWriter
from files import services as files
from quotas.models import Cycle, Quota
from scoring.models import Evidence
from workflow import record
from workflow.models import Event

FAILED = "材料包生成失败，请稍后重新生成；仍不成功时请联系系统管理员。"
NO_SPACE = "存储空间不足，材料包未能生成，请联系系统管理员。"
# What the disk keeps free for everything else, and what the papers of one nursery may come to.
RESERVE = 256 * 1024 * 1024
PAPERS_OF_ONE = 3 * 1024 * 1024
# The moves after which a summary table lists others.
CHANGE_THE_LIST = ("recommend_to_province", "send_back_to_city", "withdraw", "give_way")
Now = Callable[[], datetime]


class Lost(Exception):
    """Another worker has taken the package over."""


def build_package(package_id: int, *, now: Now) -> Package | None:
    """Write the file of a package; None when another worker has it or it is finished.

    What goes wrong is said to the person in one sentence and raised for the log.
    """
    package = _begin(package_id, now())
    if package is None:
        return None
    try:
        _write(package, now)
    except Lost:
        package.path.unlink(missing_ok=True)
        return None
    except Exception as fault:
        package.path.unlink(missing_ok=True)
        full = isinstance(fault, OSError) and fault.errno in {errno.ENOSPC, errno.EDQUOT}
        _fail(package, NO_SPACE if full else FAILED, now())
        raise
    return package


@transaction.atomic
def _begin(package_id: int, at: datetime) -> Package | None:
    rows = Package.objects.select_for_update(skip_locked=True, of=("self",))
    package = rows.free(at).for_page().filter(pk=package_id).first()
    if package:
        package.started_at = package.alive_at = at
        package.done = 0
        package.total = recommended(package.cycle, package.region).count()
        package.save(update_fields=["started_at", "alive_at", "done", "total"])
    return package


def _write(package: Package, now: Now) -> None:
    quotas = _quotas(package)
    _settle_summaries(package, quotas, now)
    package.path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    _check_space(package)
    with package.path.open("w+b") as target:
        with PackageWriter(target, moment=package.asked_at, opened=files.opened) as package_file:
            for entries in contents.of_nurseries(quotas, apart=package.is_of_province):
                package_file.add(entries)
                _tell(package, now())
            for entries in _of_bodies(package, quotas):
                package_file.add(entries)
            package_file.close(_about(package))
        target.seek(0)
        package.sha256 = hashlib.file_digest(target, "sha256").hexdigest()
        package.size = target.tell()
    package.files = package_file.packed
    package.missing = len(package_file.lines) - package_file.packed
    _finish(package, now())


def _quotas(package: Package) -> list[Quota]:
    """The city's, or all that hold a place, in the order of the regions."""
    quotas = package.cycle.quotas.with_counts().select_related("cycle__province")
    if not package.is_of_province:
        quotas = quotas.filter(region=package.region)
    return [quota for quota in quotas if quota.taken]


def _subjects(package: Package, quotas: Sequence[Quota]) -> list[Quota | Cycle]:
    return [*quotas, *([package.cycle] if package.is_of_province else [])]


def _of_bodies(package: Package, quotas: Sequence[Quota]) -> list[list[contents.Entry]]:
    apart = package.is_of_province
    found = [
        contents.of_subject(quota, contents.city_folder(number, quota) if apart else "")
        for number, quota in enumerate(quotas, start=1)
    ]
    return [*found, contents.of_subject(package.cycle)] if apart else found


def _settle_summaries(package: Package, quotas: Sequence[Quota], now: Now) -> None:
    """Summary tables that are missing, or older than the list they are of, are filled in."""
    for subject in _subjects(package, quotas):
        for kind in SUMMARIES:
            if not _is_up_to_date(subject, kind):
                _fill_in(package, subject, kind, now())
                _hold(package, now())


def _is_up_to_date(subject: Quota | Cycle, kind: Kind) -> bool:
    paper = Document.objects.of(subject).of_kinds(kind).current().first()
    if paper is None:
        return False
    moves = Event.objects.filter(
        subject_type="applications.application",
        verb__in=CHANGE_THE_LIST,
        region_path__startswith=production.region_of(subject).path,
    )
    return not moves.filter(pk__gt=paper.event_id).exists()


def _fill_in(package: Package, subject: Quota | Cycle, kind: Kind, at: datetime) -> None:
    by = package.asked_by
    with transaction.atomic():
        event = record(
            subject, "fill_summary", actor=by, at=at, form=kind.value, cycle=package.cycle_id
        )
        made = production.make(kind, event)
        if made:
            production.keep(made, by=by, at=at)


def _check_space(package: Package) -> None:
    """Stop before the disk is full, which would stop others too."""
    sheets = recommended(package.cycle, package.region).values("self_sheet")
    evidence = Evidence.objects.filter(mark__sheet__in=sheets)
    needed = (evidence.aggregate(size=Sum("file__size"))["size"] or 0) + (
        package.total * PAPERS_OF_ONE
    )
    if shutil.disk_usage(package.path.parent).free < needed + RESERVE:
        raise OSError(errno.ENOSPC, "too little space for the package")


def _about(package: Package) -> dict[str, Any]:
    return {
        "format": 1,
        "cycle": package.cycle.name,
        "body": package.region.commission,
        "asked_at": package.asked_at.isoformat(),
    }


def _hold(package: Package, at: datetime, **more: int) -> None:
    """Say that this worker is still there. Raises Lost when another has taken over."""
    mine = Package.objects.held_by(package.started_at).filter(pk=package.pk)
    if not mine.update(alive_at=at, **more):
        raise Lost


def _tell(package: Package, at: datetime) -> None:
    package.done += 1
    _hold(package, at, done=package.done)


@transaction.atomic
def _finish(package: Package, at: datetime) -> None:
    package.done_at, package.expires_at = at, at + KEPT
    _hold(package, at)
    package.save(update_fields=["done_at", "expires_at", "sha256", "size", "files", "missing"])
    record(
        package,
        "pack",
        actor=None,
        at=at,
        files=package.files,
        missing=package.missing,
        size=package.size,
        sha256=package.sha256,
    )


def _fail(package: Package, fault: str, at: datetime) -> None:
    mine = Package.objects.held_by(package.started_at).filter(pk=package.pk)
    mine.update(done_at=at, fault=fault)
