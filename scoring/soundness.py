"""What makes a rubric sound: one rule, one small function, one list."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace

from scoring.layout import IndicatorSpec, Layout, plain
from scoring.statuses import Kind

WITH_OPTIONS = {Kind.SCALE, Kind.DEDUCT, Kind.AWARD}


@dataclass(frozen=True)
class Spot:
    """A place in a rubric: numbers count from 0, None stands for all of what is above.

    `field` is a key of `layout.as_data`; empty for the thing itself.
    """

    section: int | None = None
    indicator: int | None = None
    option: int | None = None
    field: str = ""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a rubric: where (an indicator's or section's code), and a sentence."""

    where: str
    text: str
    spot: Spot = Spot()

    def __str__(self) -> str:
        return f"{self.where}：{self.text}" if self.where else self.text


@dataclass(frozen=True)
class Flaw:
    """What is wrong with one indicator: the sentence, its field, and which option, from 0."""

    text: str
    field: str
    option: int | None = None


def faults(layout: Layout) -> list[Fault]:
    """Everything that keeps a rubric from being published; empty when it is sound."""
    found = [fault for rule in RUBRIC_RULES for fault in rule(layout)]
    for spot, indicator in spots(layout):
        flaws = [flaw for rule in INDICATOR_RULES for flaw in rule(indicator)]
        found += [
            Fault(indicator.code, flaw.text, replace(spot, option=flaw.option, field=flaw.field))
            for flaw in flaws
        ]
    return found


def spots(layout: Layout) -> Iterator[tuple[Spot, IndicatorSpec]]:
    """Every indicator with its place, in order of the table."""
    for section, given in enumerate(layout.sections):
        for number, indicator in enumerate(given.indicators):
            yield Spot(section, number), indicator


def sums_to_full_mark(layout: Layout) -> Iterator[Fault]:
    if layout.total != layout.full_mark:
        yield Fault(
            "",
            f"各指标分值合计 {plain(layout.total)} 分，应为满分 {plain(layout.full_mark)} 分。",
            Spot(field="full_mark"),
        )


def has_indicators(layout: Layout) -> Iterator[Fault]:
    if not layout.sections:
        yield Fault("", "评分表至少要有一个一级指标。", Spot(field="sections"))
    for number, section in enumerate(layout.sections):
        if not section.indicators:
            yield Fault(
                section.code, "一级指标下至少要有一项指标。", Spot(number, field="indicators")
            )


def section_codes_once(layout: Layout) -> Iterator[Fault]:
    for number in repeats(section.code for section in layout.sections):
        code = layout.sections[number].code
        yield Fault(code, "一级指标编号重复。", Spot(number, field="code"))


def indicator_codes_once(layout: Layout) -> Iterator[Fault]:
    placed = list(spots(layout))
    for number in repeats(indicator.code for _, indicator in placed):
        spot, indicator = placed[number]
        yield Fault(indicator.code, "指标编号重复。", replace(spot, field="code"))


def only_veto_is_worth_nothing(indicator: IndicatorSpec) -> Iterator[Flaw]:
    if indicator.kind == Kind.VETO and indicator.mark != 0:
        yield Flaw("一票否决项不计分，分值应为 0。", "mark")
    if indicator.kind != Kind.VETO and indicator.mark <= 0:
        yield Flaw("分值应大于 0。", "mark")


def options_where_needed(indicator: IndicatorSpec) -> Iterator[Flaw]:
    if indicator.kind in WITH_OPTIONS and not indicator.options:
        yield Flaw("此类指标须列出选项。", "options")
    if indicator.kind not in WITH_OPTIONS and indicator.options:
        yield Flaw("此类指标不应有选项。", "label", 0)
    if indicator.kind == Kind.SCALE and len(indicator.options) == 1:
        yield Flaw("按档计分至少要有两档。", "label", 0)


def scale_reaches_its_mark(indicator: IndicatorSpec) -> Iterator[Flaw]:
    if indicator.kind == Kind.SCALE and indicator.options:
        best = max(option.value for option in indicator.options)
        if best != indicator.mark:
            text = f"最高一档为 {plain(best)} 分，应与分值 {plain(indicator.mark)} 分一致。"
            yield Flaw(text, "mark")


def options_worth_something(indicator: IndicatorSpec) -> Iterator[Flaw]:
    for number, option in enumerate(indicator.options):
        if option.value < 0:
            yield Flaw(f"选项“{option.label}”的分值不能为负。", "value", number)
        elif option.value == 0 and indicator.kind != Kind.SCALE:
            yield Flaw(f"选项“{option.label}”的分值应大于 0。", "value", number)
        elif option.value > indicator.mark:
            yield Flaw(f"选项“{option.label}”的分值不能超过本项分值。", "value", number)


def options_once(indicator: IndicatorSpec) -> Iterator[Flaw]:
    for number in repeats(option.label for option in indicator.options):
        yield Flaw(f"选项“{indicator.options[number].label}”重复。", "label", number)


def evidence_named(indicator: IndicatorSpec) -> Iterator[Flaw]:
    if indicator.evidence_required and not indicator.evidence_wanted:
        yield Flaw("要求佐证材料的指标须写明材料名称。", "evidence_wanted")


def repeats(names: Iterable[Hashable]) -> Iterator[int]:
    """The numbers, from 0, of those that have stood before."""
    seen: set[Hashable] = set()
    for number, name in enumerate(names):
        if name in seen:
            yield number
        seen.add(name)


RUBRIC_RULES: tuple[Callable[[Layout], Iterator[Fault]], ...] = (
    has_indicators,
    section_codes_once,
    indicator_codes_once,
    sums_to_full_mark,
)
INDICATOR_RULES: tuple[Callable[[IndicatorSpec], Iterator[Flaw]], ...] = (
    only_veto_is_worth_nothing,
    options_where_needed,
    scale_reaches_its_mark,
    options_worth_something,
    options_once,
    evidence_named,
)
