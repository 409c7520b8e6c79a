"""Writing spreadsheets: the list as it is shown, and the template of the import. Pure.

Nothing that people typed can become a formula: texts are written as texts and marked as such, so
that they stay texts when a cell is edited.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from nurseries import columns, wording
from nurseries.columns import COLUMNS, Column

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from nurseries.models import Nursery
    from nurseries.places import Place

DATA_SHEET = "托育机构"
VALUES_SHEET = "可选值"
HINTS_SHEET = "填写说明"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
HEAD_FONT = Font(bold=True)
HEAD_FILL = PatternFill("solid", start_color="DCE6F2")
LIST_COLUMNS = (
    ("机构名称", 34),
    ("统一社会信用代码", 22),
    ("所在县（市、区）", 22),
    ("详细地址", 36),
    ("机构性质", 16),
    ("营利性质", 10),
    ("举办性质", 12),
    ("机构形式", 14),
    ("普惠", 8),
    ("服务类型", 22),
    ("托位数", 10),
    ("在托人数", 10),
    ("开办日期", 14),
    ("备案回执编号", 24),
    ("备案日期", 14),
    ("机构负责人", 14),
    ("联系电话", 18),
    ("更新时间", 18),
)


def write_list(rows: Iterable[Nursery], *, local: Any, to: IO[bytes]) -> None:
    """The list as it is shown, row by row in little memory; `local` turns times into local ones."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(DATA_SHEET)
    sheet.freeze_panes = "B2"
    for number, (_, width) in enumerate(LIST_COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_heading(sheet, heading) for heading, _ in LIST_COLUMNS])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in _list_values(row, local)])
    book.save(to)


def write_template(counties: Iterable[Place], *, to: IO[bytes]) -> None:
    """The empty import sheet with an example row, the allowed values and the hints."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(DATA_SHEET)
    values = book.create_sheet(VALUES_SHEET)
    hints = book.create_sheet(HINTS_SHEET)
    offered = _write_values(values, counties)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(COLUMNS, 1):
        _write_column(sheet, number, column)
        if column.field in offered:
            _offer(sheet, number, offered[column.field])
    _write_hints(hints)
    book.save(to)


def _list_values(row: Nursery, local: Any) -> Iterator[Any]:
    yield from (row.name, row.credit_code, row.region.full_name, row.address)
    yield row.get_registration_kind_display()
    yield "营利" if row.for_profit else "非营利"
    yield from (row.get_organiser_display(), row.get_form_display())
    yield "是" if row.inclusive else "否"
    yield "、".join(row.service_labels)
    yield from (row.capacity, row.children_now, row.opened_on)
    yield from (row.filing_receipt_number, row.filing_date, row.head, row.masked_phone)
    yield local(row.updated_at)


def _heading(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font, cell.fill = HEAD_FONT, HEAD_FILL
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    """A value as a cell; numbers and dates stay what they are."""
    if isinstance(value, Decimal | int | float) or value is None:
        return value
    if isinstance(value, datetime):
        value = f"{value:%Y-%m-%d %H:%M}"
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    if not text.startswith(FORMULA_STARTS):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _write_values(sheet: Worksheet, counties: Iterable[Place]) -> dict[str, str]:
    """One column of allowed values per heading; returns where each field's values stand."""
    lists: list[tuple[str, str, list[str]]] = [
        (column.field, column.heading, list(column.choices.labels))
        for column in COLUMNS
        if column.choices
    ]
    lists.append(("inclusive", columns.BY_FIELD["inclusive"].heading, ["是", "否"]))
    found = list(counties)
    lists.append(("region", "区划代码", [place.code for place in found]))
    lists.append(("", "县（市、区）", [place.full_name for place in found]))
    ranges = {}
    for number, (field, heading, texts) in enumerate(lists, 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = 20
        _style_head(sheet.cell(1, number, heading))
        for row, text in enumerate(texts, 2):
            sheet.cell(row, number, text).number_format = "@"
        ranges[field] = f"{VALUES_SHEET}!${letter}$2:${letter}${max(len(texts), 1) + 1}"
    # Several services stand in one cell, which no drop-down can offer.
    return {name: where for name, where in ranges.items() if name not in ("", "services_offered")}


def _write_column(sheet: Worksheet, number: int, column: Column) -> None:
    letter = get_column_letter(number)
    sheet.column_dimensions[letter].width = column.width
    if isinstance(column.example, str):
        # The whole column as text: credit codes and receipt numbers keep all their digits.
        sheet.column_dimensions[letter].number_format = "@"
    _style_head(sheet.cell(1, number, f"{column.heading}*" if column.required else column.heading))
    example = sheet.cell(2, number, column.example)
    if isinstance(column.example, str):
        example.number_format = "@"


def _offer(sheet: Worksheet, number: int, where: str) -> None:
    letter = get_column_letter(number)
    choice = DataValidation(type="list", formula1=f"={where}", allow_blank=True)
    choice.showErrorMessage = False
    sheet.add_data_validation(choice)
    choice.add(f"{letter}2:{letter}2000")


def _write_hints(sheet: Worksheet) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 80
    lines = [
        ("说明", "每家机构填一行；带 * 的列必填；不要合并单元格，不要增加列。"),
        (
            "新增与更新",
            "信用代码未登记的为新增，已登记的按代码更新；更新时留空的非必填项保持原样。",
        ),
        ("全部或全不", "只要有一处错误，整份表格都不导入；请按提示更正后重新上传。"),
        *((column.heading, column.hint or wording.NOTHING) for column in COLUMNS if column.hint),
    ]
    for row, (heading, text) in enumerate(lines, 1):
        sheet.cell(row, 1, heading).font = HEAD_FONT
        sheet.cell(row, 2, text).alignment = Alignment(wrap_text=True)


def _style_head(cell: Any) -> None:
    cell.font, cell.fill = HEAD_FONT, HEAD_FILL
