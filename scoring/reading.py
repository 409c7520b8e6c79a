"""Rubric data (JSON, or the rows of a spreadsheet) read into a layout, every fault in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from scoring.layout import IndicatorSpec, Layout, OptionSpec, SectionSpec
from scoring.soundness import Fault, Spot, faults
from scoring.statuses import Kind

MAX_TEXT = 2000
MAX_QUOTED = 20
KINDS = {kind.value for kind in Kind}
LINE_END = re.compile(r"\r\n?|[\x85\u2028\u2029]")
# What a spreadsheet cannot carry; a rubric never holds it, so that none is lost on the way.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


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


def examine(data: Mapping[str, Any]) -> tuple[Layout, list[Fault]]:
    """The rubric as far as it can be read, and all at once what keeps it from being published.

    What could not be read is not judged any further: one sentence for one mistake.
    """
    reader = _Reader()
    layout = reader.rubric(data)
    unread = {(fault.spot.section, fault.spot.indicator) for fault in reader.faults}
    further = [
        fault
        for fault in faults(layout)
        if (fault.spot.section, fault.spot.indicator) not in unread
        # The sum is that of all marks, so it is known only when every mark is.
        and not (fault.spot.section is None and unread)
    ]
    return layout, [*reader.faults, *further]


def cleaned(text: str) -> str:
    """A typed text as a rubric keeps it: one kind of line end, nothing invisible, trimmed."""
    return UNWRITABLE.sub("", LINE_END.sub("\n", text)).strip()


class _Reader:
    """Reads on after a fault, so that one pass names them all."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def rubric(self, data: Mapping[str, Any]) -> Layout:
        top = Spot()
        return Layout(
            code=self.text(data, "code", "", top, "评分表编号", limit=40),
            name=self.text(data, "name", "", top, "评分表名称", limit=120),
            full_mark=self.number(data, "full_mark", "", top, "满分"),
            note=self.text(data, "note", "", top, "说明", limit=MAX_TEXT, blank=True),
            sections=tuple(
                self.section(row, Spot(number))
                for number, row in enumerate(self.rows(data, "sections", "", top))
            ),
        )

    def section(self, row: Mapping[str, Any], spot: Spot) -> SectionSpec:
        code = self.text(row, "code", "", spot, "一级指标编号", limit=20)
        return SectionSpec(
            code=code,
            name=self.text(row, "name", code, spot, "一级指标名称", limit=60),
            indicators=tuple(
                self.indicator(item, replace(spot, indicator=number))
                for number, item in enumerate(self.rows(row, "indicators", code, spot))
            ),
        )

    def indicator(self, row: Mapping[str, Any], spot: Spot) -> IndicatorSpec:
        code = self.text(row, "code", "", spot, "指标编号", limit=20)
        texts = {
            key: self.text(row, key, code, spot, label, limit=MAX_TEXT, blank=True)
            for key, label in (("guidance", "评分说明"), ("evidence_wanted", "佐证材料"))
        }
        return IndicatorSpec(
            code=code,
            title=self.text(row, "title", code, spot, "指标名称", limit=200),
            kind=self.kind(row, code, spot),
            mark=self.number(row, "mark", code, spot, "分值"),
            options=tuple(
                self.option(item, code, replace(spot, option=number))
                for number, item in enumerate(self.rows(row, "options", code, spot))
            ),
            evidence_required=self.yes_no(row, "evidence_required", code, spot, "须附佐证"),
            **texts,
        )

    def option(self, row: Mapping[str, Any], code: str, spot: Spot) -> OptionSpec:
        order = (spot.option or 0) + 1
        return OptionSpec(
            order=order,
            label=self.text(row, "label", code, spot, f"选项{order}的名称", limit=200),
            value=self.number(row, "value", code, spot, f"选项{order}的分值"),
        )

    def kind(self, row: Mapping[str, Any], where: str, spot: Spot) -> str:
        kind = row.get("kind", "")
        if kind not in KINDS:
            said = f"计分方式“{_short(kind)}”无法识别。" if kind else "缺少计分方式。"
            self.fault(where, said, replace(spot, field="kind"))
        return str(kind)

    def rows(
        self, row: Mapping[str, Any], key: str, where: str, spot: Spot
    ) -> list[Mapping[str, Any]]:
        rows = row.get(key, [])
        if isinstance(rows, list) and all(isinstance(item, Mapping) for item in rows):
            return rows
        self.fault(where, f"“{key}”应为列表。", replace(spot, field=key))
        return []

    def text(
        self,
        row: Mapping[str, Any],
        key: str,
        where: str,
        spot: Spot,
        label: str,
        *,
        limit: int,
        blank: bool = False,
    ) -> str:
        value = row.get(key, "")
        text = cleaned(value) if isinstance(value, str) else ""
        if not text and not blank:
            self.fault(where, f"缺少{label}。", replace(spot, field=key))
        if len(text) > limit:
            self.fault(where, f"{label}不能超过 {limit} 字。", replace(spot, field=key))
        return text

    def number(
        self, row: Mapping[str, Any], key: str, where: str, spot: Spot, label: str
    ) -> Decimal:
        value = row.get(key, "")
        if value == "":
            self.fault(where, f"缺少{label}。", replace(spot, field=key))
            return Decimal(0)
        try:
            number = Decimal(value) if isinstance(value, str | int) else Decimal("nan")
        except InvalidOperation:
            number = Decimal("nan")
        said = f"{label}“{_short(value)}”"
        if not number.is_finite() or not 0 <= number <= 1000:
            self.fault(where, f"{said}应为 0 至 1000 之间的数。", replace(spot, field=key))
            return Decimal(0)
        if number != round(number, 2):
            self.fault(where, f"{said}最多两位小数。", replace(spot, field=key))
        return number

    def yes_no(self, row: Mapping[str, Any], key: str, where: str, spot: Spot, label: str) -> bool:
        value = row.get(key, False)
        if not isinstance(value, bool):
            said = f"{label}“{_short(value)}”应填“是”或“否”。"
            self.fault(where, said, replace(spot, field=key))
        return value is True

    def fault(self, where: str, text: str, spot: Spot) -> None:
        self.faults.append(Fault(where, text, spot))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= MAX_QUOTED else f"{text[:MAX_QUOTED]}…"
