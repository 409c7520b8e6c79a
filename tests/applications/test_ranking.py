"""The order proposed for a city's places: worked examples, and what must hold for any files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from applications.ranking import Candidate, Ranking, Section, ranking, reason_of

NOON = datetime(2023, 7, 1, 12, tzinfo=UTC)


def file(number: str, score: str = "90", *marks: str, **more: Any) -> Candidate:
    """Three sections of 50, 30 and 20; their marks are beside the point unless given."""
    given_marks = marks or ("45", "27", "18")
    sections = tuple(
        Section(name, Decimal(mark), Decimal(full))
        for name, full, mark in zip(
            ("办托条件", "安全卫生", "保育质量"), (50, 30, 20), given_marks, strict=True
        )
    )
    return Candidate(number, Decimal(score), sections, more.pop("at", NOON), **more)


def order(found: Ranking) -> list[str]:
    return [standing.candidate.number for standing in found.standings]


def test_the_higher_score_comes_first() -> None:
    found = ranking([file("a", "88.5"), file("b", "91.5"), file("c", "90")], places=2)
    assert order(found) == ["b", "c", "a"]
    assert [standing.proposed for standing in found.standings] == [True, True, False]
    assert (found.line, found.tie) == (2, "")


def test_with_equal_scores_the_stronger_weakest_section() -> None:
    uneven, even = file("a", "90", "50", "21", "19"), file("b", "90", "45", "27", "18")
    found = ranking([uneven, even], places=1)
    assert order(found) == ["b", "a"]
    assert [s.reason.weakest for s in found.standings] == [Fraction(9, 10), Fraction(7, 10)]
    assert found.tie == (
        "名额线上下两件（第 1 名与第 2 名）市级得分相同，后者最弱一级指标得分率较低，列在线外。"
    )


def test_then_the_earlier_submission_then_the_number() -> None:
    late = NOON + timedelta(seconds=1)
    found = ranking([file("c", at=late), file("b", at=late), file("d")], places=1)
    assert order(found) == ["d", "b", "c"]
    assert [s.compared for s in found.standings] == [
        "",
        "与第 1 名市级得分、最弱一级指标得分率相同，提交较晚，列于其后。",
        "与第 2 名市级得分、最弱一级指标得分率、提交时间相同，受理编号在后，列于其后。",
    ]


def test_what_stands_behind_the_seconds_does_not_count() -> None:
    """It is not printed, so nobody could check it."""
    found = ranking([file("b"), file("a", at=NOON + timedelta(microseconds=9))], places=1)
    assert order(found) == ["a", "b"]


def test_the_sentence_holds_all_that_was_compared() -> None:
    (only,) = ranking([file("a", "91.50", "45.50", "25.2", "18")], places=1).standings
    assert only.why == (
        "市级得分 91.5；最弱一级指标“安全卫生”得分率 25.2/30（0.8400）；"
        "提交时间 2023-07-01 12:00:00。"
    )


def test_a_veto_stands_behind_all_and_is_never_proposed() -> None:
    vetoed = file("a", "99", vetoed=True)
    found = ranking([vetoed, file("b", "85")], places=5)
    assert order(found) == ["b", "a"]
    assert [standing.proposed for standing in found.standings] == [True, False]
    assert found.standings[1].why.startswith("有一票否决情形，不列入建议；市级得分 99；")
    assert (found.line, found.tie) == (1, "")
    assert found.ahead_of("b") == []
    assert found.ahead_of("a") == ["b"]


def test_who_stands_ahead_of_a_file() -> None:
    found = ranking([file("a", "90"), file("b", "95"), file("c", "85")], places=0)
    assert found.ahead_of("b") == []
    assert found.ahead_of("c") == ["b", "a"]
    assert found.ahead_of("not scored") == []
    assert (found.line, found.tie) == (0, "")


def test_a_vetoed_file_never_stands_before_another() -> None:
    found = ranking([file("a", vetoed=True), file("b", vetoed=True)], places=1)
    assert found.ahead_of("b") == []


def test_sections_that_cannot_be_marked_are_left_out() -> None:
    only_vetoes = Candidate("a", Decimal(90), (Section("底线", Decimal(0), Decimal(0)),), NOON)
    (standing,) = ranking([only_vetoes], places=1).standings
    assert standing.reason.weakest == 1
    assert "最弱" not in standing.why


def test_nothing_to_rank() -> None:
    assert ranking([], places=3) == Ranking((), 0, "")


SCORES = st.sampled_from([Decimal(text) for text in ("85", "90", "90.00", "91.5")])
SECTIONS = st.lists(st.integers(0, 4), max_size=3)


@st.composite
def files(draw: st.DrawFn) -> list[Candidate]:
    """Few values for everything, so that ties are the rule."""
    numbers = draw(st.lists(st.integers(1, 99), max_size=8, unique=True))
    return [
        Candidate(
            number=f"{number:02d}",
            score=draw(SCORES),
            sections=tuple(Section("项", Decimal(mark), Decimal(20)) for mark in draw(SECTIONS)),
            submitted_at=NOON + timedelta(seconds=draw(st.integers(0, 2))),
            vetoed=draw(st.booleans()),
        )
        for number in numbers
    ]


@given(files(), st.integers(0, 14), st.randoms())
def test_the_order_of_the_input_never_matters(found: Any, places: int, random: Any) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)
    assert ranking(shuffled, places) == ranking(found, places)


@given(files(), st.integers(0, 14))
def test_every_file_has_one_rank_and_the_line_is_where_the_places_end(
    found: Any, places: int
) -> None:
    ranked = ranking(found, places)
    assert sorted(order(ranked)) == sorted(file.number for file in found)
    assert [s.rank for s in ranked.standings] == list(range(1, len(found) + 1))
    sound = sum(not file.vetoed for file in found)
    assert ranked.line == min(places, sound)
    assert [s.proposed for s in ranked.standings] == [
        s.rank <= ranked.line for s in ranked.standings
    ]


@given(files())
def test_neighbours_stand_as_the_rule_says(found: Any) -> None:
    """Worked out anew, by cases, for each pair of neighbours."""
    for one, other in pairwise(ranking(found, 0).standings):
        a, b = one.candidate, other.candidate
        if a.vetoed != b.vetoed:
            assert b.vetoed
        elif a.score != b.score:
            assert a.score > b.score
        elif lowest(a) != lowest(b):
            assert lowest(a) > lowest(b)
        elif a.submitted_at != b.submitted_at:
            assert a.submitted_at < b.submitted_at
        else:
            assert a.number < b.number


def lowest(candidate: Candidate) -> Fraction:
    return min((Fraction(s.mark) / 20 for s in candidate.sections), default=Fraction(1))


@given(files())
def test_one_more_file_never_swaps_two_others(found: Any) -> None:
    for added in found:
        without = [file for file in found if file is not added]
        kept = [number for number in order(ranking(found, 0)) if number != added.number]
        assert kept == order(ranking(without, 0))


@given(files())
def test_a_tie_is_told_exactly_where_scores_are_equal(found: Any) -> None:
    standings = ranking(found, 0).standings
    for one, other in pairwise(standings):
        tied = (one.reason.vetoed, one.reason.score) == (other.reason.vetoed, other.reason.score)
        assert bool(other.compared) == tied


def test_the_reason_has_its_parts_by_name() -> None:
    reason = reason_of(file("a", "90.0", "45", "24", "20"))
    assert reason._asdict() == {
        "vetoed": False,
        "score": Decimal(90),
        "weakest": Fraction(4, 5),
        "submitted_at": NOON,
        "number": "a",
    }
