"""Sheets written row by row: text stays text, memory flat, equal content gives equal bytes.

openpyxl writes the book with its heading; the rows below are spliced into its sheet, because its
own way of writing a cell takes most of the time and every cell of a column looks the same.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from documents.papers.pdf import Tell, silent
from documents.papers.summary_table import MARK, NUMBER, TEXT, Summary

# A cell that begins like this could become a formula when it is edited or exported as CSV.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
TELL_EVERY = 500
END_OF_ROWS = b"</sheetData>"
THIN = Side(style="thin", color="FF000000")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEAD_FILL = PatternFill("solid", fgColor="FFE8EDF3")
HEAD_ROWS = 3
A4 = 9
TITLE, FACTS, HEAD, TOTAL = "title", "facts", "head", "total"


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
    TITLE: Style(Font(name="宋体", size=18, bold=True), Alignment("center", "center"), boxed=False),
    FACTS: Style(BODY, Alignment(vertical="center"), boxed=False),
    HEAD: Style(
        Font(name="黑体", size=10),
        Alignment("center", "center", wrap_text=True),
        "@",
        fill=HEAD_FILL,
    ),
    TOTAL: Style(Font(name="黑体", size=10), Alignment(horizontal="right", vertical="center")),
}


def write(
    summary: Summary, target: BinaryIO, *, code: str, at: datetime, tell: Tell = silent
) -> str:
    """Write the summary table into `target`, a file open for writing.

    Returns the sha256 of what it says, as hex.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("汇总表")
    _set_up(sheet, summary)
    width = len(summary.columns)
    for style, first in ((TITLE, summary.heading), (FACTS, _facts(summary, code))):
        sheet.append([_styled(sheet, style, text) for text in (first, *[""] * (width - 1))])
    sheet.append([_styled(sheet, HEAD, column.title) for column in summary.columns])
    rows = _Rows(sheet, summary, tell)
    moment = timezone.localtime(at).replace(tzinfo=None, microsecond=0)
    book.properties.creator = ""
    book.properties.created = book.properties.modified = moment
    with _Archive(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.moment, archive.rows = moment.timetuple()[:6], rows
        ExcelWriter(book, archive).write_data()
    tell(summary.counted, summary.total)
    return rows.digest.hexdigest()


def _facts(summary: Summary, code: str) -> str:
    facts = [
        f"填报单位（盖章）：{summary.unit}",
        f"周期：{summary.cycle}",
        f"填报日期：{summary.filled_on}",
        summary.marking,
        f"查验码：{code}",
    ]
    return "　　".join(filter(None, facts))


def _styled(sheet: Any, style: str, value: str = "", *, risky: bool = False) -> Cell:
    wanted = STYLES[style]
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
    # Whatever it begins with: openpyxl would take "=1+1" for a formula.
    cell.data_type = "s"
    cell.font, cell.alignment = wanted.font, wanted.align
    cell.number_format = wanted.number_format
    if wanted.boxed:
        cell.border = BOX
    if wanted.fill:
        cell.fill = wanted.fill
    if risky:
        cell.quotePrefix = True
    return cell


class _Rows:
    """The rows below the heading as XML, with the numbers of styles that the book knows.

    `digest` grows with them.
    """

    def __init__(self, sheet: Any, summary: Summary, tell: Tell) -> None:
        self._summary, self._tell = summary, tell
        self._letters = [get_column_letter(n + 1) for n in range(len(summary.columns))]
        self._styles = {style: _styled(sheet, style).style_id for style in STYLES}
        self._risky = {style: _styled(sheet, style, risky=True).style_id for style in STYLES}
        said = (summary.heading, summary.marking, summary.unit, summary.cycle, summary.filled_on)
        self.digest = hashlib.sha256(repr(said).encode())

    def __iter__(self) -> Iterator[bytes]:
        kinds = [column.kind for column in self._summary.columns]
        number = HEAD_ROWS
        for number, row in enumerate(self._summary.rows(), start=HEAD_ROWS + 1):
            self.digest.update(repr(row).encode())
            yield self._row(number, kinds, row)
            if self._summary.counted % TELL_EVERY == 0:
                self._tell(self._summary.counted, self._summary.total)
        yield self._row(number + 1, [TOTAL] * len(kinds), self._summary.totals())

    def _row(self, number: int, styles: Sequence[str], values: Sequence[Any]) -> bytes:
        cells = "".join(
            self._cell(f"{letter}{number}", style, value)
            for letter, style, value in zip(self._letters, styles, values, strict=True)
        )
        return f'<row r="{number}">{cells}</row>'.encode()

    def _cell(self, place: str, style: str, value: Any) -> str:
        if isinstance(value, str):
            risky = value.startswith(FORMULA_STARTS)
            number = (self._risky if risky else self._styles)[style]
            text = escape(ILLEGAL_CHARACTERS_RE.sub("", value))
            shown = f'<is><t xml:space="preserve">{text}</t></is>'
            return f'<c r="{place}" s="{number}" t="inlineStr">{shown}</c>'
        number = self._styles[style]
        if value is None:
            return f'<c r="{place}" s="{number}"/>'
        return f'<c r="{place}" s="{number}"><v>{_number(value)}</v></c>'


def _number(value: int | Decimal) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


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
    """A zip whose members all bear one date, so that only the content decides on the bytes.

    `rows` go into the sheet, behind those that openpyxl has written.
    """

    moment: tuple[int, ...]
    rows: _Rows

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        super().writestr(self._member(str(zinfo_or_arcname)), data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        # The sheet: of all parts only that comes as a file.
        before, after = Path(filename).read_bytes().split(END_OF_ROWS)
        with self.open(self._member(arcname), "w") as member:
            for part in chain([before], self.rows, [END_OF_ROWS, after]):
                member.write(part)

    def _member(self, name: str) -> zipfile.ZipInfo:
        member = zipfile.ZipInfo(name, self.moment)  # type: ignore[arg-type]
        member.compress_type = zipfile.ZIP_DEFLATED
        return member
