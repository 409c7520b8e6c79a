"""How many files a county has recommended to its city, against the cap that the city set.

A file counts from the county's recommendation on: while it lies with the city, and for good once
it holds one of the city's places. Sent back, declined by the city, withdrawn or lapsed, it no
longer counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from accounts.models import Region
from quotas import services as quotas
from quotas.models import CountyCap, Cycle
from workflow import Problem

if TYPE_CHECKING:
    from applications.models import Application, ApplicationQuerySet


@dataclass(frozen=True)
class CapUse:
    """What a county may recommend (None: any number) and what it has recommended."""

    county: Region
    size: int | None
    used: int

    @property
    def left(self) -> int | None:
        return None if self.size is None else self.size - self.used


def reached(application: Application) -> Iterator[Problem]:
    """Whether the county of this file has used up its cap."""
    cycle, county = application.cycle, application.region.county_unit
    size = quotas.cap_of(cycle, county)
    if size is None:
        return
    files: Any = type(application)._default_manager
    used = files.recommended_by_counties([cycle], [county]).count()
    if used >= size:
        yield used_up(county, size, used)


def used_up(county: Region, size: int, used: int) -> Problem:
    return Problem(f"本周期{county}可推荐 {size} 件，已推荐 {used} 件，不能再推荐。")


def uses_in_city(
    files: ApplicationQuerySet, quota: Any, counties: Iterable[Region]
) -> list[CapUse]:
    """Every county of a city, capped or not; two queries."""
    counties = list(counties)
    sizes = dict(quota.caps.values_list("region", "size"))
    counted = _counted(files, [quota.cycle], counties)
    return [
        CapUse(county, sizes.get(county.pk), counted[quota.cycle_id, county.pk])
        for county in counties
    ]


def uses_of(
    files: ApplicationQuerySet, caps: Iterable[CountyCap], cycles: Iterable[Cycle]
) -> list[tuple[Cycle, CapUse]]:
    """The caps given, with what was used of each; one query beside that of the caps."""
    caps = list(caps)
    counted = _counted(files, cycles, [cap.region for cap in caps]) if caps else Counter()
    return [
        (cap.quota.cycle, CapUse(cap.region, cap.size, counted[cap.quota.cycle_id, cap.region_id]))
        for cap in caps
    ]


def _counted(
    files: ApplicationQuerySet, cycles: Iterable[Cycle], counties: Iterable[Region]
) -> Counter[tuple[int, int]]:
    """How many files count, by cycle and county."""
    found = files.recommended_by_counties(cycles, counties).order_by()
    return Counter(found.values_list("cycle", "region"))
