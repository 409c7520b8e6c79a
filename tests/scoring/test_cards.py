"""What a card and the gauge say, from plain values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from scoring.arithmetic import Answer, Answered, tally
from scoring.cards import Card, Filled, state_of, values_of
from scoring.comparison import difference
from scoring.gauge import gauge
from scoring.holders import Holder
from scoring.layout import IndicatorSpec
from scoring.statuses import Kind
from tests.scoring.rubrics import layout, spec

D = Decimal
SCALE = spec(Kind.SCALE, "2", "2", "1.5", "0", code="1.1", evidence_wanted="照片")
DEDUCT = spec(Kind.DEDUCT, "3", "0.5", code="1.2")
VETO = spec(Kind.VETO, "0", code="1.3", evidence_wanted="回执", evidence_required=True)
RUBRIC = layout((SCALE, DEDUCT, VETO))


@pytest.mark.parametrize(
    ("indicator", "ours", "theirs", "text", "sign"),
    [
        (SCALE, Answer(option=2), Answer(option=1), "低 0.5 分", "▼"),
        (SCALE, Answer(option=1), Answer(option=3), "高 2 分", "▲"),
        (DEDUCT, Answer(), Answer(), "一致", "="),
        (DEDUCT, Answer(counts={1: 6}), Answer(counts={1: 9}), "一致", "="),
        (VETO, Answer(met=True), Answer(met=True), "一致", "="),
        (VETO, Answer(met=False), Answer(met=True), "不一致", "≠"),
    ],
)
def test_differences_in_words_and_signs(
    indicator: IndicatorSpec, ours: Answer, theirs: Answer, text: str, sign: str
) -> None:
    found = difference(indicator, ours, theirs)
    assert found is not None
    assert (found.text, found.sign) == (text, sign)


def test_no_difference_while_one_is_open() -> None:
    assert difference(SCALE, None, Answer(option=1)) is None
    assert difference(SCALE, Answer(option=1), None) is None
    assert not state_of(SCALE, Answered(), reference=Answer(option=1)).differs


@pytest.mark.parametrize(
    ("indicator", "answer", "files", "wants", "hints"),
    [
        (SCALE, Answer(option=1), 0, True, ["建议附佐证材料"]),
        (SCALE, Answer(option=1), 1, True, []),
        (SCALE, Answer(option=1), 0, False, []),
        (SCALE, Answer(option=3), 0, True, []),
        (VETO, Answer(met=True), 0, True, ["缺少必须的佐证材料"]),
        (VETO, Answer(met=False), 0, True, ["一票否决：此项不符合，无论总分多少均不能通过"]),
        (VETO, None, 0, True, []),
    ],
)
def test_hints(
    indicator: IndicatorSpec, answer: Answer | None, files: int, *, wants: bool, hints: list[str]
) -> None:
    state = state_of(indicator, Answered(answer, files), wants_evidence=wants)
    assert [hint.text for hint in state.hints] == hints


@pytest.mark.parametrize(
    ("answers", "threshold", "words", "tone"),
    [
        ({}, "4", "距申报线 4 分还差 4 分", "active"),
        ({"1.1": Answer(option=1)}, "4", "距申报线 4 分还差 2 分", "active"),
        ({"1.1": Answer(option=3)}, "4", "距申报线 4 分还差 4 分，未评各项最多再得 3 分", "bad"),
        ({"1.1": Answer(option=2), "1.2": Answer()}, "4", "已达到申报线 4 分", "good"),
        (
            {"1.1": Answer(option=3), "1.2": Answer(), "1.3": Answer(met=True)},
            "4",
            "距申报线 4 分还差 1 分",
            "bad",
        ),
        ({"1.3": Answer(met=False)}, "4", "有 1 项一票否决不符合", "bad"),
        ({"1.1": Answer(option=1)}, None, "还有 2 项未评", "active"),
        (
            {"1.1": Answer(option=1), "1.2": Answer(), "1.3": Answer(met=True)},
            None,
            "已全部评完",
            "good",
        ),
    ],
)
def test_the_gauge_in_words(
    answers: dict[str, Answer], threshold: str | None, words: str, tone: str
) -> None:
    result = tally(RUBRIC, {code: Answered(answer) for code, answer in answers.items()})
    line = None if threshold is None else D(threshold)
    shown = gauge(result, line, "申报线")
    assert (shown.words, shown.tone) == (words, tone)
    assert (shown.line is None) is (threshold is None)


def test_the_gauge_as_a_bar() -> None:
    result = tally(RUBRIC, {"1.1": Answered(Answer(option=2))})
    shown = gauge(result, D(4), "申报线")
    assert (shown.total, shown.full, shown.at, shown.possible, shown.line) == (
        "1.5",
        "5",
        D(30),
        D(60),
        D(80),
    )
    assert shown.line_words == "申报线 4 分"


def test_a_card_without_the_other_sheet_says_nothing_of_it() -> None:
    card = Card(SCALE, 7, Filled(), state_of(SCALE, Answered()), values_of(SCALE, None, ""))
    said: list[Any] = [card.reference_words, card.reference_value, card.theirs_words]
    assert [*said, card.theirs_value] == ["", "", "", ""]


@pytest.mark.parametrize("indicator", [SCALE, DEDUCT, VETO])
def test_an_open_card_shows_nothing_chosen(indicator: IndicatorSpec) -> None:
    card = Card(indicator, 7, Filled(), state_of(indicator, Answered()), {"note": "说明"})
    if card.counted:
        assert [counter.count for counter in card.counters] == [""]
        assert (card.none_checked, card.none_worth) == (False, "3 分")
    else:
        assert not any(choice.checked for choice in card.choices)
    assert card.note == "说明"


def test_a_holder_must_say_who_may_see() -> None:
    with pytest.raises(TypeError, match="abstract methods"):
        Holder()
