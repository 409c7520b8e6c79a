"""Answers as they are kept (JSON in the row of a mark) and as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scoring.arithmetic import Answer, mark_of
from scoring.layout import IndicatorSpec, plain
from scoring.statuses import Kind

MAX_COUNT = 999
COUNTED = {Kind.DEDUCT, Kind.AWARD}
YES_NO = {
    Kind.ALL_OR_NOTHING: ("达标", "不达标"),
    Kind.VETO: ("符合", "不符合"),
}


class Unfit(ValueError):
    """The answer does not fit its indicator; `sentence` says how, for people."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def to_json(spec: IndicatorSpec, answer: Answer) -> dict[str, Any]:
    """The part of the answer that counts for this kind; counts of 0 are left out."""
    if spec.kind == Kind.SCALE:
        return {"option": answer.option}
    if spec.kind in COUNTED:
        counts = sorted((order, times) for order, times in answer.counts.items() if times)
        return {"counts": {str(order): times for order, times in counts}}
    return {"met": answer.met}


def from_json(spec: IndicatorSpec, data: Mapping[str, Any] | None) -> Answer | None:
    """The answer kept as `data`; None is no answer. Raises Unfit for what cannot be one."""
    if data is None:
        return None
    if spec.kind == Kind.SCALE:
        return _level(spec, data.get("option"))
    if spec.kind in COUNTED:
        return _counts(spec, data.get("counts"))
    if not isinstance(data.get("met"), bool):
        raise Unfit("请选择其中一项。")
    return Answer(met=data["met"])


def _level(spec: IndicatorSpec, option: Any) -> Answer:
    if not isinstance(option, int) or isinstance(option, bool) or spec.option(option) is None:
        raise Unfit("请选择其中一档。")
    return Answer(option=option)


def _counts(spec: IndicatorSpec, counts: Any) -> Answer:
    if not isinstance(counts, Mapping):
        raise Unfit("请填写次数。")
    found: dict[int, int] = {}
    for key, times in counts.items():
        order = int(key) if str(key).isdecimal() else 0
        if spec.option(order) is None:
            raise Unfit("选项不在评分表中。")
        if not isinstance(times, int) or isinstance(times, bool) or not 0 <= times <= MAX_COUNT:
            raise Unfit(f"次数应为 0 至 {MAX_COUNT} 的整数。")
        if times:
            found[order] = times
    return Answer(counts=found)


def words(spec: IndicatorSpec, answer: Answer | None) -> str:
    """The answer as people read it: 合格；未公示收费标准 2 次；未评."""
    if answer is None:
        return "未评"
    if spec.kind == Kind.SCALE:
        option = spec.option(answer.option or 0)
        return option.label if option else "未评"
    if spec.kind in COUNTED:
        found = [
            f"{option.label} × {answer.counts[option.order]}"
            for option in spec.options
            if answer.counts.get(option.order)
        ]
        return "；".join(found) if found else none_words(spec)
    yes, no = YES_NO[Kind(spec.kind)]
    return yes if answer.met else no


def none_words(spec: IndicatorSpec) -> str:
    """What the box says that stands for "looked at, nothing found"."""
    return "无扣分情形" if spec.kind == Kind.DEDUCT else "无加分项"


def value_words(spec: IndicatorSpec, answer: Answer | None) -> str:
    """What the answer brings: 1.5 分；veto items bring no mark, so 通过 or 否决."""
    if answer is None:
        return "—"
    if spec.kind == Kind.VETO:
        return "通过" if answer.met else "否决"
    return f"{plain(mark_of(spec, answer))} 分"
