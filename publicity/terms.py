"""How long a title lasts, and what it means for the next application. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


def last_day(first: date, years: int) -> date:
    """The day before the anniversary: 2023-10-10 and 2 years give 2025-10-09 (S0: 有效期 2 年).

    From a 29 February the anniversary of a common year is 1 March, so the last day is 28 February.
    """
    try:
        anniversary = first.replace(year=first.year + years)
    except ValueError:
        anniversary = date(first.year + years, 3, 1)
    return anniversary - timedelta(days=1)


def outlives(valid_until: date, cycle_year: int) -> bool:
    """Whether a title still runs when the cycle's year is over (S0: 期满后可再次申报)."""
    return valid_until > date(cycle_year, 12, 31)


@dataclass(frozen=True)
class Round:
    """A cycle as the rule of sitting out sees it."""

    year: int
    nursery_deadline: date


def sits_out(
    rounds: Iterable[Round], *, titled_in: int, revoked_on: date, barred_cycles: int
) -> list[int]:
    """The years of the cycles in which a nursery may not apply after losing its title.

    They are the first `barred_cycles` cycles after that of the title whose day for applying was
    not over at the revocation: a cycle that had passed anyway is no sitting out.
    """
    missed = sorted(
        each.year
        for each in rounds
        if each.year > titled_in and each.nursery_deadline >= revoked_on
    )
    return missed[:barred_cycles]
