"""Reading a spreadsheet that people filled in: what is in which cell, or why it cannot be taken.

Pure: bytes in, values out. Nothing is guessed here; what a cell means is for `columns`.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MAX_ROWS = 5000
MAX_COLUMNS = 200
MAX_UNPACKED = 32 * 1024 * 1024
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"


class Unreadable(Exception):
    """The file as a whole cannot be taken; the text is a sentence for people."""


@dataclass(frozen=True)
class Cell:
    """A filled cell; `kind` is s text, n number, d date, b yes/no, f formula or e error."""

    value: Any
    kind: str


@dataclass(frozen=True)
class Line:
    """One filled row: its number in the sheet and its cells by the heading of their column."""

    number: int
    cells: dict[str, Cell]


@dataclass(frozen=True)
class Table:
    """The first sheet of a workbook: the letter of each heading's column, and the filled rows."""

    letters: dict[str, str]
    lines: tuple[Line, ...]


def read(content: bytes, *, headings: Collection[str], required: Collection[str]) -> Table:
    """The rows of the first sheet, under a first row of headings in any order.

    Raises Unreadable for what is no .xlsx, is too large, has no rows, has merged cells, or whose
    headings are missing, unknown or doubled.
    """
    sheet = _first_sheet(content)
    if sheet.merged_cells.ranges:
        places = "、".join(sorted(str(area) for area in sheet.merged_cells.ranges)[:5])
        raise Unreadable(f"表中有合并单元格（{places}），请取消合并，每家机构填一行。")
    if sheet.max_row > MAX_ROWS + 1 or sheet.max_column > MAX_COLUMNS:
        raise Unreadable(f"表格太大：一次最多 {MAX_ROWS} 行，请分批上传，并删除多余的空白行列。")
    letters = _letters(sheet, headings, required)
    lines = tuple(_lines(sheet, letters))
    if not lines:
        raise Unreadable("表中没有数据，请从第 2 行起每家机构填一行。")
    return Table(letters, lines)


def _first_sheet(content: bytes) -> Worksheet:
    _check_container(content)
    try:
        workbook = load_workbook(BytesIO(content))
        return workbook.worksheets[0]
    except Exception as fault:
        raise Unreadable("文件已损坏或不是 Excel 工作簿，请重新另存为 .xlsx 后上传。") from fault


def _check_container(content: bytes) -> None:
    if not content:
        raise Unreadable("文件是空的，请重新选择。")
    if content.startswith(_OLD_OR_LOCKED):
        raise Unreadable(
            "这是旧版 .xls 文件，或设有打开密码，请用 Excel 或 WPS 另存为不加密的 .xlsx 后上传。"
        )
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        parts = []
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise Unreadable("这不是 .xlsx 文件，请下载模板填写，或另存为 .xlsx 后上传。")
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Unreadable("文件内容过大，请删除图片和多余的工作表，分批上传。")


def _letters(
    sheet: Worksheet, headings: Collection[str], required: Collection[str]
) -> dict[str, str]:
    letters: dict[str, str] = {}
    unknown = []
    for number, value in enumerate(next(sheet.iter_rows(max_row=1, values_only=True)), 1):
        heading, letter = _heading(value), get_column_letter(number)
        if heading in letters:
            both = f"{letters[heading]} 列与 {letter} 列"
            raise Unreadable(f"{both}的表头都是「{heading}」，请删除一列。")
        if heading in headings:
            letters[heading] = letter
        elif heading:
            unknown.append(f"{letter} 列「{heading}」")
    missing = [f"「{heading}」" for heading in required if heading not in letters]
    if missing:
        raise Unreadable(f"第 1 行表头缺少{'、'.join(missing)}，请使用下载的模板。")
    if unknown:
        raise Unreadable(
            f"第 1 行有不认识的表头：{'、'.join(unknown)}，请改回模板的写法或删除该列。"
        )
    return letters


def _heading(value: Any) -> str:
    return "".join(str(value).replace("*", "").split()) if value is not None else ""


def _lines(sheet: Worksheet, letters: dict[str, str]) -> Iterator[Line]:
    headings = {column_index_from_string(letter): name for name, letter in letters.items()}
    for number, row in enumerate(sheet.iter_rows(min_row=2), 2):
        cells = {
            headings[place]: Cell(cell.value, cell.data_type)
            for place, cell in enumerate(row, 1)
            if place in headings and _filled(cell.value)
        }
        if cells:
            yield Line(number, cells)


def _filled(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value is not None
