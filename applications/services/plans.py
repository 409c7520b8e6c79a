"""Plans of the automatic assignment 分配方案: made, edited, discarded, carried out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from celery import current_app
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError

from accounts.access import holds
from accounts.models import User
from applications import policies
from applications.assignment import Assignment
from applications.models import Application, AssignmentPlan, PlannedSeat, Review
from applications.queues import experts_of
from applications.services import planning
from applications.services.conflicts import conflicts_of
from applications.services.panel import assign_experts
from applications.services.planning import Options
from applications.statuses import Step
from quotas.models import Cycle
from workflow import Problem, Refused, record

logger = logging.getLogger(__name__)

OPEN_ALREADY = "本周期已有一份未完成的分配方案。"
NOT_OPEN = "该方案已执行或已放弃，不能再调整。"
DONE = "已分配"
NOT_ALLOWED = "未能分配：执行人已无分配专家的权限。"
FAILED = "未能分配：系统故障，请在该申报的分配页面手工分配。"


@transaction.atomic
def make_plan(
    cycle: Cycle, options: Options, *, seed: int, by: User, at: datetime
) -> AssignmentPlan:
    """Work out who should review the files that wait for experts. Nobody is assigned yet.

    Raises PermissionDenied, Refused when nothing waits or another plan is still open.
    """
    if not policies.may_plan(cycle, by):
        raise PermissionDenied
    waiting = Application.objects.in_cycle(cycle).short_of_experts()
    files = list(waiting.for_list().with_reviews().order_by("pk"))
    if not files:
        raise Refused("没有待分配专家的申报。")
    basis = planning.basis_of(experts_of(cycle.province), files, options)
    plan = AssignmentPlan(
        cycle=cycle,
        seed=seed,
        same_panel=options.same_panel,
        site_from=options.site_from,
        site_until=options.site_until,
        basis=basis,
        made_by=by,
        made_at=at,
    )
    try:
        with transaction.atomic():
            plan.save()
    except IntegrityError as fault:
        raise Refused(OPEN_ALREADY) from fault
    PlannedSeat.objects.bulk_create(_seats(plan, planning.propose(basis, seed)))
    record(plan, "plan", actor=by, at=at, seed=seed, files=len(files))
    return plan


def _seats(plan: AssignmentPlan, found: Assignment) -> Iterable[PlannedSeat]:
    """A row for each step of each chair, the empty ones too."""
    chairs = [(seat.panel, seat.expert, seat.why) for seat in found.seats]
    empty = [(v.panel, None, v.why) for v in found.vacancies for _ in range(v.count)]
    for panel, expert, why in [*chairs, *empty]:
        key, steps = planning.file_and_steps(panel)
        for step in steps:
            yield PlannedSeat(plan=plan, application_id=key, step=step, expert_id=expert, why=why)


@transaction.atomic
def replace_seat(seat: PlannedSeat, expert: User | None, *, by: User, at: datetime) -> None:
    """Propose somebody else for a seat, or nobody; with one group for both steps, for both.

    Raises PermissionDenied, Refused (a conflict, somebody who sits there already, a plan that is
    no longer open).
    """
    plan = _open_plan(seat.plan, by)
    held = PlannedSeat.objects.for_page().get(pk=seat.pk)
    rows = _chair(plan, held)
    if expert is not None:
        problems = [problem for row in rows for problem in _problems(plan, row, expert)]
        if problems:
            raise Refused(dict.fromkeys(problems))
    for row in rows:
        row.expert, row.by_hand, row.why = expert, True, ""
        row.save(update_fields=["expert", "by_hand", "why"])
    record(
        plan,
        "edit_plan",
        actor=by,
        at=at,
        application=held.application_id,
        steps=[row.step for row in rows],
        before=held.expert_id,
        after=expert.pk if expert else None,
    )


def _chair(plan: AssignmentPlan, seat: PlannedSeat) -> list[PlannedSeat]:
    """The seat and, with one group for both steps, the seat of the same person at the other."""
    if not plan.same_panel:
        return [seat]
    others = plan.seats.for_page().on_file_of(seat).held_by(seat.expert_id)
    other = others.exclude(step=seat.step).first()
    return [seat, other] if other else [seat]


def _problems(plan: AssignmentPlan, seat: PlannedSeat, expert: User) -> Iterable[Problem]:
    """What stands against this expert in this seat; `assign_experts` asks again."""
    if not holds(expert, "accounts.be_expert", plan.cycle.province):
        yield Problem(f"{expert}不在专家库中。", field="expert")
    others = plan.seats.on_file_of(seat).held_by(expert.pk).filter(step=seat.step)
    tasks = seat.application.reviews.current().filter(step=seat.step, reviewer=expert)
    if others.exists() or tasks.exists():
        yield Problem(f"{expert}已在本件的{Step(seat.step).label}中。", field="expert")
    for conflict in conflicts_of(expert, seat.application):
        yield Problem(conflict.sentence, field="expert")


@transaction.atomic
def discard_plan(plan: AssignmentPlan, *, by: User, at: datetime, reason: str) -> None:
    """Give a proposal up. Raises PermissionDenied, Refused (no reason, no longer open)."""
    held = _open_plan(plan, by)
    if not reason.strip():
        raise Refused([Problem("请写明放弃理由。", field="reason")])
    held.discarded_at = at
    held.save(update_fields=["discarded_at"])
    record(held, "discard_plan", actor=by, at=at, reason=reason)


@transaction.atomic
def carry_out(plan: AssignmentPlan, *, by: User, at: datetime) -> None:
    """Have the workers assign what is proposed; asked again, they go on where they stopped.

    Raises PermissionDenied, Refused for a plan that is discarded or done.
    """
    held = _locked(plan, by)
    if held.discarded_at or held.done_at:
        raise Refused("该方案已执行完毕或已放弃。")
    if held.started_at is None:
        held.started_by, held.started_at = by, at
        held.save(update_fields=["started_by", "started_at"])
        record(held, "carry_out", actor=by, at=at)
    transaction.on_commit(partial(_send, held.pk))


def _send(plan_id: int) -> None:
    """Hand over to the workers. When the broker is away the sweep does it later."""
    try:
        current_app.send_task("applications.tasks.carry_on", (plan_id,), retry=False)
    except OperationalError:
        logger.warning("broker away; plan %s waits for the sweep", plan_id)


def unfinished_plans() -> list[int]:
    """Begun and not done: under way, or left by a message or a worker that got lost."""
    return list(AssignmentPlan.objects.under_way().values_list("pk", flat=True))


def carry_on(plan_id: int, *, now: Callable[[], datetime]) -> None:
    """Assign what is still to be assigned, file by file, each in a transaction of its own.

    Several workers at it share the files. What one file comes to stops no other.
    """
    plan = AssignmentPlan.objects.under_way().with_people().filter(pk=plan_id).first()
    if plan is None or plan.started_by is None:
        return
    for file in plan.seats.pending().files():
        try:
            _assign_file(plan, file, by=plan.started_by, at=now())
        except Exception:
            logger.exception("plan %s: file %s", plan.pk, file)
            plan.seats.pending().filter(application=file).update(outcome=FAILED)
    if not plan.seats.pending().exists():
        AssignmentPlan.objects.under_way().filter(pk=plan.pk).update(done_at=now())


@transaction.atomic
def _assign_file(plan: AssignmentPlan, file: int, *, by: User, at: datetime) -> None:
    """The seats of one file; whoever cannot be assigned any more does not hold up the others."""
    pending = plan.seats.pending().filter(application=file).select_related("expert")
    seats: dict[User, list[PlannedSeat]] = {}
    for seat in pending.select_for_update(skip_locked=True, of=("self",)).order_by("pk"):
        if seat.expert:
            seats.setdefault(seat.expert, []).append(seat)
    if not seats:
        return
    application = Application.objects.for_list().get(pk=file)
    for expert, own in seats.items():
        _assign_expert(application, expert, own, by=by, at=at)


def _assign_expert(
    application: Application, expert: User, seats: list[PlannedSeat], *, by: User, at: datetime
) -> None:
    steps = [Step(seat.step) for seat in seats]
    given: dict[str, Review] = {}
    try:
        reviews = assign_experts(application, [expert], steps, by=by, at=at)
    except Refused as refused:
        outcome = f"未能分配：{refused}"
    except PermissionDenied:
        outcome = NOT_ALLOWED
    else:
        outcome, given = DONE, {review.step: review for review in reviews}
    for seat in seats:
        seat.review, seat.outcome = given.get(seat.step), outcome
        seat.save(update_fields=["review", "outcome"])


def _locked(plan: AssignmentPlan, by: User) -> AssignmentPlan:
    """The row under a lock, for who may plan. Raises PermissionDenied."""
    rows = AssignmentPlan.objects.select_for_update(of=("self",))
    held = rows.select_related("cycle__province").get(pk=plan.pk)
    if not policies.may_plan(held.cycle, by):
        raise PermissionDenied
    return held


def _open_plan(plan: AssignmentPlan, by: User) -> AssignmentPlan:
    held = _locked(plan, by)
    if not held.is_open:
        raise Refused(NOT_OPEN)
    return held
