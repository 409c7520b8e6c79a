"""The record is history, audit and outbox at once, and nobody changes it."""

from __future__ import annotations

import pytest
from django.db import InternalError, connection, transaction
from django.test.utils import isolate_apps

from tests import scenes
from workflow import perform, record
from workflow.models import Event, Subject, state_label, verb_label


@pytest.fixture
def event(scene):
    return perform(
        scene.cycle, "close", actor=scene.officer, at=scenes.SEPTEMBER, reason="评选结束。"
    )


@pytest.mark.parametrize(
    "tamper",
    [
        lambda event: Event.objects.filter(pk=event.pk).update(reason="改了"),
        lambda event: Event.objects.filter(pk=event.pk).delete(),
        lambda event: event.save(),
        lambda event: event.delete(),
        lambda event: connection.cursor().execute("UPDATE workflow_event SET verb = 'x'"),
        lambda event: connection.cursor().execute("DELETE FROM workflow_event"),
    ],
    ids=["update", "delete", "save", "instance delete", "sql update", "sql delete"],
)
def test_the_database_refuses_to_change_or_delete_what_happened(event, tamper):
    before = Event.objects.count()
    with pytest.raises(InternalError, match=r"Cannot (update|delete)"), transaction.atomic():
        tamper(event)
    assert Event.objects.count() == before
    assert Event.objects.get(pk=event.pk).reason == "评选结束。"


def test_an_event_in_words(event):
    assert event.label == "结束周期"
    assert event.subject_kind == "评选周期"
    assert (event.source_label, event.target_label) == ("进行中", "已结束")
    assert str(event) == f"quotas.cycle {event.subject_id} close"


def test_facts_in_words(scene):
    def label(subject, verb):
        return record(subject, verb, actor=None, at=scenes.JULY).label

    assert label(scene.cycle, "set_quota") == "调整名额"
    assert label(scene.city, "appoint") == "任命"
    assert label(scene.city, "end_appointment") == "终止任职"
    assert label(scene.city, "visit") == "visit"
    assert verb_label("quotas.cycle", "start") == "启动周期"
    assert state_label("quotas.cycle", "unknown") == "unknown"
    assert state_label("accounts.region", "x") == "x"


def test_histories_and_areas(scene, django_assert_num_queries):
    first = record(scene.city, "visit", actor=scene.officer, at=scenes.JULY)
    second = record(scene.county, "visit", actor=None, at=scenes.JULY)
    record(scene.other_county, "visit", actor=None, at=scenes.JULY)
    visits = Event.objects.filter(verb="visit")
    assert list(visits.of(scene.city)) == [first]
    assert list(visits.in_area("21/2101").newest_first()) == [second, first]
    with django_assert_num_queries(1):
        for each in visits.of(scene.city).with_people():
            assert (str(each.actor), str(each.post)) == ("周省", "辽宁省省级工作人员")


class TestSubject:
    def test_a_page_has_to_be_named(self):
        class Pageless(Subject):
            class Meta:
                abstract = True

        with pytest.raises(TypeError, match="Pageless has no page of its own"):
            Pageless.get_absolute_url(Pageless.__new__(Pageless))

    def test_rereading_one_column_leaves_the_others(self, scene):
        cycle = scene.cycle
        type(cycle).objects.update(name="新名称", basis="新依据")
        cycle.refresh_from_db(fields=["name"])
        assert (cycle.name, cycle.basis) == ("新名称", "")

    def test_rereading_forgets_what_hung_on_the_row(self, scene):
        application, _ = scenes.drafted(scene)
        assert application.cycle.name == "2023年省级示范托育机构评选"
        type(scene.cycle).objects.update(name="新名称")
        application.refresh_from_db()
        assert application.cycle.name == "新名称"

    def test_rereading_the_state_alone(self, scene):
        stale = type(scene.cycle).objects.get(pk=scene.cycle.pk)
        perform(scene.cycle, "close", actor=scene.officer, at=scenes.SEPTEMBER, reason="x")
        stale.refresh_from_db(fields=["state"])
        assert stale.state == "closed"


@isolate_apps("workflow")
def test_a_machine_that_could_not_be_proof_read_does_not_start(monkeypatch):
    from django.db import models
    from django_fsm import FSMField, transition

    from workflow import checks

    class Open(Subject):
        state = models.CharField(max_length=9)

        class Meta:
            app_label = "workflow"

    class Bare(Subject):
        state = FSMField(default="a", protected=True)

        class Meta:
            app_label = "workflow"

        @transition("state", source="a", target="b", conditions=[lambda subject: True])
        def go(self, move):
            pass

    monkeypatch.setattr(checks, "machines", lambda: [Open, Bare])
    assert [fault.msg for fault in checks.check_machines()] == [
        "state must be a protected FSMField",
        "workflow.Bare.go has no policy",
        "workflow.Bare.go has no label",
        "workflow.Bare.go: conditions must be guards",
    ]


def test_the_portal_s_own_machines_are_sound():
    from workflow.checks import check_machines, machines

    assert {model._meta.label for model in machines()} >= {
        "quotas.Cycle",
        "applications.Application",
        "publicity.Notice",
        "publicity.Objection",
        "publicity.Title",
    }
    assert check_machines() == []
