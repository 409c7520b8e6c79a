"""Cycles with their settings, and places: created with the quota, taken one by one under a lock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import Region, User
from nurseries.models import Nursery
from quotas import policies
from quotas.allocation import allocate
from quotas.models import Cycle, Place, Quota
from quotas.statuses import Basis, CycleState
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
def set_quota(cycle: Cycle, region: Region, size: int, *, by: User | None, at: datetime) -> Quota:
    """Give a city-level unit `size` places. Raises Refused below the number already taken."""
    quota, created = Quota.objects.select_for_update().get_or_create(
        cycle=cycle, region=region, defaults={"size": 0}
    )
    before = quota.size
    if size == before and not created:
        return quota
    if size > before:
        Place.objects.bulk_create(
            Place(quota=quota, ordinal=n) for n in range(before + 1, size + 1)
        )
    else:
        _remove_places(quota, before - size)
    quota.size = size
    quota.save()
    record(
        cycle,
        "set_quota",
        actor=by,
        at=at,
        region=region.pk,
        name=region.name,
        before=before,
        after=size,
    )
    return quota


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


@transaction.atomic
def set_quotas(cycle: Cycle, sizes: Mapping[Region, int], *, by: User, at: datetime) -> None:
    """Set the quotas of many units, all or none.

    Raises PermissionDenied, and Refused with one problem for each unit whose number does not do;
    its `field` is `size_` and the unit's key.
    """
    if not policies.may_run_cycle(cycle, by):
        raise PermissionDenied
    known = set(cycle.quotas.values_list("region", flat=True))
    problems = []
    for region, size in sizes.items():
        if size == 0 and region.pk not in known:
            continue
        try:
            set_quota(cycle, region, size, by=by, at=at)
        except Refused as refused:
            problems += [Problem(p.text, f"size_{region.pk}") for p in refused.problems]
    if problems:
        raise Refused(problems)


def propose_quotas(cycle: Cycle, total: int, basis: Basis) -> dict[int, int]:
    """`total` places divided among the city-level units, as {region key: size}; nothing is saved.

    No unit is proposed less than it has already used. Raises Refused where that cannot be.
    """
    units = list(Region.objects.city_units().within(cycle.province.path))
    counted = _counted(cycle.province.path, basis)
    taken = {quota.region_id: quota.taken for quota in cycle.quotas.with_counts()}
    # The key is the code, so that a tie is decided the same way everywhere.
    weights = {unit.code: counted[unit.pk] for unit in units}
    held = {unit.code: taken.get(unit.pk, 0) for unit in units}
    if total < sum(held.values()):
        raise Refused(
            [Problem(f"各市已使用 {sum(held.values())} 个名额，总数不能少于此数。", "total")]
        )
    if not any(weights.values()):
        raise Refused([Problem(f"没有可作依据的{basis.label}。", "basis")])
    shares = allocate(total, weights, held)
    return {unit.pk: shares[unit.code] for unit in units}


def _counted(path: str, basis: Basis) -> Counter[int]:
    """How many counties or filed nurseries each city-level unit has."""
    counties = Region.objects.county_units().within(path).select_related("parent")
    city_of = {county.pk: county.city_unit.pk for county in counties}
    if basis == Basis.COUNTIES:
        return Counter(city_of.values())
    filed = Nursery.objects.in_area(path).that_are_filed(True).order_by().values("region")
    found: Counter[int] = Counter()
    for region, n in filed.annotate(n=Count("pk")).values_list("region", "n"):
        found[city_of[region]] += n
    return found


def take_place(cycle: Cycle, region: Region, *, at: datetime) -> Place:
    """Take a free place of a city-level unit; call inside a transaction.

    A row that another transaction is just taking is passed over, never waited for. Raises Refused
    when none is free.
    """
    # Only the place itself is locked: a locked quota row would hide its other places as well.
    place = (
        Place.objects.select_for_update(skip_locked=True, of=("self",))
        .of_unit(cycle, region)
        .free()
        .order_by("ordinal")
        .first()
    )
    if place is None:
        raise Refused(f"{region}本周期的名额已用完，不能再推荐。")
    place.taken_at = at
    place.save(update_fields=["taken_at"])
    return place


def free_place(place: Place) -> None:
    """Give a place back; call inside the transaction that lets go of it."""
    place.taken_at = None
    place.save(update_fields=["taken_at"])


@transaction.atomic
def change_settings(
    cycle: Cycle, changes: Mapping[str, Any], *, by: User, at: datetime, reason: str = ""
) -> Cycle:
    """Change fields of a cycle and keep what they were. `changes` come from a validated form.

    Raises PermissionDenied; Refused where a started cycle is changed without a reason, gets another
    rubric version, or a deadline that is already over.
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
    for name in DEADLINES:
        if name in changes and changes[name] < timezone.localdate(at):
            label = cycle._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            problems.append(Problem(f"{label}不能改到今天以前。", name))
    if not reason.strip():
        problems.append(Problem("周期已启动，修改设置须写明理由。", "reason"))
    if problems:
        raise Refused(problems)
