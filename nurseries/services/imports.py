"""Importing the registry from a spreadsheet: handed in, looked through, then applied as a whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Region
from files import services as files
from files import types
from nurseries import columns, import_plan, policies, workbooks
from nurseries.import_plan import Action, Known, Plan, Step
from nurseries.models import Nursery, NurseryImport
from nurseries.places import Place, Places
from nurseries.wording import told
from workflow import Refused, record_all

if TYPE_CHECKING:
    from accounts.models import User

CHANGED_MEANWHILE = "核对之后登记情况有变化，请按下面的最新结果重新核对，再确认导入。"
APPLIED_ALREADY = "这份表格已经导入，不需要再次导入。"
NOTHING_TO_DO = "表中内容与登记一致，没有需要导入的内容。"


def places() -> Places:
    """All counties and the zone; one query."""
    rows = Region.objects.county_units().select_related("parent")
    return Places(Place(r.pk, r.code, r.name, r.full_name, r.path) for r in rows)


def hand_in(content: bytes, *, name: str, by: User, at: datetime) -> NurseryImport:
    """Keep a spreadsheet for looking through; nothing is registered yet.

    Raises PermissionDenied for who keeps no area, workbooks.Unreadable or files.services.Rejected
    with a sentence for what is no usable spreadsheet.
    """
    if not policies.areas_kept_by(by):
        raise PermissionDenied
    workbooks.read(content, headings=columns.HEADINGS, required=columns.REQUIRED)
    with transaction.atomic():
        stored = files.store(
            content, name=name, by=by, at=at, allowed=types.SPREADSHEETS, at_once=True
        )
        return NurseryImport.objects.create(file=stored, by=by, at=at)


def look_through(handed_in: NurseryImport, *, user: User, at: datetime) -> Plan:
    """What applying the spreadsheet would do now; two queries beside the user's grants."""
    with files.opened(handed_in.file) as stored:
        content = stored.read()
    table = workbooks.read(content, headings=columns.HEADINGS, required=columns.REQUIRED)
    counties = places()
    drafted = import_plan.draft(table, counties, on=timezone.localdate(at))
    known = _known(drafted.credit_codes, counties)
    return import_plan.plan(drafted, known, policies.areas_kept_by(user))


@transaction.atomic
def apply(handed_in: NurseryImport, *, fingerprint: str, by: User, at: datetime) -> NurseryImport:
    """Do what was looked through, all or nothing; `fingerprint` is that of the plan seen.

    Raises PermissionDenied for somebody else's import, Refused when it was applied already, when
    it has faults or nothing to do, or when the registry changed since.
    """
    row = NurseryImport.objects.select_for_update(of=("self",)).get(pk=handed_in.pk)
    if row.by_id != by.pk:
        raise PermissionDenied
    if row.applied_at:
        raise Refused(APPLIED_ALREADY)
    plan = look_through(row, user=by, at=at)
    if plan.faults or plan.fingerprint != fingerprint:
        raise Refused(CHANGED_MEANWHILE)
    if not plan.applicable:
        raise Refused(NOTHING_TO_DO)
    _register(plan.doing(Action.NEW), row, by, at)
    _change(plan.doing(Action.CHANGE), row, by, at)
    row.applied_at = at
    row.created_count, row.changed_count = plan.created, plan.changed
    row.unchanged_count = plan.unchanged
    row.save()
    return row


@transaction.atomic
def give_up(handed_in: NurseryImport, *, by: User) -> None:
    """Forget a spreadsheet that was not applied, its file included."""
    row = NurseryImport.objects.select_for_update(of=("self",)).get(pk=handed_in.pk)
    if row.by_id != by.pk:
        raise PermissionDenied
    if row.applied_at:
        raise Refused(APPLIED_ALREADY)
    stored = row.file
    row.delete()
    files.discard(stored)


def _known(codes: Collection[str], counties: Places) -> dict[str, Known]:
    rows = Nursery.objects.with_credit_codes(codes)
    return {row.credit_code: _as_known(row, counties) for row in rows}


def _as_known(nursery: Nursery, counties: Places) -> Known:
    home, filed_at = counties.at(nursery.region_id), nursery.filing_county_id
    values: dict[str, Any] = {
        "region": home,
        "filing_county": counties.at(filed_at) if filed_at else None,
    }
    for name in columns.BY_FIELD.keys() - values.keys():
        values[name] = getattr(nursery, name)
    return Known(nursery.pk, nursery.version, home.path, values)


def _assign(row: Nursery, step: Step, regions: Mapping[int, Region]) -> None:
    """Put a row's values into the record; counties come in as places, the model wants regions."""
    for name, value in step.values.items():
        setattr(row, name, regions[value.pk] if isinstance(value, Place) else value)


def _register(steps: list[Step], batch: NurseryImport, by: User, at: datetime) -> None:
    regions = _regions_of(steps)
    rows = [Nursery(registered_at=at, updated_at=at) for _ in steps]
    for row, step in zip(rows, steps, strict=True):
        _assign(row, step, regions)
    try:
        with transaction.atomic():
            Nursery.objects.bulk_create(rows)
    except IntegrityError as fault:
        raise Refused(CHANGED_MEANWHILE) from fault
    told_rows = [_told(step, batch) for step in steps]
    record_all(zip(rows, told_rows, strict=True), "register", actor=by, at=at)


def _change(steps: list[Step], batch: NurseryImport, by: User, at: datetime) -> None:
    regions = _regions_of(steps)
    by_pk = {step.known.pk: step for step in steps if step.known}
    locked = Nursery.objects.select_for_update(of=("self",)).in_bulk(by_pk)
    for pk, step in by_pk.items():
        row = locked.get(pk)
        if row is None or step.known is None or row.version != step.known.version:
            raise Refused(CHANGED_MEANWHILE)
        _assign(row, step, regions)
        row.version += 1
        row.updated_at = at
    rows = list(locked.values())
    # One INSERT … ON CONFLICT: a bulk_update of 2,000 rows takes PostgreSQL five times as long.
    Nursery.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*columns.BY_FIELD, "version", "updated_at"],
    )
    told_rows = [_told(by_pk[row.pk], batch) for row in rows]
    record_all(zip(rows, told_rows, strict=True), "update", actor=by, at=at)


def _regions_of(steps: list[Step]) -> dict[int, Region]:
    used = {v.pk for step in steps for v in step.values.values() if isinstance(v, Place)}
    return Region.objects.in_bulk(used)


def _told(step: Step, batch: NurseryImport) -> dict[str, Any]:
    facts: dict[str, Any] = {"import": batch.pk, "row": step.row}
    if step.known:
        before = step.known.values
        changed = [change.field for change in step.changes]
        facts["changes"] = {n: told(n, before[n], step.values[n]) for n in changed}
    return facts
