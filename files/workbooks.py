"""Spreadsheets from and for people: opened without trust, written so that nothing in them runs."""

from __future__ import annotations

import re
import zipfile
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell, MergedCell

MAX_UNPACKED = 32 * 1024 * 1024
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
# What XML 1.0 cannot carry.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# How the file format writes a character by its number; Excel reads it back as the character.
_BY_NUMBER = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Unreadable(Exception):
    """The file as a whole cannot be taken; the text is a sentence for people."""


def opened(content: bytes) -> Workbook:
    """An uploaded .xlsx. Raises Unreadable for everything else."""
    _check_container(content)
    try:
        return load_workbook(BytesIO(content))
    except Exception as fault:
        raise Unreadable("文件已损坏或不是 Excel 工作簿，请重新另存为 .xlsx 后上传。") from fault


def put(cell: Cell | MergedCell, value: Any) -> None:
    """Write a value into a cell. A text stays a text, whatever it begins with."""
    if not isinstance(value, str):
        cell.value = value
        return
    text = _UNWRITABLE.sub("", value)
    if not text:
        return
    cell.value = _BY_NUMBER.sub(r"_x005F_x\1_", text)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = True


def text_of(cell: Any) -> str:
    """What stands in a cell of text or number: 1 as 1, 0.50 as 0.5; "" for an empty one.

    Raises ValueError with a sentence for formulas, errors and dates.
    """
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise ValueError("此单元格是公式，请粘贴为数值。")
    if cell.data_type in {"e", "d"} or not isinstance(value, str | int | float):
        raise ValueError("此单元格是日期或错误值，请设为“文本”格式后重新填写。")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return _BY_NUMBER.sub(lambda found: chr(int(found[1], 16)), value)
    return f"{Decimal(str(value)).normalize():f}"


def _check_container(content: bytes) -> None:
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
        raise Unreadable("这不是 .xlsx 文件，请用导出的表格填写，或另存为 .xlsx 后上传。")
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Unreadable("文件内容过大，请删除图片和多余的工作表后重新上传。")
