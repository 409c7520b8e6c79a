"""What a batch would come to, file by file, before anything is moved.

Each file is asked for the sentences that would refuse it by hand. What is scarce (the places of a
city, the cap of a county) and what depends on the files before it (the ranking) is counted over the
whole batch, in the order in which it will be carried out; the sentences are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied

from accounts.models import Region, User
from applications import caps, eligibility, guards, standings
from applications.caps import CapUse
from applications.models import Application
from applications.ranking import Ranking
from quotas import services as quotas
from quotas.models import CountyCap, Cycle, Place
from workflow import Problem, why_not
from workflow.machine import Guard

NOT_YOURS = "您无权对本件办理此事项。"
Unit = tuple[Cycle, Region]


@dataclass(frozen=True)
class Outlook:
    """`problems` by the key of the file, none where it would go through; `notes` say where
    something will run out.
    """

    problems: dict[int, list[Problem]]
    notes: list[str]


class Plenty:
    """Nothing is scarce: every file is asked for itself."""

    guards: tuple[Guard, ...] = ()

    def __init__(self, files: Sequence[Application], answers: Mapping[str, str]) -> None:
        self.ordinals = {file.pk: ordinal for ordinal, file in enumerate(files, 1)}
        self.notes: list[str] = []

    def stops(self, file: Application, *, goes: bool) -> list[Problem]:
        """What the files before it leave in its way; asked once of each, in their order.

        `goes` when nothing else stops it: then it takes what there is.
        """
        return []


class Caps(Plenty):
    """A county recommends until its cap is reached."""

    guards = (guards.county_cap_is_not_reached,)

    def __init__(self, files: Sequence[Application], answers: Mapping[str, str]) -> None:
        super().__init__(files, answers)
        cycles = {file.cycle for file in files}
        counties = {file.region.county_unit for file in files}
        rows = CountyCap.objects.of_counties(counties, cycles)
        uses = caps.uses_of(Application.objects.all(), rows, cycles)
        self.uses: dict[Unit, CapUse] = {(cycle, use.county): use for cycle, use in uses}
        self.given: dict[Unit, int] = {}
        self.last: dict[Unit, int] = {}

    def stops(self, file: Application, *, goes: bool) -> list[Problem]:
        unit = (file.cycle, file.region.county_unit)
        use, given = self.uses.get(unit), self.given.get(unit, 0)
        if use is None or use.size is None or use.left is None:
            return []
        if given < use.left:
            if goes:
                self.given[unit], self.last[unit] = given + 1, self.ordinals[file.pk]
            return []
        self._tell(use.county, use.left, self.last.get(unit))
        return [caps.used_up(use.county, use.size, use.used + given)]

    def _tell(self, county: Region, left: int, last: int | None) -> None:
        end = f"，排在第 {last} 件之后的将不能办理。" if last else "，不能再推荐。"
        note = f"{county}还可推荐 {left} 件{end}"
        if note not in self.notes:
            self.notes.append(note)


class Places(Plenty):
    """A city recommends in the order of its ranking, as long as it has places."""

    guards = (guards.place_is_left, guards.ranking_is_kept)

    def __init__(self, files: Sequence[Application], answers: Mapping[str, str]) -> None:
        super().__init__(files, answers)
        self.overruled = bool(answers.get("overrule", "").strip())
        self.rankings = rankings_of(files)
        self.free = {unit: Place.objects.of_unit(*unit).free().count() for unit in self.rankings}
        self.given: dict[Unit, list[str]] = {unit: [] for unit in self.rankings}
        self.last: dict[Unit, int] = {}

    def stops(self, file: Application, *, goes: bool) -> list[Problem]:
        unit = (file.cycle, file.region.city_unit)
        given = self.given[unit]
        before = self.rankings[unit].ahead_of(file.number)
        ahead = [number for number in before if number not in given]
        found = [standings.out_of_turn(ahead)] if ahead and not self.overruled else []
        if len(given) >= self.free[unit]:
            self._tell(unit[1], self.free[unit], self.last.get(unit))
            return [quotas.used_up(unit[1]), *found]
        if goes and not found:
            given.append(file.number)
            self.last[unit] = self.ordinals[file.pk]
        return found

    def _tell(self, city: Region, free: int, last: int | None) -> None:
        end = f"，排在第 {last} 件之后的将不能办理。" if last else "，不能再推荐。"
        note = f"{city}名额只剩 {free} 个{end}"
        if note not in self.notes:
            self.notes.append(note)


SCARCE: dict[str, type[Plenty]] = {"recommend_to_city": Caps, "recommend_to_province": Places}


def rankings_of(files: Iterable[Application]) -> dict[Unit, Ranking]:
    """What waits at each of the cities of these files, in order; two queries a city."""
    units = {(file.cycle, file.region.city_unit) for file in files}
    return {
        unit: standings.standings(Application.objects.waiting_at_city(*unit), places=0)
        for unit in units
    }


def in_order(files: Iterable[Application], move: str) -> list[Application]:
    """The files in the order in which a batch takes them: the ranking's where places are given,
    else the earlier handed in first.
    """
    found = sorted(files, key=lambda file: (file.submitted_at, file.number))
    if SCARCE.get(move) is not Places:
        return found
    ranks = {
        standing.candidate.number: standing.rank
        for ranking in rankings_of(found).values()
        for standing in ranking.standings
    }
    return sorted(found, key=lambda file: ranks.get(file.number, len(ranks) + 1))


def outlook(
    files: Sequence[Application], move: str, answers: Mapping[str, str], *, by: User, at: datetime
) -> Outlook:
    """Of files in the order of the batch, read `for_batch`: a few queries, however many files, as
    far as the move's own guards ask none.
    """
    scarce = SCARCE.get(move, Plenty)(files, answers)
    asked = eligibility.concerned({file.nursery_id for file in files}) if scarce.guards else set()
    problems = {}
    for file in files:
        # Most nurseries never had a title; nothing has to be asked about those.
        known = () if file.nursery_id in asked else (guards.still_eligible,)
        without = (*scarce.guards, *known)
        try:
            own = why_not(file, move, user=by, at=at, without=without, **answers)
        except PermissionDenied:
            problems[file.pk] = [Problem(NOT_YOURS)]
        else:
            problems[file.pk] = [*own, *scarce.stops(file, goes=not own)]
    return Outlook(problems, scarce.notes)
