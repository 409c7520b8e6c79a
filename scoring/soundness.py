"""What makes a rubric sound: one rule, one small function, one list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from scoring.layout import IndicatorSpec, Layout, plain
from scoring.statuses import Kind

WITH_OPTIONS = {Kind.SCALE, Kind.DEDUCT, Kind.AWARD}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a rubric: where (an indicator's or section's code), and a sentence."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}：{self.text}" if self.where else self.text


def faults(layout: Layout) -> list[Fault]:
    """Everything that keeps a rubric from being published; empty when it is sound."""
    found = [fault for rule in RUBRIC_RULES for fault in rule(layout)]
    for indicator in layout.indicators():
        found += [
            Fault(indicator.code, text) for rule in INDICATOR_RULES for text in rule(indicator)
        ]
    return found


def sums_to_full_mark(layout: Layout) -> Iterator[Fault]:
    total = sum((section.mark for section in layout.sections), Decimal(0))
    if total != layout.full_mark:
        yield Fault(
            "", f"各指标分值合计 {plain(total)} 分，应为满分 {plain(layout.full_mark)} 分。"
        )


def has_indicators(layout: Layout) -> Iterator[Fault]:
    if not layout.sections:
        yield Fault("", "评分表至少要有一个一级指标。")
    for section in layout.sections:
        if not section.indicators:
            yield Fault(section.code, "一级指标下至少要有一项指标。")


def section_codes_once(layout: Layout) -> Iterator[Fault]:
    for code in repeated(section.code for section in layout.sections):
        yield Fault(code, "一级指标编号重复。")


def indicator_codes_once(layout: Layout) -> Iterator[Fault]:
    for code in repeated(indicator.code for indicator in layout.indicators()):
        yield Fault(code, "指标编号重复。")


def only_veto_is_worth_nothing(indicator: IndicatorSpec) -> Iterator[str]:
    if indicator.kind == Kind.VETO and indicator.mark != 0:
        yield "一票否决项不计分，分值应为 0。"
    if indicator.kind != Kind.VETO and indicator.mark <= 0:
        yield "分值应大于 0。"


def options_where_needed(indicator: IndicatorSpec) -> Iterator[str]:
    if indicator.kind in WITH_OPTIONS and not indicator.options:
        yield "此类指标须列出选项。"
    if indicator.kind not in WITH_OPTIONS and indicator.options:
        yield "此类指标不应有选项。"
    if indicator.kind == Kind.SCALE and len(indicator.options) == 1:
        yield "按档计分至少要有两档。"


def scale_reaches_its_mark(indicator: IndicatorSpec) -> Iterator[str]:
    if indicator.kind == Kind.SCALE and indicator.options:
        best = max(option.value for option in indicator.options)
        if best != indicator.mark:
            yield f"最高一档为 {plain(best)} 分，应与分值 {plain(indicator.mark)} 分一致。"


def options_worth_something(indicator: IndicatorSpec) -> Iterator[str]:
    for option in indicator.options:
        if option.value < 0:
            yield f"选项“{option.label}”的分值不能为负。"
        elif option.value == 0 and indicator.kind != Kind.SCALE:
            yield f"选项“{option.label}”的分值应大于 0。"
        elif option.value > indicator.mark:
            yield f"选项“{option.label}”的分值不能超过本项分值。"


def options_once(indicator: IndicatorSpec) -> Iterator[str]:
    for label in repeated(option.label for option in indicator.options):
        yield f"选项“{label}”重复。"


def evidence_named(indicator: IndicatorSpec) -> Iterator[str]:
    if indicator.evidence_required and not indicator.evidence_wanted:
        yield "要求佐证材料的指标须写明材料名称。"


def repeated(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


RUBRIC_RULES: tuple[Callable[[Layout], Iterator[Fault]], ...] = (
    has_indicators,
    section_codes_once,
    indicator_codes_once,
    sums_to_full_mark,
)
INDICATOR_RULES: tuple[Callable[[IndicatorSpec], Iterator[str]], ...] = (
    only_veto_is_worth_nothing,
    options_where_needed,
    scale_reaches_its_mark,
    options_worth_something,
    options_once,
    evidence_named,
)
