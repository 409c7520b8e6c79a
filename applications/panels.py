"""The panel of one application as the province's page shows it: seats, pool, loads, conflicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from applications import sight
from applications.models import AssignmentPlan
from applications.services import Conflicts, planning
from applications.services.planning import Options
from applications.sight import Sight
from applications.statuses import EXPERT_STEPS, ApplicationState, Step

if TYPE_CHECKING:
    from accounts.models import User
    from applications.conflicts import Conflict
    from applications.models import Application, Review
    from scoring.arithmetic import PanelResult


@dataclass(frozen=True)
class Table:
    """One step: how many seats, who sits there, who stood aside. `reviews` show no mark before all
    have sealed.
    """

    step: str
    label: str
    size: int
    reviews: list[Review]
    recused: list[Review]
    shows_marks: bool

    @property
    def free(self) -> int:
        return max(0, self.size - len(self.reviews))

    @property
    def sealed(self) -> int:
        return sum(1 for review in self.reviews if review.sheet.sealed_at)


def tables(application: Application) -> list[Table]:
    shows_marks = application.panel_is_sealed
    recused = list(application.reviews.recused_from([application.pk]).with_sheets())
    steps = [(step, application.cycle.panel_size) for step in EXPERT_STEPS]
    if application.reviews_at(Step.MODERATION):
        steps.append((Step.MODERATION, 1))
    return [
        Table(
            step,
            step.label,
            size,
            application.reviews_at(step),
            [review for review in recused if review.step == step],
            shows_marks,
        )
        for step, size in steps
    ]


def result(application: Application) -> PanelResult | None:
    return sight.panel_result(application, Sight.PROVINCE)


def wants_moderation(application: Application) -> bool:
    """Whether the panel disagrees and nobody has been asked for a further score yet."""
    found = result(application)
    asked = application.reviews_at(Step.MODERATION)
    return bool(found and found.needs_moderation and not asked)


def has_room(application: Application) -> bool:
    """Whether anybody can still be seated."""
    return application.state == ApplicationState.PROVINCIAL_REVIEW and (
        _has_free_seats(application) or wants_moderation(application)
    )


def _has_free_seats(application: Application) -> bool:
    size = application.cycle.panel_size
    return any(len(application.reviews_at(step)) < size for step in EXPERT_STEPS)


@dataclass(frozen=True)
class Candidate:
    """An expert of the pool as seen from one application.

    `load` counts the sheets that are open with them, `at` the steps they have here, `conflicts` are
    why they must stand aside.
    """

    expert: Any
    profile: Any
    load: int
    at: list[str]
    conflicts: list[Conflict]
    ticked: bool

    @property
    def is_full(self) -> bool:
        return self.profile is not None and self.load >= self.profile.max_load


def candidates(application: Application, pool: Sequence[User], ticked: set[str]) -> list[Candidate]:
    """The whole pool, those who may sit first, the freest of them first."""
    steps: dict[int | None, list[str]] = {}
    for step in Step:
        for review in application.reviews_at(step):
            steps.setdefault(review.reviewer_id, []).append(step.label)
    known = Conflicts(pool, [application])
    found = [
        Candidate(
            expert,
            getattr(expert, "expert_profile", None),
            expert.load,  # type: ignore[attr-defined]
            steps.get(expert.pk, []),
            known.between(expert, application),
            str(expert.pk) in ticked,
        )
        for expert in pool
    ]
    return sorted(found, key=lambda candidate: (bool(candidate.conflicts), bool(candidate.at)))


@dataclass(frozen=True)
class Proposal:
    """What the automatic assignment would do about the empty chairs of one file: one click.

    `steps` is the choice of the form; `empty` says why some chairs stay so.
    """

    steps: str
    label: str
    experts: list[tuple[User, str]]
    empty: list[str]


def proposals(application: Application, pool: Sequence[User], today: date) -> list[Proposal]:
    """By the same rules as a plan of many files; the file's own key is the seed."""
    if application.state != ApplicationState.PROVINCIAL_REVIEW:
        return []
    basis = planning.basis_of(pool, [application], _options(application, today))
    found = planning.propose(basis, application.pk)
    by_key = {expert.pk: expert for expert in pool}
    return [
        Proposal(
            panel["key"].split("/")[1],
            "和".join(step.label for step in planning.file_and_steps(panel["key"])[1]),
            [(by_key[s.expert], s.why) for s in found.seats if s.panel == panel["key"]],
            [v.why for v in found.vacancies if v.panel == panel["key"]],
        )
        for panel in basis["panels"]
    ]


def _options(application: Application, today: date) -> Options:
    """The days of the latest plan, as long as they are not over."""
    plan = AssignmentPlan.objects.of_cycle(application.cycle).carried_out().first()
    if plan is None or plan.site_until is None or plan.site_until < today:
        return Options(plan.same_panel if plan else True)
    return Options(plan.same_panel, max(plan.site_from or today, today), plan.site_until)
