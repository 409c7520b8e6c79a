"""One view makes every move of every machine, and opens no side door."""

from __future__ import annotations

import pytest

from applications.models import Application
from publicity import services as publicity
from publicity.models import Title
from tests import scenes
from workflow import clock
from workflow.models import Event


@pytest.fixture
def scene(db):
    return scenes.province()


@pytest.fixture
def today(monkeypatch):
    def set_now(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_now(scenes.JULY)
    return set_now


@pytest.fixture
def file(scene, today):
    """Handed in, waiting for its county."""
    return scenes.submitted(scene)[0]


def url(subject, name):
    return f"/moves/{subject.machine_label}/{subject.pk}/{name}/"


@pytest.fixture
def as_county(client, scene):
    client.force_login(scene.county_handler, "django.contrib.auth.backends.ModelBackend")
    return client


def events_of(subject, verb):
    return Event.objects.of(subject).filter(verb=verb)


def test_the_move_is_confirmed_and_made(as_county, scene, file):
    page = as_county.get(url(file, "return_for_correction")).content.decode()
    assert "退回补正" in page
    assert 'name="reason"' in page
    answer = as_county.post(
        url(file, "return_for_correction"), {"reason": "缺少消防证明。"}, follow=True
    )
    assert answer.redirect_chain == [(file.get_absolute_url(), 302)]
    assert "已办理：退回补正。" in answer.content.decode()
    event = events_of(file, "return_for_correction").get()
    assert (event.actor, event.reason, event.at) == (
        scene.county_handler,
        "缺少消防证明。",
        scenes.JULY,
    )


def test_a_get_makes_no_move(as_county, file):
    as_county.get(url(file, "return_for_correction"), {"reason": "x"})
    assert Application.objects.get(pk=file.pk).state == "county_review"


def test_a_move_that_asks_for_nothing(client, scene, today):
    cycle = scenes.draft_cycle(scene.root, scene.version, name="2025年评选", year=2025)
    client.force_login(scene.officer)
    page = client.get(url(cycle, "start")).content.decode()
    assert "确认启动周期" in page
    assert "尚未分配名额。" in page
    answer = client.post(url(cycle, "start"))
    assert answer.status_code == 422
    assert "尚未分配名额。" in answer.content.decode()


def test_a_missing_reason_is_said_beside_the_field(as_county, file):
    answer = as_county.post(url(file, "return_for_correction"), {"reason": "  "})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors["reason"]) == ["请写明理由，或至少提出一项补正要求。"]
    assert not events_of(file, "return_for_correction").exists()


def test_a_refusal_keeps_what_was_typed(as_county, file, today):
    today(scenes.at("2023-08-11 00:00"))
    answer = as_county.post(
        url(file, "return_for_correction"), {"reason": "缺少消防证明。", "next": "/desk/?page=2"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "8月10日" in page
    assert "缺少消防证明。</textarea>" in page
    assert 'value="/desk/?page=2"' in page


def test_a_second_click_says_where_the_file_is_now(as_county, file):
    for _ in range(2):
        answer = as_county.post(url(file, "return_for_correction"), {"reason": "缺少证明。"})
    assert answer.status_code == 422
    assert "该申报目前为“退回补正”，不能“退回补正”。" in answer.content.decode()
    assert events_of(file, "return_for_correction").count() == 1


def test_what_is_not_possible_now_is_said_before_anything_is_typed(as_county, file):
    page = as_county.get(url(file, "recommend_to_city")).content.decode()
    assert "县级初审评分尚未完成。" in page
    as_county.post(url(file, "return_for_correction"), {"reason": "缺少证明。"})
    page = as_county.get(url(file, "recommend_to_city")).content.decode()
    assert "该申报目前为“退回补正”，不能“推荐至市级”。" in page


@pytest.mark.parametrize("who", ["other_county_handler", "other_city_handler", "zone_county"])
def test_a_file_of_another_area_is_not_there(client, scene, file, who):
    client.force_login(getattr(scene, who))
    for method in (client.get, client.post):
        assert method(url(file, "return_for_correction")).status_code == 404
    assert not events_of(file, "return_for_correction").exists()


@pytest.mark.parametrize("who", ["city_handler", "officer"])
def test_what_one_sees_but_may_not_do_is_forbidden(client, scene, file, who):
    client.force_login(getattr(scene, who))
    for method in (client.get, client.post):
        answer = method(url(file, "return_for_correction"), {"reason": "x"})
        assert answer.status_code == 403
    assert not events_of(file, "return_for_correction").exists()


def test_strangers_sign_in_first(client, file):
    assert client.post(url(file, "withdraw")).url.startswith("/login/")


@pytest.mark.parametrize(
    "path",
    [
        "/moves/nothing/1/go/",
        "/moves/no.thing/1/go/",
        "/moves/a.b.c/1/go/",
        "/moves/accounts.user/1/delete/",
        "/moves/workflow.event/1/delete/",
        "/moves/quotas.cycle/1/explode/",
        "/moves/quotas.cycle/999999999999999999999/close/",
        "/moves/quotas.cycle/0/close/",
    ],
)
def test_what_is_no_move_is_not_there(client, scene, path):
    client.force_login(scene.officer)
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_moves_of_another_page_have_no_door_here(client, scene, today):
    """A title is never given past its notice, nor put on one past the composer."""
    client.force_login(scene.officer)
    _, application, _ = scenes.on_notice(scene)
    today(scenes.at("2023-10-20 09:00"))
    for name in ("award", "uphold_objection", "put_on_notice"):
        answer = client.post(url(application, name), {"reason": "x"})
        assert answer.status_code == 404
    application.refresh_from_db()
    assert application.state == "in_notice"
    assert not Title.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/desk/?page=2", "/desk/?page=2"),
        ("https://evil.example/", None),
        ("//evil.example/", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_the_way_back_never_leaves_the_portal(as_county, file, wanted, reached):
    answer = as_county.post(
        url(file, "return_for_correction"), {"reason": "缺少证明。", "next": wanted}
    )
    assert answer.url == (reached or file.get_absolute_url())


def test_the_way_back_of_the_confirming_page(as_county, file):
    answer = as_county.get(url(file, "return_for_correction"), {"next": "/desk/"})
    assert answer.context["back"] == "/desk/"


def test_a_move_through_a_service_moves_all_that_belongs_to_it(client, scene, today):
    application, _ = scenes.passed(scene)
    notice = publicity.compose(
        scene.cycle,
        title="名单公示",
        body="现予以公示。",
        contact="省卫生健康委 024-00000000",
        number="示例〔2023〕1号",
        by=scene.officer,
        at=scenes.SEPTEMBER,
    )
    client.force_login(scene.officer)
    today(scenes.NOTICED)
    answer = client.post(url(notice, "publish"))
    assert answer.url == notice.get_absolute_url()
    application.refresh_from_db()
    notice.refresh_from_db()
    assert (notice.state, application.state) == ("open", "in_notice")


def test_the_portal_s_own_moves_are_nobody_s(client, scene, today):
    notice, _, _ = scenes.on_notice(scene)
    client.force_login(scene.officer)
    today(scenes.at("2023-10-20 09:00"))
    assert client.post(url(notice, "close")).status_code == 403
