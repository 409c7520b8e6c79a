"""How many files each county of a city may recommend."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from accounts.models import Region, User
from quotas.models import CountyCap, Cycle, Quota
from workflow import record


def hold_caps(cycle: Cycle, city: Region) -> None:
    """Lock the caps of a city until the end of the transaction, those still to be set too.

    Whoever counts a county's files against its cap, or changes a cap, holds this first.
    """
    Quota.objects.of_unit(cycle, city).locked().first()


def cap_of(cycle: Cycle, county: Region) -> int | None:
    """How many files the county may recommend; None for any number."""
    return CountyCap.objects.of_unit(cycle, county).values_list("size", flat=True).first()


def write_caps(
    quota: Quota, sizes: Mapping[Region, int | None], *, by: User, at: datetime, reason: str
) -> None:
    """Keep caps by county, None for any number, and record what changed.

    For who holds the caps and has counted against them: see `applications.services.set_caps`.
    """
    before = dict(quota.caps.values_list("region", "size"))
    changed = {county: size for county, size in sizes.items() if before.get(county.pk) != size}
    for county, size in changed.items():
        if size is None:
            quota.caps.filter(region=county).delete()
        else:
            CountyCap.objects.update_or_create(quota=quota, region=county, defaults={"size": size})
    if changed:
        told = [
            {"name": county.name, "before": before.get(county.pk), "after": size}
            for county, size in changed.items()
        ]
        record(quota, "set_caps", actor=by, at=at, reason=reason, caps=told)
