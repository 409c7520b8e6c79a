"""Score sheets side by side, section by section: one query however many sheets there are.

The first column is what the others are held to: the nursery's self-score.
"""

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
from scoring.layout import plain
from scoring.models import Mark
from scoring.services import published_layout

if TYPE_CHECKING:
    from applications.sight import Score
    from scoring.layout import SectionSpec

# The experts of a step stand together in one column, as their mean.
MEANS = {step.value: f"{step.label}平均" for step in EXPERT_STEPS}
Totals = dict[int, dict[str, Decimal]]


@dataclass(frozen=True)
class Cell:
    """What a column gives for a section, and by how much that is more or less than the first.

    `url` opens the sheet at the section; a mean of several sheets has none.
    """

    mark: Decimal | None
    difference: Decimal | None
    url: str

    @property
    def tone(self) -> str:
        """lower, higher, or nothing where both are equal or one is not known."""
        if not self.difference:
            return ""
        return "lower" if self.difference < 0 else "higher"

    @property
    def words(self) -> str:
        """−2 or ＋1.5, as it stands beside the mark."""
        if not self.difference:
            return ""
        return f"{'−' if self.difference < 0 else '+'}{plain(abs(self.difference))}"


@dataclass(frozen=True)
class Line:
    """One section; `cells` stand in the order of the columns."""

    name: str
    full: Decimal
    cells: list[Cell]

    @property
    def differs(self) -> bool:
        return any(cell.tone for cell in self.cells)


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
    sections = published_layout(version_id).sections
    lines = [_line(section, list(columns.values()), totals) for section in sections]
    return Comparison(list(columns), lines)


def _line(section: SectionSpec, columns: Sequence[list[Score]], totals: Totals) -> Line:
    marks = [_mean(totals, column, section.code) for column in columns]
    cells = [
        Cell(mark, _difference(mark, marks[0]), _url(column, section.code))
        for mark, column in zip(marks, columns, strict=True)
    ]
    return Line(section.name, section.mark, cells)


def _difference(mark: Decimal | None, first: Decimal | None) -> Decimal | None:
    return mark - first if mark is not None and first is not None else None


def _url(column: list[Score], section: str) -> str:
    """The one sheet of a column at a section."""
    if len(column) > 1:
        return ""
    return f"{column[0].sheet.get_absolute_url()}?section={section}"


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
