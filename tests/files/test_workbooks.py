"""Spreadsheets opened without trust."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook

from files import workbooks


def saved(book: Workbook) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def zipped(**parts: bytes) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), part)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "这不是 .xlsx 文件"),
        (b"hello", "这不是 .xlsx 文件"),
        (b"\xd0\xcf\x11\xe0 old", "旧版 .xls"),
        (zipped(word__document_xml=b"<x/>"), "这不是 .xlsx 文件"),
        (zipped(xl__workbook_xml=b"<broken"), "文件已损坏"),
        (
            zipped(xl__workbook_xml=b"<x/>", xl__media__big_bin=b"0" * 40_000_000),
            "文件内容过大",
        ),
    ],
)
def test_what_is_no_spreadsheet_is_named(content: bytes, sentence: str) -> None:
    with pytest.raises(workbooks.Unreadable, match=sentence):
        workbooks.opened(content)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\ta", "普通", "_x0041_", "两\n行"])
def test_a_text_stays_the_text_it_is(text: str) -> None:
    book = Workbook()
    cell = book.worksheets[0].cell(1, 1)
    workbooks.put(cell, text)
    back = workbooks.opened(saved(book)).worksheets[0].cell(1, 1)
    assert (workbooks.text_of(back), back.data_type, back.quotePrefix) == (text, "s", True)


def test_nothing_is_written_for_nothing() -> None:
    cell = Workbook().worksheets[0].cell(1, 1)
    workbooks.put(cell, "\x00\x0b")
    assert cell.value is None


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (1, "1"), (1.5, "1.5"), (100, "100"), (1e3, "1000"), (True, "是"), (False, "否")],
)
def test_cells_as_texts(value: object, text: str) -> None:
    cell = Workbook().worksheets[0].cell(1, 1)
    cell.value = value  # type: ignore[assignment]  # what Excel may hold
    assert workbooks.text_of(cell) == text


@pytest.mark.parametrize("value", ["=1+1", "#N/A"])
def test_what_is_no_value_is_refused(value: str) -> None:
    cell = Workbook().worksheets[0].cell(1, 1)
    cell.value = value
    with pytest.raises(ValueError, match="此单元格是"):
        workbooks.text_of(cell)
