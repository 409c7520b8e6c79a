"""The table of quotas as a spreadsheet: written for people, read back cell by cell. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from files.workbooks import Unreadable, opened, put, text_of

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

UNIT, SIZE, NOTE = "市级单位", "名额", "说明"
# The last two are for reading only; the import passes them over.
COLUMNS = ((UNIT, 26), (SIZE, 10), (NOTE, 40), ("已用", 10), ("剩余", 10))
WANTED = (UNIT, SIZE)
TOTAL = "合计"
MOST_PLACES = 999
LONGEST_NOTE = 100
LONGEST_NUMBER = 9
SHOWN = 20
MAX_ROWS = 200
HEAD_FONT = Font(bold=True)
HEAD_FILL = PatternFill("solid", start_color="DCE6F2")


@dataclass(frozen=True)
class Unit:
    """A city-level unit with what it has now."""

    key: int
    name: str
    size: int
    taken: int


@dataclass(frozen=True)
class CellFault:
    """What is wrong with one cell: its address and a sentence."""

    cell: str
    text: str

    def __str__(self) -> str:
        return f"{self.cell}：{self.text}"


@dataclass
class Reading:
    """Numbers and notes by the unit's key, and everything that stands in the way of them."""

    sizes: dict[int, int] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)


def write(title: str, units: Sequence[Unit], *, to: IO[bytes]) -> None:
    """The table with its total, ready to be filled in and imported again."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("名额")
    sheet.oddHeader.center.text = title.replace("&", "&&")
    sheet.freeze_panes = "B2"
    total = [sum(unit.size for unit in units), sum(unit.taken for unit in units)]
    lines: list[list[Any]] = [
        [heading for heading, _ in COLUMNS],
        *([u.name, u.size, None, u.taken, u.size - u.taken] for u in units),
        [TOTAL, total[0], None, total[1], total[0] - total[1]],
    ]
    for row, line in enumerate(lines, 1):
        for number, value in enumerate(line, 1):
            cell = sheet.cell(row, number)
            put(cell, value)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if row in {1, len(lines)}:
                cell.font, cell.fill = HEAD_FONT, HEAD_FILL
    for number, (_, width) in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    book.save(to)


def read(content: bytes, units: Sequence[Unit]) -> Reading:
    """The numbers of an uploaded table, with all its faults at once; units may be left out.

    Raises files.workbooks.Unreadable with a sentence when the file as a whole is no such table.
    """
    sheet = opened(content).worksheets[0]
    if sheet.merged_cells.ranges:
        raise Unreadable("表中有合并单元格，请取消合并后重新上传。")
    if sheet.max_row > MAX_ROWS:
        raise Unreadable(f"表格超过 {MAX_ROWS} 行，请删除多余的行后重新上传。")
    places = _places(sheet)
    by_name = {unit.name: unit for unit in units}
    reading = Reading()
    for cells in sheet.iter_rows(min_row=2):
        line = {heading: cells[number] for heading, number in places.items()}
        _take(line, by_name, reading)
    if not reading.sizes and not reading.faults:
        raise Unreadable("表中没有数据，请从第 2 行起每个市级单位填一行。")
    return reading


def _places(sheet: Worksheet) -> dict[str, int]:
    """In which column each heading stands."""
    found: dict[str, int] = {}
    for number, cell in enumerate(next(sheet.iter_rows(max_row=1))):
        heading = "" if cell.value is None else str(cell.value).strip()
        if heading in {UNIT, SIZE, NOTE}:
            found.setdefault(heading, number)
    if missing := [f"“{heading}”" for heading in WANTED if heading not in found]:
        raise Unreadable(f"第 1 行表头缺少{'、'.join(missing)}，请使用导出的表格。")
    return found


def _take(line: Mapping[str, Any], by_name: Mapping[str, Unit], into: Reading) -> None:
    texts = dict(_texts(line, into))
    if texts.get(UNIT) == TOTAL or not any(texts.get(heading, "?") for heading in line):
        return
    unit = _unit(line[UNIT], texts, by_name, into)
    size = _size(line[SIZE], texts, unit, into)
    if unit and size is not None:
        into.sizes[unit.key] = size
    note = texts.get(NOTE, "")
    if len(note) > LONGEST_NOTE:
        _fault(into, line[NOTE], f"说明不能超过 {LONGEST_NOTE} 字，现为 {len(note)} 字。")
    elif unit and note:
        into.notes[unit.key] = note


def _texts(line: Mapping[str, Any], into: Reading) -> Iterator[tuple[str, str]]:
    """What stands in the cells; one that cannot be read is a fault and has no text."""
    for heading, cell in line.items():
        try:
            yield heading, text_of(cell).strip()
        except ValueError as fault:
            _fault(into, cell, str(fault))


def _unit(
    cell: Any, texts: Mapping[str, str], by_name: Mapping[str, Unit], into: Reading
) -> Unit | None:
    if UNIT not in texts:
        return None
    unit = by_name.get(texts[UNIT])
    if unit is None:
        said = f"没有“{texts[UNIT][:SHOWN]}”这个市级单位。" if texts[UNIT] else "请填写市级单位。"
        _fault(into, cell, said)
    elif unit.key in into.sizes:
        _fault(into, cell, f"{unit.name}在表中出现了两次。")
        return None
    return unit


def _size(cell: Any, texts: Mapping[str, str], unit: Unit | None, into: Reading) -> int | None:
    if SIZE not in texts:
        return None
    text = texts[SIZE]
    if not text:
        _fault(into, cell, "请填写名额，没有名额的填 0。")
    elif not text.isdecimal() or len(text) > LONGEST_NUMBER or int(text) > MOST_PLACES:
        _fault(into, cell, f"名额须为 0 至 {MOST_PLACES} 的整数，现为“{text[:SHOWN]}”。")
    elif unit and int(text) < unit.taken:
        _fault(into, cell, f"{unit.name}已使用 {unit.taken} 个名额，不能少于此数。")
    else:
        return int(text)
    return None


def _fault(into: Reading, cell: Any, text: str) -> None:
    into.faults.append(CellFault(cell.coordinate, text))
