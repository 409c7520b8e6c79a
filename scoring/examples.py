"""Filled sheets out of thin air, for demos and tests: the same every time."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import cycle
from math import ceil
from random import Random

from scoring.answers import MAX_COUNT
from scoring.arithmetic import Answer, Answered, falls_short, mark_of
from scoring.layout import IndicatorSpec, Layout
from scoring.statuses import Kind


def best(spec: IndicatorSpec) -> Answer:
    """An answer that brings the indicator's whole mark, or as near as its options allow."""
    if spec.kind == Kind.SCALE:
        return Answer(option=max(spec.options, key=lambda option: option.value).order)
    if spec.kind == Kind.AWARD:
        most = max(spec.options, key=lambda option: option.value)
        times = ceil(spec.mark / most.value)
        return Answer(counts={most.order: min(MAX_COUNT, times)})
    return Answer() if spec.kind == Kind.DEDUCT else Answer(met=True)


def answers_reaching(layout: Layout, total: Decimal, *, seed: int = 0) -> dict[str, Answer]:
    """Answers to every indicator, by code, that come to exactly `total`; veto items are all met.

    Gives a little away on many indicators, on which ones depends on `seed`.
    Raises ValueError when no answers come to `total`.
    """
    chosen = {spec.code: best(spec) for spec in layout.indicators()}
    specs = [spec for spec in layout.indicators() if spec.kind != Kind.VETO]
    Random(seed).shuffle(specs)  # noqa: S311 - examples, not secrets
    left = sum((mark_of(spec, chosen[spec.code]) for spec in specs), Decimal(0)) - total
    losses = [_losses(spec, chosen[spec.code]) for spec in specs]
    reach = _reachable(losses)
    if left not in reach[0]:
        raise ValueError(f"no answers come to {total}")
    for spec, lesser, after in zip(specs, losses, reach[1:], strict=True):
        fitting = [lost for lost in lesser if lost and left - lost in after]
        if fitting:
            chosen[spec.code] = lesser[min(fitting)]
            left -= min(fitting)
    return chosen


def reasons_below(
    layout: Layout, ours: Mapping[str, Answer], theirs: Mapping[str, Answered], *reasons: str
) -> dict[str, str]:
    """One of `reasons`, in turn, for each of our answers that falls short of theirs, by code."""
    short = [
        spec.code
        for spec in layout.indicators()
        if falls_short(spec, ours[spec.code], theirs[spec.code].answer)
    ]
    return dict(zip(short, cycle(reasons), strict=False))


def _losses(spec: IndicatorSpec, best_answer: Answer) -> dict[Decimal, Answer]:
    """What each lesser answer loses; 0 is the best answer itself."""
    whole = mark_of(spec, best_answer)
    answers = [best_answer, *_lesser(spec)]
    return {whole - mark_of(spec, answer): answer for answer in reversed(answers)}


def _lesser(spec: IndicatorSpec) -> list[Answer]:
    if spec.kind == Kind.SCALE:
        return [Answer(option=option.order) for option in spec.options]
    if spec.kind == Kind.ALL_OR_NOTHING:
        return [Answer(met=False)]
    single = [Answer(counts={option.order: 1}) for option in spec.options]
    return [*single, Answer()] if spec.kind == Kind.AWARD else single


def _reachable(losses: list[dict[Decimal, Answer]]) -> list[set[Decimal]]:
    """For each place in the row, what the indicators from there on can lose together."""
    reach = [{Decimal(0)}]
    for lesser in reversed(losses):
        reach.append({lost + more for lost in lesser for more in reach[-1]})
    return reach[::-1]
