"""How far the province has come with the two goals of S2. Pure.

The numbers are those of the filing and supervision notice (S2): by 2023 three model nurseries in
each city, by 2025 one in each county. They are goals of a text, not settings of a cycle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

CITY_GOAL = 3
COUNTY_GOAL = 1


class Division(Protocol):
    """What is asked of a division of the province."""

    code: str
    name: str
    level: str
    path: str


@dataclass(frozen=True)
class CityCoverage:
    """A city with its counties; the zone has none and is itself a unit of that level."""

    code: str
    name: str
    is_city: bool
    count: int
    counties: int
    uncovered: tuple[str, ...]

    @property
    def covered(self) -> int:
        return self.counties - len(self.uncovered)

    @property
    def reaches_city_goal(self) -> bool:
        return self.count >= CITY_GOAL

    @property
    def city_goal_words(self) -> str:
        """Whether the goal for cities is met; the zone is no city."""
        if not self.is_city:
            return "不适用"
        if self.reaches_city_goal:
            return "已达标"
        return f"还差 {CITY_GOAL - self.count} 家"


@dataclass(frozen=True)
class Coverage:
    cities: tuple[CityCoverage, ...]

    @property
    def city_count(self) -> int:
        return sum(city.is_city for city in self.cities)

    @property
    def cities_met(self) -> int:
        return sum(city.is_city and city.reaches_city_goal for city in self.cities)

    @property
    def county_count(self) -> int:
        return sum(city.counties for city in self.cities)

    @property
    def counties_met(self) -> int:
        return sum(city.covered for city in self.cities)

    @property
    def total(self) -> int:
        return sum(city.count for city in self.cities)


def coverage(divisions: Iterable[Division], counts: Mapping[str, int]) -> Coverage:
    """Of all divisions, in the order of their codes; `counts` are the titled nurseries by path."""
    below: dict[str, list[Division]] = {}
    for division in divisions:
        city_path = "/".join(division.path.split("/")[:2])
        if "/" in division.path:
            below.setdefault(city_path, []).append(division)
    return Coverage(tuple(_of_city(own, counts) for own in below.values()))


def _of_city(own: list[Division], counts: Mapping[str, int]) -> CityCoverage:
    """The city-level unit is the first of its own: its code is the lowest."""
    unit, *counties = own
    is_city = unit.level == "city"
    units = counties if is_city else [unit]
    return CityCoverage(
        code=unit.code,
        name=unit.name,
        is_city=is_city,
        count=sum(counts.get(each.path, 0) for each in own),
        counties=len(units),
        uncovered=tuple(u.name for u in units if counts.get(u.path, 0) < COUNTY_GOAL),
    )
