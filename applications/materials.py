"""All evidence 佐证材料 of a file by indicator: one query, however much there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from scoring.models import Evidence

if TYPE_CHECKING:
    from applications.sight import Score
    from scoring.models import Indicator, Sheet


@dataclass(frozen=True)
class Group:
    """The files of one indicator on one sheet; `url` is the indicator's place on that sheet."""

    code: str
    title: str
    whose: str
    url: str
    files: list[Evidence]


def materials(scores: Sequence[Score]) -> list[Group]:
    """What was handed in with these sheets, in the order of the table, the nursery's first."""
    names = {score.sheet.pk: score.label for score in scores}
    sheets = {score.sheet.pk: score.sheet for score in scores}
    places = {pk: place for place, pk in enumerate(names)}
    found = sorted(_evidence(names), key=lambda each: _order(each, places))
    return [
        _group(list(files), names[sheet], sheets[sheet])
        for (_, sheet), files in groupby(
            found, key=lambda e: (e.mark.indicator_id, e.mark.sheet_id)
        )
    ]


def _evidence(sheets: Iterable[int]) -> list[Evidence]:
    rows = Evidence.objects.with_file().filter(mark__sheet__in=list(sheets))
    return list(rows.select_related("mark__indicator__section"))


def _order(evidence: Evidence, places: dict[int, int]) -> tuple[int, int, int, int]:
    indicator: Indicator = evidence.mark.indicator
    place = places[evidence.mark.sheet_id]
    return indicator.section.order, indicator.order, place, evidence.pk


def _group(files: list[Evidence], whose: str, sheet: Sheet) -> Group:
    indicator: Indicator = files[0].mark.indicator
    section = f"{sheet.get_absolute_url()}?section={indicator.section.code}"
    return Group(indicator.code, indicator.title, whose, f"{section}#i{indicator.code}", files)
