"""Plans of the automatic assignment: proposed, edited, recomputed, carried out file by file."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Any

import pytest
from celery import current_app
from django.core.exceptions import PermissionDenied
from kombu.exceptions import OperationalError

from accounts.models import Appointment, User
from applications import plans, services, tasks
from applications.models import Application, AssignmentPlan, ExpertProfile, PlannedSeat
from applications.services import planning
from applications.services.planning import Options
from applications.services.plans import DONE
from applications.statuses import EXPERT_STEPS, Step
from tests import scenes
from tests.applications.crowd import crowd
from tests.applications.planning import APART, DAYS, SEED, carry, make, seated, sits, tasks_of
from tests.scenes import SEPTEMBER, Province
from workflow import Refused
from workflow.models import Event


def test_a_group_for_both_steps(scene: Province, pool: list[User], files: Any) -> None:
    plan = make(scene)
    assert seated(plan) == {(file.pk, step): 3 for file in files for step in EXPERT_STEPS}
    for file in files:
        panels = [
            set(plan.seats.filter(application=file, step=step).values_list("expert", flat=True))
            for step in EXPERT_STEPS
        ]
        assert panels[0] == panels[1]
    assert plans.Loads(plan).spread == "3 件"
    assert str(plan) == f"{scene.cycle}分配方案 {plan.pk}"
    assert str(plan.seats.order_by("pk")[0]).startswith(f"{files[0].pk} 书面评审 专家")
    (event,) = Event.objects.of(plan)
    assert (event.verb, event.data) == ("plan", {"seed": SEED, "files": 4})


def test_the_steps_apart(scene: Province, pool: list[User], files: Any) -> None:
    plan = make(scene, APART)
    assert seated(plan) == {(file.pk, step): 3 for file in files for step in EXPERT_STEPS}
    assert plans.Loads(plan).spread == "6 项"


def test_nobody_with_a_conflict_or_without_a_profile(
    scene: Province, pool: list[User], files: Any
) -> None:
    scenes.profile(scene, pool[0], scene.county)
    ExpertProfile.objects.get(user=pool[1]).delete()
    plan = make(scene)
    chosen = set(plan.seats.filled().values_list("expert", flat=True))
    assert chosen == {pool[2].pk, pool[3].pk}
    empty = plan.seats.held_by(None)
    assert empty.count() == 8
    assert {seat.why for seat in empty} == {"专家库 3 人：回避 1 人：同地区 1；已入选 2 人。"}
    assert str(empty[0]).endswith("书面评审 空缺")


def test_only_who_has_days_goes_on_site(scene: Province, pool: list[User], files: Any) -> None:
    """Two days each for two of them: four visits, and nobody else may go."""
    for expert in pool[:2]:
        profile = expert.expert_profile
        services.add_days(profile, date(2023, 9, 17), date(2023, 9, 18), by=scene.officer)
        services.add_days(profile, date(2023, 9, 18), date(2023, 9, 30), by=scene.officer)
    plan = make(scene, DAYS)
    visits = Counter(plan.seats.filled().filter(step=Step.SITE).values_list("expert", flat=True))
    assert visits == {pool[0].pk: 2, pool[1].pk: 2}
    assert "无可参加日期 2 人" in plan.seats.held_by(None)[0].why


def test_visits_already_promised_take_days(scene: Province, pool: list[User], files: Any) -> None:
    first = pool[0].expert_profile
    services.add_days(first, date(2023, 9, 18), date(2023, 9, 18), by=scene.officer)
    services.assign_expert(files[0], pool[0], Step.SITE, by=scene.officer, at=SEPTEMBER)
    plan = make(scene, Options(False, DAYS.site_from, DAYS.site_until))
    assert not plan.seats.filled().filter(step=Step.SITE).exists()


def test_a_full_expert_gets_no_more(scene: Province, pool: list[User], files: Any) -> None:
    for expert in pool:
        scenes.profile(scene, expert, max_load=3)
    plan = make(scene)
    loads = Counter(plan.seats.filled().values_list("expert", flat=True))
    assert set(loads.values()) == {2}
    assert "任务已满" in plan.seats.held_by(None)[0].why


def test_a_group_on_paper_goes_on_site_together(
    scene: Province, pool: list[User], files: Any
) -> None:
    group = pool[1:]
    services.assign_experts(files[0], group, [Step.PAPER], by=scene.officer, at=SEPTEMBER)
    plan = make(scene)
    own = plan.seats.filter(application=files[0])
    assert {(seat.step, seat.expert) for seat in own} == {("site", expert) for expert in group}


def test_a_vacancy_of_one_is_open_to_everybody(
    scene: Province, pool: list[User], files: Any
) -> None:
    """Two of a group sit at both steps, the third only on paper and cannot go: another goes."""
    services.assign_experts(files[0], pool[:2], EXPERT_STEPS, by=scene.officer, at=SEPTEMBER)
    services.assign_expert(files[0], pool[2], Step.PAPER, by=scene.officer, at=SEPTEMBER)
    scenes.profile(scene, pool[2], scene.county)
    plan = make(scene)
    (seat,) = plan.seats.filter(application=files[0])
    assert (seat.step, seat.expert) == ("site", pool[3])


def test_what_cannot_be_planned(scene: Province, pool: list[User]) -> None:
    with pytest.raises(Refused, match="没有待分配专家的申报"):
        make(scene)
    crowd(scene, 1, state="provincial_review")
    with pytest.raises(PermissionDenied):
        services.make_plan(scene.cycle, Options(), seed=1, by=scene.city_handler, at=SEPTEMBER)
    make(scene)
    with pytest.raises(Refused, match="已有一份未完成的分配方案"):
        make(scene)


def test_the_same_seed_gives_the_same_plan(scene: Province, pool: list[User], files: Any) -> None:
    """Four experts allow few plans: of eight other seeds one may repeat it, not all of them."""
    rows = []
    for seed in (SEED, SEED, *range(SEED + 1, SEED + 9)):
        plan = make(scene, seed=seed)
        rows.append(list(plan.seats.values_list("application", "step", "expert", "why")))
        assert plans.differences(plan) == []
        services.discard_plan(plan, by=scene.officer, at=SEPTEMBER, reason="重来。")
    assert rows[0] == rows[1]
    assert any(row != rows[0] for row in rows[2:])


def test_a_plan_is_recomputed_from_what_it_keeps(
    scene: Province, pool: list[User], files: Any
) -> None:
    """Whatever has changed since; and whoever has tampered with it is found out."""
    plan = make(scene)
    scenes.profile(scene, pool[0], max_load=1)
    assert json.loads(json.dumps(plan.basis)) == plan.basis
    plan.refresh_from_db()
    assert plans.differences(plan) == []
    seat = plan.seats.filled().order_by("pk")[0]
    free = next(expert for expert in pool if not sits(plan, seat, expert))
    services.replace_seat(seat, free, by=scene.officer, at=SEPTEMBER)
    assert plans.differences(plan) == []
    PlannedSeat.objects.filter(plan=plan, by_hand=False).order_by("pk")[0].delete()
    assert plans.differences(plan) == ["方案缺少部分席位"]
    PlannedSeat.objects.create(plan=plan, application=files[0], step="paper", expert=scene.officer)
    assert plans.differences(plan)[0] == f"申报 {files[0].pk} 的书面评审"


# Editing it


def test_a_seat_is_replaced_at_both_steps(scene: Province, pool: list[User], files: Any) -> None:
    plan = make(scene)
    seat = plan.seats.filter(step=Step.SITE).order_by("pk")[0]
    other = next(expert for expert in pool if not sits(plan, seat, expert))
    services.replace_seat(seat, other, by=scene.officer, at=SEPTEMBER)
    rows = plan.seats.on_file_of(seat).held_by(other.pk)
    assert [(row.step, row.by_hand) for row in rows] == [("paper", True), ("site", True)]
    services.replace_seat(rows[0], None, by=scene.officer, at=SEPTEMBER)
    assert plan.seats.on_file_of(seat).held_by(None).count() == 2
    services.replace_seat(rows[0], other, by=scene.officer, at=SEPTEMBER)
    assert plan.seats.on_file_of(seat).held_by(other.pk).count() == 2
    event = Event.objects.of(plan).last()
    assert event
    assert event.data["after"] == other.pk


def test_apart_only_the_one_step(scene: Province, pool: list[User], files: Any) -> None:
    plan = make(scene, APART)
    seat = plan.seats.order_by("pk")[0]
    services.replace_seat(seat, None, by=scene.officer, at=SEPTEMBER)
    assert plan.seats.held_by(None).count() == 1


def test_what_cannot_sit_is_refused_with_the_reason(
    scene: Province, pool: list[User], files: Any
) -> None:
    plan = make(scene)
    seat = plan.seats.order_by("pk")[0]
    outside = next(expert for expert in pool if not sits(plan, seat, expert))
    inside = next(expert for expert in pool if sits(plan, seat, expert))

    def refuse(expert: User, match: str) -> None:
        with pytest.raises(Refused, match=match):
            services.replace_seat(seat, expert, by=scene.officer, at=SEPTEMBER)

    scenes.profile(scene, outside, scene.county)
    refuse(outside, "在同一市工作，应当回避")
    refuse(inside, "已在本件的书面评审中")
    refuse(scene.county_handler, "不在专家库中")
    with pytest.raises(PermissionDenied):
        services.replace_seat(seat, None, by=scene.city_handler, at=SEPTEMBER)
    services.discard_plan(plan, by=scene.officer, at=SEPTEMBER, reason="重来。")
    refuse(outside, "已执行或已放弃")


def test_it_is_discarded_with_a_reason(scene: Province, pool: list[User], files: Any) -> None:
    plan = make(scene)
    with pytest.raises(Refused, match="请写明放弃理由"):
        services.discard_plan(plan, by=scene.officer, at=SEPTEMBER, reason=" ")
    services.discard_plan(plan, by=scene.officer, at=SEPTEMBER, reason="专家库有变化。")
    plan.refresh_from_db()
    assert plan.state_label == "已放弃"
    with pytest.raises(Refused, match="已执行完毕或已放弃"):
        services.carry_out(plan, by=scene.officer, at=SEPTEMBER)


# Carrying it out


def test_every_seat_becomes_a_task(scene: Province, pool: list[User], files: Any) -> None:
    plan = make(scene)
    carry(plan, scene)
    assert [tasks_of(file) for file in files] == [6] * 4
    assert set(plan.seats.values_list("outcome", flat=True)) == {DONE}
    assert plan.seats.filter(review=None).count() == 0
    assert (plan.done_at, plan.state_label) == (SEPTEMBER, "已执行")
    assert plans.sums(plan).settled == 24
    carry_again(plan, scene)
    assert [tasks_of(file) for file in files] == [6] * 4


def carry_again(plan: AssignmentPlan, scene: Province) -> None:
    with pytest.raises(Refused):
        services.carry_out(plan, by=scene.officer, at=SEPTEMBER)
    services.carry_on(plan.pk, now=lambda: SEPTEMBER)


def test_what_has_changed_stops_one_seat_alone(
    scene: Province, pool: list[User], files: Any
) -> None:
    plan = make(scene)
    gone = plan.seats.filter(application=files[0]).order_by("pk")[0].expert
    assert gone
    services.declare_tie(gone.expert_profile, files[0].nursery, "配偶任职", by=gone, at=SEPTEMBER)
    services.assign_experts(files[1], pool[:3], [Step.PAPER], by=scene.officer, at=SEPTEMBER)
    carry(plan, scene)
    assert tasks_of(files[0]) == 4
    failed = plan.seats.filter(application=files[0], expert=gone)
    assert {seat.outcome for seat in failed} == {
        f"未能分配：{gone}申报与该机构有利害关系（配偶任职），应当回避。"
    }
    assert all(
        seat.outcome.startswith("未能分配：书面评审须有 3 名专家，已有 3 名")
        for seat in plan.seats.filter(application=files[1])
    )
    assert [tasks_of(file) for file in files[2:]] == [6, 6]
    assert plans.sums(plan).failed == 8


def test_a_fault_stops_one_file_alone(
    scene: Province, pool: list[User], files: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = make(scene)
    real = services.plans.assign_experts

    def shaky(application: Application, *args: Any, **kwargs: Any) -> Any:
        if application == files[0]:
            raise RuntimeError("disk full")
        return real(application, *args, **kwargs)

    monkeypatch.setattr(services.plans, "assign_experts", shaky)
    carry(plan, scene)
    assert [tasks_of(file) for file in files] == [0, 6, 6, 6]
    assert "系统故障" in plan.seats.filter(application=files[0])[0].outcome
    assert plan.done_at


def test_a_worker_that_died_is_followed_by_another(
    scene: Province, pool: list[User], files: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is killed in the second file: the sweep goes on with that one, nothing happens twice."""
    plan = make(scene)
    services.carry_out(plan, by=scene.officer, at=SEPTEMBER)
    real, met = services.plans.assign_experts, []

    def dying(application: Application, *args: Any, **kwargs: Any) -> Any:
        met.append(application.pk)
        if len(met) == 5:
            raise KeyboardInterrupt
        return real(application, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(services.plans, "assign_experts", dying)
        with pytest.raises(KeyboardInterrupt):
            services.carry_on(plan.pk, now=lambda: SEPTEMBER)
    assert sorted(tasks_of(file) for file in files) == [0, 0, 0, 6]
    plan.refresh_from_db()
    assert plan.state_label == "执行中"
    assert services.unfinished_plans() == [plan.pk]

    services.carry_on(plan.pk, now=lambda: SEPTEMBER)

    assert [tasks_of(file) for file in files] == [6] * 4
    assert services.unfinished_plans() == []


def test_who_may_no_longer_assign_assigns_nobody(
    scene: Province, pool: list[User], files: Any
) -> None:
    plan = make(scene)
    services.carry_out(plan, by=scene.officer, at=SEPTEMBER)
    post = Appointment.objects.current().get(user=scene.officer)
    scenes.accounts.end(post, by=None, at=SEPTEMBER)
    services.carry_on(plan.pk, now=lambda: SEPTEMBER)
    assert {seat.outcome for seat in plan.seats.all()} == {"未能分配：执行人已无分配专家的权限。"}


def test_without_a_broker_the_sweep_begins(
    scene: Province,
    pool: list[User],
    files: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    sent: list[Any] = []

    def away(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(current_app, "send_task", away)
    plan = make(scene)
    with django_capture_on_commit_callbacks(execute=True):
        services.carry_out(plan, by=scene.officer, at=SEPTEMBER)
    monkeypatch.setattr(tasks.carry_on, "delay", sent.append)
    assert tasks.resume_plans() == 1
    assert sent == [plan.pk]
    tasks.carry_on(plan.pk)
    assert tasks.resume_plans() == 0


def test_a_basis_names_its_panels() -> None:
    assert planning.file_and_steps("12/both") == (12, EXPERT_STEPS)
    assert planning.file_and_steps("7/site") == (7, (Step.SITE,))
