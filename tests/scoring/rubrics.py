"""Rubrics that the tests of scoring stand on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from scoring.layout import IndicatorSpec, Layout, OptionSpec, SectionSpec
from scoring.statuses import Kind


def spec(kind: Kind, mark: str, *values: str, code: str = "1.1", **more: Any) -> IndicatorSpec:
    """An indicator whose options are worth `values`."""
    options = tuple(
        OptionSpec(order, f"选项{order}", Decimal(value))
        for order, value in enumerate(values, start=1)
    )
    return IndicatorSpec(code, f"指标{code}", kind, Decimal(mark), options, **more)


def layout(*sections: tuple[IndicatorSpec, ...]) -> Layout:
    made = tuple(
        SectionSpec(str(order), f"部分{order}", specs)
        for order, specs in enumerate(sections, start=1)
    )
    full = sum((section.mark for section in made), Decimal(0))
    return Layout("test", "试用评分表", full, made)


# One of each kind, 10 points; totals come in steps of 0.01.
SMALL: dict[str, Any] = {
    "code": "small",
    "name": "小评分表",
    "full_mark": "100",
    "note": "测试用",
    "sections": [
        {
            "code": "1",
            "name": "条件",
            "indicators": [
                {
                    "code": "1.1",
                    "title": "已备案",
                    "kind": "veto",
                    "mark": "0",
                    "guidance": "看回执。",
                    "evidence_wanted": "备案回执",
                    "evidence_required": True,
                },
                {
                    "code": "1.2",
                    "title": "场地",
                    "kind": "scale",
                    "mark": "40",
                    "guidance": "看现场。",
                    "evidence_wanted": "照片",
                    "options": [
                        {"label": "很好", "value": "40"},
                        {"label": "尚可", "value": "25"},
                        {"label": "不足", "value": "24.99"},
                        {"label": "没有", "value": "0"},
                    ],
                },
                {"code": "1.3", "title": "有围护", "kind": "all_or_nothing", "mark": "20"},
            ],
        },
        {
            "code": "2",
            "name": "照护",
            "indicators": [
                {
                    "code": "2.1",
                    "title": "晨检",
                    "kind": "deduct",
                    "mark": "30",
                    "guidance": "查记录。",
                    "evidence_wanted": "记录",
                    "options": [
                        {"label": "缺一次记录", "value": "2.5"},
                        {"label": "未处置", "value": "10"},
                    ],
                },
                {
                    "code": "2.2",
                    "title": "家长活动",
                    "kind": "award",
                    "mark": "10",
                    "options": [
                        {"label": "家长会", "value": "3"},
                        {"label": "开放日", "value": "4"},
                    ],
                },
            ],
        },
    ],
}

points = st.decimals(min_value=0, max_value=100, places=2, allow_nan=False)
worth = st.decimals(min_value="0.01", max_value=20, places=2, allow_nan=False)
counts = st.dictionaries(st.integers(1, 3), st.integers(0, 999))


@st.composite
def counted_specs(draw: st.DrawFn, kind: Kind) -> IndicatorSpec:
    """A deduct or award indicator with three options."""
    values = [str(draw(worth)) for _ in range(3)]
    return spec(kind, str(draw(worth)), *values)
