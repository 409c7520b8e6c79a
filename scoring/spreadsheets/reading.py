"""The spreadsheet of a rubric taken back: a rubric, or one sentence for each cell that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openpyxl.utils import get_column_letter

from files.workbooks import Unreadable, opened, text_of
from scoring.layout import Layout
from scoring.reading import examine
from scoring.soundness import Fault, Spot
from scoring.spreadsheets.columns import (
    COLUMNS,
    HEAD_LINES,
    HEAD_SHEET,
    MAX_ROWS,
    NUMBER,
    TABLE_SHEET,
    YES_NO,
    Level,
)
from scoring.statuses import KIND_LABELS

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

SHEETS = (HEAD_SHEET, TABLE_SHEET)
HEAD_ROWS = {field: row for row, field in enumerate(HEAD_LINES.values(), 2)}
KINDS = {label: kind.value for kind, label in KIND_LABELS.items()}
# The cell that stands for a thing as a whole.
NAMING = {Level.SECTION: "name", Level.INDICATOR: "title", Level.OPTION: "label"}
SECTION_NAME = NUMBER[Level.SECTION, "name"]
OPTION_LABEL = NUMBER[Level.OPTION, "label"]
Texts = dict[str, str]


@dataclass(frozen=True)
class CellFault:
    """What is wrong with one cell: its sheet and address, and a sentence."""

    cell: str
    text: str

    def __str__(self) -> str:
        return f"{self.cell}：{self.text}"


@dataclass(frozen=True)
class Reading:
    """The rubric as far as it could be read; it is sound when there are no faults."""

    layout: Layout
    faults: tuple[CellFault, ...]


def read(content: bytes) -> Reading:
    """The rubric in an uploaded spreadsheet, with all its faults at once.

    Raises files.workbooks.Unreadable with a sentence when the file as a whole is no such table.
    """
    head, table = (_sheet(opened(content), name) for name in SHEETS)
    reader = _Reader()
    data: dict[str, Any] = reader.head(head)
    reader.table(table)
    layout, faults = examine(data | {"sections": reader.sections})
    return Reading(layout, reader.named(faults))


def _sheet(book: Workbook, name: str) -> Worksheet:
    if name not in book.sheetnames:
        raise Unreadable(f"文件中没有“{name}”表，请用导出的表格填写。")
    sheet: Worksheet = book[name]
    if sheet.merged_cells.ranges:
        places = "、".join(sorted(str(area) for area in sheet.merged_cells.ranges)[:5])
        raise Unreadable(f"“{name}”表中有合并单元格（{places}），请取消合并后重新上传。")
    if sheet.max_row > MAX_ROWS:
        raise Unreadable(f"“{name}”表超过 {MAX_ROWS} 行，请删除多余的行后重新上传。")
    return sheet


class _Reader:
    """Puts rows together to sections, indicators and options, and remembers where each stood."""

    def __init__(self) -> None:
        self.sections: list[dict[str, Any]] = []
        self._rows: dict[Spot, int] = {}
        self._faults: dict[tuple[int, int, int], str] = {}

    def head(self, sheet: Worksheet) -> Texts:
        for label, row in zip(HEAD_LINES, HEAD_ROWS.values(), strict=True):
            if self._text(0, sheet.cell(row, 1)) != label:
                self._fault((0, row, 1), f"此处应为“{label}”。")
        return {field: self._text(0, sheet.cell(row, 2)) for field, row in HEAD_ROWS.items()}

    def table(self, sheet: Worksheet) -> None:
        headings = [column.heading for column in COLUMNS]
        for number in range(1, max(sheet.max_column, len(headings)) + 1):
            wanted = headings[number - 1] if number <= len(headings) else ""
            if self._text(1, sheet.cell(1, number)) != wanted:
                said = f"表头应为“{wanted}”。" if wanted else "表中没有此列，请删除。"
                self._fault((1, 1, number), said)
        for row, cells in enumerate(sheet.iter_rows(min_row=2, max_col=len(COLUMNS)), 2):
            texts = [self._text(1, cell) for cell in cells]
            if any(texts):
                self._take(row, texts)

    def named(self, faults: list[Fault]) -> tuple[CellFault, ...]:
        """All faults with the address of their cell; the first sentence for a cell counts."""
        for fault in faults:
            self._fault(self._place(fault.spot), fault.text)
        return tuple(
            CellFault(f"{SHEETS[sheet]}!{get_column_letter(number)}{row}", text)
            for (sheet, row, number), text in sorted(self._faults.items())
        )

    def _take(self, row: int, texts: list[str]) -> None:
        section, indicator, option = (dict(_own(level, texts)) for level in Level)
        begun = self._begin_section(row, section)
        goes_on = any(option.values()) and not begun and sum(map(bool, indicator.values())) < 2
        if goes_on:
            self._refuse_strays(row, indicator)
        elif any(indicator.values()) or any(option.values()):
            self._begin_indicator(row, indicator)
        if any(option.values()):
            self._add_option(row, option)

    def _begin_section(self, row: int, given: Texts) -> bool:
        """Whether the row begins a new section: blanks and the same again go on with the last."""
        last = self.sections[-1] if self.sections else None
        if last and all(text in {"", last[field]} for field, text in given.items()):
            return False
        if last and given["code"] == last["code"]:
            said = f"与上面不一致，一级指标“{last['code']}”的名称是“{last['name']}”。"
            self._fault((1, row, SECTION_NAME), said)
            return False
        self._rows[Spot(len(self.sections))] = row
        self.sections.append({**given, "indicators": []})
        return True

    def _begin_indicator(self, row: int, given: Texts) -> None:
        indicators = self.sections[-1]["indicators"]
        self._rows[Spot(len(self.sections) - 1, len(indicators))] = row
        required = given["evidence_required"] or "否"
        indicators.append(
            {
                **given,
                "kind": KINDS.get(given["kind"], given["kind"]),
                "evidence_required": YES_NO.get(required, required),
                "options": [],
            }
        )

    def _refuse_strays(self, row: int, given: Texts) -> None:
        """A single cell beside a further option begins no indicator; it stands there by mistake."""
        for field in (field for field, text in given.items() if text):
            place = (1, row, NUMBER[Level.INDICATOR, field])
            self._fault(place, "此行是上一项指标的选项，此格应留空。")

    def _add_option(self, row: int, given: Texts) -> None:
        indicators = self.sections[-1]["indicators"]
        if not indicators:
            self._fault((1, row, OPTION_LABEL), "选项上面没有指标。")
            return
        options = indicators[-1]["options"]
        spot = Spot(len(self.sections) - 1, len(indicators) - 1, len(options))
        self._rows[spot] = row
        options.append(given)

    def _text(self, sheet: int, cell: Any) -> str:
        try:
            return text_of(cell).strip()
        except ValueError as fault:
            self._fault((sheet, cell.row, cell.column), str(fault))
            return ""

    def _fault(self, place: tuple[int, int, int], text: str) -> None:
        self._faults.setdefault(place, text)

    def _place(self, spot: Spot) -> tuple[int, int, int]:
        if spot.section is None:
            row = HEAD_ROWS.get(spot.field)
            return (0, row, 2) if row else (1, 2, 1)
        row = self._rows[Spot(spot.section, spot.indicator, spot.option)]
        level = _level(spot)
        field = "label" if spot.field == "options" else spot.field
        for known in (level, Level.OPTION):
            if (known, field) in NUMBER:
                return 1, row, NUMBER[known, field]
        return 1, row, NUMBER[level, NAMING[level]]


def _own(level: Level, texts: list[str]) -> Iterator[tuple[str, str]]:
    for column, text in zip(COLUMNS, texts, strict=True):
        if column.level is level:
            yield column.field, text


def _level(spot: Spot) -> Level:
    if spot.indicator is None:
        return Level.SECTION
    return Level.INDICATOR if spot.option is None else Level.OPTION
