"""Our sheet against another: what differs, what is lower, where a reason is still owed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scoring import answers
from scoring.arithmetic import Answer, Answered, falls_short, mark_of
from scoring.layout import IndicatorSpec, Layout, plain
from scoring.statuses import Kind

Rows = Mapping[str, Answered]


@dataclass(frozen=True)
class Difference:
    """Our mark against the reference, in words and a sign, so that no colour is needed."""

    text: str
    sign: str
    tone: str
    is_lower: bool = False


def difference(
    spec: IndicatorSpec, ours: Answer | None, theirs: Answer | None
) -> Difference | None:
    """Ours against theirs; None as long as one of them is open."""
    if ours is None or theirs is None:
        return None
    lower = falls_short(spec, ours, theirs)
    if spec.kind == Kind.VETO:
        if ours.met == theirs.met:
            return Difference("一致", "=", "neutral")
        return Difference("不一致", "≠", "bad", lower)
    apart = mark_of(spec, ours) - mark_of(spec, theirs)
    if apart == 0:
        return Difference("一致", "=", "neutral")
    if lower:
        return Difference(f"低 {plain(-apart)} 分", "▼", "bad", is_lower=True)
    return Difference(f"高 {plain(apart)} 分", "▲", "wait")


@dataclass(frozen=True)
class Line:
    """One indicator on which two sheets differ; `reason` is the note on ours."""

    spec: IndicatorSpec
    ours: str
    theirs: str
    difference: Difference
    reason: str


def lines(layout: Layout, ours: Rows, theirs: Rows) -> Iterator[Line]:
    """Every indicator on which ours differs from theirs, in order of the rubric."""
    for spec in layout.indicators():
        mine, other = ours[spec.code], theirs[spec.code]
        found = difference(spec, mine.answer, other.answer)
        if found and found.sign != "=":
            yield Line(
                spec,
                answers.value_words(spec, mine.answer),
                answers.value_words(spec, other.answer),
                found,
                mine.note,
            )


def unexplained(layout: Layout, ours: Rows, theirs: Rows) -> list[IndicatorSpec]:
    """Where ours falls short of theirs and no note says why."""
    return [
        spec
        for spec in layout.indicators()
        if falls_short(spec, ours[spec.code].answer, theirs[spec.code].answer)
        and not ours[spec.code].note
    ]
