"""Which opinion stands in which cell of the form. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from applications.statuses import Tier, Verdict


class Given(Protocol):
    """An opinion as far as its place on the form depends on it."""

    tier: str
    verdict: str


Opinion = TypeVar("Opinion", bound=Given)

# A step that begins anew empties these cells.
EMPTIED_BY = {
    (Tier.COUNTY, Verdict.RETURN): (Tier.COUNTY, Tier.CITY, Tier.PROVINCE),
    (Tier.CITY, Verdict.SEND_BACK): (Tier.COUNTY, Tier.CITY),
    (Tier.PROVINCE, Verdict.SEND_BACK): (Tier.CITY, Tier.PROVINCE),
}


def standing(opinions: Iterable[Opinion]) -> dict[str, Opinion]:
    """The opinions that still stand, by tier; `opinions` come in the order they were given."""
    cells: dict[str, Opinion] = {}
    for opinion in opinions:
        emptied = EMPTIED_BY.get((Tier(opinion.tier), Verdict(opinion.verdict)))
        if emptied is None:
            cells[opinion.tier] = opinion
            continue
        for tier in emptied:
            cells.pop(tier, None)
    return cells
