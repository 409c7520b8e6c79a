"""Tables as spreadsheets, written row by row so that memory stays flat."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Sequence
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Stream = IO[bytes]
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins so could be run as a formula by the program that opens it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# What XML 1.0 cannot carry.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
WIDTH = 18


def written(
    title: str,
    headings: Sequence[str],
    lines: Iterable[Sequence[Any]],
    widths: Iterable[int] = (),
) -> Stream:
    """An xlsx of one sheet in a temporary file, positioned at its beginning.

    Columns without a width of their own, in characters, are alike.
    Texts stay texts whatever they begin with; numbers, dates and blanks keep their kind.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    own = dict(enumerate(widths, 1))
    for column in range(1, len(headings) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = own.get(column, WIDTH)
    bold = Font(bold=True)
    head = [WriteOnlyCell(sheet, value=heading) for heading in headings]
    for cell in head:
        cell.font = bold
    sheet.append(head)
    for line in lines:
        sheet.append([_safe(sheet, value) for value in line])
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(stream)
    stream.seek(0)
    return stream


def _safe(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = UNWRITABLE.sub("", value)
    if not text.startswith(FORMULA_STARTS):
        return text
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.number_format = "@"
    return cell
