"""What the automatic assignment is worked out from, and what comes of it.

The basis is plain JSON that a plan keeps: panels, experts, who is barred from where and why. It
says everything that `assignment.assign` is told, so a plan can be recomputed from basis and seed
whatever has changed since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from accounts.models import User
from applications import assignment
from applications.assignment import Assignment, Expert, Panel
from applications.models import Application, Review
from applications.services.conflicts import Conflicts
from applications.statuses import EXPERT_STEPS, Step

# A panel of one group of experts for both steps, beside the panels of one step.
BOTH = "both"
STEPS: dict[str, tuple[Step, ...]] = {
    BOTH: EXPERT_STEPS,
    Step.PAPER.value: (Step.PAPER,),
    Step.SITE.value: (Step.SITE,),
}
# Why somebody cannot sit, apart from conflicts.
SEATED, NOT_OF_THE_GROUP, NO_DAYS = "已在本件", "不在另一环节的专家组", "无可参加日期"
Basis = dict[str, Any]


@dataclass(frozen=True)
class Options:
    """`same_panel`: one group of experts for paper and site. `site_from` and `site_until`: the days
    of the site visits, both included, or None where they do not matter.
    """

    same_panel: bool = True
    site_from: date | None = None
    site_until: date | None = None


def basis_of(everybody: Iterable[User], files: Sequence[Application], options: Options) -> Basis:
    """What there is to assign and to whom; `files` come with their reviews and nurseries.

    Of `everybody`, as `experts_of` finds them, those with a profile take part. The same few queries
    however many.
    """
    pool = [expert for expert in everybody if hasattr(expert, "expert_profile")]
    gathering = _Gathering(pool, files, options)
    return {
        "experts": [gathering.expert(expert) for expert in pool],
        "panels": [panel for file in files for panel in gathering.panels(file)],
    }


def propose(basis: Basis, seed: int) -> Assignment:
    """The assignment that follows from the basis; always the same one."""
    return assignment.assign(
        (Panel(**panel | _keyed(panel)) for panel in basis["panels"]),
        (Expert(**expert) for expert in basis["experts"]),
        seed=seed,
    )


def file_and_steps(panel: str) -> tuple[int, tuple[Step, ...]]:
    """The key of the application and the steps that a panel of the basis stands for."""
    key, kind = panel.split("/")
    return int(key), STEPS[kind]


def _keyed(panel: dict[str, Any]) -> dict[str, Any]:
    """JSON has texts for keys and lists for tuples."""
    return {
        "barred": {int(key): word for key, word in panel["barred"].items()},
        "away": {int(key): word for key, word in panel["away"].items()},
        "fields": tuple(panel["fields"]),
    }


class _Gathering:
    """Experts and panels as the basis states them."""

    def __init__(self, pool: list[User], files: Sequence[Application], options: Options) -> None:
        self.pool = pool
        self.options = options
        self.conflicts = Conflicts(pool, files)
        self.days = _site_days(pool, options)

    def expert(self, expert: User) -> dict[str, Any]:
        """Loads are counted in files where one group does both steps, else in tasks."""
        open_tasks, open_files = expert.load, expert.files  # type: ignore[attr-defined]
        room = max(0, expert.expert_profile.max_load - open_tasks)
        return {
            "key": expert.pk,
            "load": open_files if self.options.same_panel else open_tasks,
            "room": room // 2 if self.options.same_panel else room,
            "field": _field(expert),
            "rooms": {} if self.days is None else {Step.SITE.value: self.days[expert.pk]},
        }

    def panels(self, file: Application) -> Iterator[dict[str, Any]]:
        """The panels of a file that want experts; both steps as one where they want as many."""
        barred = {
            expert.pk: found[0].kind.value
            for expert in self.pool
            if (found := self.conflicts.between(expert, file))
        }
        size = file.cycle.panel_size
        wanted = {s.value: max(0, size - len(file.reviews_at(s))) for s in EXPERT_STEPS}
        if self.options.same_panel and wanted[Step.PAPER] == wanted[Step.SITE]:
            wanted = {BOTH: wanted[Step.PAPER]}
        for kind, seats in wanted.items():
            if seats:
                yield self._panel(file, kind, seats, barred)

    def _panel(
        self, file: Application, kind: str, seats: int, barred: dict[int, str]
    ) -> dict[str, Any]:
        seated = _seated(file, STEPS[kind])
        away = dict.fromkeys(seated, SEATED)
        if Step.SITE in STEPS[kind] and self.days is not None:
            away |= {key: NO_DAYS for key, left in self.days.items() if not left}
        if self.options.same_panel and kind != BOTH:
            away = self._outside_the_group(file, kind, seats, barred | away) | away
        return {
            "key": f"{file.pk}/{kind}",
            "seats": seats,
            # One limit for every panel that goes on site.
            "kind": (Step.SITE if Step.SITE in STEPS[kind] else Step.PAPER).value,
            "barred": {str(key): word for key, word in barred.items()},
            "away": {str(key): word for key, word in away.items() if key not in barred},
            "fields": [_field(expert) for expert in self.pool if expert.pk in seated],
        }

    def _outside_the_group(
        self, file: Application, kind: str, seats: int, out: dict[int, str]
    ) -> dict[int, str]:
        """Where a group sits on the other step alone, it is that group's turn on this one, too."""
        others = tuple(step for step in EXPERT_STEPS if step not in STEPS[kind])
        group = _seated(file, others) - out.keys()
        if len(group) < seats:
            return {}
        return {expert.pk: NOT_OF_THE_GROUP for expert in self.pool if expert.pk not in group}


def _seated(file: Application, steps: tuple[Step, ...]) -> set[int]:
    return {r.reviewer_id for step in steps for r in file.reviews_at(step) if r.reviewer_id}


def _field(expert: User) -> str:
    return expert.expert_profile.get_field_display()


def _site_days(pool: list[User], options: Options) -> dict[int, int] | None:
    """How many more site visits each can make within the days given: one on a day."""
    first, last = options.site_from, options.site_until
    if first is None or last is None:
        return None
    visits = Counter(Review.objects.open_site_visits().values_list("reviewer", flat=True))
    free = {expert.pk: _free_days(expert, first, last) for expert in pool}
    return {key: max(0, len(days) - visits[key]) for key, days in free.items()}


def _free_days(expert: User, first: date, last: date) -> set[date]:
    """The days between the two on which the expert has time, each once."""
    return {
        day
        for span in expert.expert_profile.available.all()
        for day in _days(max(first, span.starts), min(last, span.until))
    }


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
