"""Registering a nursery and keeping its record true."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.statuses import Level
from nurseries import parts as lines
from nurseries import policies, rules, wording
from nurseries.models import ClassGroup, Fee, Nursery, StaffGroup
from nurseries.parts import Parts
from workflow import Problem, Refused, record

if TYPE_CHECKING:
    from accounts.models import User

FIELDS = (
    "name",
    "credit_code",
    "registration_body",
    "registration_kind",
    "filing_receipt_number",
    "filing_date",
    "filing_county",
    "address",
    "region",
    "legal_representative",
    "head",
    "phone",
    "organiser",
    "form",
    "inclusive",
    "services_offered",
    "opened_on",
    "floor_area",
    "outdoor_area",
    "capacity",
)
# What makes the nursery this nursery of this county; its own staff cannot change it.
KEPT_BY_OFFICE = ("credit_code", "region")


class Conflict(Exception):
    """Somebody saved in between. `current` is the record as it is now; nothing was changed."""

    def __init__(self, current: Nursery) -> None:
        self.current = current
        super().__init__(f"version is {current.version}")


@transaction.atomic
def create(
    values: Mapping[str, Any], parts: Parts | None = None, *, by: User | None, at: datetime
) -> Nursery:
    """Register a nursery with all of FIELDS, and what it consists of.

    `by` is None for the portal itself. Raises PermissionDenied outside the areas that the user
    keeps, Refused with what is wrong in the values.
    """
    if by is not None and not policies.may_register_in(values["region"], by):
        raise PermissionDenied
    values = rules.normal(values)
    _check(values, parts, at)
    nursery = Nursery(**{name: values[name] for name in FIELDS}, registered_at=at, updated_at=at)
    _save(nursery)
    _replace_parts(nursery, parts or Parts())
    record(nursery, "register", actor=by, at=at)
    return nursery


@transaction.atomic
def update(
    nursery: Nursery,
    values: Mapping[str, Any],
    parts: Parts | None = None,
    *,
    seen_version: int | None,
    by: User | None,
    at: datetime,
) -> Nursery:
    """Change some of FIELDS and, with `parts`, all that the nursery consists of.

    `seen_version` is the version that the user saw; None does without the comparison. Returns the
    record as saved; when nothing differs nothing is written.

    Raises PermissionDenied, Conflict when somebody saved in between, Refused with what is wrong.
    """
    values = rules.normal(values)
    current = Nursery.objects.with_places().select_for_update(of=("self",)).get(pk=nursery.pk)
    _check_may(current, values, by)
    if seen_version is not None and seen_version != current.version:
        raise Conflict(current)
    _check({name: getattr(current, name) for name in FIELDS} | dict(values), parts, at)
    changes = _field_changes(current, values) | _part_changes(current, parts)
    if not changes:
        return current
    for name in FIELDS:
        if name in values:
            setattr(current, name, values[name])
    current.version += 1
    current.updated_at = at
    _save(current)
    if parts is not None:
        _replace_parts(current, parts)
    record(current, "update", actor=by, at=at, changes=changes)
    return current


def parts_of(nursery: Nursery) -> Parts:
    """What the nursery consists of now, as values; three queries."""
    return Parts(
        classes=tuple(
            lines.ClassLine(row.kind, row.class_count, row.children)
            for row in nursery.classes.order_by("pk")
        ),
        staff=tuple(
            lines.StaffLine(row.post, row.headcount, row.certified)
            for row in nursery.staff.order_by("pk")
        ),
        fees=tuple(
            lines.FeeLine(row.item, row.amount, row.unit) for row in nursery.fees.order_by("pk")
        ),
    )


def _check_may(current: Nursery, values: Mapping[str, Any], by: User | None) -> None:
    if by is None:
        return
    if not policies.may_edit(current, by):
        raise PermissionDenied
    moved = [n for n in KEPT_BY_OFFICE if n in values and values[n] != getattr(current, n)]
    if moved and not policies.may_keep(current, by):
        raise PermissionDenied
    if "region" in moved and not policies.may_register_in(values["region"], by):
        raise PermissionDenied


def _check(values: Mapping[str, Any], parts: Parts | None, at: datetime) -> None:
    found = rules.faults(values, on=timezone.localdate(at)) + lines.faults(parts or Parts())
    if values["region"].level not in (Level.COUNTY, Level.ZONE):
        found.append(rules.Fault("region", rules.REGION_IS_COUNTY))
    if found:
        raise Refused([Problem(fault.text, field=fault.field) for fault in found])


def _save(nursery: Nursery) -> None:
    try:
        with transaction.atomic():
            nursery.save()
    except IntegrityError as fault:
        if "nursery_credit_code_once" not in str(fault):
            raise
        raise Refused([Problem(rules.CREDIT_CODE_TAKEN, field="credit_code")]) from fault


def _field_changes(current: Nursery, values: Mapping[str, Any]) -> dict[str, list[str] | None]:
    return {
        name: wording.told(name, getattr(current, name), values[name])
        for name in FIELDS
        if name in values and values[name] != getattr(current, name)
    }


def _part_changes(current: Nursery, parts: Parts | None) -> dict[str, list[str] | None]:
    if parts is None:
        return {}
    before, after = parts_of(current), parts.filled
    return {
        name: [lines.told(getattr(before, name)), lines.told(getattr(after, name))]
        for name in wording.PARTS
        if getattr(before, name) != getattr(after, name)
    }


def _replace_parts(nursery: Nursery, parts: Parts) -> None:
    """Write the lines anew: they are few, and their order is the order of the form."""
    for model in (ClassGroup, StaffGroup, Fee):
        model._default_manager.filter(nursery=nursery).delete()
    ClassGroup.objects.bulk_create(
        ClassGroup(nursery=nursery, **vars(line)) for line in parts.filled.classes
    )
    StaffGroup.objects.bulk_create(
        StaffGroup(nursery=nursery, **vars(line)) for line in parts.filled.staff
    )
    Fee.objects.bulk_create(Fee(nursery=nursery, **vars(line)) for line in parts.filled.fees)
