"""A year's days as a spreadsheet: nothing taken that is not right, every fault said."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from files.workbooks import Unreadable
from publicity import year_table
from publicity.year_table import Said

HEAD = ["日期", "安排", "依据"]


def book(*rows: list[Any], head: list[Any] | None = None) -> bytes:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row in [head or HEAD, *rows]:
        sheet.append(row)
    kept = BytesIO()
    workbook.save(kept)
    return kept.getvalue()


def read(*rows: list[Any]) -> list[year_table.Line]:
    return year_table.read(book(*rows), 2027)


@pytest.mark.parametrize(
    "written",
    [
        "2027-10-01",
        "2027/10/1",
        "2027.10.1",
        "2027年10月1日",
        " 2027-10-01 ",
        datetime(2027, 10, 1),
    ],
)
def test_a_day_is_read_however_it_is_written(written):
    (line,) = read([written, "放假", "国办通知"])
    assert line.said == Said(date(2027, 10, 1), working=False, source="国办通知")
    assert (line.row, line.faults) == (2, [])


@pytest.mark.parametrize("word", ["上班", "班", "调休上班", "上班（调休）"])
def test_a_make_up_day_has_several_words(word):
    (line,) = read(["2027-10-09", word, "国办通知"])
    assert line.said
    assert line.said.working


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["10-01", "放假", "通知"], "日期须写成 2027-10-01 的样子，现为“10-01”。"),
        (["2027-02-30", "放假", "通知"], "日期须写成"),
        (["", "放假", "通知"], "日期须写成"),
        (["2026-10-01", "放假", "通知"], "不属于2027年"),
        (["2027-10-01", "休息", "通知"], "安排须为“放假”或“上班”，现为“休息”。"),
        (["2027-10-01", "放假", ""], "请写明依据"),
        (["2027-10-01", "放假", "字" * 121], "不超过 120 字"),
        (["2027-10-01", "放假", "=1+1"], "C2：此单元格是公式"),
    ],
)
def test_what_is_wrong_is_said_at_its_row(row, sentence):
    (line,) = read(row)
    assert line.said is None
    assert sentence in "".join(line.faults)


def test_all_faults_are_said_at_once_and_empty_rows_passed_over():
    lines = read(
        ["2027-10-01", "放假", "通知"],
        [None, None, None],
        ["2027-10-01", "上班", "通知"],
        ["x", "y", ""],
    )
    assert [line.row for line in lines] == [2, 4, 5]
    assert lines[1].faults == ["该日期已在第 2 行出现。"]
    assert lines[1].said is None
    assert len(lines[2].faults) == 3


def test_columns_may_stand_in_any_order():
    content = book(["通知", "放假", "2027-10-01"], head=["依据", "安排", "日期"])
    (line,) = year_table.read(content, 2027)
    assert line.said


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no workbook", "不是 .xlsx 文件"),
        (book(), "表中没有数据"),
        (book(["2027-10-01", "放假"], head=["日期", "安排"]), "缺少“依据”"),
        (book(*[["2027-10-01", "放假", "通知"]] * 400), "超过 400 行"),
    ],
)
def test_what_is_no_such_table_is_refused_as_a_whole(content, sentence):
    with pytest.raises(Unreadable, match=sentence):
        year_table.read(content, 2027)


def test_merged_cells_are_refused():
    workbook = load_workbook(BytesIO(book(["2027-10-01", "放假", "通知"])))
    workbook.worksheets[0].merge_cells("A2:A3")
    kept = BytesIO()
    workbook.save(kept)
    with pytest.raises(Unreadable, match="合并单元格"):
        year_table.read(kept.getvalue(), 2027)


SAFE = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"),
    min_size=1,
    max_size=60,
).filter(lambda text: text == text.strip() and text)


@given(
    st.dictionaries(
        st.dates(date(2027, 1, 1), date(2027, 12, 31)), st.tuples(st.booleans(), SAFE), max_size=8
    )
)
def test_what_is_written_is_read_back_and_no_text_becomes_a_formula(days):
    said = [Said(day, working, f"={source}"[:120]) for day, (working, source) in days.items()]
    kept = BytesIO()
    year_table.write(2027, said, to=kept)
    if not said:
        with pytest.raises(Unreadable):
            year_table.read(kept.getvalue(), 2027)
        return
    lines = year_table.read(kept.getvalue(), 2027)
    assert [line.said for line in lines] == said
