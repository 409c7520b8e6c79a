"""A proposal how to divide the places among the cities; nothing is saved here."""

from __future__ import annotations

from collections import Counter

from django.db.models import Count, Sum

from accounts.models import Region
from nurseries.models import Nursery
from quotas.allocation import allocate
from quotas.models import Cycle
from quotas.statuses import Basis
from workflow import Problem, Refused


def propose_quotas(cycle: Cycle, total: int, basis: Basis, least: int = 0) -> dict[int, int]:
    """`total` places divided among the city-level units, as {region key: size}.

    No unit is proposed less than `least`, nor less than it has already used. Raises Refused where
    that cannot be.
    """
    units = list(Region.objects.city_units().within(cycle.province.path))
    counted = _counted(cycle.province.path, basis)
    taken = {quota.region_id: quota.taken for quota in cycle.quotas.with_counts()}
    # The key is the code, so that a tie is decided the same way everywhere.
    weights = {unit.code: counted[unit.pk] for unit in units}
    floor = {unit.code: max(least, taken.get(unit.pk, 0)) for unit in units}
    if total < sum(floor.values()):
        used = f"各市已使用 {sum(taken.values())} 个名额"
        needed = f"，每市至少 {least} 个，合计至少 {sum(floor.values())} 个" if least else ""
        raise Refused([Problem(f"{used}{needed}，总数不能少于此数。", "total")])
    if not any(weights.values()):
        raise Refused([Problem(f"没有可作依据的{basis.label}。", "basis")])
    shares = allocate(total, weights, floor)
    return {unit.pk: shares[unit.code] for unit in units}


def _counted(path: str, basis: Basis) -> Counter[int]:
    """How many counties, filed nurseries or places for children each city-level unit has."""
    counties = Region.objects.county_units().within(path).select_related("parent")
    city_of = {county.pk: county.city_unit.pk for county in counties}
    if basis == Basis.COUNTIES:
        return Counter(city_of.values())
    filed = Nursery.objects.in_area(path).that_are_filed(True).order_by().values("region")
    measure = Sum("capacity") if basis == Basis.CAPACITY else Count("pk")
    found: Counter[int] = Counter()
    for region, n in filed.annotate(n=measure).values_list("region", "n"):
        found[city_of[region]] += n
    return found
