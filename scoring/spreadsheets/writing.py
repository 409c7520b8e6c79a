"""A rubric written as a spreadsheet that a clerk can edit; `reading` takes it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from files.workbooks import put
from scoring.layout import IndicatorSpec, Layout, SectionSpec
from scoring.spreadsheets.columns import (
    BEFORE_OPTIONS,
    COLUMNS,
    HEAD_LINES,
    HEAD_SHEET,
    HELP,
    HELP_SHEET,
    MAX_ROWS,
    NUMBER,
    TABLE_SHEET,
    Level,
)
from scoring.statuses import KIND_LABELS, Kind

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

HEAD_FONT = Font(bold=True)
HEAD_FILL = PatternFill("solid", start_color="DCE6F2")
WRAPPED = Alignment(vertical="top", wrap_text=True)


def write(layout: Layout, *, to: IO[bytes]) -> None:
    """The rubric with a sheet of hints; a row for each option, the first beside its indicator."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _write_head(book.create_sheet(HEAD_SHEET), layout)
    _write_table(book.create_sheet(TABLE_SHEET), layout)
    _write_help(book.create_sheet(HELP_SHEET))
    book.save(to)


def _write_head(sheet: Worksheet, layout: Layout) -> None:
    _write_line(sheet, 1, ("项目", "内容"), heading=True)
    for row, (label, field) in enumerate(HEAD_LINES.items(), 2):
        _write_line(sheet, row, (label, getattr(layout, field)))
        sheet.cell(row, 1).font = HEAD_FONT
    _widen(sheet, 16, 80)


def _write_table(sheet: Worksheet, layout: Layout) -> None:
    _write_line(sheet, 1, [column.heading for column in COLUMNS], heading=True)
    lines = [line for section in layout.sections for line in _lines_of(section)]
    for row, line in enumerate(lines, 2):
        _write_line(sheet, row, line)
    sheet.freeze_panes = "E2"
    _widen(sheet, *(column.width for column in COLUMNS))
    _offer(sheet, "kind", KIND_LABELS.values())
    _offer(sheet, "evidence_required", ("是", "否"))


def _write_help(sheet: Worksheet) -> None:
    hints = [(f"“{column.heading}”列", column.hint) for column in COLUMNS if column.hint]
    for row, line in enumerate([*HELP, *hints], 1):
        _write_line(sheet, row, line)
        sheet.cell(row, 1).font = HEAD_FONT
    _widen(sheet, 20, 80)


def _lines_of(section: SectionSpec) -> Iterator[list[Any]]:
    """The rows of a section: blank beside the second and further options of an indicator."""
    head: list[Any] = [section.code, section.name]
    for spec in section.indicators:
        for number, option in enumerate(spec.options or [None]):
            first = [None] * BEFORE_OPTIONS if number else [*head, *_values(spec)]
            yield [*first, option.label, option.value] if option else first
    if not section.indicators:
        yield head


def _values(spec: IndicatorSpec) -> list[Any]:
    return [
        spec.code,
        spec.title,
        Kind(spec.kind).label,
        spec.mark,
        spec.guidance,
        spec.evidence_wanted,
        "是" if spec.evidence_required else "否",
    ]


def _write_line(
    sheet: Worksheet, row: int, values: Sequence[Any], *, heading: bool = False
) -> None:
    for number, value in enumerate(values, 1):
        cell = sheet.cell(row, number)
        put(cell, value)
        cell.alignment = WRAPPED
        if heading:
            cell.font, cell.fill = HEAD_FONT, HEAD_FILL


def _widen(sheet: Worksheet, *widths: int) -> None:
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width


def _offer(sheet: Worksheet, field: str, texts: Iterable[str]) -> None:
    """A drop-down list; what else is typed is refused by the import, with a better sentence."""
    choice = DataValidation(type="list", formula1=f'"{",".join(texts)}"', allow_blank=True)
    choice.showErrorMessage = False
    sheet.add_data_validation(choice)
    letter = get_column_letter(NUMBER[Level.INDICATOR, field])
    choice.add(f"{letter}2:{letter}{MAX_ROWS}")
