"""Score sheets side by side, section by section: one query however many sheets there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from django.db.models import Sum

from applications.statuses import EXPERT_STEPS, Step
from scoring.arithmetic import rounded
from scoring.models import Mark
from scoring.services import published_layout

if TYPE_CHECKING:
    from applications.sight import Score

# The experts of a step stand together in one column, as their mean.
MEANS = {step.value: f"{step.label}平均" for step in EXPERT_STEPS}
Totals = dict[int, dict[str, Decimal]]


@dataclass(frozen=True)
class Line:
    """One section; `marks` stand in the order of the columns, None where nothing is known."""

    name: str
    full: Decimal
    marks: list[Decimal | None]


@dataclass(frozen=True)
class Comparison:
    columns: list[str]
    lines: list[Line]


def comparison(version_id: int, scores: Sequence[Score]) -> Comparison | None:
    """The sealed ones of these scores by section; None where there are not two to compare."""
    columns = _columns(score for score in scores if score.sealed_at)
    if len(columns) < 2:
        return None
    totals = _totals([score.sheet.pk for column in columns.values() for score in column])
    lines = [
        Line(
            section.name,
            section.mark,
            [_mean(totals, column, section.code) for column in columns.values()],
        )
        for section in published_layout(version_id).sections
    ]
    return Comparison(list(columns), lines)


def _columns(scores: Iterable[Score]) -> dict[str, list[Score]]:
    columns: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        columns[MEANS.get(score.step, _short(score))].append(score)
    return columns


def _short(score: Score) -> str:
    return Step(score.step).label if score.step in Step.values else score.label


def _totals(sheets: list[int]) -> Totals:
    """By sheet and section code: what the marks add up to."""
    rows = (
        Mark.objects.filter(sheet__in=sheets)
        .order_by()
        .values_list("sheet", "indicator__section__code")
        .annotate(Sum("value"))
    )
    totals: Totals = defaultdict(dict)
    for sheet, section, total in rows:
        totals[sheet][section] = total
    return totals


def _mean(totals: Totals, column: list[Score], section: str) -> Decimal | None:
    known = [totals[score.sheet.pk].get(section) for score in column]
    marks = [Fraction(mark) for mark in known if mark is not None]
    return rounded(sum(marks, Fraction(0)) / len(marks)) if marks else None
