"""Sheets written row by row: text stays text, memory flat, equal content gives equal bytes."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.writer.excel import ExcelWriter

from documents.papers.pdf import Tell, silent
from documents.papers.summary_table import MARK, NUMBER, TEXT, Summary

# A cell that begins like this could become a formula when it is edited or exported as CSV.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
TELL_EVERY = 500
THIN = Side(style="thin", color="FF000000")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEAD_FILL = PatternFill("solid", fgColor="FFE8EDF3")
HEAD_ROWS = 3
A4 = 9


@dataclass(frozen=True)
class Style:
    font: Font
    align: Alignment
    number_format: str = "General"
    boxed: bool = True
    fill: PatternFill | None = None


BODY = Font(name="宋体", size=10)
STYLES = {
    TEXT: Style(BODY, Alignment(vertical="center", wrap_text=True), "@"),
    NUMBER: Style(BODY, Alignment(horizontal="right", vertical="center"), "0"),
    MARK: Style(BODY, Alignment(horizontal="right", vertical="center"), "0.00"),
    "title": Style(
        Font(name="宋体", size=18, bold=True), Alignment("center", "center"), boxed=False
    ),
    "facts": Style(BODY, Alignment(vertical="center"), boxed=False),
    "head": Style(
        Font(name="黑体", size=10),
        Alignment("center", "center", wrap_text=True),
        "@",
        fill=HEAD_FILL,
    ),
    "total": Style(Font(name="黑体", size=10), Alignment(horizontal="right", vertical="center")),
}


def write(
    summary: Summary, target: BinaryIO, *, code: str, at: datetime, tell: Tell = silent
) -> str:
    """Write the summary table into `target`, a file open for writing.

    Returns the sha256 of what its rows say, as hex.
    """
    digest = hashlib.sha256()
    book = Workbook(write_only=True)
    sheet = book.create_sheet("汇总表")
    cells = _Cells(sheet)
    _set_up(sheet, summary)
    width = len(summary.columns)
    sheet.append(cells.line("title", [summary.heading, *[""] * (width - 1)]))
    sheet.append(cells.line("facts", [_facts(summary, code), *[""] * (width - 1)]))
    sheet.append(cells.line("head", [column.title for column in summary.columns]))
    kinds = [column.kind for column in summary.columns]
    for number, row in enumerate(summary.rows(), start=1):
        sheet.append(cells.row(kinds, row))
        digest.update(repr(row).encode())
        if number % TELL_EVERY == 0:
            tell(number, summary.total)
    sheet.append(cells.line("total", summary.totals()))
    _save(book, target, at)
    tell(summary.counted, summary.total)
    return digest.hexdigest()


def _facts(summary: Summary, code: str) -> str:
    return "　　".join(
        [
            f"填报单位（盖章）：{summary.unit}",
            f"周期：{summary.cycle}",
            f"填报日期：{summary.filled_on}",
            "示例（非官方）",
            f"查验码：{code}",
        ]
    )


class _Cells:
    """One cell per column and style, used again for every row: styles are worked out once."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._made: dict[tuple[str, int, bool], Cell] = {}

    def line(self, style: str, values: Sequence[Any]) -> list[Cell]:
        return self.row([style] * len(values), values)

    def row(self, styles: Sequence[str], values: Sequence[Any]) -> list[Cell]:
        pairs = enumerate(zip(styles, values, strict=True))
        return [self._cell(style, place, value) for place, (style, value) in pairs]

    def _cell(self, style: str, place: int, value: Any) -> Cell:
        is_text = isinstance(value, str)
        risky = is_text and value.startswith(FORMULA_STARTS)
        cell = self._made.get((style, place, risky)) or self._make(style, place, risky)
        try:
            cell.value = value
        except IllegalCharacterError:
            # Control characters, which no sheet can hold.
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        if is_text:
            # Whatever it begins with: openpyxl would take "=1+1" for a formula.
            cell.data_type = "s"
        return cell

    def _make(self, style: str, place: int, risky: bool) -> Cell:
        wanted = STYLES[style]
        cell = WriteOnlyCell(self._sheet)
        cell.font, cell.alignment = wanted.font, wanted.align
        cell.number_format = wanted.number_format
        if wanted.boxed:
            cell.border = BOX
        if wanted.fill:
            cell.fill = wanted.fill
        if risky:
            cell.quotePrefix = True
        self._made[style, place, risky] = cell
        return cell


def _set_up(sheet: Any, summary: Summary) -> None:
    """Widths, the frozen heading, and a print set up: A4 across, the heading on every page."""
    for number, column in enumerate(summary.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    for row, height in ((1, 34), (2, 22), (3, 30)):
        sheet.row_dimensions[row].height = height
    last = get_column_letter(len(summary.columns))
    sheet.merged_cells.add(f"A1:{last}1")
    sheet.freeze_panes = f"A{HEAD_ROWS + 1}"
    sheet.print_title_rows = f"1:{HEAD_ROWS}"
    sheet.auto_filter.ref = f"A{HEAD_ROWS}:{last}{HEAD_ROWS + summary.total}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"


class _Archive(zipfile.ZipFile):
    """A zip whose members all bear one date, so that only the content decides on the bytes."""

    moment: tuple[int, int, int, int, int, int]

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        super().writestr(self._member(str(zinfo_or_arcname)), data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        with Path(filename).open("rb") as source, self.open(self._member(arcname), "w") as member:
            for block in _blocks(source):
                member.write(block)

    def _member(self, name: str) -> zipfile.ZipInfo:
        member = zipfile.ZipInfo(name, self.moment)
        member.compress_type = zipfile.ZIP_DEFLATED
        return member


def _blocks(source: BinaryIO) -> Iterator[bytes]:
    while block := source.read(1 << 20):
        yield block


def _save(book: Workbook, target: BinaryIO, at: datetime) -> None:
    moment = timezone.localtime(at).replace(tzinfo=None, microsecond=0)
    book.properties.creator = ""
    book.properties.created = book.properties.modified = moment
    with _Archive(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.moment = moment.timetuple()[:6]
        ExcelWriter(book, archive).write_data()
