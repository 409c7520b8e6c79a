"""The sizes of quotas: set by the province, moved from city to city, every change on record.

Whoever changes sizes locks the cycle, then the quotas by their keys: two officers never cross.
Places are taken meanwhile; a place that is just being taken counts as used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Region, User
from quotas import policies
from quotas.models import Cycle, Place, Quota
from quotas.statuses import CycleState
from workflow import Problem, Refused, record, record_all


@dataclass(frozen=True)
class Resized:
    """What a change made of one quota."""

    quota: Quota
    before: int
    note: str = ""

    @property
    def told(self) -> dict[str, Any]:
        return {"before": self.before, "after": self.quota.size, "note": self.note}


@transaction.atomic
def set_quotas(
    cycle: Cycle,
    sizes: Mapping[Region, int],
    *,
    by: User,
    at: datetime,
    reason: str = "",
    notes: Mapping[Region, str] | None = None,
    seen: Mapping[Region, int] | None = None,
) -> None:
    """Give city-level units these sizes, all or none; units that are not named keep theirs.

    `notes` stand beside single changes. `seen` are the sizes that the officer had before them; one
    that is different by now refuses the whole. Raises PermissionDenied, and Refused with a problem
    for each unit whose number does not do; its `field` is `size_` and the unit's key.
    """
    held = _held(cycle, by)
    quotas = _quotas(held, sizes)
    present = {unit: quotas[unit].size if unit in quotas else 0 for unit in sizes}
    _refuse([_stale(unit, size) for unit, size in present.items() if _differs(unit, size, seen)])
    wanted = {unit: size for unit, size in sizes.items() if size != present[unit]}
    problems = _why_not(held, reason) if wanted else []
    done = []
    for unit, size in wanted.items():
        quota = quotas.get(unit) or Quota.objects.create(cycle=held, region=unit, size=0)
        try:
            before = _resize(quota, size)
        except Refused as refused:
            problems += [Problem(p.text, f"size_{unit.pk}") for p in refused.problems]
        else:
            done.append(Resized(quota, before, (notes or {}).get(unit, "")))
    _refuse(problems)
    if done:
        record(held, "set_quota", actor=by, at=at, reason=reason, quotas=_named(done))
        told = [(each.quota, each.told) for each in done]
        record_all(told, "set_quota", actor=by, at=at, reason=reason)


@transaction.atomic
def transfer_places(
    cycle: Cycle,
    source: Region,
    target: Region,
    count: int,
    *,
    by: User,
    at: datetime,
    reason: str,
) -> None:
    """Move `count` free places of a running cycle from one city-level unit to another.

    Raises PermissionDenied; Refused with the `field` that does not do.
    """
    held = _held(cycle, by)
    problems = _why_no_transfer(held, source, target, count, reason)
    _refuse(problems)
    quotas = _quotas(held, [source, target])
    giving = quotas.get(source)
    if giving is None:
        raise Refused([Problem(f"{source}在本周期没有名额。", "source")])
    receiving = quotas.get(target) or Quota.objects.create(cycle=held, region=target, size=0)
    free = giving.places.select_for_update(skip_locked=True).free()
    if len(free) < count:
        raise Refused([Problem(f"{source}可调出的空闲名额有 {len(free)} 个。", "count")])
    given = Resized(giving, _resize(giving, giving.size - count))
    received = Resized(receiving, _resize(receiving, receiving.size + count))
    both = _named([given, received])
    record(held, "transfer_places", actor=by, at=at, reason=reason, count=count, quotas=both)
    for side, verb, other in ((given, "give_places", target), (received, "receive_places", source)):
        told = {**side.told, "count": count, "other": other.name}
        record(side.quota, verb, actor=by, at=at, reason=reason, **told)


def _held(cycle: Cycle, by: User) -> Cycle:
    """The cycle, locked against other changes of its quotas; drafts may be begun meanwhile."""
    rows = Cycle.objects.select_for_update(of=("self",), no_key=True).with_references()
    held = rows.get(pk=cycle.pk)
    if not policies.may_run_cycle(held, by):
        raise PermissionDenied
    return held


def _quotas(cycle: Cycle, units: Iterable[Region]) -> dict[Region, Quota]:
    rows = Quota.objects.locked().filter(cycle=cycle, region__in=list(units))
    return {quota.region: quota for quota in rows}


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise Refused(problems)


def _differs(unit: Region, present: int, seen: Mapping[Region, int] | None) -> bool:
    return seen is not None and seen.get(unit, present) != present


def _stale(unit: Region, present: int) -> Problem:
    text = f"{unit}名额已由他人改为 {present} 个，请核对后再保存。"
    return Problem(text, f"size_{unit.pk}")


def _why_not(cycle: Cycle, reason: str) -> list[Problem]:
    """A running round never changes unnoticed, one that is over not at all."""
    if cycle.state == CycleState.CLOSED:
        return [Problem("周期已结束，名额不再调整。")]
    if cycle.state == CycleState.OPEN and not reason.strip():
        return [Problem("周期已启动，调整名额须写明理由。", "reason")]
    return []


def _why_no_transfer(
    cycle: Cycle, source: Region, target: Region, count: int, reason: str
) -> list[Problem]:
    problems = _why_not(cycle, reason)
    if cycle.state == CycleState.PREPARING:
        problems.append(Problem("周期尚未启动，请直接分配名额。"))
    if source == target:
        problems.append(Problem("调出与调入不能是同一个市级单位。", "target"))
    if count < 1:
        problems.append(Problem("至少调剂 1 个名额。", "count"))
    return problems


def _named(done: list[Resized]) -> list[dict[str, Any]]:
    """For the cycle's own history, which tells of several units at once."""
    return [
        {"region": each.quota.region_id, "name": each.quota.region.name, **each.told}
        for each in done
    ]


def _resize(quota: Quota, size: int) -> int:
    """Make or take away places; returns the size before. Raises Refused below what is used."""
    before = quota.size
    if size > before:
        numbers = range(before + 1, size + 1)
        Place.objects.bulk_create(Place(quota=quota, ordinal=n) for n in numbers)
    else:
        _remove_places(quota, before - size)
    quota.size = size
    quota.save(update_fields=["size"])
    return before


def _remove_places(quota: Quota, count: int) -> None:
    """Take away free places from the end; the rest stay open to be taken meanwhile."""
    free = quota.places.select_for_update(skip_locked=True).free().order_by("-ordinal")
    surplus = list(free[:count])
    if len(surplus) < count:
        held = quota.size - len(surplus)
        raise Refused(f"{quota.region}已使用 {held} 个名额，不能减少到 {quota.size - count} 个。")
    quota.places.filter(pk__in=[place.pk for place in surplus]).delete()
    # Ordinals stay 1…size: a held place beyond it moves into a gap.
    size = quota.size - count
    left = list(quota.places.order_by("ordinal"))
    gaps = sorted(set(range(1, size + 1)) - {place.ordinal for place in left})
    for place in left:
        if place.ordinal > size:
            place.ordinal = gaps.pop(0)
            place.save(update_fields=["ordinal"])
