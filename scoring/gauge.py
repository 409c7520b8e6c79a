"""The running total against the mark to reach, in words and as a bar of 100 parts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from scoring.arithmetic import Tally
from scoring.layout import plain


@dataclass(frozen=True)
class Gauge:
    """`at`, `possible` and `line` are hundredths of the bar: reached, still open, to be reached."""

    total: str
    full: str
    words: str
    tone: str
    at: Decimal
    possible: Decimal
    line: Decimal | None
    line_words: str
    answered: int
    count: int
    vetoed: int


def gauge(tally: Tally, threshold: Decimal | None, threshold_name: str) -> Gauge:
    """The gauge of a sheet; `threshold` is the mark to reach, if there is one."""
    open_marks = sum((spec.mark for spec in tally.unanswered), Decimal(0))
    words, tone = _verdict(tally, threshold, threshold_name, open_marks)
    return Gauge(
        total=plain(tally.total),
        full=plain(tally.full),
        words=words,
        tone=tone,
        at=_part(tally.total, tally.full),
        possible=_part(open_marks, tally.full),
        line=None if threshold is None else _part(threshold, tally.full),
        line_words="" if threshold is None else f"{threshold_name} {plain(threshold)} 分",
        answered=tally.answered,
        count=tally.count,
        vetoed=len(tally.vetoed),
    )


def _part(value: Decimal, full: Decimal) -> Decimal:
    return round(value * 100 / full, 2)


def _verdict(
    tally: Tally, threshold: Decimal | None, name: str, open_marks: Decimal
) -> tuple[str, str]:
    if tally.vetoed:
        return f"有 {len(tally.vetoed)} 项一票否决不符合", "bad"
    if threshold is None:
        done = "已全部评完" if tally.complete else f"还有 {len(tally.unanswered)} 项未评"
        return done, "good" if tally.complete else "active"
    if tally.total >= threshold:
        return f"已达到{name} {plain(threshold)} 分", "good"
    short = plain(threshold - tally.total)
    if tally.total + open_marks < threshold:
        left = f"，未评各项最多再得 {plain(open_marks)} 分" if tally.unanswered else ""
        return f"距{name} {plain(threshold)} 分还差 {short} 分{left}", "bad"
    return f"距{name} {plain(threshold)} 分还差 {short} 分", "active"
