"""One function moves a thing: it locks, checks, moves, saves and records."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django_fsm import TransitionNotAllowed

import workflow
from applications.models import Application
from quotas.models import Cycle, Place
from quotas.services import take_place
from tests import scenes
from workflow import (
    Move,
    Problem,
    Refused,
    checklist,
    open_to,
    perform,
    record,
    record_all,
    why_not,
)
from workflow.machine import any_transition, guards_of, transition_from, transitions
from workflow.models import Event


@pytest.fixture
def preparing(scene):
    return scenes.draft_cycle(scene.root, scene.version, name="2025年评选", year=2025)


def close(cycle, by, reason="评选结束。", when=scenes.SEPTEMBER):
    return perform(cycle, "close", actor=by, at=when, reason=reason)


class TestPerform:
    def test_the_row_moves_and_the_event_tells_all_of_it(self, scene):
        event = close(scene.cycle, scene.officer, "  评选结束。 ")
        assert Cycle.objects.get(pk=scene.cycle.pk).state == scene.cycle.state == "closed"
        assert Event.objects.of(scene.cycle).last() == event
        assert (event.subject_type, event.subject_id) == ("quotas.cycle", scene.cycle.pk)
        assert (event.verb, event.source, event.target) == ("close", "open", "closed")
        assert (event.actor, event.at, event.reason) == (
            scene.officer,
            scenes.SEPTEMBER,
            "评选结束。",
        )
        assert event.post.role == "province_officer"
        assert (event.region_path, event.data) == ("21", {})

    def test_the_portal_itself_moves_without_actor_and_post(self, scene):
        application, _ = scenes.drafted(scene)
        event = perform(application, "lapse", actor=None, at=scenes.SEPTEMBER)
        assert (event.actor, event.post, event.region_path) == (None, None, "21/2101/210102")

    def test_what_the_effect_puts_aside_is_kept_with_the_event(self, scene):
        application, staff = scenes.drafted(scene, total="90")
        event = perform(application, "submit", actor=staff, at=scenes.JUNE)
        assert event.data == {"total": "90.00"}

    def test_data_reaches_guards_and_effect_and_is_not_recorded_by_itself(self, scene):
        event = perform(
            scene.cycle,
            "close",
            actor=scene.officer,
            at=scenes.SEPTEMBER,
            reason="x",
            secret="nicht ins Protokoll",
        )
        assert event.data == {}

    def test_the_row_is_reread_under_the_lock_and_unsaved_changes_are_gone(self, scene):
        stale = Cycle.objects.get(pk=scene.cycle.pk)
        Cycle.objects.filter(pk=stale.pk).update(name="新名称")
        stale.basis = "没有保存"
        close(stale, scene.officer)
        stale.refresh_from_db()
        assert (stale.name, stale.basis) == ("新名称", "")

    def test_a_stale_copy_cannot_move_what_has_moved_on(self, scene):
        stale = Cycle.objects.get(pk=scene.cycle.pk)
        close(scene.cycle, scene.officer)
        with pytest.raises(Refused, match="该评选周期目前为“已结束”，不能“结束周期”。"):
            close(stale, scene.officer)
        assert stale.state == "closed"

    def test_who_may_not_learns_nothing_of_the_state(self, scene):
        """The policy is asked before the state and before the reason."""
        close(scene.cycle, scene.officer)
        with pytest.raises(PermissionDenied):
            close(scene.cycle, scene.city_handler, reason="")

    def test_a_reason_is_wanted_where_the_table_says_so(self, scene):
        with pytest.raises(Refused) as refusal:
            close(scene.cycle, scene.officer, "  \n ")
        assert refusal.value.problems == [Problem("请写明理由。", field="reason")]

    def test_guards_refuse_with_all_their_sentences(self, preparing, scene):
        application, staff = scenes.drafted(scene, total="84.5")
        application.declares_true = False
        application.save()
        with pytest.raises(Refused) as refusal:
            perform(application, "submit", actor=staff, at=scenes.at("2023-07-16 00:00"))
        texts = [problem.text for problem in refusal.value.problems]
        assert len(texts) == 3
        assert "7月15日" in texts[0]
        assert str(refusal.value) == " ".join(texts)

    def test_a_refusal_changes_nothing(self, preparing, scene):
        events = Event.objects.count()
        with pytest.raises(Refused):
            perform(preparing, "start", actor=scene.officer, at=scenes.JULY)
        preparing.refresh_from_db()
        assert preparing.state == "preparing"
        assert preparing.current_move is None
        assert Event.objects.count() == events

    def test_an_effect_that_fails_takes_everything_back(self, scene):
        """The city's last place is gone: state, opinion and event stay away together."""
        application, _ = scenes.at_city(scene)
        scenes.scored(application, "city", scene.city_handler, when=scenes.AUGUST)
        with transaction.atomic():
            for _ in range(2):
                take_place(scene.cycle, scene.city, at=scenes.JULY)
        before = Event.objects.count()
        with pytest.raises(Refused, match="名额已用完"):
            perform(
                application,
                "recommend_to_province",
                actor=scene.city_handler,
                at=scenes.AUGUST,
                reason="同意。",
            )
        assert Application.objects.get(pk=application.pk).state == "city_review"
        assert application.opinions.filter(tier="city").count() == 0
        assert Event.objects.count() == before
        assert application.current_move is None

    def test_an_unknown_move_is_a_fault_of_the_caller(self, scene):
        with pytest.raises(KeyError):
            perform(scene.cycle, "explode", actor=scene.officer, at=scenes.JULY)

    def test_nobody_gets_past_the_mover(self, scene):
        """A guarded transition called by hand is refused even when its guards would agree."""
        application, staff = scenes.drafted(scene)
        assert why_not(application, "submit", user=staff, at=scenes.JUNE) == []
        with pytest.raises(TransitionNotAllowed):
            application.submit(Move("submit", staff, scenes.JUNE))
        with pytest.raises(AttributeError):
            application.state = "passed"
        assert application.state == "draft"


class TestQuestions:
    def test_why_not_says_what_perform_would(self, scene, preparing):
        problems = why_not(preparing, "start", user=scene.officer, at=scenes.JULY)
        with pytest.raises(Refused) as refusal:
            perform(preparing, "start", actor=scene.officer, at=scenes.JULY)
        assert problems == refusal.value.problems
        assert why_not(scene.cycle, "start", user=scene.officer, at=scenes.JULY) == [
            Problem("该评选周期目前为“进行中”，不能“启动周期”。")
        ]
        assert why_not(scene.cycle, "close", user=scene.officer, at=scenes.JULY) == []

    def test_why_not_tells_nothing_to_who_may_not(self, scene):
        with pytest.raises(PermissionDenied):
            why_not(scene.cycle, "close", user=scene.city_handler, at=scenes.JULY)

    def test_offers_come_in_the_order_of_the_table(self, scene):
        application, _ = scenes.submitted(scene)
        offers = open_to(scene.county_handler, application, at=scenes.JULY)
        assert [offer.name for offer in offers] == [
            name
            for name in transitions(Application)
            if name in {"return_for_correction", "recommend_to_city", "decline_by_county"}
        ]
        by_name = {offer.name: offer for offer in offers}
        back, on = by_name["return_for_correction"], by_name["recommend_to_city"]
        assert back.enabled
        assert back.needs_reason
        assert not on.enabled
        assert on.reason_label == "推荐意见"
        assert [problem.text for problem in on.problems] == ["县级初审评分尚未完成。"]

    def test_moves_of_others_and_of_other_states_are_not_offered(self, scene):
        application, _ = scenes.submitted(scene)
        assert open_to(scene.other_county_handler, application, at=scenes.JULY) == []
        assert open_to(scene.city_handler, application, at=scenes.JULY) == []

    def test_moves_that_belong_to_another_page_are_not_offered(self, scene):
        application, _ = scenes.passed(scene)
        names = [offer.name for offer in open_to(scene.officer, application, at=scenes.SEPTEMBER)]
        assert "put_on_notice" not in names

    def test_the_checklist_is_the_list_that_refuses(self, scene):
        application, staff = scenes.drafted(scene, total="84.5")
        checks = checklist(application, "submit", user=staff, at=scenes.JUNE)
        transition = transition_from(application, "submit")
        assert [check.title for check in checks] == [guard.title for guard in guards_of(transition)]
        unmet = [check.title for check in checks if not check.met]
        assert unmet == ["自评得分达到申报线"]
        with pytest.raises(Refused) as refusal:
            perform(application, "submit", actor=staff, at=scenes.JUNE)
        assert [p for check in checks for p in check.problems] == refusal.value.problems

    def test_there_is_no_checklist_from_another_state(self, scene):
        application, staff = scenes.submitted(scene)
        assert checklist(application, "submit", user=staff, at=scenes.JUNE) == []

    def test_a_move_out_of_another_state_is_none(self, scene):
        assert transition_from(scene.cycle, "start") is None
        assert any_transition(scene.cycle, "start").target == "open"

    def test_a_condition_that_is_no_guard_is_a_fault_of_the_table(self, scene, monkeypatch):
        transition = any_transition(scene.cycle, "close")
        monkeypatch.setattr(transition, "conditions", [lambda subject: True])
        with pytest.raises(TypeError, match="a condition must be a workflow guard"):
            list(guards_of(transition))


class TestRecord:
    def test_a_fact_that_is_no_move(self, scene):
        event = record(
            scene.city, "visit", actor=scene.officer, at=scenes.JULY, reason=" 抽查 ", n=3
        )
        assert (event.source, event.target, event.reason) == ("", "", "抽查")
        assert (event.data, event.region_path) == ({"n": 3}, "21/2101")
        assert event.post.role == "province_officer"

    def test_many_facts_in_a_few_queries(self, scene, django_assert_num_queries):
        regions = [scene.city, scene.county, scene.zone]
        scene.officer.forget_grants()
        with django_assert_num_queries(4):  # post, savepoint, insert, release
            events = record_all(
                [(region, {"n": n}) for n, region in enumerate(regions)],
                "visit",
                actor=scene.officer,
                at=scenes.JULY,
                reason="普查",
            )
        assert [(event.data["n"], event.region_path) for event in events] == [
            (0, "21/2101"),
            (1, "21/2101/210102"),
            (2, "21/2115"),
        ]
        assert Event.objects.filter(verb="visit", reason="普查").count() == 3

    def test_nothing_to_record(self, db):
        assert record_all([], "visit", actor=None, at=scenes.JULY) == []


def test_the_public_names_are_there_and_no_others():
    for name in workflow.__all__:
        assert getattr(workflow, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = workflow.nothing


def test_a_refusal_may_be_one_sentence():
    assert Refused("不行。").problems == [Problem("不行。")]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_move_a_thing_once():
    scene = scenes.province()
    barrier = Barrier(10)

    def attempt(_):
        cycle = Cycle.objects.get(pk=scene.cycle.pk)
        barrier.wait()
        try:
            return close(cycle, scene.officer)
        except Refused as refused:
            return str(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(attempt, range(10)))
    moved = [outcome for outcome in outcomes if isinstance(outcome, Event)]
    assert len(moved) == 1
    assert set(outcomes) - set(moved) == {"该评选周期目前为“已结束”，不能“结束周期”。"}
    assert Event.objects.filter(verb="close").count() == 1
    assert Place.objects.filter(taken_at=None).count() == 4
