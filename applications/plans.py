"""A plan of the automatic assignment as its page shows it: sums, loads, files with their seats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from applications.models import PlannedSeat, Review
from applications.queues import experts_of
from applications.services import Conflicts, planning
from applications.services.plans import DONE
from applications.statuses import EXPERT_STEPS, Step

if TYPE_CHECKING:
    from applications.conflicts import Conflict
    from applications.models import Application, AssignmentPlan
    from quotas.models import Cycle

PER_PAGE = 50
# How the rows can be narrowed.
SHOWS = {
    "empty": ("有空缺", Q(expert=None)),
    "by_hand": ("有人工调整", Q(by_hand=True)),
    "failed": ("未能分配", ~Q(outcome__in=["", DONE])),
}


def about(seats: QuerySet[PlannedSeat], words: str) -> QuerySet[PlannedSeat]:
    """Those whose nursery's or expert's name holds every word, or whose file's number begins so."""
    found = seats
    for word in words.split():
        found = found.filter(
            Q(application__nursery__name__icontains=word)
            | Q(application__number__startswith=word)
            | Q(expert__name__icontains=word)
        )
    return found


def files_in_order(seats: QuerySet[PlannedSeat]) -> QuerySet[PlannedSeat, int]:
    """The keys of the files of these seats, each once, by number."""
    rows = seats.order_by("application__number").values_list("application", flat=True)
    return rows.distinct()


@dataclass(frozen=True)
class Sums:
    """What a plan comes to, in seats (one expert at one step of one file) and files."""

    files: int
    seats: int
    filled: int
    by_hand: int
    assigned: int
    failed: int

    @property
    def empty(self) -> int:
        return self.seats - self.filled

    @property
    def settled(self) -> int:
        """How far the carrying out is."""
        return self.assigned + self.failed


def sums(plan: AssignmentPlan) -> Sums:
    """One query."""
    counted = plan.seats.order_by().aggregate(
        files=Count("application", distinct=True),
        seats=Count("pk"),
        filled=Count("expert"),
        by_hand=Count("pk", filter=SHOWS["by_hand"][1]),
        assigned=Count("pk", filter=Q(outcome=DONE)),
        failed=Count("pk", filter=SHOWS["failed"][1]),
    )
    return Sums(**counted)


@dataclass(frozen=True)
class Load:
    """What one expert bears: before the plan and with it, in the plan's unit."""

    expert: Any
    before: int
    after: int

    @property
    def added(self) -> int:
        return self.after - self.before


class Loads:
    """Everybody's loads with the plan as it stands; two queries."""

    def __init__(self, plan: AssignmentPlan) -> None:
        self.unit = "件" if plan.same_panel else "项"
        before = {row["key"]: row["load"] for row in plan.basis["experts"]}
        counted = "application" if plan.same_panel else "pk"
        rows = plan.seats.filled().order_by().values_list("expert")
        added = dict(rows.annotate(n=Count(counted, distinct=True)))
        people = User.objects.in_bulk(before.keys() | added.keys())
        found = [
            Load(person, before.get(key, 0), before.get(key, 0) + added.get(key, 0))
            for key, person in people.items()
        ]
        self.rows = sorted(found, key=lambda load: (-load.after, load.expert.name))
        self.of = {load.expert.pk: load for load in self.rows}

    @cached_property
    def spread(self) -> str:
        """“12–13 件” over the whole pool."""
        loads = [load.after for load in self.rows] or [0]
        low, high = min(loads), max(loads)
        return f"{low} {self.unit}" if low == high else f"{low}–{high} {self.unit}"

    @cached_property
    def histogram(self) -> list[tuple[int, int]]:
        """How many experts bear how much, the least first."""
        return sorted(Counter(load.after for load in self.rows).items())


@dataclass(frozen=True)
class Chair:
    """One expert of one file: at the steps of `seats`, which are one row each in the plan."""

    expert: Any
    seats: list[PlannedSeat]
    load: Load | None

    @property
    def first(self) -> PlannedSeat:
        return self.seats[0]

    @property
    def steps(self) -> list[str]:
        return [Step(seat.step).label for seat in self.seats]


@dataclass(frozen=True)
class Row:
    application: Application
    chairs: list[Chair]


def rows(plan: AssignmentPlan, keys: Sequence[int], loads: Loads) -> list[Row]:
    """The files of a page with their chairs, in the order of `keys`; one query."""
    files: dict[int, list[PlannedSeat]] = {key: [] for key in keys}
    for seat in plan.seats.for_page().filter(application__in=keys).order_by("step", "pk"):
        files[seat.application_id].append(seat)
    return [Row(seats[0].application, _chairs(plan, seats, loads)) for seats in files.values()]


def _chairs(plan: AssignmentPlan, seats: list[PlannedSeat], loads: Loads) -> list[Chair]:
    """With one group for both steps, a person's seats together; an empty chair counts by step."""
    chairs: dict[Any, list[PlannedSeat]] = {}
    met: Counter[Any] = Counter()
    for seat in seats:
        met[seat.step, seat.expert_id] += 1
        step = "" if plan.same_panel else seat.step
        chairs.setdefault((seat.expert_id, met[seat.step, seat.expert_id], step), []).append(seat)
    return [Chair(own[0].expert, own, loads.of.get(key)) for (key, _, _), own in chairs.items()]


@dataclass(frozen=True)
class Candidate:
    """An expert of the pool as seen from one seat of a plan."""

    expert: Any
    profile: Any
    load: Load | None
    conflicts: list[Conflict]
    seated: bool

    @property
    def may_sit(self) -> bool:
        return not self.conflicts and not self.seated


def candidates(seat: PlannedSeat, loads: Loads) -> list[Candidate]:
    """The whole pool, those who may sit first, the least loaded of them first."""
    application, cycle = seat.application, seat.plan.cycle
    pool = list(experts_of(cycle.province))
    known = Conflicts(pool, [application])
    here = set(seat.plan.seats.on_file_of(seat).filled().values_list("expert", flat=True))
    tasks = Review.objects.current().of(application).experts()
    here |= set(tasks.values_list("reviewer", flat=True))
    found = [
        Candidate(
            expert,
            getattr(expert, "expert_profile", None),
            loads.of.get(expert.pk),
            known.between(expert, application),
            expert.pk in here,
        )
        for expert in pool
    ]
    return sorted(found, key=lambda one: (not one.may_sit, one.load.after if one.load else 0))


def differences(plan: AssignmentPlan) -> list[str]:
    """Where the plan is not what basis and seed give, but for seats changed by hand."""
    proposed = Counter(
        (key, step.value, seat.expert)
        for seat in planning.propose(plan.basis, plan.seed).seats
        for key, steps in [planning.file_and_steps(seat.panel)]
        for step in steps
    )
    kept = plan.seats.filled().filter(by_hand=False).values_list("application", "step", "expert")
    changed = plan.seats.filter(by_hand=True).count()
    stored = Counter(kept)
    found = [f"申报 {key} 的{Step(step).label}" for key, step, _ in (stored - proposed)]
    if (proposed - stored).total() > changed:
        found.append("方案缺少部分席位")
    return found


@dataclass(frozen=True)
class Waiting:
    """How many files want how many seats filled."""

    files: int
    seats: int


def waiting(files: Iterable[Application]) -> Waiting:
    """`files` come with their reviews."""
    wanted = [
        max(0, file.cycle.panel_size - len(file.reviews_at(step)))
        for file in files
        for step in EXPERT_STEPS
    ]
    return Waiting(len(wanted) // len(EXPERT_STEPS), sum(wanted))


def pool_figures(cycle: Cycle) -> tuple[int, int]:
    """How many experts take part in an automatic assignment, and how many lack a profile."""
    people = list(experts_of(cycle.province))
    known = sum(1 for expert in people if hasattr(expert, "expert_profile"))
    return known, len(people) - known
