"""The objections as a spreadsheet for the province: how each stands, never who raised it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import IO, TYPE_CHECKING, Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from files.workbooks import put

if TYPE_CHECKING:
    from datetime import datetime

    from publicity.models import Objection

COLUMNS = (
    ("回执号", 14),
    ("所涉公示", 36),
    ("被异议机构", 32),
    ("市", 16),
    ("县（市、区）", 22),
    ("异议事项", 22),
    ("提交日期", 14),
    ("办理期限", 14),
    ("状态", 12),
    ("承办人", 12),
    ("办结日期", 14),
    ("是否逾期", 10),
    ("答复", 60),
)


def write_objections(objections: Iterable[Objection], *, today: date, to: IO[bytes]) -> None:
    """Write the objections in their order; whether one is overdue is said as of `today`."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("公示异议")
    sheet.freeze_panes = "A2"
    for number, (_, width) in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    headings = [_cell(sheet, heading) for heading, _ in COLUMNS]
    for cell in headings:
        cell.font = Font(bold=True)
    sheet.append(headings)
    for objection in objections:
        sheet.append([_cell(sheet, value) for value in _values(objection, today)])
    book.save(to)


def _values(objection: Objection, today: date) -> tuple[Any, ...]:
    region = objection.entry.application.region
    return (
        objection.receipt,
        objection.entry.notice.title,
        objection.entry.application.nursery.name,
        region.city_unit.name,
        region.name,
        objection.get_matter_display(),
        _day(objection.filed_at),
        objection.due_on,
        objection.get_state_display(),
        objection.assignee.name if objection.assignee else "",
        _day(objection.handled_at),
        "是" if objection.is_late(today) else "",
        objection.answer,
    )


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def _cell(sheet: Any, value: Any) -> Any:
    cell = WriteOnlyCell(sheet)
    put(cell, value)
    return cell
