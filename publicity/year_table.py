"""A year's days as a spreadsheet: written for people, read back row by row. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from files.workbooks import Unreadable, opened, put, text_of

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

DAY, ARRANGEMENT, SOURCE = "日期", "安排", "依据"
COLUMNS = ((DAY, 16), (ARRANGEMENT, 14), (SOURCE, 60))
OFF, ON = "放假", "上班"
WORDS = {OFF: False, "休": False, ON: True, "调休上班": True, "上班（调休）": True, "班": True}
LONGEST_SOURCE = 120
# Every day of a leap year, and some empty rows below.
MAX_ROWS = 400
SHOWN = 20
HEAD_FONT = Font(bold=True)
HEAD_FILL = PatternFill("solid", start_color="DCE6F2")
WRITTEN = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


@dataclass(frozen=True)
class Said:
    """What the commission says about one day, by which notice."""

    day: date
    working: bool
    source: str


@dataclass
class Line:
    """One row of an uploaded table: what stands in it, and what it says or what is wrong."""

    row: int
    cells: tuple[str, ...] = ()
    said: Said | None = None
    faults: list[str] = field(default_factory=list)


def write(year: int, days: Iterable[Said], *, to: IO[bytes]) -> None:
    """The days that are entered for a year, ready to be completed and imported again."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(f"{year}年")
    sheet.freeze_panes = "A2"
    for number, (heading, width) in enumerate(COLUMNS, 1):
        cell = sheet.cell(1, number)
        put(cell, heading)
        cell.font, cell.fill = HEAD_FONT, HEAD_FILL
        sheet.column_dimensions[get_column_letter(number)].width = width
    for row, said in enumerate(days, 2):
        line = (said.day.isoformat(), ON if said.working else OFF, said.source)
        for number, value in enumerate(line, 1):
            put(sheet.cell(row, number), value)
    book.save(to)


def read(content: bytes, year: int) -> list[Line]:
    """Every row that is not empty, each with what it says or all that is wrong with it.

    Raises files.workbooks.Unreadable with a sentence when the file as a whole is no such table.
    """
    sheet = opened(content).worksheets[0]
    if sheet.merged_cells.ranges:
        raise Unreadable("表中有合并单元格，请取消合并后重新上传。")
    if sheet.max_row > MAX_ROWS:
        raise Unreadable(f"表格超过 {MAX_ROWS} 行，请删除多余的行后重新上传。")
    places = _places(sheet)
    lines = [
        _line([cells[place] for place in places], year) for cells in sheet.iter_rows(min_row=2)
    ]
    found = [line for line in lines if line is not None]
    if not found:
        raise Unreadable("表中没有数据，请从第 2 行起每天填一行。")
    _find_twice(found)
    return found


def _places(sheet: Worksheet) -> list[int]:
    """In which column each heading stands."""
    headings = [str(cell.value or "").strip() for cell in next(sheet.iter_rows(max_row=1))]
    wanted = [heading for heading, _ in COLUMNS]
    if missing := [f"“{heading}”" for heading in wanted if heading not in headings]:
        raise Unreadable(f"第 1 行表头缺少{'、'.join(missing)}，请使用下载的模板。")
    return [headings.index(heading) for heading in wanted]


def _line(cells: Sequence[Any], year: int) -> Line | None:
    line = Line(cells[0].row)
    texts = [_text(cell, line) for cell in cells]
    if not any(texts) and not line.faults:
        return None
    line.cells = tuple(text[:LONGEST_SOURCE] for text in texts)
    if line.faults:
        return line
    day, working = _day(texts[0], year, line), WORDS.get(texts[1])
    if working is None:
        line.faults.append(f"安排须为“{OFF}”或“{ON}”，现为“{texts[1][:SHOWN]}”。")
    if not 0 < len(texts[2]) <= LONGEST_SOURCE:
        line.faults.append(f"请写明依据，不超过 {LONGEST_SOURCE} 字。")
    if day and working is not None and not line.faults:
        line.said = Said(day, working, texts[2])
    return line


def _text(cell: Any, line: Line) -> str:
    """A date cell is as good as a written date."""
    if isinstance(cell.value, datetime):
        return cell.value.date().isoformat()
    try:
        return text_of(cell).strip()
    except ValueError as fault:
        line.faults.append(f"{cell.coordinate}：{fault}")
        return ""


def _day(text: str, year: int, line: Line) -> date | None:
    found = WRITTEN.fullmatch(text)
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        line.faults.append(f"日期须写成 {year}-10-01 的样子，现为“{text[:SHOWN]}”。")
    elif day.year != year:
        line.faults.append(f"该日期不属于{year}年。")
        return None
    return day


def _find_twice(lines: Iterable[Line]) -> None:
    seen: dict[date, int] = {}
    for line in lines:
        if line.said is None:
            continue
        first = seen.setdefault(line.said.day, line.row)
        if first != line.row:
            line.faults.append(f"该日期已在第 {first} 行出现。")
            line.said = None
