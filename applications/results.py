"""The result of a panel taken apart, down to the marks that its numbers are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from applications.statuses import EXPERT_STEPS, Step
from scoring import answers
from scoring import services as scoring
from scoring.arithmetic import Answered, StepResult, mark_of, mean_of, spread_of, vetoes
from scoring.layout import IndicatorSpec, Layout

if TYPE_CHECKING:
    from applications.models import Application, Review
    from scoring.arithmetic import PanelResult

# So many indicators are pointed out as those on which the experts are furthest apart.
WIDEST = 10


@dataclass(frozen=True)
class Column:
    """One sealed sheet; `counts` when it is one of the panel's, not the moderated one."""

    review: Review
    rows: Mapping[str, Answered]

    @property
    def counts(self) -> bool:
        return self.review.step in EXPERT_STEPS

    @property
    def label(self) -> str:
        return f"{self.review.get_step_display()[:2]} {self.review.reviewer}"


@dataclass(frozen=True)
class Cell:
    """What one sheet says of one indicator; a veto item brings no mark."""

    label: str
    mark: Decimal | None
    words: str
    note: str
    vetoes: bool


@dataclass(frozen=True)
class Row:
    """One indicator: what each sheet says, the mean of the panel's sheets and how far apart they
    are. A veto item brings no mark; `split` when it is answered both ways.
    """

    spec: IndicatorSpec
    cells: list[Cell]
    mean: Decimal | None
    spread: Decimal | None
    split: bool

    @property
    def notes(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.note]

    @property
    def apart(self) -> tuple[bool, Decimal]:
        return self.split, self.spread or Decimal(0)


@dataclass(frozen=True)
class StepPart:
    """One step of the computation: its sheets, its weight in per cent, what it comes to."""

    label: str
    weight: int
    columns: list[Column]
    result: StepResult


@dataclass(frozen=True)
class Veto:
    """A veto item answered "no", and on which sheets."""

    spec: IndicatorSpec
    by: list[str]


@dataclass(frozen=True)
class Outcome:
    """Everything that the result of one file is made of."""

    result: PanelResult
    steps: list[StepPart]
    moderated: Column | None
    columns: list[Column]
    vetoes: list[Veto]
    sections: list[tuple[str, list[Row]]]
    widest: list[Row]

    @property
    def panel(self) -> list[Column]:
        return [column for column in self.columns if column.counts]

    @property
    def width(self) -> int:
        """How many columns the table of marks has."""
        return len(self.columns) + 4


def outcome(application: Application) -> Outcome | None:
    """The result taken apart; None until the whole panel has sealed. One query for all marks."""
    result = application.panel_result()
    if result is None:
        return None
    columns = _columns(application)
    layout = scoring.published_layout(application.cycle.version_id)
    sections = [
        (f"{section.code} {section.name}", [_row(spec, columns) for spec in section.indicators])
        for section in layout.sections
    ]
    return Outcome(
        result=result,
        steps=_steps(application, result, columns),
        moderated=next((column for column in columns if not column.counts), None),
        columns=columns,
        vetoes=list(_vetoes(layout, columns)),
        sections=sections,
        widest=_widest([row for _, rows in sections for row in rows]),
    )


def _columns(application: Application) -> list[Column]:
    reviews = [
        review
        for step in (*EXPERT_STEPS, Step.MODERATION)
        for review in application.reviews_at(step)
        if review.sheet.sealed_at
    ]
    rows = scoring.readings(*[review.sheet for review in reviews])
    return [Column(review, rows[review.sheet_id]) for review in reviews]


def _steps(application: Application, result: PanelResult, columns: list[Column]) -> list[StepPart]:
    cycle = application.cycle
    parts = (
        (Step.PAPER, cycle.paper_weight, result.paper),
        (Step.SITE, cycle.site_weight, result.site),
    )
    return [
        StepPart(step.label, weight, [c for c in columns if c.review.step == step], found)
        for step, weight, found in parts
    ]


def _row(spec: IndicatorSpec, columns: list[Column]) -> Row:
    cells = [_cell(spec, column) for column in columns]
    given = [c.rows[spec.code].answer for c in columns if c.counts]
    if spec.is_veto:
        split = len({answer.met for answer in given if answer}) > 1
        return Row(spec, cells, mean=None, spread=None, split=split)
    marks = [mark_of(spec, answer) for answer in given if answer]
    return Row(spec, cells, mean_of(marks), spread_of(marks), split=False)


def _cell(spec: IndicatorSpec, column: Column) -> Cell:
    row = column.rows[spec.code]
    mark = None if spec.is_veto or row.answer is None else mark_of(spec, row.answer)
    words = answers.words(spec, row.answer)
    return Cell(column.label, mark, words, row.note, vetoes(spec, row.answer))


def _vetoes(layout: Layout, columns: list[Column]) -> Iterator[Veto]:
    for spec in layout.indicators():
        by = [column.label for column in columns if vetoes(spec, column.rows[spec.code].answer)]
        if by:
            yield Veto(spec, by)


def _widest(rows: list[Row]) -> list[Row]:
    """Those furthest apart, the widest first; where all agree there are none."""
    differing = [row for row in rows if any(row.apart)]
    return sorted(differing, key=lambda row: row.apart, reverse=True)[:WIDEST]


def headings(found: Outcome) -> list[str]:
    sheets = [column.label for column in found.columns]
    return ["部分", "编号", "指标", "分值", *sheets, "平均", "分差", "说明"]


def lines(found: Outcome) -> Iterator[list[Any]]:
    """The marks for a spreadsheet in the order of `headings`, then the result."""
    for section, rows in found.sections:
        for row in rows:
            notes = "；".join(f"{cell.label}：{cell.note}" for cell in row.notes)
            marks = [cell.words if cell.mark is None else cell.mark for cell in row.cells]
            full = None if row.spec.is_veto else row.spec.mark
            head = [section, row.spec.code, row.spec.title, full]
            yield [*head, *marks, row.mean, row.spread, notes]
    result = found.result
    totals = [column.review.sheet.total for column in found.columns]
    yield ["合计", "", "", None, *totals, result.mean, result.spread, "".join(result.reasons)]
