"""Where ours differs from theirs, and where a reason is owed: a rule for every kind."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.arithmetic import Answer, Answered, falls_short, mark_of
from scoring.cards import state_of
from scoring.comparison import difference, lines, unexplained
from scoring.examples import reasons_below
from scoring.layout import IndicatorSpec
from scoring.statuses import Kind
from tests.scoring.rubrics import counted_specs, counts, layout, spec

SCALE = spec(Kind.SCALE, "2", "2", "1.5", "0", code="1.1")
DEDUCT = spec(Kind.DEDUCT, "3", "0.5", "1", code="1.2")
AWARD = spec(Kind.AWARD, "2", "0.5", "1", code="1.3")
ALL = spec(Kind.ALL_OR_NOTHING, "1.5", code="1.4")
VETO = spec(Kind.VETO, "0", code="1.5")
RUBRIC = layout((SCALE, DEDUCT, AWARD, ALL, VETO))
YES, NO = Answer(met=True), Answer(met=False)


@pytest.mark.parametrize(
    ("indicator", "ours", "theirs", "short"),
    [
        (SCALE, Answer(option=2), Answer(option=1), True),
        (SCALE, Answer(option=1), Answer(option=2), False),
        (SCALE, Answer(option=2), Answer(option=2), False),
        (DEDUCT, Answer(counts={1: 1}), Answer(), True),
        (DEDUCT, Answer(), Answer(counts={1: 1}), False),
        # Other faults, the same loss; and both at the floor.
        (DEDUCT, Answer(counts={1: 2}), Answer(counts={2: 1}), False),
        (DEDUCT, Answer(counts={2: 9}), Answer(counts={2: 3}), False),
        (AWARD, Answer(counts={1: 1}), Answer(counts={2: 1}), True),
        # Both at the cap.
        (AWARD, Answer(counts={2: 2}), Answer(counts={2: 5}), False),
        (ALL, NO, YES, True),
        (ALL, YES, NO, False),
        (VETO, NO, YES, True),
        (VETO, YES, NO, False),
        (VETO, NO, NO, False),
        (SCALE, None, Answer(option=1), False),
        (SCALE, Answer(option=3), None, False),
        (VETO, NO, None, False),
    ],
)
def test_what_falls_short(
    indicator: IndicatorSpec, ours: Answer | None, theirs: Answer | None, *, short: bool
) -> None:
    assert falls_short(indicator, ours, theirs) is short
    found = difference(indicator, ours, theirs)
    assert bool(found and found.is_lower) is short


@given(st.sampled_from((Kind.DEDUCT, Kind.AWARD)).flatmap(counted_specs), counts, counts)
def test_it_is_the_mark_that_counts(
    indicator: IndicatorSpec, ours: dict[int, int], theirs: dict[int, int]
) -> None:
    mine, other = Answer(counts=ours), Answer(counts=theirs)
    lower = mark_of(indicator, mine) < mark_of(indicator, other)
    assert falls_short(indicator, mine, other) is lower
    assert not (falls_short(indicator, mine, other) and falls_short(indicator, other, mine))


def rows(**changed: Any) -> dict[str, Answered]:
    """Full marks, but for what is named: an answer, or an answer and its note."""
    best = {"1.1": Answer(option=1), "1.2": Answer(), "1.3": Answer(counts={2: 2})}
    best |= {"1.4": YES, "1.5": YES}
    found = {code: Answered(answer) for code, answer in best.items()}
    for code, said in changed.items():
        answer, note = said if isinstance(said, tuple) else (said, "")
        found[code.replace("_", ".")[1:]] = Answered(answer, note=note)
    return found


def test_a_reason_is_owed_for_each_lower_mark_without_a_note() -> None:
    ours = rows(_1_1=Answer(option=2), _1_2=(Answer(counts={1: 1}), "缺一次"), _1_5=NO)
    assert [s.code for s in unexplained(RUBRIC, ours, rows())] == ["1.1", "1.5"]
    assert unexplained(RUBRIC, rows(), ours) == []


def test_every_difference_is_listed_in_order() -> None:
    ours = rows(_1_5=NO, _1_1=(Answer(option=2), "面积不足"))
    theirs = rows(_1_4=NO)
    found = [
        (line.spec.code, line.theirs, line.ours, line.difference.text, line.reason)
        for line in lines(RUBRIC, ours, theirs)
    ]
    assert found == [
        ("1.1", "2 分", "1.5 分", "低 0.5 分", "面积不足"),
        ("1.4", "0 分", "1.5 分", "高 1.5 分", ""),
        ("1.5", "通过", "否决", "不一致", ""),
    ]


def test_the_card_asks_for_the_reason_until_it_is_written() -> None:
    def hints(row: Answered, against: str = "机构自评") -> list[str]:
        state = state_of(SCALE, row, reference=Answer(option=1), reasons_against=against)
        assert state.asks_for_note is bool(state.hints)
        return [hint.text for hint in state.hints]

    lower = Answer(option=2)
    assert hints(Answered(lower)) == ["低于机构自评，请写明理由"]
    assert hints(Answered(lower, note="面积不足")) == []
    assert hints(Answered(Answer(option=1))) == []
    assert hints(Answered(lower), against="") == []


def test_example_reasons_are_given_where_they_are_owed() -> None:
    given = {code: row.answer for code, row in rows(_1_1=Answer(option=3), _1_4=NO).items()}
    answers = {code: answer for code, answer in given.items() if answer}
    assert reasons_below(RUBRIC, answers, rows(), "一", "二") == {"1.1": "一", "1.4": "二"}
