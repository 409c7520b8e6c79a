"""Rubrics as spreadsheets: out and back without loss, and a sentence for each bad cell."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from openpyxl import Workbook, load_workbook

from files.workbooks import Unreadable
from scoring import spreadsheets
from scoring.arithmetic import Answer, mark_of
from scoring.layout import Layout, SectionSpec
from scoring.reading import read
from scoring.soundness import faults
from scoring.spreadsheets.columns import COLUMNS
from tests.scoring.rubric_texts import ODD, layouts
from tests.scoring.rubrics import SMALL

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
EXAMPLE, CITY = (
    read(json.loads((FIXTURES / f"rubric_{name}.json").read_text(encoding="utf-8")))
    for name in ("example", "city")
)
Change = Callable[[Workbook], object]


def exported(layout: Layout, change: Change | None = None) -> bytes:
    """The spreadsheet of a rubric, with something changed in it as a clerk would."""
    book = BytesIO()
    spreadsheets.write(layout, to=book)
    if change is None:
        return book.getvalue()
    opened, again = load_workbook(book), BytesIO()
    change(opened)
    opened.save(again)
    return again.getvalue()


def told(change: Change, layout: Layout | None = None) -> list[str]:
    return [str(f) for f in spreadsheets.read(exported(layout or read(SMALL), change)).faults]


def setting(cell: str, value: Any, sheet: str = "指标") -> Change:
    def change(book: Workbook) -> None:
        book[sheet][cell] = value

    return change


@pytest.mark.parametrize("layout", [EXAMPLE, CITY, ODD], ids=["example", "city", "odd"])
def test_three_rubrics_of_different_shape_come_back_as_they_went(layout: Layout) -> None:
    assert faults(layout) == []
    back = spreadsheets.read(exported(layout))
    assert back.layout == layout
    assert back.faults == ()


@settings(max_examples=60)
@given(layouts())
def test_whatever_a_rubric_says_comes_back(layout: Layout) -> None:
    assert spreadsheets.read(exported(layout)).layout == layout


def test_the_longest_texts_come_back() -> None:
    first, *_ = EXAMPLE.sections
    spec = replace(first.indicators[0], guidance="说" * 2000, title="=" + "题" * 199)
    layout = replace(EXAMPLE, sections=(SectionSpec("1", "名", (spec,)),), note="注" * 2000)
    assert spreadsheets.read(exported(layout)).layout == layout


def test_deductions_beyond_the_mark_end_at_nothing() -> None:
    """Item 1.1 of the cities' table: its deductions add up to 8 of 6."""
    item = CITY.by_code()["1.1"]
    assert sum(option.value for option in item.options) == 8
    every = Answer(counts={option.order: 1 for option in item.options})
    assert (item.mark, mark_of(item, every)) == (6, 0)
    policies = CITY.by_code()["2.1"]
    assert mark_of(policies, Answer(counts={1: 7})) == policies.mark == 3


def test_nothing_in_the_file_is_a_formula() -> None:
    book = load_workbook(BytesIO(exported(ODD)))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n"}
    title = book["指标"]["D2"]
    assert (title.value, title.quotePrefix) == ("=没有事故", True)


def test_a_clerk_finds_lists_a_fixed_head_and_help() -> None:
    book = load_workbook(BytesIO(exported(EXAMPLE)))
    assert book.sheetnames == ["基本信息", "指标", "填写说明"]
    sheet = book["指标"]
    assert sheet.freeze_panes == "E2"
    assert sheet.column_dimensions["D"].width > 30
    offered = {rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert offered == {'"按档计分,按次扣分,按项加分,达标得分,一票否决"', '"是,否"'}
    assert "按次扣分" in {cell.value for cell in book["填写说明"]["A"]}


@pytest.mark.parametrize(
    ("cell", "value", "sentence"),
    [
        ("F3", "abc", "指标!F3：分值“abc”应为 0 至 1000 之间的数。"),
        ("F3", 40.125, "指标!F3：分值“40.125”最多两位小数。"),
        ("F3", None, "指标!F3：缺少分值。"),
        ("F3", "=20+20", "指标!F3：此单元格是公式，请粘贴为数值。"),
        ("C3", date(2023, 1, 2), "指标!C3：此单元格是日期或错误值，请设为“文本”格式后重新填写。"),
        ("D3", None, "指标!D3：缺少指标名称。"),
        ("D3", "长" * 201, "指标!D3：指标名称不能超过 200 字。"),
        ("E3", "打星", "指标!E3：计分方式“打星”无法识别。"),
        ("E3", None, "指标!E3：缺少计分方式。"),
        ("I3", "也许", "指标!I3：须附佐证“也许”应填“是”或“否”。"),
        ("K4", 41, "指标!K4：选项“尚可”的分值不能超过本项分值。"),
        ("J4", "很好", "指标!J4：选项“很好”重复。"),
        ("K4", None, "指标!K4：缺少选项2的分值。"),
        ("C8", "1.3", "指标!C8：指标编号重复。"),
        ("B8", "保育", "指标!B8：与上面不一致，一级指标“1”的名称是“条件”。"),
        ("A8", None, "指标!A8：缺少一级指标编号。"),
        ("H2", None, "指标!H2：要求佐证材料的指标须写明材料名称。"),
        ("J2", "多余", "指标!K2：缺少选项1的分值。"),
        ("F5", "abc", "指标!F5：此行是上一项指标的选项，此格应留空。"),
        ("D1", "名称", "指标!D1：表头应为“指标”。"),
        ("L1", "备注", "指标!L1：表中没有此列，请删除。"),
    ],
)
def test_one_sentence_for_a_bad_cell(cell: str, value: Any, sentence: str) -> None:
    change = setting(cell, value)
    if cell[0] in "AB":
        moved = {"B8": ("A8", "1"), "A8": ("B8", "另一个")}[cell]

        def change(book: Workbook) -> None:
            book["指标"][cell] = value
            book["指标"][moved[0]] = moved[1]

    assert sentence in told(change)


@pytest.mark.parametrize(
    ("cell", "value", "sentence"),
    [
        ("B2", None, "基本信息!B2：缺少评分表编号。"),
        ("B4", 99, "基本信息!B4：各指标分值合计 100 分，应为满分 99 分。"),
        ("B4", "百", "基本信息!B4：满分“百”应为 0 至 1000 之间的数。"),
        ("A4", "总分", "基本信息!A4：此处应为“满分”。"),
        ("B5", "长" * 2001, "基本信息!B5：说明不能超过 2000 字。"),
    ],
)
def test_the_head_has_its_sentences_too(cell: str, value: Any, sentence: str) -> None:
    assert told(setting(cell, value, "基本信息")) == [sentence]


def test_a_stray_cell_is_one_mistake() -> None:
    assert told(setting("E5", "打星")) == ["指标!E5：此行是上一项指标的选项，此格应留空。"]


def test_all_bad_cells_are_named_at_once_and_in_order() -> None:
    def spoil(book: Workbook) -> None:
        book["基本信息"]["B3"] = None
        book["指标"]["F3"] = "abc"
        book["指标"]["D9"] = "=A1"
        book["指标"]["K8"] = 31

    assert told(spoil) == [
        "基本信息!B3：缺少评分表名称。",
        "指标!F3：分值“abc”应为 0 至 1000 之间的数。",
        "指标!K8：选项“缺一次记录”的分值不能超过本项分值。",
        "指标!D9：此单元格是公式，请粘贴为数值。",
    ]


def test_blank_section_cells_and_blank_rows_go_on_with_the_section_above() -> None:
    def thin(book: Workbook) -> None:
        sheet = book["指标"]
        for cell in ("A3", "B3", "A7", "B7", "B8"):
            sheet[cell] = None
        sheet["B8"] = "照护"
        sheet.insert_rows(4)

    assert spreadsheets.read(exported(read(SMALL), thin)).layout == read(SMALL)


def test_rows_that_belong_nowhere() -> None:
    def scatter(book: Workbook) -> None:
        sheet = book["指标"]
        sheet.delete_rows(2, sheet.max_row)
        sheet.append([None] * 9 + ["无主", 1])
        sheet.append(["2", "照护"])
        sheet.append([None] * 9 + ["也无主", 1])

    assert told(scatter) == [
        "指标!A2：缺少一级指标编号。",
        "指标!B2：缺少一级指标名称。",
        "指标!C2：缺少指标编号。",
        "指标!D2：缺少指标名称。",
        "指标!E2：缺少计分方式。",
        "指标!F2：缺少分值。",
        "指标!B3：一级指标下至少要有一项指标。",
        "指标!J4：选项上面没有指标。",
    ]


def test_an_empty_table_says_so() -> None:
    def clear(book: Workbook) -> None:
        book["指标"].delete_rows(2, 100)

    assert "指标!A2：评分表至少要有一个一级指标。" in told(clear)


def test_numbers_typed_as_numbers_are_codes_too() -> None:
    def retype(book: Workbook) -> None:
        for row in book["指标"].iter_rows(min_row=2, max_row=20):
            for cell in (row[0], row[2]):
                if cell.value:
                    cell.value, cell.number_format = float(cell.value), "General"
            if row[8].value == "是":
                row[8].value = True

    assert spreadsheets.read(exported(read(SMALL), retype)).layout == read(SMALL)


def merge(book: Workbook) -> None:
    book["指标"].merge_cells("A2:A4")


def fill(book: Workbook) -> None:
    book["指标"]["A3001"] = "x"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda book: book.remove(book["指标"]), "文件中没有“指标”表，请用导出的表格填写。"),
        (merge, "“指标”表中有合并单元格（A2:A4），请取消合并后重新上传。"),
        (fill, "“指标”表超过 3000 行，请删除多余的行后重新上传。"),
    ],
)
def test_a_file_that_is_no_such_table(change: Change, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        spreadsheets.read(exported(read(SMALL), change))


def test_every_column_has_its_heading_once() -> None:
    assert len({column.heading for column in COLUMNS}) == len(COLUMNS) == 11
    assert Decimal(0) == ODD.by_code()["甲-1"].mark
