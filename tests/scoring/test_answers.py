from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import answers
from scoring.arithmetic import Answer, mark_of
from scoring.layout import IndicatorSpec
from scoring.statuses import Kind
from tests.scoring.rubrics import spec

SCALE = spec(Kind.SCALE, "2", "2", "0")
DEDUCT = spec(Kind.DEDUCT, "3", "0.5", "1")
AWARD = spec(Kind.AWARD, "2", "0.5", "1")
ALL = spec(Kind.ALL_OR_NOTHING, "1.5")
VETO = spec(Kind.VETO, "0")

given_answers = st.one_of(
    st.tuples(st.just(SCALE), st.builds(Answer, option=st.integers(1, 2))),
    st.tuples(
        st.sampled_from([DEDUCT, AWARD]),
        st.builds(Answer, counts=st.dictionaries(st.integers(1, 2), st.integers(1, 999))),
    ),
    st.tuples(st.sampled_from([ALL, VETO]), st.builds(Answer, met=st.booleans())),
)


@given(given_answers)
def test_an_answer_survives_being_kept(pair: tuple[IndicatorSpec, Answer]) -> None:
    indicator, answer = pair
    assert answers.from_json(indicator, answers.to_json(indicator, answer)) == answer


def test_counts_of_zero_are_not_kept() -> None:
    assert answers.to_json(DEDUCT, Answer(counts={2: 0, 1: 3})) == {"counts": {"1": 3}}
    assert answers.from_json(DEDUCT, {"counts": {"1": 0}}) == Answer()


def test_nothing_is_no_answer() -> None:
    assert answers.from_json(SCALE, None) is None
    assert answers.words(SCALE, None) == "未评"
    assert answers.value_words(SCALE, None) == "—"


@pytest.mark.parametrize(
    ("indicator", "data"),
    [
        (SCALE, {"option": 3}),
        (SCALE, {"option": "1"}),
        (SCALE, {"option": True}),
        (SCALE, {}),
        (DEDUCT, {"counts": 3}),
        (DEDUCT, {"counts": {"3": 1}}),
        (DEDUCT, {"counts": {"x": 1}}),
        (DEDUCT, {"counts": {"1": 1000}}),
        (DEDUCT, {"counts": {"1": -1}}),
        (DEDUCT, {"counts": {"1": True}}),
        (AWARD, {"counts": {"1": 1.5}}),
        (ALL, {"met": "yes"}),
        (VETO, {"met": None}),
    ],
)
def test_what_cannot_be_an_answer_is_refused_in_words(
    indicator: IndicatorSpec, data: dict[str, Any]
) -> None:
    with pytest.raises(answers.Unfit) as refusal:
        answers.from_json(indicator, data)
    assert refusal.value.sentence.endswith("。")


@pytest.mark.parametrize(
    ("indicator", "answer", "words", "value"),
    [
        (SCALE, Answer(option=1), "选项1", "2 分"),
        (SCALE, Answer(), "未评", None),
        (DEDUCT, Answer(), "无扣分情形", "3 分"),
        (DEDUCT, Answer(counts={1: 2, 2: 1}), "选项1 × 2；选项2 × 1", "1 分"),
        (AWARD, Answer(), "无加分项", "0 分"),
        (ALL, Answer(met=True), "达标", "1.5 分"),
        (ALL, Answer(met=False), "不达标", "0 分"),
        (VETO, Answer(met=True), "符合", "通过"),
        (VETO, Answer(met=False), "不符合", "否决"),
    ],
)
def test_answers_in_words(
    indicator: IndicatorSpec, answer: Answer, words: str, value: str | None
) -> None:
    assert answers.words(indicator, answer) == words
    if value:
        assert answers.value_words(indicator, answer) == value


@given(given_answers)
def test_the_words_tell_the_mark(pair: tuple[IndicatorSpec, Answer]) -> None:
    indicator, answer = pair
    if indicator.kind != Kind.VETO:
        said = answers.value_words(indicator, answer).removesuffix(" 分")
        assert Decimal(said) == mark_of(indicator, answer)
