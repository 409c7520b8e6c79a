"""The arithmetic of marks. Plain values in, exact decimals out: no database, no clock.

Rounding: the total of a sheet is a sum of decimals and is never rounded. The result of a panel is
computed as an exact fraction and rounded once, at the very end, half up to 0.01; rounding never
carries a mark over the pass mark (an exact 84.995 is written 84.99 where 85 passes). So the number
that is printed, compared with the pass mark by hand, always gives the verdict that is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import floor
from statistics import median

from scoring.layout import IndicatorSpec, Layout, SectionSpec, plain
from scoring.statuses import Kind

ZERO = Decimal(0)


@dataclass(frozen=True)
class Answer:
    """What was entered for one indicator; which part counts follows from the kind.

    scale: `option`, the order of the chosen level. deduct and award: `counts` by order of the
    option, empty when looked at and nothing found. all_or_nothing and veto: `met`.
    """

    option: int | None = None
    counts: Mapping[int, int] = field(default_factory=dict)
    met: bool | None = None


@dataclass(frozen=True)
class Answered:
    """One row of a sheet: the answer, if any, the number of files, the note."""

    answer: Answer | None = None
    evidence: int = 0
    note: str = ""


@dataclass(frozen=True)
class SectionTally:
    code: str
    name: str
    full: Decimal
    total: Decimal
    answered: int
    count: int


@dataclass(frozen=True)
class Tally:
    """What a sheet comes to at this moment.

    `vetoed` are the veto items answered "no"; `missing_evidence` are claims whose required file is
    not there; `unanswered` are open. All in the order of the rubric.
    """

    total: Decimal
    full: Decimal
    sections: tuple[SectionTally, ...]
    answered: int
    count: int
    vetoed: tuple[IndicatorSpec, ...]
    unanswered: tuple[IndicatorSpec, ...]
    missing_evidence: tuple[IndicatorSpec, ...]

    @property
    def complete(self) -> bool:
        return not self.unanswered

    def section(self, code: str) -> SectionTally:
        return next(section for section in self.sections if section.code == code)


def mark_of(spec: IndicatorSpec, answer: Answer) -> Decimal:
    """What the answer is worth: between 0 and the indicator's mark; 0 for a veto item.

    Raises ValueError when the answer does not fit the indicator.
    """
    kind = Kind(spec.kind)
    if kind == Kind.SCALE:
        option = None if answer.option is None else spec.option(answer.option)
        if option is None:
            raise ValueError(f"{spec.code}: no such level: {answer.option}")
        return option.value
    if kind == Kind.DEDUCT:
        return max(ZERO, spec.mark - _counted(spec, answer))
    if kind == Kind.AWARD:
        return min(spec.mark, _counted(spec, answer))
    if answer.met is None:
        raise ValueError(f"{spec.code}: neither met nor unmet")
    return spec.mark if answer.met and kind == Kind.ALL_OR_NOTHING else ZERO


def _counted(spec: IndicatorSpec, answer: Answer) -> Decimal:
    total = ZERO
    for order, times in answer.counts.items():
        option = spec.option(order)
        if option is None or times < 0:
            raise ValueError(f"{spec.code}: {times} times option {order}")
        total += option.value * times
    return total


def vetoes(spec: IndicatorSpec, answer: Answer | None) -> bool:
    """Whether this answer blocks the file whatever its total."""
    return spec.kind == Kind.VETO and answer is not None and answer.met is False


def falls_short(spec: IndicatorSpec, ours: Answer | None, theirs: Answer | None) -> bool:
    """Whether ours says less than theirs: a lower mark, or "no" to a veto item met with "yes".

    False as long as one of the two is open.
    """
    if ours is None or theirs is None:
        return False
    if spec.kind == Kind.VETO:
        return theirs.met is True and ours.met is False
    return mark_of(spec, ours) < mark_of(spec, theirs)


def lacks_evidence(spec: IndicatorSpec, answer: Answer | None, files: int) -> bool:
    """Whether something is claimed for which a file is wanted and none is there.

    A mark of 0 and a veto item answered "no" claim nothing.
    """
    if answer is None or files or not spec.evidence_wanted:
        return False
    return answer.met is True if spec.kind == Kind.VETO else mark_of(spec, answer) > 0


def tally(layout: Layout, rows: Mapping[str, Answered]) -> Tally:
    """Sum up a sheet. `rows` is by indicator code; one that is not there counts as unanswered."""
    indicators = list(layout.indicators())
    row = {spec.code: rows.get(spec.code, Answered()) for spec in indicators}
    sections = tuple(_section_tally(section, row) for section in layout.sections)
    return Tally(
        total=sum((section.total for section in sections), ZERO),
        full=layout.full_mark,
        sections=sections,
        answered=sum(section.answered for section in sections),
        count=len(indicators),
        vetoed=tuple(s for s in indicators if vetoes(s, row[s.code].answer)),
        unanswered=tuple(s for s in indicators if row[s.code].answer is None),
        missing_evidence=tuple(
            s
            for s in indicators
            if s.evidence_required and lacks_evidence(s, row[s.code].answer, row[s.code].evidence)
        ),
    )


def _section_tally(section: SectionSpec, rows: Mapping[str, Answered]) -> SectionTally:
    given = [(spec, rows[spec.code].answer) for spec in section.indicators]
    marks = [mark_of(spec, answer) for spec, answer in given if answer is not None]
    return SectionTally(
        code=section.code,
        name=section.name,
        full=section.mark,
        total=sum(marks, ZERO),
        answered=len(marks),
        count=len(given),
    )


@dataclass(frozen=True)
class StepResult:
    """What the sheets of one step come to; `mean` and `median` are rounded to 0.01.

    `too_wide`: the spread is over the limit. `is_split`: the sheets stand on both sides of the
    pass mark.
    """

    mean: Decimal
    median: Decimal
    spread: Decimal
    too_wide: bool
    is_split: bool


@dataclass(frozen=True)
class PanelResult:
    """What a panel of experts comes to; the numbers are rounded to 0.01.

    `mean` is the weighted mean of the two steps, `median` that of all sheets, `spread` the larger
    of the two steps' distances between highest and lowest sheet: paper against site is a difference
    of method, not of opinion. `final` is the moderated mark where there is one, else the mean.
    `passed` is provisional while `needs_moderation`. `reasons` are sentences for people.
    """

    paper: StepResult
    site: StepResult
    mean: Decimal
    median: Decimal
    spread: Decimal
    final: Decimal
    vetoed: bool
    passed: bool
    is_moderated: bool
    needs_moderation: bool
    reasons: tuple[str, ...]


def panel_result(
    paper: Sequence[Decimal],
    site: Sequence[Decimal],
    *,
    paper_weight: Decimal | int,
    site_weight: Decimal | int,
    pass_mark: Decimal,
    max_spread: Decimal,
    vetoed: bool,
    moderated: Decimal | None = None,
) -> PanelResult:
    """The result of a panel from the totals of its sealed sheets (S0, three (四)).

    The weights count as shares of their sum. A spread over `max_spread` within a step, or sheets of
    one step on both sides of the pass mark, want a `moderated` mark beside the others; it then
    takes the place of the mean. `vetoed` blocks whatever the marks, the moderated one too.
    Raises ValueError when a step has no sheet or the weights come to nothing.
    """
    if not paper or not site:
        raise ValueError("each step needs at least one sheet")
    weights = Fraction(paper_weight), Fraction(site_weight)
    if min(weights) < 0 or sum(weights) == 0:
        raise ValueError("weights must be positive shares")
    mean = (_mean(paper) * weights[0] + _mean(site) * weights[1]) / sum(weights)
    exact = mean if moderated is None else Fraction(moderated)
    on_paper, on_site = (_step_result(each, pass_mark, max_spread) for each in (paper, site))
    disagreement = [
        *_disagreement("书面评审", on_paper, pass_mark, max_spread),
        *_disagreement("实地评审", on_site, pass_mark, max_spread),
    ]
    final = rounded(exact, not_over=pass_mark)
    reasons = [*disagreement, *_verdict(final, pass_mark, moderated is not None, vetoed)]
    return PanelResult(
        paper=on_paper,
        site=on_site,
        mean=rounded(mean, not_over=pass_mark),
        median=rounded(_median([*paper, *site]), not_over=pass_mark),
        spread=max(on_paper.spread, on_site.spread),
        final=final,
        vetoed=vetoed,
        passed=exact >= Fraction(pass_mark) and not vetoed,
        is_moderated=moderated is not None,
        needs_moderation=bool(disagreement) and moderated is None,
        reasons=tuple(reasons),
    )


def rounded(exact: Fraction, *, not_over: Decimal | None = None) -> Decimal:
    """`exact` to 0.01, half up; but a value below `not_over` stays below it.

    `not_over` is a line such as the pass mark, with at most two decimals.
    """
    hundredths = floor(exact * 100 + Fraction(1, 2))
    if not_over is not None and exact < not_over <= Fraction(hundredths, 100):
        hundredths = floor(exact * 100)
    return Decimal(hundredths).scaleb(-2)


def mean_of(marks: Sequence[Decimal]) -> Decimal:
    """The mean to 0.01. Raises ValueError when there is no mark."""
    if not marks:
        raise ValueError("no marks")
    return rounded(_mean(marks))


def spread_of(marks: Sequence[Decimal]) -> Decimal:
    """From the lowest to the highest."""
    return max(marks) - min(marks)


def _mean(totals: Sequence[Decimal]) -> Fraction:
    return sum((Fraction(total) for total in totals), Fraction(0)) / len(totals)


def _median(totals: Sequence[Decimal]) -> Fraction:
    return Fraction(median([Fraction(total) for total in totals]))


def _step_result(totals: Sequence[Decimal], pass_mark: Decimal, max_spread: Decimal) -> StepResult:
    return StepResult(
        mean=rounded(_mean(totals), not_over=pass_mark),
        median=rounded(_median(totals), not_over=pass_mark),
        spread=spread_of(totals),
        too_wide=spread_of(totals) > max_spread,
        is_split=min(totals) < pass_mark <= max(totals),
    )


def _disagreement(
    step: str, result: StepResult, pass_mark: Decimal, max_spread: Decimal
) -> Iterable[str]:
    if result.too_wide:
        yield f"{step}最高与最低相差 {plain(result.spread)} 分，超过 {plain(max_spread)} 分。"
    if result.is_split:
        yield f"{step}专家评分分列通过线 {plain(pass_mark)} 分两侧。"


def _verdict(final: Decimal, pass_mark: Decimal, is_moderated: bool, vetoed: bool) -> Iterable[str]:
    name = "复核得分" if is_moderated else "综合得分"
    reaches = "达到" if final >= pass_mark else "低于"
    yield f"{name} {plain(final)} 分，{reaches}通过线 {plain(pass_mark)} 分。"
    if vetoed:
        yield "存在一票否决项，不予通过。"
