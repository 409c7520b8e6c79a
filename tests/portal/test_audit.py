"""Searching the event log."""

from __future__ import annotations

import pytest

from tests import scenes
from workflow import perform, record_all
from workflow.models import Event


@pytest.fixture
def scene(db):
    return scenes.province()


@pytest.fixture
def as_auditor(client, scene):
    auditor = scenes.official("auditor", "审审", "audit_admin", scene.root)
    client.force_login(auditor, "django.contrib.auth.backends.ModelBackend")
    return client


def found(answer):
    return [(event.verb, event.subject_type) for event in answer.context["page_obj"]]


@pytest.mark.parametrize("more", [1, 3, 300])
def test_it_takes_the_same_queries_however_long(as_auditor, scene, more, django_assert_num_queries):
    record_all(
        [(scene.city, {"n": n}) for n in range(more)],
        "visit",
        actor=scene.officer,
        at=scenes.JULY,
    )
    with django_assert_num_queries(7):
        answer = as_auditor.get("/audit/", {"number": scene.city.pk})
    assert len(found(answer)) <= 50


def test_the_newest_comes_first_with_person_post_and_change(as_auditor, scene):
    perform(scene.cycle, "close", actor=scene.officer, at=scenes.SEPTEMBER, reason="评选结束。")
    answer = as_auditor.get("/audit/")
    assert found(answer)[0] == ("close", "quotas.cycle")
    page = answer.content.decode()
    for text in ("周省", "辽宁省省级工作人员", "结束周期", "进行中 → 已结束", "评选结束。"):
        assert text in page
    assert f"评选周期 {scene.cycle.pk}" in page


def test_the_portal_itself_is_named(as_auditor, scene):
    application, _ = scenes.drafted(scene)
    perform(application, "lapse", actor=None, at=scenes.SEPTEMBER)
    assert "系统" in as_auditor.get("/audit/").content.decode()


@pytest.mark.parametrize(
    ("query", "verbs"),
    [
        ({"person": "周省"}, {"set_quota", "start", "close"}),
        ({"person": "officer", "since": "2023-09-01"}, {"close"}),
        ({"since": "2023-09-15", "until": "2023-09-15"}, {"close"}),
        ({"since": "2023-09-16"}, set()),
        ({"until": "2023-06-09"}, set()),
        ({"subject": "quotas.cycle", "since": "2023-09-01"}, {"close"}),
        ({"subject": "accounts.region", "since": "2023-09-01"}, set()),
        ({"number": 0}, set()),
        ({"person": "niemand"}, set()),
    ],
)
def test_filters_narrow_it(as_auditor, scene, query, verbs):
    perform(scene.cycle, "close", actor=scene.officer, at=scenes.SEPTEMBER, reason="评选结束。")
    wanted = found(as_auditor.get("/audit/", query))
    assert {verb for verb, label in wanted if label == "quotas.cycle"} == verbs


def test_a_day_is_a_local_day(as_auditor, scene):
    """Half past midnight in Shenyang is the day before in Greenwich."""
    perform(scene.cycle, "close", actor=scene.officer, at=scenes.at("2023-09-15 00:30"), reason="x")
    assert ("close", "quotas.cycle") in found(as_auditor.get("/audit/?since=2023-09-15"))
    assert ("close", "quotas.cycle") not in found(as_auditor.get("/audit/?until=2023-09-14"))


def test_what_cannot_be_searched_for_is_said(as_auditor):
    answer = as_auditor.get("/audit/?since=gestern&subject=no.thing")
    assert set(answer.context["filter"].form.errors) == {"since", "subject"}


def test_nothing_found_says_so(as_auditor):
    assert "没有符合条件的记录" in as_auditor.get("/audit/?number=0").content.decode()


def test_the_log_is_the_audit_administrator_s_alone(client, scene):
    for somebody in (scene.officer, scene.city_handler, scene.experts[0]):
        client.force_login(somebody)
        assert client.get("/audit/").status_code == 403
    client.logout()
    assert client.get("/audit/").status_code == 302
    assert Event.objects.exists()
