"""Plans of the automatic assignment, for the tests that make them."""

from __future__ import annotations

from collections import Counter
from datetime import date

from accounts.models import User
from applications import services
from applications.models import Application, AssignmentPlan, PlannedSeat
from applications.services.planning import Options
from tests.scenes import SEPTEMBER, Province

SEED = 20230915
DAYS = Options(True, date(2023, 9, 18), date(2023, 9, 19))
APART = Options(False)


def make(scene: Province, options: Options | None = None, seed: int = SEED) -> AssignmentPlan:
    return services.make_plan(
        scene.cycle, options or Options(), seed=seed, by=scene.officer, at=SEPTEMBER
    )


def seated(plan: AssignmentPlan) -> Counter[tuple[int, str]]:
    """How many experts each file has at each step of the plan."""
    return Counter(plan.seats.filled().values_list("application", "step"))


def carry(plan: AssignmentPlan, scene: Province) -> None:
    services.carry_out(plan, by=scene.officer, at=SEPTEMBER)
    services.carry_on(plan.pk, now=lambda: SEPTEMBER)
    plan.refresh_from_db()


def tasks_of(file: Application) -> int:
    return file.reviews.current().experts().count()


def sits(plan: AssignmentPlan, seat: PlannedSeat, expert: User) -> bool:
    return plan.seats.on_file_of(seat).held_by(expert.pk).exists()
