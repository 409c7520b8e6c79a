from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from statistics import mean, median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.arithmetic import (
    Answer,
    Answered,
    PanelResult,
    lacks_evidence,
    mark_of,
    mean_of,
    panel_result,
    rounded,
    spread_of,
    tally,
)
from scoring.layout import IndicatorSpec
from scoring.statuses import Kind
from tests.scoring.rubrics import counted_specs, counts, layout, points, spec

D = Decimal
VETO = spec(Kind.VETO, "0", code="1.9")
SCALE = spec(Kind.SCALE, "2", "2", "1.5", "0", code="1.2")
DEDUCT = spec(Kind.DEDUCT, "3", "0.5", "1", code="1.3")
AWARD = spec(Kind.AWARD, "2", "0.5", "1", code="2.1")
ALL = spec(Kind.ALL_OR_NOTHING, "1.5", code="2.2")
RUBRIC = layout((VETO, SCALE, DEDUCT), (AWARD, ALL))


@pytest.mark.parametrize(
    ("indicator", "answer", "worth"),
    [
        (SCALE, Answer(option=1), "2"),
        (SCALE, Answer(option=2), "1.5"),
        (SCALE, Answer(option=3), "0"),
        (DEDUCT, Answer(), "3"),
        (DEDUCT, Answer(counts={1: 2, 2: 1}), "1"),
        (DEDUCT, Answer(counts={1: 7}), "0"),
        (AWARD, Answer(), "0"),
        (AWARD, Answer(counts={1: 1, 2: 1}), "1.5"),
        (AWARD, Answer(counts={2: 9}), "2"),
        (ALL, Answer(met=True), "1.5"),
        (ALL, Answer(met=False), "0"),
        (VETO, Answer(met=True), "0"),
        (VETO, Answer(met=False), "0"),
    ],
)
def test_an_answer_is_worth(indicator: IndicatorSpec, answer: Answer, worth: str) -> None:
    assert mark_of(indicator, answer) == D(worth)


@pytest.mark.parametrize(
    ("indicator", "answer"),
    [
        (SCALE, Answer()),
        (SCALE, Answer(option=4)),
        (DEDUCT, Answer(counts={9: 1})),
        (AWARD, Answer(counts={1: -1})),
        (ALL, Answer()),
        (VETO, Answer(option=1)),
    ],
)
def test_an_answer_of_another_shape_is_an_error(indicator: IndicatorSpec, answer: Answer) -> None:
    with pytest.raises(ValueError, match=indicator.code):
        mark_of(indicator, answer)


@given(counted_specs(Kind.DEDUCT), counts)
def test_deductions_never_go_below_zero_nor_above_the_mark(
    indicator: IndicatorSpec, found: dict[int, int]
) -> None:
    value = mark_of(indicator, Answer(counts=found))
    lost = sum((indicator.options[n - 1].value * times for n, times in found.items()), D(0))
    assert value == (0 if lost > indicator.mark else indicator.mark - lost)
    assert 0 <= value <= indicator.mark


@given(counted_specs(Kind.AWARD), counts)
def test_awards_stop_at_the_mark(indicator: IndicatorSpec, found: dict[int, int]) -> None:
    value = mark_of(indicator, Answer(counts=found))
    won = sum((indicator.options[n - 1].value * times for n, times in found.items()), D(0))
    assert value == (min(won, indicator.mark))


@given(counted_specs(Kind.DEDUCT), counts, st.integers(1, 3))
def test_one_more_fault_never_brings_a_mark(
    indicator: IndicatorSpec, found: dict[int, int], which: int
) -> None:
    more = {**found, which: found.get(which, 0) + 1}
    assert mark_of(indicator, Answer(counts=more)) <= mark_of(indicator, Answer(counts=found))


def test_a_tally_names_what_is_open() -> None:
    wanted = spec(
        Kind.SCALE, "2", "2", "0", code="1.1", evidence_wanted="照片", evidence_required=True
    )
    result = tally(
        layout((wanted, VETO, SCALE), (AWARD, ALL)),
        {
            "1.1": Answered(Answer(option=1)),
            "1.9": Answered(Answer(met=False), evidence=3),
            "2.1": Answered(Answer(counts={2: 1})),
        },
    )
    assert result.total == D("3")
    assert (result.answered, result.count, result.complete) == (3, 5, False)
    assert [s.code for s in result.unanswered] == ["1.2", "2.2"]
    assert [s.code for s in result.vetoed] == ["1.9"]
    assert [s.code for s in result.missing_evidence] == ["1.1"]
    second = result.section("2")
    assert (second.total, second.full, second.answered, second.count) == (D(1), D("3.5"), 1, 2)


def test_a_claim_of_nothing_needs_no_evidence() -> None:
    wanted = spec(Kind.SCALE, "2", "2", "0", evidence_wanted="照片")
    veto = spec(Kind.VETO, "0", evidence_wanted="回执")
    assert lacks_evidence(wanted, Answer(option=1), 0)
    assert not lacks_evidence(wanted, Answer(option=1), 1)
    assert not lacks_evidence(wanted, Answer(option=2), 0)
    assert not lacks_evidence(wanted, None, 0)
    assert lacks_evidence(veto, Answer(met=True), 0)
    assert not lacks_evidence(veto, Answer(met=False), 0)
    assert not lacks_evidence(SCALE, Answer(option=1), 0)


@given(st.lists(points, min_size=1, max_size=40))
def test_a_total_is_exact(values: list[Decimal]) -> None:
    specs = tuple(
        spec(Kind.SCALE, "100", str(value), "100", code=f"1.{n}") for n, value in enumerate(values)
    )
    result = tally(layout(specs), {s.code: Answered(Answer(option=1)) for s in specs})
    assert Fraction(result.total) == sum(Fraction(value) for value in values)
    assert result.total == sum(section.total for section in result.sections)


def panel(paper: list[Any], site: list[Any], **changed: Any) -> PanelResult:
    rules: dict[str, Any] = {
        "paper_weight": 40,
        "site_weight": 60,
        "pass_mark": D(85),
        "max_spread": D(10),
        "vetoed": False,
    }
    return panel_result([D(x) for x in paper], [D(x) for x in site], **(rules | changed))


def test_a_panel_weighs_paper_and_site() -> None:
    result = panel(["90", "91", "92"], ["86", "88", "90"])
    assert (result.paper.mean, result.site.mean) == (D("91.00"), D("88.00"))
    assert (result.paper.median, result.site.median) == (D("91.00"), D("88.00"))
    assert (result.paper.spread, result.site.spread) == (2, 4)
    assert result.mean == D("89.20")
    assert result.median == D("90.00")
    assert result.spread == D("4")
    assert result.passed
    assert not result.needs_moderation
    assert result.reasons == ("综合得分 89.2 分，达到通过线 85 分。",)


@pytest.mark.parametrize(
    ("totals", "mean", "passed"),
    [
        (["84.99"], "84.99", False),
        (["85"], "85.00", True),
        # Exactly 84.995: rounding does not carry it over the line.
        (["84.99", "85"], "84.99", False),
        # Exactly 84.9966…, and 85.0033… on the other side.
        (["84.99", "85", "85"], "84.99", False),
        (["85", "85", "85.01"], "85.00", True),
        (["86.004", "86.006"], "86.01", True),
    ],
)
def test_the_verdict_can_be_recomputed_from_the_printed_mark(
    totals: list[str], mean: str, passed: bool
) -> None:
    result = panel(totals, totals)
    assert (str(result.mean), result.passed) == (mean, passed)
    assert (result.mean >= 85) is result.passed


def test_a_wide_spread_wants_moderation() -> None:
    assert not panel([86, 96], [90, 90]).needs_moderation
    wide = panel([86, "96.5"], [90, 90])
    assert wide.needs_moderation
    assert "书面评审最高与最低相差 10.5 分，超过 10 分。" in wide.reasons


def test_a_split_verdict_wants_moderation() -> None:
    split = panel([90, 90], ["84.99", 85])
    assert split.needs_moderation
    assert "实地评审专家评分分列通过线 85 分两侧。" in split.reasons


def test_paper_against_site_is_no_disagreement() -> None:
    result = panel([99, 98], [86, 87])
    assert not result.needs_moderation
    assert result.spread == 1


def test_a_moderated_mark_takes_the_place_of_the_mean() -> None:
    result = panel([80, 95], [80, 95], moderated=D("84.5"))
    assert (result.mean, result.final, result.passed) == (D("87.50"), D("84.50"), False)
    assert not result.needs_moderation
    assert "复核得分 84.5 分，低于通过线 85 分。" in result.reasons


@pytest.mark.parametrize("moderated", [None, D(100)])
def test_a_veto_blocks_whatever_the_marks(moderated: Decimal | None) -> None:
    result = panel([100], [100], vetoed=True, moderated=moderated)
    assert not result.passed
    assert result.vetoed
    assert "存在一票否决项，不予通过。" in result.reasons


@pytest.mark.parametrize(
    "changed", [{"paper_weight": 0, "site_weight": 0}, {"paper_weight": -1, "site_weight": 2}]
)
def test_weights_must_be_shares(changed: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        panel([90], [90], **changed)


@pytest.mark.parametrize(("paper", "site"), [([], [90]), ([90], [])])
def test_a_step_without_a_sheet_has_no_result(paper: list[int], site: list[int]) -> None:
    with pytest.raises(ValueError, match="sheet"):
        panel(paper, site)


panels = st.lists(points, min_size=1, max_size=4)


@given(panels, panels, st.integers(0, 100), points)
def test_a_result_lies_between_the_sheets_and_is_near_the_exact_mean(
    paper: list[Decimal], site: list[Decimal], weight: int, pass_mark: Decimal
) -> None:
    result = panel(paper, site, paper_weight=weight, site_weight=100 - weight, pass_mark=pass_mark)
    exact = Fraction(weight, 100) * sum(map(Fraction, paper)) / len(paper)
    exact += Fraction(100 - weight, 100) * sum(map(Fraction, site)) / len(site)
    assert min(paper + site) <= result.mean <= max(paper + site)
    assert abs(Fraction(result.mean) - exact) < Fraction(1, 100)
    assert result.passed is (exact >= pass_mark) is (result.mean >= pass_mark)
    assert result.mean.as_tuple().exponent == -2


@given(st.lists(points, min_size=1, max_size=4), panels)
def test_the_order_of_the_experts_is_irrelevant(paper: list[Decimal], site: list[Decimal]) -> None:
    results = {panel(list(order), site[::-1]) for order in permutations(paper)}
    assert results == {panel(paper, site)}


@given(st.fractions(min_value=0, max_value=100), st.fractions(min_value=0, max_value=100))
def test_rounding_keeps_the_order(one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))
    assert rounded(low) <= rounded(high)
    assert rounded(low, not_over=D(85)) <= rounded(high, not_over=D(85))


@given(st.integers(0, 10000))
def test_rounding_leaves_hundredths_alone_and_goes_up_at_the_half(hundredths: int) -> None:
    exact = Fraction(hundredths, 100)
    assert Fraction(rounded(exact)) == exact
    assert Fraction(rounded(exact + Fraction(1, 200))) == exact + Fraction(1, 100)
    assert Fraction(rounded(exact + Fraction(1, 201))) == exact


@st.composite
def filled(draw: st.DrawFn) -> tuple[list[IndicatorSpec], dict[str, Answered]]:
    """Indicators of every kind that add marks, each with some answer or none."""
    specs, given = [], {}
    for n in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from((Kind.SCALE, Kind.DEDUCT, Kind.AWARD, Kind.ALL_OR_NOTHING)))
        one = replace(draw(counted_specs(kind)), code=f"1.{n}")
        if kind == Kind.SCALE:
            levels = tuple(replace(o, value=min(o.value, one.mark)) for o in one.options)
            one = replace(one, options=levels)
        answer = Answer(
            option=draw(st.integers(1, 3)), counts=draw(counts), met=draw(st.booleans())
        )
        specs.append(one)
        given[one.code] = Answered(draw(st.sampled_from((answer, None))))
    return specs, given


@given(filled())
def test_each_mark_stays_within_its_own_and_the_total_within_the_full_mark(
    sheet: tuple[list[IndicatorSpec], dict[str, Answered]],
) -> None:
    specs, given = sheet
    result = tally(layout(tuple(specs)), given)
    for one in specs:
        answer = given[one.code].answer
        assert answer is None or 0 <= mark_of(one, answer) <= one.mark
    assert 0 <= result.total <= sum(one.mark for one in specs)
    assert result.total == round(result.total, 2)


@given(panels, panels)
def test_mean_median_and_spread_are_those_of_the_textbook(
    paper: list[Decimal], site: list[Decimal]
) -> None:
    result = panel(paper, site, pass_mark=D(0))
    for found, totals in ((result.paper, paper), (result.site, site)):
        exact = [Fraction(total) for total in totals]
        assert found.mean == rounded(mean(exact)) == mean_of(totals)
        assert found.median == rounded(Fraction(median(exact)))
        assert found.spread == max(totals) - min(totals) == spread_of(totals)
    assert result.median == rounded(Fraction(median([Fraction(x) for x in [*paper, *site]])))
    assert result.spread == max(result.paper.spread, result.site.spread)


@given(panels, panels, st.integers(0, 50), st.integers(1, 50), st.integers(1, 9))
def test_weights_count_as_shares(
    paper: list[Decimal], site: list[Decimal], first: int, second: int, times: int
) -> None:
    once = panel(paper, site, paper_weight=first, site_weight=second)
    assert once == panel(paper, site, paper_weight=first * times, site_weight=second * times)


@given(panels, panels, points)
def test_a_moderated_mark_decides_and_all_else_is_kept(
    paper: list[Decimal], site: list[Decimal], moderated: Decimal
) -> None:
    before, after = panel(paper, site), panel(paper, site, moderated=moderated)
    assert after.final == moderated
    assert after.passed is (moderated >= 85)
    assert not after.needs_moderation
    assert (after.paper, after.site, after.mean) == (before.paper, before.site, before.mean)
    assert (after.median, after.spread) == (before.median, before.spread)


@given(panels, panels, points, st.integers(0, 30))
def test_moderation_is_wanted_for_a_wide_spread_or_a_split_verdict_alone(
    paper: list[Decimal], site: list[Decimal], pass_mark: Decimal, limit: int
) -> None:
    result = panel(paper, site, pass_mark=pass_mark, max_spread=D(limit))
    wide = any(max(each) - min(each) > limit for each in (paper, site))
    split = any(len({total >= pass_mark for total in each}) == 2 for each in (paper, site))
    assert result.needs_moderation is (wide or split)


@given(panels, panels, points)
def test_no_printed_mean_or_median_is_lifted_over_the_pass_mark(
    paper: list[Decimal], site: list[Decimal], pass_mark: Decimal
) -> None:
    result = panel(paper, site, pass_mark=pass_mark)
    for printed, exact in (
        (result.paper.mean, mean([Fraction(x) for x in paper])),
        (result.site.median, Fraction(median([Fraction(x) for x in site]))),
        (result.median, Fraction(median([Fraction(x) for x in [*paper, *site]]))),
    ):
        assert (printed >= pass_mark) is (exact >= pass_mark)


def test_no_mean_without_a_mark() -> None:
    with pytest.raises(ValueError, match="no marks"):
        mean_of([])
