"""The order in which a city's files are proposed for its places. Plain values in and out.

The higher city score first; with equal scores the file whose weakest section is the stronger; then
the one handed in earlier: ties at the quota line are decided so. The acceptance number comes last,
so that two files never stand in one place. A file with a veto stands behind all others and is never
proposed. Every value is exact and shown as it was compared: the order can be worked out by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from scoring.layout import plain


@dataclass(frozen=True)
class Section:
    """What a file reached of a section's full mark, on the city's sheet."""

    name: str
    mark: Decimal
    full: Decimal

    @property
    def ratio(self) -> Fraction:
        return Fraction(self.mark) / Fraction(self.full)


@dataclass(frozen=True)
class Candidate:
    """A file that waits for the city, scored; `submitted_at` in local time."""

    number: str
    score: Decimal
    sections: tuple[Section, ...]
    submitted_at: datetime
    vetoed: bool = False

    @property
    def weakest(self) -> Section | None:
        """The section with the lowest ratio, the first of several; None without marked sections."""
        marked = [section for section in self.sections if section.full]
        return min(marked, key=lambda section: section.ratio, default=None)


class Reason(NamedTuple):
    """Why a file stands where it stands, the weightiest first."""

    vetoed: bool
    score: Decimal
    weakest: Fraction
    submitted_at: datetime
    number: str

    @property
    def key(self) -> tuple[bool, Decimal, Fraction, datetime, str]:
        """The smaller stands first."""
        return self.vetoed, -self.score, -self.weakest, self.submitted_at, self.number


# What the later of two neighbours lacks, by the first part of the reason in which they differ.
BEHIND = {
    "vetoed": "有一票否决情形",
    "score": "市级得分较低",
    "weakest": "最弱一级指标得分率较低",
    "submitted_at": "提交较晚",
    "number": "受理编号在后",
}
EQUAL = {"score": "市级得分", "weakest": "最弱一级指标得分率", "submitted_at": "提交时间"}


@dataclass(frozen=True)
class Standing:
    """One file in the order; `proposed` when a free place is left for it."""

    rank: int
    candidate: Candidate
    reason: Reason
    proposed: bool
    compared: str = ""

    @property
    def why(self) -> str:
        """What counts, with its numbers, and where needed how it stands to the file before."""
        told = [f"市级得分 {plain(self.candidate.score)}"]
        if weakest := self.candidate.weakest:
            told.append(f"最弱一级指标“{weakest.name}”得分率 {_ratio(weakest)}")
        told.append(f"提交时间 {self.reason.submitted_at:%Y-%m-%d %H:%M:%S}")
        veto = "有一票否决情形，不列入建议；" if self.reason.vetoed else ""
        return f"{veto}{'；'.join(told)}。{self.compared}"


@dataclass(frozen=True)
class Ranking:
    """All files in order; after the first `line` of them the free places are used up.

    `tie` explains in a sentence how a tie at that line was decided; "" where there is none.
    """

    standings: tuple[Standing, ...]
    line: int
    tie: str

    def ahead_of(self, number: str) -> list[str]:
        """The numbers of the files before this one; none when it is not scored itself.

        A vetoed file stands before nobody: it may be left lying.
        """
        numbers = [standing.candidate.number for standing in self.standings]
        before = self.standings[: numbers.index(number)] if number in numbers else ()
        return [each.candidate.number for each in before if not each.reason.vetoed]


def reason_of(candidate: Candidate) -> Reason:
    weakest = candidate.weakest
    return Reason(
        vetoed=candidate.vetoed,
        score=candidate.score,
        weakest=weakest.ratio if weakest else Fraction(1),
        # As it is printed: nobody can check what stands behind the seconds.
        submitted_at=candidate.submitted_at.replace(microsecond=0),
        number=candidate.number,
    )


def ranking(candidates: Iterable[Candidate], places: int) -> Ranking:
    """The order of files with different numbers, and how far `places` free places reach."""
    standings: list[Standing] = []
    for candidate in sorted(candidates, key=lambda each: reason_of(each).key):
        rank, reason = len(standings) + 1, reason_of(candidate)
        compared = _compared(standings[-1], reason) if standings else ""
        proposed = rank <= places and not reason.vetoed
        standings.append(Standing(rank, candidate, reason, proposed, compared))
    line = sum(standing.proposed for standing in standings)
    return Ranking(tuple(standings), line, _tie(standings, line))


def _ratio(section: Section) -> str:
    """36/41（0.8780）: exact first, so that it can be checked; the decimal is for reading."""
    rounded = float(section.ratio)
    return f"{plain(section.mark)}/{plain(section.full)}（{rounded:.4f}）"


def _decided_by(one: Reason, other: Reason) -> str:
    return next(name for name in Reason._fields if getattr(one, name) != getattr(other, name))


def _equal_until(name: str) -> str:
    before = Reason._fields[: Reason._fields.index(name)]
    return "、".join(EQUAL[each] for each in before if each in EQUAL)


def _compared(before: Standing, reason: Reason) -> str:
    """How a tie with the file before was decided; "" where the scores differ."""
    name = _decided_by(before.reason, reason)
    equal = _equal_until(name)
    return f"与第 {before.rank} 名{equal}相同，{BEHIND[name]}，列于其后。" if equal else ""


def _tie(standings: Sequence[Standing], line: int) -> str:
    if not 0 < line < len(standings):
        return ""
    last, first = standings[line - 1], standings[line]
    name = _decided_by(last.reason, first.reason)
    if not (equal := _equal_until(name)):
        return ""
    return (
        f"名额线上下两件（第 {last.rank} 名与第 {first.rank} 名）{equal}相同，"
        f"后者{BEHIND[name]}，列在线外。"
    )
