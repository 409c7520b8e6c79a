"""The register and its coverage as spreadsheets, row by row in little memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import IO, Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from publicity.coverage import CITY_GOAL, Coverage
from publicity.models import Title
from publicity.statuses import TitleState

COLUMNS = (
    ("证书编号", 22),
    ("机构名称", 40),
    ("市", 16),
    ("县（市、区）", 24),
    ("评选年度", 10),
    ("授予日期", 14),
    ("有效期起", 14),
    ("有效期止", 14),
    ("状态", 10),
    ("授予决定文号", 30),
    ("撤销日期", 14),
    ("撤销原因", 26),
)
COVERAGE_COLUMNS = (
    ("市", 26),
    ("有效称号（家）", 16),
    (f"每市不少于 {CITY_GOAL} 家", 18),
    ("县（市、区）数", 16),
    ("已覆盖县（市、区）数", 22),
    ("未覆盖的县（市、区）", 80),
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_register(titles: Iterable[Title], *, today: date, to: IO[bytes]) -> None:
    """Write the titles in their order; states are those of `today`."""
    _write("省级示范托育机构", COLUMNS, (_values(title, today) for title in titles), to)


def write_coverage(coverage: Coverage, *, to: IO[bytes]) -> None:
    """A line for every city, and one that sums them up."""
    rows = [
        (
            city.name,
            city.count,
            city.city_goal_words,
            city.counties,
            city.covered,
            "、".join(city.uncovered),
        )
        for city in coverage.cities
    ]
    met = f"{coverage.cities_met} / {coverage.city_count} 个市"
    total = ("合计", coverage.total, met, coverage.county_count, coverage.counties_met, "")
    _write("覆盖情况", COVERAGE_COLUMNS, [*rows, total], to)


def _write(
    name: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[tuple[Any, ...]],
    to: IO[bytes],
) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for number, (_, width) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_heading(sheet, heading) for heading, _ in columns])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    book.save(to)


def _values(title: Title, today: date) -> tuple[Any, ...]:
    revoked = title.state == TitleState.REVOKED and title.ended_at
    return (
        title.number,
        title.nursery.name,
        title.region.city_unit.name,
        title.region.name,
        title.cycle.year,
        title.awarded_on,
        title.valid_from,
        title.valid_until,
        title.standing(today).label,
        title.decision_number,
        timezone.localdate(title.ended_at) if revoked else None,
        title.get_revoked_for_display(),
    )


def _heading(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    """What people typed stays a text: it never becomes a formula."""
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    if not text.startswith(FORMULA_STARTS):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type, cell.quotePrefix = "s", True
    return cell
