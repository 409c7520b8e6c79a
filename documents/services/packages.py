"""Packages: asked for by the city or the province, taken away, dropped after their time."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from kombu.exceptions import OperationalError

from accounts.access import holds_province
from accounts.models import Region
from documents import policies
from documents.models import Package
from documents.papers.summary_table import recommended
from documents.services.finding import quotas_dealt_with
from quotas.models import Cycle
from workflow import Refused, record
from workflow.models import Event

logger = logging.getLogger(__name__)

NOBODY = "尚未推荐机构，没有可打包的材料。"
# How long somebody may go on with a download that was recorded.
TAKING = timedelta(days=1)


@transaction.atomic
def ask_package(cycle: Cycle, region: Region, *, by: Any, at: datetime) -> Package:
    """Ask for the submission of a city, or with the province's region of all, as one file.

    A request of theirs that is still under way is returned instead. Raises PermissionDenied,
    Refused.
    """
    if not policies.may_fill_summary(region, by):
        raise PermissionDenied
    if not recommended(cycle, region).exists():
        raise Refused(NOBODY)
    package, created = Package.objects.get_or_create(
        cycle=cycle,
        region=region,
        asked_by=by,
        done_at=None,
        defaults={"region_path": region.path, "asked_at": at},
    )
    if created:
        record(package, "ask_package", actor=by, at=at, cycle=cycle.pk)
        transaction.on_commit(partial(_send, package.pk))
    return package


def waiting_packages(at: datetime) -> list[int]:
    """Those that nobody works on: a message was lost, or a worker."""
    return list(Package.objects.free(at).order_by("pk").values_list("pk", flat=True))


def take_package(package: Package, *, by: Any, at: datetime) -> None:
    """Record that somebody takes the file away: it holds much that is personal.

    Raises Refused with a sentence when there is no file any more.
    """
    if not package.is_ready(at):
        raise Refused("该材料包已过期删除，请重新生成。")
    if not package.path.exists():
        raise Refused("材料包文件已不存在，请重新生成；反复出现时请联系系统管理员。")
    record(package, "take_package", actor=by, at=at, sha256=package.sha256)


def is_taking(package: Package, *, by: Any, at: datetime) -> bool:
    """Whether this person's download was recorded lately; its parts are not, one by one."""
    taken = Event.objects.of(package).filter(verb="take_package", actor=by)
    return package.is_ready(at) and taken.filter(at__gt=at - TAKING).exists()


def drop_packages(*, at: datetime) -> int:
    """Delete the files whose time is over, and those that belong to no package. Repeatable."""
    dropped = 0
    for key in Package.objects.over(at).values_list("pk", flat=True):
        dropped += _drop(key, at)
    _sweep()
    return dropped


@dataclass(frozen=True)
class PackageRow:
    """One body's newest package, if there is one; `region` is what to ask for."""

    region: Region
    taken: int
    package: Package | None
    is_ready: bool


def packages_of(cycle: Cycle, user: Any, *, at: datetime) -> list[PackageRow]:
    """What may be packed in a cycle, the whole province first; three queries and the grants."""
    quotas = quotas_dealt_with(cycle, user)
    bodies = [(quota.region, quota.taken) for quota in quotas]
    if holds_province(user, "accounts.decide_province"):
        bodies.insert(0, (cycle.province, sum(taken for _, taken in bodies)))
    rows = Package.objects.visible_to(user).of_cycle(cycle).newest_of_each()
    newest = {row.region_id: row for row in rows}
    return [
        PackageRow(region, taken, found, bool(found and found.is_ready(at)))
        for region, taken in bodies
        for found in [newest.get(region.pk)]
    ]


def _send(package_id: int) -> None:
    """Hand over to the workers. When the broker is away the sweep does it later."""
    try:
        current_app.send_task("documents.tasks.pack", (package_id,), retry=False)
    except OperationalError:
        logger.warning("broker away; package %s waits for the sweep", package_id)


@transaction.atomic
def _drop(key: int, at: datetime) -> int:
    rows = Package.objects.select_for_update(skip_locked=True, of=("self",))
    package = rows.over(at).filter(pk=key).first()
    if package is None:
        return 0
    package.path.unlink(missing_ok=True)
    package.dropped_at = at
    package.save(update_fields=["dropped_at"])
    record(package, "drop_package", actor=None, at=at)
    return 1


def _sweep() -> None:
    """What a killed worker has left behind. The files are listed before the packages are."""
    folder = Path(settings.PACKAGES_ROOT)
    present = list(folder.glob("*.zip"))
    kept = {package.path.name for package in Package.objects.with_file()}
    for path in present:
        if path.name not in kept:
            path.unlink(missing_ok=True)
