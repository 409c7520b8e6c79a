"""Spreadsheets as offices send them: right ones, and wrong ones in every way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from nurseries.columns import COLUMNS
from tests import scenes

ROW: dict[str, Any] = {
    "name": "阳光托育园",
    "credit_code": scenes.CREDIT_CODES[0],
    "region": "210102",
    "address": "中山路 1 号",
    "registration_body": "和平区市场监督管理局",
    "registration_kind": "企业",
    "legal_representative": "孙法",
    "head": "钱园",
    "phone": "13800005678",
    "organiser": "民办",
    "form": "独立设置",
    "inclusive": "是",
    "services_offered": "全日托、半日托",
    "opened_on": date(2021, 9, 1),
    "floor_area": 620.5,
    "outdoor_area": 180,
    "capacity": 60,
    "filing_receipt_number": "托备210102-001",
    "filing_date": date(2022, 3, 1),
    "filing_county": "沈阳市和平区",
}


def rows(count: int, **more: Any) -> list[dict[str, Any]]:
    """Rows of different nurseries that are right in every cell."""
    codes = scenes.made_codes()
    return [
        ROW | {"name": f"第{n}托育园", "credit_code": next(codes)} | more
        for n in range(1, count + 1)
    ]


def book(lines: Iterable[Mapping[str, Any]], headings: Iterable[str] | None = None) -> Workbook:
    """A workbook with these lines by field, under the template's headings or under others."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(list(headings or (column.heading for column in COLUMNS)))
    for line in lines:
        sheet.append([line.get(column.field) for column in COLUMNS])
    return workbook


def content(workbook: Workbook) -> bytes:
    target = BytesIO()
    workbook.save(target)
    return target.getvalue()


def xlsx(*lines: Mapping[str, Any]) -> bytes:
    return content(book(lines))
