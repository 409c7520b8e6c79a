"""Rubric data (JSON, later the rows of a spreadsheet) read into a layout, every fault in words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from scoring.layout import IndicatorSpec, Layout, OptionSpec, SectionSpec
from scoring.soundness import Fault
from scoring.statuses import Kind

MAX_TEXT = 2000
KINDS = {kind.value for kind in Kind}


class Unreadable(Exception):
    """The data are no rubric; `faults` names every place."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__(" ".join(str(fault) for fault in faults))


def read(data: Mapping[str, Any]) -> Layout:
    """The rubric in `data` (see `layout.as_data`). Raises Unreadable with all faults at once."""
    reader = _Reader()
    layout = reader.rubric(data)
    if reader.faults:
        raise Unreadable(reader.faults)
    return layout


class _Reader:
    """Reads on after a fault, so that one pass names them all."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def rubric(self, data: Mapping[str, Any]) -> Layout:
        return Layout(
            code=self.text(data, "code", "", "评分表编号", limit=40),
            name=self.text(data, "name", "", "评分表名称", limit=120),
            full_mark=self.number(data, "full_mark", "", "满分"),
            note=self.text(data, "note", "", "说明", limit=MAX_TEXT, blank=True),
            sections=tuple(self.section(row) for row in self.rows(data, "sections", "")),
        )

    def section(self, row: Mapping[str, Any]) -> SectionSpec:
        code = self.text(row, "code", "", "一级指标编号", limit=20)
        return SectionSpec(
            code=code,
            name=self.text(row, "name", code, "一级指标名称", limit=60),
            indicators=tuple(self.indicator(item) for item in self.rows(row, "indicators", code)),
        )

    def indicator(self, row: Mapping[str, Any]) -> IndicatorSpec:
        code = self.text(row, "code", "", "指标编号", limit=20)
        kind = row.get("kind", "")
        if kind not in KINDS:
            self.fault(code, f"计分方式“{kind}”无法识别。")
        options = enumerate(self.rows(row, "options", code), start=1)
        return IndicatorSpec(
            code=code,
            title=self.text(row, "title", code, "指标名称", limit=200),
            kind=kind,
            mark=self.number(row, "mark", code, "分值"),
            options=tuple(self.option(code, order, option) for order, option in options),
            guidance=self.text(row, "guidance", code, "评分说明", limit=MAX_TEXT, blank=True),
            evidence_wanted=self.text(
                row, "evidence_wanted", code, "佐证材料", limit=MAX_TEXT, blank=True
            ),
            evidence_required=row.get("evidence_required") is True,
        )

    def option(self, code: str, order: int, row: Mapping[str, Any]) -> OptionSpec:
        return OptionSpec(
            order=order,
            label=self.text(row, "label", code, f"选项{order}的名称", limit=200),
            value=self.number(row, "value", code, f"选项{order}的分值"),
        )

    def rows(self, row: Mapping[str, Any], key: str, where: str) -> list[Mapping[str, Any]]:
        rows = row.get(key, [])
        if isinstance(rows, list) and all(isinstance(item, Mapping) for item in rows):
            return rows
        self.fault(where, f"“{key}”应为列表。")
        return []

    def text(
        self,
        row: Mapping[str, Any],
        key: str,
        where: str,
        label: str,
        *,
        limit: int,
        blank: bool = False,
    ) -> str:
        value = row.get(key, "")
        text = value.strip() if isinstance(value, str) else ""
        if not text and not blank:
            self.fault(where, f"缺少{label}。")
        if len(text) > limit:
            self.fault(where, f"{label}不能超过 {limit} 字。")
        return text

    def number(self, row: Mapping[str, Any], key: str, where: str, label: str) -> Decimal:
        value = row.get(key, "")
        try:
            number = Decimal(value) if isinstance(value, str | int) else Decimal("nan")
        except InvalidOperation:
            number = Decimal("nan")
        if not number.is_finite() or not 0 <= number <= 1000:
            self.fault(where, f"{label}“{value}”应为 0 至 1000 之间的数。")
            return Decimal(0)
        if number != round(number, 2):
            self.fault(where, f"{label}“{value}”最多两位小数。")
        return number

    def fault(self, where: str, text: str) -> None:
        self.faults.append(Fault(where, text))
