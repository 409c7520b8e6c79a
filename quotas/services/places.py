"""Single places: taken one by one under a lock, given back."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Region
from quotas.models import Cycle, Place
from workflow import Problem, Refused


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
        raise Refused([used_up(region)])
    place.taken_at = at
    place.save(update_fields=["taken_at"])
    return place


def has_free_place(cycle: Cycle, region: Region) -> bool:
    """Whether a city has a place left now; `take_place` has the last word."""
    return Place.objects.of_unit(cycle, region).free().exists()


def used_up(region: Region) -> Problem:
    return Problem(f"{region}本周期的名额已用完，不能再推荐。")


def free_place(place: Place) -> None:
    """Give a place back; call inside the transaction that lets go of it."""
    place.taken_at = None
    place.save(update_fields=["taken_at"])
