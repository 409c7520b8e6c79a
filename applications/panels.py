"""The panel of one application as the province's page shows it: seats, pool, loads, conflicts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from applications import sight
from applications.services import conflict_of
from applications.sight import Sight
from applications.statuses import EXPERT_STEPS, ApplicationState, Step

if TYPE_CHECKING:
    from applications.models import Application, Review
    from scoring.arithmetic import PanelResult


@dataclass(frozen=True)
class Table:
    """One step: how many seats, who sits there. `reviews` show no mark before all have sealed."""

    step: str
    label: str
    size: int
    reviews: list[Review]
    shows_marks: bool

    @property
    def free(self) -> int:
        return max(0, self.size - len(self.reviews))

    @property
    def sealed(self) -> int:
        return sum(1 for review in self.reviews if review.sheet.sealed_at)


def tables(application: Application) -> list[Table]:
    shows_marks = application.panel_is_sealed
    size = application.cycle.panel_size
    found = [
        Table(step, step.label, size, application.reviews_at(step), shows_marks)
        for step in EXPERT_STEPS
    ]
    moderators = application.reviews_at(Step.MODERATION)
    if moderators:
        label = Step.MODERATION.label
        found.append(Table(Step.MODERATION, label, 1, moderators, shows_marks))
    return found


def result(application: Application) -> PanelResult | None:
    return sight.panel_result(application, Sight.PROVINCE)


def wants_moderation(application: Application) -> bool:
    """Whether the panel disagrees and nobody has been asked for a further score yet."""
    found = result(application)
    asked = application.reviews_at(Step.MODERATION)
    return bool(found and found.needs_moderation and not asked)


def has_room(application: Application) -> bool:
    """Whether anybody can still be seated."""
    free = any(table.free for table in tables(application))
    return application.state == ApplicationState.PROVINCIAL_REVIEW and (
        free or wants_moderation(application)
    )


@dataclass(frozen=True)
class Candidate:
    """An expert of the pool as seen from one application.

    `load` counts the sheets that are open with them, `at` the steps they have here, `conflict` is
    why they must stand aside.
    """

    expert: Any
    load: int
    at: list[str]
    conflict: str
    ticked: bool


def candidates(application: Application, pool: Iterable[Any], ticked: set[str]) -> list[Candidate]:
    """The whole pool, those who may sit first, the freest of them first."""
    steps: dict[int | None, list[str]] = {}
    for step in Step:
        for review in application.reviews_at(step):
            steps.setdefault(review.reviewer_id, []).append(step.label)
    found = [
        Candidate(
            expert,
            expert.load,
            steps.get(expert.pk, []),
            conflict_of(expert, application),
            str(expert.pk) in ticked,
        )
        for expert in pool
    ]
    return sorted(found, key=lambda candidate: (bool(candidate.conflict), bool(candidate.at)))
