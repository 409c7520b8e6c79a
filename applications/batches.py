"""Batches as their pages show them: what can be chosen, what a preview or a run comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from applications.models import Application, Batch, BatchItem
from applications.services import decidable
from applications.services.batches import MOST, custom_of, moves_open_to
from applications.statuses import ApplicationState, Outcome
from workflow.machine import transitions

if TYPE_CHECKING:
    from accounts.models import User

PER_PAGE = 50
SHOWS = {"": "全部", "done": "已办理", "open": "未办理"}


@dataclass(frozen=True)
class Selection:
    """The files that a batch is begun with, at most `MOST`, in the order they were chosen.

    `foreign` were asked for and are not the user's to decide on; `beyond` are too many.
    """

    files: list[Application]
    foreign: int
    beyond: int

    @property
    def states(self) -> list[tuple[str, int]]:
        """How many lie in which state, in words."""
        counted = Counter(file.state for file in self.files)
        return [(str(s.label), counted[s]) for s in ApplicationState if counted[s]]


def selection(user: User, keys: Sequence[int]) -> Selection:
    """One query; the same file asked for twice counts once."""
    wanted = list(dict.fromkeys(keys))
    found = decidable(user).for_list().defer("introduction", "practice").in_order_of(wanted)
    return Selection(found[:MOST], len(wanted) - len(found), max(0, len(found) - MOST))


@dataclass(frozen=True)
class MoveChoice:
    """A move that can be made on many files, and how many of those chosen lie where it starts."""

    name: str
    label: str
    tier: str
    count: int


def choices(user: User, files: Iterable[Application]) -> list[MoveChoice]:
    """The moves that the user may make on at least one of the files, those of most files first."""
    counted = Counter(file.state for file in files)
    machine = transitions(Application)
    found = [
        MoveChoice(
            name,
            str(custom_of(name)["label"]),
            str(tier.label),
            sum(counted[source] for source in machine[name]),
        )
        for name, tier in moves_open_to(user).items()
    ]
    return sorted((each for each in found if each.count), key=lambda each: -each.count)


def reason_label(batch: Batch) -> str:
    """What the move calls its text: 理由, 推荐意见."""
    return str(custom_of(batch.move).get("reason_label", "理由"))


@dataclass(frozen=True)
class Forecast:
    """What a preview comes to, of the files that are chosen."""

    going: int
    stopped: int
    left_out: int

    @property
    def chosen(self) -> int:
        return self.going + self.stopped


def forecast(items: Iterable[BatchItem]) -> Forecast:
    counted = Counter((item.chosen, bool(item.foreseen)) for item in items)
    left_out = counted[False, False] + counted[False, True]
    return Forecast(counted[True, False], counted[True, True], left_out)


@dataclass(frozen=True)
class Tab:
    name: str
    label: str
    count: int
    current: bool


def tabs(batch: Batch, current: str) -> list[Tab]:
    """全部, 已办理, 未办理 with their numbers; the batch is read `with_counts`."""
    counts = {"": batch.total, "done": batch.done, "open": batch.left}
    return [Tab(name, label, counts[name], name == current) for name, label in SHOWS.items()]


@dataclass(frozen=True)
class Stage:
    label: str
    state: str
    note: str = ""


def stages(current: int) -> list[Stage]:
    """The three steps of a batch; `current` counts from 0, 3 is over."""
    labels = ("选择办理事项", "逐件核对", "办理结果")
    return [
        Stage(label, "done" if n < current else "current" if n == current else "todo")
        for n, label in enumerate(labels)
    ]


HEADINGS = (
    "次序",
    "受理编号",
    "机构名称",
    "县（市、区）",
    "办理事项",
    "结果",
    "未办理原因",
    "办理时间",
)


def lines(batch: Batch) -> Iterator[list[Any]]:
    """The results for a spreadsheet, one file at a time, in the order of `HEADINGS`."""
    labels = dict(Outcome.choices)
    rows = batch.items.order_by("ordinal").values_list(
        "ordinal",
        "application__number",
        "application__nursery__name",
        "application__region__name",
        "outcome",
        "told",
        "settled_at",
    )
    for ordinal, number, name, county, outcome, told, settled in rows.iterator(chunk_size=1000):
        when = timezone.localtime(settled).replace(tzinfo=None) if settled else None
        yield [ordinal, number, name, county, batch.move_label, labels[outcome], told, when]
