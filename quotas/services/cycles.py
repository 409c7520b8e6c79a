"""Cycles: preparing one, changing its settings with a history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import Region, User
from quotas import policies
from quotas.models import Cycle
from quotas.statuses import CycleState
from workflow import Problem, Refused, record

DEADLINES = ("nursery_deadline", "county_deadline", "city_deadline")


@transaction.atomic
def create_cycle(province: Region, values: Mapping[str, Any], *, by: User, at: datetime) -> Cycle:
    """Prepare a new cycle. `values` come from a validated form. Raises PermissionDenied."""
    cycle = Cycle(province=province, **values)
    if not policies.may_run_cycle(cycle, by):
        raise PermissionDenied
    cycle.full_clean(exclude=["state"])
    cycle.save()
    record(cycle, "create", actor=by, at=at)
    return cycle


@transaction.atomic
def change_settings(
    cycle: Cycle, changes: Mapping[str, Any], *, by: User, at: datetime, reason: str = ""
) -> Cycle:
    """Change fields of a cycle and keep what they were. `changes` come from a validated form.

    Raises PermissionDenied; Refused where a started cycle is changed without a reason, gets another
    rubric version, another year, or a deadline that is already over.
    """
    rows = Cycle.objects.select_for_update(of=("self",)).with_references()
    held = rows.get(pk=cycle.pk)
    if not policies.may_run_cycle(held, by):
        raise PermissionDenied
    changed = {
        name: [str(getattr(held, name)), str(value)]
        for name, value in changes.items()
        if getattr(held, name) != value
    }
    if not changed:
        return held
    if held.state != CycleState.PREPARING:
        _check_started(held, {name: changes[name] for name in changed}, reason, at)
    for name in changed:
        setattr(held, name, changes[name])
    held.full_clean(exclude=["state"])
    held.save()
    record(held, "change_settings", actor=by, at=at, reason=reason, changed=changed)
    return held


def _check_started(cycle: Cycle, changes: Mapping[str, Any], reason: str, at: datetime) -> None:
    """Rules never change unnoticed under a running round."""
    problems = []
    if "version" in changes:
        problems.append(Problem("周期已启动，评分表不能更换。", "version"))
    if "year" in changes:
        problems.append(Problem("周期已启动，年度不能更改。", "year"))
    for name in DEADLINES:
        if name in changes and changes[name] < timezone.localdate(at):
            label = cycle._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            problems.append(Problem(f"{label}不能改到今天以前。", name))
    if not reason.strip():
        problems.append(Problem("周期已启动，修改设置须写明理由。", "reason"))
    if problems:
        raise Refused(problems)
