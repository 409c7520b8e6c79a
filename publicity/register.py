"""The register as a spreadsheet: what the list shows, row by row in little memory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from publicity.models import Title

COLUMNS = (
    ("证书编号", 22),
    ("机构名称", 40),
    ("市", 16),
    ("县（市、区）", 24),
    ("评选年度", 10),
    ("授予日期", 14),
    ("有效期起", 14),
    ("有效期止", 14),
    ("状态", 10),
    ("授予决定文号", 30),
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_register(titles: Iterable[Title], *, today: date, to: IO[bytes]) -> None:
    """Write the titles in their order; states are those of `today`."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("省级示范托育机构")
    sheet.freeze_panes = "A2"
    for number, (_, width) in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_heading(sheet, heading) for heading, _ in COLUMNS])
    for title in titles:
        sheet.append([_cell(sheet, value) for value in _values(title, today)])
    book.save(to)


def _values(title: Title, today: date) -> tuple[Any, ...]:
    return (
        title.number,
        title.nursery.name,
        title.region.city_unit.name,
        title.region.name,
        title.cycle.year,
        title.awarded_on,
        title.valid_from,
        title.valid_until,
        title.standing(today).label,
        title.decision_number,
    )


def _heading(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    """What people typed stays a text: it never becomes a formula."""
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    if not text.startswith(FORMULA_STARTS):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type, cell.quotePrefix = "s", True
    return cell
