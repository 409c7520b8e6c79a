"""Automatic assignment of experts to panels: balanced, free of conflicts, recomputable.

Plain values in, plain values out. The greedy pass gives each seat to the least loaded expert who
may take it, of another field than those who sit there already where there is a choice, ties decided
by a digest of seed, panel and expert that anybody can recompute. Two repairs follow, both along
chains of exchanges, in which one expert takes a chair that the next one leaves for another:

fill     a chain from an empty chair to an expert with room fills one chair more;
balance  a chain from an expert to one with at least two seats fewer moves one seat over.

Why the result is the best there is. Panels and experts form a flow network (panel → expert where
nothing bars it, expert → sink with the room as capacity, in between one node for each kind of
panel with a limit of its own). Chains are the paths of its residual graph, and the search for them
is complete. Without a chain that fills, the flow is maximal (Ford and Fulkerson): no assignment
fills more chairs. The sum of the squared loads is a convex cost on the arcs to the sink, and a
residual cycle of negative cost is just a chain between two experts whose loads differ by two or
more: without one the sum is minimal (Klein), the loads are as even as conflicts and room allow.
Where nobody is barred, full or loaded beforehand, an expert with two seats more than another sits
on some panel where the other does not, a chain of one step: loads then differ by one at most.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

UNLIMITED = 10**6


@dataclass(frozen=True)
class Expert:
    """One of the pool. `load` seats are held already, `room` is how many more can be taken in all
    and `rooms` how many on a kind of panel, where that has a limit of its own.
    """

    key: int
    load: int = 0
    room: int = UNLIMITED
    field: str = ""
    rooms: Mapping[str, int] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Panel:
    """`seats` empty chairs. `barred` are the experts who must stand aside and `away` those who
    cannot sit here for another reason, each with it in a word; `fields` are those of the experts
    who sit here already.
    """

    key: str
    seats: int
    kind: str = ""
    barred: Mapping[int, str] = dataclasses.field(default_factory=dict)
    away: Mapping[int, str] = dataclasses.field(default_factory=dict)
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seat:
    """An expert for one chair; `why` says how many the choice was from, and who could not."""

    panel: str
    expert: int
    why: str


@dataclass(frozen=True)
class Vacancy:
    """Chairs that nobody can take, and why."""

    panel: str
    count: int
    why: str


@dataclass(frozen=True)
class Assignment:
    """The proposal; `loads` are those of all experts when it is carried out, by key."""

    seats: tuple[Seat, ...]
    vacancies: tuple[Vacancy, ...]
    loads: Mapping[int, int]


def assign(panels: Iterable[Panel], experts: Iterable[Expert], *, seed: int) -> Assignment:
    """Fill as many chairs as can be filled, as evenly as possible.

    The order of `panels` and `experts` does not matter; the same seed gives the same assignment.
    """
    draft = _Draft(panels, experts, seed)
    draft.seat_greedily()
    draft.fill()
    draft.balance()
    loads = {key: draft.load(key) for key in draft.experts}
    return Assignment(tuple(draft.seats()), tuple(draft.vacancies()), loads)


def digest(seed: int, panel: str, expert: int) -> str:
    """Decides between equals, the smaller first: SHA-256 of "seed/panel/expert"."""
    return hashlib.sha256(f"{seed}/{panel}/{expert}".encode()).hexdigest()


# Who sits down where, the last of the chain first: each leaves the chair that the one before takes.
_Chain = list[tuple[int, str]]


class _Draft:
    """The assignment while it is being made: who sits on which panel."""

    def __init__(self, panels: Iterable[Panel], experts: Iterable[Expert], seed: int) -> None:
        self.panels = {panel.key: panel for panel in sorted(panels, key=lambda p: p.key)}
        self.experts = {expert.key: expert for expert in sorted(experts, key=lambda e: e.key)}
        self.order = {key: self._by_digest(panel, seed) for key, panel in self.panels.items()}
        self.at: dict[str, list[int]] = {key: [] for key in self.panels}
        self.held: dict[int, list[str]] = {key: [] for key in self.experts}
        self.of_kind: Counter[tuple[int, str]] = Counter()

    def _by_digest(self, panel: Panel, seed: int) -> list[int]:
        open_to = self.experts.keys() - panel.barred.keys() - panel.away.keys()
        return sorted(open_to, key=lambda expert: digest(seed, panel.key, expert))

    def load(self, expert: int) -> int:
        return self.experts[expert].load + len(self.held[expert])

    def has_room(self, expert: int) -> bool:
        return len(self.held[expert]) < self.experts[expert].room

    def has_room_for(self, expert: int, kind: str) -> bool:
        """Whether the limit of this kind allows one more; the room in all is another question."""
        limit = self.experts[expert].rooms.get(kind, UNLIMITED)
        return self.of_kind[expert, kind] < limit

    def empty(self, panel: str) -> int:
        return self.panels[panel].seats - len(self.at[panel])

    def sit(self, expert: int, panel: str) -> None:
        self.at[panel].append(expert)
        self.held[expert].append(panel)
        self.of_kind[expert, self.panels[panel].kind] += 1

    def rise(self, expert: int, panel: str) -> None:
        self.at[panel].remove(expert)
        self.held[expert].remove(panel)
        self.of_kind[expert, self.panels[panel].kind] -= 1

    # The three passes

    def seat_greedily(self) -> None:
        """The panels with the least choice first."""
        for panel in sorted(self.panels, key=lambda key: (len(self.order[key]), key)):
            while self.empty(panel) and (expert := self._freest(panel)) is not None:
                self.sit(expert, panel)

    def _freest(self, key: str) -> int | None:
        panel = self.panels[key]
        fields = Counter([*panel.fields, *(self.experts[e].field for e in self.at[key])])
        free = [e for e in self.order[key] if e not in self.at[key] and self._can_take(e, panel)]
        # Of equals min() keeps the first, by digest.
        return min(free, key=lambda e: (self.load(e), fields[self.experts[e].field]), default=None)

    def _can_take(self, expert: int, panel: Panel) -> bool:
        return self.has_room(expert) and self.has_room_for(expert, panel.kind)

    def fill(self) -> None:
        for panel in self.panels:
            while self.empty(panel) and (chain := self._search([panel], self.has_room)):
                self._exchange(chain)

    def balance(self) -> None:
        """The most loaded gives first; over when nobody can give any more."""
        while any(self._give(expert) for expert in self._most_loaded_first()):
            pass

    def _most_loaded_first(self) -> list[int]:
        least = min(map(self.load, self.experts), default=0)
        uneven = [expert for expert in self.experts if self.load(expert) >= least + 2]
        return sorted(uneven, key=lambda expert: (-self.load(expert), expert))

    def _give(self, expert: int) -> bool:
        """Move one seat over to somebody with at least two fewer, if a chain leads there."""
        most = self.load(expert) - 2
        chain = self._search(
            self.held[expert], lambda other: self.has_room(other) and self.load(other) <= most
        )
        if chain:
            self.rise(expert, chain[-1][1])
            self._exchange(chain)
        return bool(chain)

    def _search(self, chairs: Iterable[str], accepts: Callable[[int], bool]) -> _Chain:
        """The shortest chain from a chair on one of these panels to an expert whom `accepts` takes.

        Empty when there is none. Whoever has no room left for a kind of panel can still exchange a
        panel of that kind for another of it.
        """
        came: dict[str, tuple[int, str] | None] = dict.fromkeys(chairs)
        waiting = deque(came)
        asked: set[tuple[int, str]] = set()
        while waiting:
            panel = waiting.popleft()
            kind = self.panels[panel].kind
            for expert in self.order[panel]:
                if (expert, kind) in asked or expert in self.at[panel]:
                    continue
                asked.add((expert, kind))
                has_room = self.has_room_for(expert, kind)
                if has_room and accepts(expert):
                    return self._chain(came, expert, panel)
                for left in self.held[expert]:
                    if left not in came and (has_room or self.panels[left].kind == kind):
                        came[left] = (expert, panel)
                        waiting.append(left)
        return []

    @staticmethod
    def _chain(came: Mapping[str, tuple[int, str] | None], expert: int, panel: str) -> _Chain:
        chain = [(expert, panel)]
        while (step := came[panel]) is not None:
            chain.append(step)
            panel = step[1]
        return chain

    def _exchange(self, chain: _Chain) -> None:
        left = ""
        for expert, panel in chain:
            if left:
                self.rise(expert, left)
            self.sit(expert, panel)
            left = panel

    # What is said of the result

    def seats(self) -> Iterator[Seat]:
        for key, panel in self.panels.items():
            choice, others = self._choice(panel)
            said = f"（{'；'.join(others)}）" if others else ""
            for expert in sorted(self.at[key]):
                own = self.experts[expert].field
                yield Seat(key, expert, f"可选 {choice} 人{said}{own and f'；专业：{own}'}")

    def vacancies(self) -> Iterator[Vacancy]:
        for key, panel in self.panels.items():
            if count := self.empty(key):
                choice, others = self._choice(panel)
                seated = [f"已入选 {choice} 人"] if choice else []
                said = "；".join([*others, *seated]) or "专家库为空"
                yield Vacancy(key, count, f"专家库 {len(self.experts)} 人：{said}。")

    def _choice(self, panel: Panel) -> tuple[int, list[str]]:
        """How many could sit on this panel as things stand now, and why the others could not."""
        barred = Counter(panel.barred[key] for key in self.experts.keys() & panel.barred.keys())
        others = (self.experts.keys() & panel.away.keys()) - panel.barred.keys()
        away = Counter(panel.away[key] for key in others)
        standing = [e for e in self.order[panel.key] if e not in self.at[panel.key]]
        full = Counter(self._why_full(e, panel) for e in standing if not self._can_take(e, panel))
        reasons = "、".join(f"{word} {n}" for word, n in sorted(barred.items()))
        said = [f"回避 {barred.total()} 人：{reasons}"] if barred else []
        said += [f"{word} {n} 人" for word, n in sorted((full + away).items())]
        return len(self.order[panel.key]) - full.total(), said

    def _why_full(self, expert: int, panel: Panel) -> str:
        return "可参加的日期已排满" if self.has_room(expert) else "任务已满"
