"""Rubrics from spreadsheets: handed in, looked through, then taken as a whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from files import services as files
from files import types
from scoring import spreadsheets
from scoring.layout import Layout, as_data, digest, digest_of
from scoring.models import Rubric, RubricImport, RubricVersion
from scoring.rubric_differences import Differences, differences
from scoring.services.rubrics import (
    CHANGED_MEANWHILE,
    begin_version,
    layout_of,
    write_layout,
)
from scoring.spreadsheets import CellFault, Reading
from workflow import Refused, record

if TYPE_CHECKING:
    from accounts.models import User

APPLIED_ALREADY = "这份表格已经导入，不需要再次导入。"


@dataclass(frozen=True)
class Plan:
    """What taking a spreadsheet would do now.

    `newest` is the rubric's newest version, from which `changes` are told; None for a new rubric.
    """

    layout: Layout
    faults: tuple[CellFault, ...]
    newest: RubricVersion | None
    changes: Differences | None

    @property
    def applicable(self) -> bool:
        return not self.faults and (self.newest is None or bool(self.changes))

    @property
    def replaces(self) -> RubricVersion | None:
        """The draft whose content it takes the place of."""
        return self.newest if self.newest and not self.newest.is_published else None

    @property
    def fingerprint(self) -> str:
        """Names exactly this plan: the content, and what it meets."""
        known = self.newest and [self.newest.pk, digest(layout_of(self.newest))]
        return digest_of({"content": as_data(self.layout), "known": known})

    @property
    def target(self) -> str:
        """What becomes of it, in words."""
        if self.newest is None:
            return f"新建评分表“{self.layout.name}”，作为第 1 版草稿"
        rubric = self.newest.rubric
        if self.replaces:
            return f"替换“{rubric}”第 {self.newest.number} 版草稿的全部内容"
        return f"作为“{rubric}”的第 {self.newest.number + 1} 版草稿"


def hand_in(content: bytes, *, name: str, by: User, at: datetime) -> RubricImport:
    """Keep a spreadsheet for looking through; no rubric is touched yet.

    Raises files.workbooks.Unreadable or files.services.Rejected with a sentence for what is no
    usable spreadsheet.
    """
    spreadsheets.read(content)
    with transaction.atomic():
        stored = files.store(
            content, name=name, by=by, at=at, allowed=types.SPREADSHEETS, at_once=True
        )
        return RubricImport.objects.create(file=stored, by=by, at=at)


def look_through(handed_in: RubricImport) -> Plan:
    """What taking the spreadsheet would do now."""
    return _plan(_reading(handed_in))


@transaction.atomic
def apply(handed_in: RubricImport, *, fingerprint: str, by: User, at: datetime) -> RubricVersion:
    """Do what was looked through; `fingerprint` is that of the plan seen.

    Returns the draft. Raises PermissionDenied for somebody else's import, Refused when it was taken
    already, has faults or nothing new, or when the rubric changed since.
    """
    row = _own(handed_in, by)
    reading = _reading(row)
    rubric = Rubric.objects.select_for_update().filter(code=reading.layout.code).first()
    plan = _plan(reading)
    if not plan.applicable or plan.fingerprint != fingerprint:
        raise Refused(CHANGED_MEANWHILE)
    version = _taken(plan, rubric)
    lines = plan.changes.lines() if plan.changes else []
    record(version, "import", actor=by, at=at, file=row.file.name, changes=lines)
    row.applied_at, row.version = at, version
    row.save(update_fields=["applied_at", "version"])
    return version


@transaction.atomic
def give_up(handed_in: RubricImport, *, by: User) -> None:
    """Forget a spreadsheet that was not taken, its file included."""
    row = _own(handed_in, by)
    stored = row.file
    row.delete()
    files.discard(stored)


def _own(handed_in: RubricImport, by: User) -> RubricImport:
    rows = RubricImport.objects.select_for_update(of=("self",)).select_related("file")
    row = rows.get(pk=handed_in.pk)
    if row.by_id != by.pk:
        raise PermissionDenied
    if row.applied_at:
        raise Refused(APPLIED_ALREADY)
    return row


def _reading(handed_in: RubricImport) -> Reading:
    with files.opened(handed_in.file) as stored:
        return spreadsheets.read(stored.read())


def _plan(reading: Reading) -> Plan:
    newest = RubricVersion.objects.of(reading.layout.code).newest_first().first()
    if newest is None or reading.faults:
        return Plan(reading.layout, reading.faults, newest, None)
    return Plan(reading.layout, (), newest, differences(layout_of(newest), reading.layout))


def _taken(plan: Plan, rubric: Rubric | None) -> RubricVersion:
    """The draft with the plan's content; the rubric, where there is one, is locked."""
    layout = plan.layout
    if plan.replaces:
        write_layout(plan.replaces, layout)
        return plan.replaces
    return begin_version(
        rubric or Rubric.objects.create(code=layout.code, name=layout.name), layout
    )
