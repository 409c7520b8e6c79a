"""The table of quotas as a spreadsheet: one sentence for each bad cell, and nothing half read."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from files.workbooks import Unreadable
from quotas.spreadsheets import MAX_ROWS, Unit, read, write

UNITS = [Unit(1, "沈阳市", 5, 2), Unit(2, "大连市", 3, 0), Unit(3, "=鞍山市", 0, 0)]
HEAD = ("市级单位", "名额", "说明")


def book(*rows, head=HEAD, change=lambda sheet: None):
    workbook = Workbook()
    sheet = workbook.active
    for row in (head, *rows):
        sheet.append(row)
    change(sheet)
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def faults(*rows, **more):
    return [str(fault) for fault in read(book(*rows, **more), UNITS).faults]


def test_what_is_written_is_read_back():
    out = BytesIO()
    write("2023年评选名额", UNITS, to=out)
    reading = read(out.getvalue(), UNITS)
    assert (reading.sizes, reading.notes, reading.faults) == ({1: 5, 2: 3, 3: 0}, {}, [])


def test_it_is_a_table_for_people():
    out = BytesIO()
    write("2023年评选名额", UNITS, to=out)
    sheet = load_workbook(out).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["市级单位", "名额", "说明", "已用", "剩余"]
    assert rows[1] == ["沈阳市", 5, None, 2, 3]
    assert rows[-1] == ["合计", 8, None, 2, 6]
    assert sheet.freeze_panes == "B2"
    assert sheet["A4"].data_type == "s"
    assert sheet["A4"].value == "=鞍山市"


def test_columns_may_stand_in_any_order_beside_others():
    content = book(("省里", 4, "大连市", "新增"), head=("备注栏", "名额", "市级单位", "说明"))
    reading = read(content, UNITS)
    assert (reading.sizes, reading.notes) == ({2: 4}, {2: "新增"})


def test_blank_rows_and_the_total_are_passed_over():
    reading = read(book((None, None, None), ("大连市", 4, None), ("合计", 99, None)), UNITS)
    assert (reading.sizes, reading.faults) == ({2: 4}, [])


def test_a_table_without_notes():
    assert read(book(("大连市", "4"), head=HEAD[:2]), UNITS).sizes == {2: 4}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("本溪市", 3), ["A2：没有“本溪市”这个市级单位。"]),
        ((None, 3), ["A2：请填写市级单位。"]),
        (("大连市", None), ["B2：请填写名额，没有名额的填 0。"]),
        (("大连市", "很多"), ["B2：名额须为 0 至 999 的整数，现为“很多”。"]),
        (("大连市", -1), ["B2：名额须为 0 至 999 的整数，现为“-1”。"]),
        (("大连市", 2.5), ["B2：名额须为 0 至 999 的整数，现为“2.5”。"]),
        (("大连市", 1000), ["B2：名额须为 0 至 999 的整数，现为“1000”。"]),
        (("大连市", "9" * 5000), [f"B2：名额须为 0 至 999 的整数，现为“{'9' * 20}”。"]),
        (("大连市", "=1+2"), ["B2：此单元格是公式，请粘贴为数值。"]),
        (("大连市", True), ["B2：名额须为 0 至 999 的整数，现为“是”。"]),
        ((date(2023, 1, 1), 2), ["A2：此单元格是日期或错误值，请设为“文本”格式后重新填写。"]),
        (("沈阳市", 1), ["B2：沈阳市已使用 2 个名额，不能少于此数。"]),
        (("大连市", 3, "长" * 101), ["C2：说明不能超过 100 字，现为 101 字。"]),
        (
            ("本溪市", "x"),
            ["A2：没有“本溪市”这个市级单位。", "B2：名额须为 0 至 999 的整数，现为“x”。"],
        ),
    ],
)
def test_every_bad_cell_says_what_is_wrong(row, said):
    assert faults(row) == said


def test_a_unit_stands_in_one_row():
    assert faults(("大连市", 3), ("大连市", 4)) == ["A3：大连市在表中出现了两次。"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "这不是 .xlsx 文件"),
        (book(("大连市", 3), head=("市", "名额")), "第 1 行表头缺少“市级单位”，请使用导出的表格。"),
        (book(("合计", 3)), "表中没有数据"),
        (book(), "表中没有数据"),
        (book(*[("大连市", 3)] * MAX_ROWS), f"表格超过 {MAX_ROWS} 行"),
        (book(("大连市", 3), change=lambda s: s.merge_cells("A2:B2")), "表中有合并单元格"),
    ],
)
def test_what_is_no_such_table_is_refused_as_a_whole(content, said):
    with pytest.raises(Unreadable, match=said):
        read(content, UNITS)


def test_a_workbook_of_charts_alone():
    workbook = Workbook()
    workbook.create_chartsheet("图")
    workbook.remove(workbook.active)
    out = BytesIO()
    workbook.save(out)
    with pytest.raises(Unreadable, match="文件已损坏或不是 Excel 工作簿"):
        read(out.getvalue(), UNITS)


CELLS = st.one_of(
    st.none(),
    st.integers(-5, 2000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.sampled_from(["沈阳市", "大连市", "合计", "3", "=1", "\t"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=0x9FFF), max_size=8),
)


@settings(deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6))
def test_whatever_stands_in_the_cells_it_is_taken_or_named(rows):
    """Numbers come back only for known units, in bounds, not below what is used."""
    try:
        reading = read(book(*rows), UNITS)
    except Unreadable:
        return
    assert reading.sizes or reading.faults
    taken = {unit.key: unit.taken for unit in UNITS}
    assert all(taken[key] <= size <= 999 for key, size in reading.sizes.items())
    assert set(reading.notes) <= set(taken)


@settings(deadline=None)
@given(st.lists(st.integers(0, 999), min_size=3, max_size=3))
def test_numbers_survive_the_way_out_and_back(sizes):
    units = [Unit(unit.key, unit.name, size, 0) for unit, size in zip(UNITS, sizes, strict=True)]
    out = BytesIO()
    write("名额", units, to=out)
    assert list(read(out.getvalue(), units).sizes.values()) == sizes
