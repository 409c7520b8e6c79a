"""Files that cannot be taken as a whole, and what their senders are told."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from nurseries import columns, services, workbooks
from nurseries.columns import COLUMNS
from nurseries.models import NurseryImport
from tests import scenes
from tests.nurseries.sheets import ROW, book, content, xlsx


def unreadable(data: bytes, town) -> str:
    with pytest.raises(workbooks.Unreadable) as wrong:
        services.hand_in(data, name="机构.xlsx", by=town.wang, at=scenes.JULY)
    assert not NurseryImport.objects.exists()
    return str(wrong.value)


def test_files_that_are_no_workbook_are_told_what_to_do(town):
    archive = BytesIO()
    with ZipFile(archive, "w") as package:
        package.writestr("xl/workbook.xml", "<broken")
    word = BytesIO()
    with ZipFile(word, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    assert "文件是空的" in unreadable(b"", town)
    assert "另存为不加密的 .xlsx" in unreadable(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, town
    )
    assert "这不是 .xlsx 文件" in unreadable("名称,代码\n".encode("gbk"), town)
    assert "这不是 .xlsx 文件" in unreadable(word.getvalue(), town)
    assert "文件已损坏" in unreadable(archive.getvalue(), town)


def test_a_zip_bomb_is_not_unpacked(town):
    bomb = BytesIO()
    with ZipFile(bomb, "w", ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b"0" * (workbooks.MAX_UNPACKED + 1))
    assert len(bomb.getvalue()) < 100_000
    assert "文件内容过大" in unreadable(bomb.getvalue(), town)


def test_wrong_headings_are_named(town):
    headings = [column.heading for column in COLUMNS]
    renamed = ["机构名字" if heading == "机构名称" else heading for heading in headings]
    assert "第 1 行表头缺少「机构名称」" in unreadable(content(book([ROW], renamed)), town)
    extra = book([ROW])
    extra.active["U1"] = "备注"
    assert "不认识的表头：U 列「备注」" in unreadable(content(extra), town)
    doubled = book([ROW])
    doubled.active["U1"] = "托位数"
    assert "Q 列与 U 列的表头都是「托位数」" in unreadable(content(doubled), town)
    assert "表中没有数据" in unreadable(xlsx(), town)
    assert "第 1 行表头缺少「机构名称」" in unreadable(content(Workbook()), town)


def test_a_column_without_a_heading_is_not_looked_at(town):
    noted = book([ROW])
    noted.active["V2"] = "经办人的备注"
    table = workbooks.read(content(noted), headings=columns.HEADINGS, required=columns.REQUIRED)
    assert set(table.lines[0].cells) == set(columns.HEADINGS)


def test_merged_cells_and_endless_sheets_are_refused(town):
    merged = book([ROW, ROW])
    merged.active.merge_cells("C2:C3")
    assert "合并单元格（C2:C3）" in unreadable(content(merged), town)
    long = book([ROW])
    long.active.cell(workbooks.MAX_ROWS + 2, 1, "园")
    assert f"一次最多 {workbooks.MAX_ROWS} 行" in unreadable(content(long), town)
