"""The columns of the import: what each cell may hold, and the sentence when it holds else. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import TextChoices

from nurseries import kinds, validators
from nurseries.places import Places, UnknownPlace
from nurseries.workbooks import Cell

# Beyond this a spreadsheet has lost digits of a number without saying so.
SAFE_DIGITS = 15
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))")


class Wrong(Exception):
    """The cell cannot be taken; the text is a sentence for people."""


Reader = Callable[[Cell, Places], Any]


@dataclass(frozen=True)
class Column:
    """One column: the field it fills, its heading, how a cell is read, an example and a hint."""

    field: str
    heading: str
    read: Reader
    example: Any
    hint: str
    required: bool = True
    choices: type[TextChoices] | None = None
    width: int = 16


def value_of(cell: Cell, column: Column, places: Places) -> Any:
    """What the cell says. Raises Wrong with a sentence where it says nothing usable."""
    if cell.kind == "f":
        raise Wrong("是公式，请复制后“粘贴为数值”。")
    if cell.kind == "e":
        raise Wrong(f"是错误值 {cell.value}，请填写内容。")
    return column.read(cell, places)


def text(limit: int) -> Reader:
    def read(cell: Cell, places: Places) -> str:
        found = " ".join(_plain(cell).split())
        if len(found) > limit:
            raise Wrong(f"最多 {limit} 个字，现有 {len(found)} 个字。")
        return found

    return read


def credit_code(cell: Cell, places: Places) -> str:
    if cell.kind == "n":
        raise Wrong("是数字格式，末几位可能已变成 0，请把该列设为“文本”后重新填写。")
    return _checked(cell, validators.normal_credit_code, validators.validate_credit_code)


def phone(cell: Cell, places: Places) -> str:
    return _checked(cell, validators.normal_phone, validators.validate_phone)


def one_of(choices: type[TextChoices]) -> Reader:
    values = {choice.label: choice.value for choice in choices}

    def read(cell: Cell, places: Places) -> str:
        found = "".join(_plain(cell).split())
        if found not in values:
            raise Wrong(f"“{found}”不是可选值，请填：{'、'.join(values)}。")
        return values[found]

    return read


def some_of(choices: type[TextChoices]) -> Reader:
    single = one_of(choices)

    def read(cell: Cell, places: Places) -> list[str]:
        parts = [part for part in re.split(r"[、,，;；/\s]+", _plain(cell)) if part]
        found = {single(Cell(part, "s"), places) for part in parts}
        if not found:
            raise Wrong(f"请填：{'、'.join(choices.labels)}，多项用顿号分开。")
        return [value for value in choices.values if value in found]

    return read


def yes_or_no(cell: Cell, places: Places) -> bool:
    answers = {"是": True, "否": False, "true": True, "false": False}
    found = str(cell.value).strip().lower()
    if found not in answers:
        raise Wrong(f"“{cell.value}”不是可选值，请填：是、否。")
    return answers[found]


def day(cell: Cell, places: Places) -> date:
    if isinstance(cell.value, datetime):
        return cell.value.date()
    found = _DATE.fullmatch("".join(_plain(cell).split()))
    if not found:
        raise Wrong(f"“{cell.value}”不是日期，请填如 2021-03-05。")
    year, month, number = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, number)
    except ValueError:
        raise Wrong(f"“{cell.value}”这一天不存在，请填如 2021-03-05。") from None


def whole(cell: Cell, places: Places) -> int:
    found = _number(cell)
    if found != found.to_integral_value() or not 0 <= found < 100_000:
        raise Wrong(f"“{cell.value}”不是合理的整数。")
    return int(found)


def area(cell: Cell, places: Places) -> Decimal:
    found = _number(cell)
    if not 0 <= found < 10_000_000:
        raise Wrong(f"“{cell.value}”不是合理的面积。")
    return found.quantize(Decimal("0.01"))


def county(cell: Cell, places: Places) -> Any:
    try:
        return places.find(_plain(cell))
    except UnknownPlace as fault:
        raise Wrong(str(fault)) from None


def _plain(cell: Cell) -> str:
    """A cell as text; numbers without the `.0` that spreadsheets add."""
    if cell.kind == "d":
        raise Wrong("是日期格式，请把该单元格设为“文本”后重新填写。")
    if isinstance(cell.value, bool) or not isinstance(cell.value, (int, float)):
        return str(cell.value).strip()
    if not _exact(cell.value):
        raise Wrong("是数字格式，可能已失真，请把该单元格设为“文本”后重新填写。")
    return str(int(cell.value))


def _exact(value: float) -> bool:
    return isfinite(value) and value == int(value) and abs(value) < 10**SAFE_DIGITS


def _number(cell: Cell) -> Decimal:
    written = str(cell.value).replace(",", "").replace("，", "").strip()
    try:
        found = Decimal(written)
    except InvalidOperation:
        raise Wrong(f"“{cell.value}”不是数字。") from None
    if isinstance(cell.value, bool) or not found.is_finite():
        raise Wrong(f"“{cell.value}”不是数字。")
    return found


def _checked(cell: Cell, normal: Callable[[str], str], validate: Callable[[str], None]) -> str:
    found = normal(_plain(cell))
    try:
        validate(found)
    except ValidationError as fault:
        raise Wrong(fault.messages[0]) from None
    return found


EXAMPLE_NAME = "示例托育中心（填写前请删除本行）"
CHOICE_HINT = "从可选值中选择"
COUNTY_HINT = "6 位区划代码，或带市名的全称"
COLUMNS = (
    Column(
        "name",
        "机构名称",
        text(100),
        EXAMPLE_NAME,
        "与登记证照一致",
        width=30,
    ),
    Column(
        "credit_code",
        "统一社会信用代码",
        credit_code,
        "91210102X99900016M",
        "18 位；已登记的机构按此代码更新",
        width=24,
    ),
    Column("region", "所在县（市、区）", county, "210102", COUNTY_HINT, width=18),
    Column("address", "详细地址", text(200), "示例路 1 号", "街道、门牌", width=30),
    Column("registration_body", "登记机关", text(60), "和平区市场监督管理局", "", width=24),
    Column(
        "registration_kind",
        "机构性质",
        one_of(kinds.RegistrationKind),
        "企业",
        CHOICE_HINT,
        choices=kinds.RegistrationKind,
    ),
    Column("legal_representative", "法定代表人", text(40), "张某", ""),
    Column("head", "机构负责人", text(40), "李某", ""),
    Column("phone", "联系电话", phone, "024-22345678", "手机号，或带区号的固定电话", width=18),
    Column(
        "organiser",
        "举办性质",
        one_of(kinds.Organiser),
        "民办",
        CHOICE_HINT,
        choices=kinds.Organiser,
    ),
    Column("form", "机构形式", one_of(kinds.Form), "独立设置", CHOICE_HINT, choices=kinds.Form),
    Column("inclusive", "普惠性机构", yes_or_no, "是", "是、否"),
    Column(
        "services_offered",
        "服务类型",
        some_of(kinds.Service),
        "全日托、半日托",
        "多项用顿号分开",
        choices=kinds.Service,
        width=22,
    ),
    Column("opened_on", "开办日期", day, date(2021, 3, 5), "如 2021-03-05"),
    Column("floor_area", "建筑面积（平方米）", area, 560, "数字", width=20),
    Column("outdoor_area", "户外活动场地面积（平方米）", area, 120, "数字，没有填 0", width=26),
    Column("capacity", "托位数", whole, 80, "整数"),
    Column(
        "filing_receipt_number",
        "备案回执编号",
        text(50),
        "示例-2021-001",
        "未备案的三项都留空",
        required=False,
        width=20,
    ),
    Column("filing_date", "备案日期", day, date(2021, 4, 1), "如 2021-04-01", required=False),
    Column(
        "filing_county",
        "备案机关所在地",
        county,
        "210102",
        COUNTY_HINT,
        required=False,
        width=18,
    ),
)
BY_FIELD = {column.field: column for column in COLUMNS}
BY_HEADING = {column.heading: column for column in COLUMNS}
HEADINGS = tuple(BY_HEADING)
REQUIRED = tuple(column.heading for column in COLUMNS if column.required)
