"""The pages of supervision."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from publicity.models import Title
from publicity.statuses import TitleState
from supervision import services
from supervision.models import RectificationOrder, Revocation
from tests import scenes
from tests.publicity import crowd
from tests.publicity.conftest import signed_in
from tests.scenes import at
from tests.supervision.stories import picture

pytestmark = pytest.mark.django_db
NOVEMBER = at("2023-11-01 09:00")


@pytest.fixture
def scene(db):
    return scenes.province()


@pytest.fixture(autouse=True)
def november(monkeypatch):
    monkeypatch.setattr("workflow.clock.now", lambda: NOVEMBER)


@pytest.fixture
def title(scene):
    return crowd.concluded(scene)[0]


@pytest.fixture
def officer(scene):
    return signed_in(scene.officer)


def text(response) -> str:
    return response.content.decode()


def test_who_comes_in(scene, title):
    order = services.order_rectification(title, problem="问题。", by=scene.officer, at=NOVEMBER)
    staff = scenes.staff(title.nursery)
    outsider = scenes.staff(scenes.nursery(scene.county, "别家园"), "outsider")
    own = f"/supervision/titles/{title.pk}/"
    expected = {
        "/supervision/": {"officer": 200, "city": 200, "other": 200, "staff": 403, "out": 403},
        own: {"officer": 200, "city": 200, "other": 404, "staff": 403, "out": 403},
        f"{own}rectify/": {"officer": 200, "city": 403, "other": 404, "staff": 403, "out": 403},
        f"{own}revoke/": {"officer": 200, "city": 403, "other": 404, "staff": 403, "out": 403},
        f"/supervision/orders/{order.pk}/": {
            "officer": 200,
            "city": 200,
            "other": 404,
            "staff": 200,
            "out": 404,
        },
    }
    people = {
        "officer": scene.officer,
        "city": scene.city_handler,
        "other": scene.other_city_handler,
        "staff": staff,
        "out": outsider,
    }
    for address, answers in expected.items():
        assert Client().get(address).status_code == 302
        found = {name: signed_in(people[name]).get(address).status_code for name in answers}
        assert found == answers, address


def test_the_list_shows_states_and_days_left(scene, title, officer):
    assert "本辖区还没有示范托育机构" in text(signed_in(scene.zone_city).get("/supervision/"))
    shown = text(officer.get("/supervision/"))
    assert title.nursery.name in shown
    assert "有效" in shown
    services.order_rectification(title, problem="问题。", by=scene.officer, at=NOVEMBER)
    shown = text(officer.get("/supervision/"))
    assert "整改中" in shown
    assert "剩 30 天" in shown
    assert "没有符合条件" in text(officer.get("/supervision/", {"state": "revoked"}))
    assert title.number in text(officer.get("/supervision/", {"state": "rectifying", "q": "托育"}))
    assert "is-invalid" in text(officer.get("/supervision/", {"state": "x"}))


def test_an_order_is_given_reported_on_and_failed_through_the_pages(scene, title, officer):
    own = f"/supervision/titles/{title.pk}/"
    assert "责令限期整改" in text(officer.get(own))
    empty = officer.post(f"{own}rectify/", {"problem": "", "days": "30"})
    assert empty.status_code == 422
    given = officer.post(f"{own}rectify/", {"problem": "师幼比不足。", "days": "30"}, follow=True)
    order = RectificationOrder.objects.get()
    page = f"/supervision/orders/{order.pk}/"
    assert given.redirect_chain == [(page, 302)]
    assert "师幼比不足。" in text(given)
    again = officer.post(f"{own}rectify/", {"problem": "又一次。", "days": "30"})
    assert again.status_code == 422
    assert "又一次。" in text(again)
    assert "rectify/" not in text(officer.get(own))
    staff = signed_in(scenes.staff(title.nursery))
    assert f"{page}report/" in text(staff.get(page))
    assert "监督管理</a>" not in text(staff.get(page))
    bare = staff.post(f"{page}report/", {"text": "已增配保育员。"})
    assert bare.status_code == 422
    handed = {"text": "已增配保育员。", "uploads": [picture()]}
    staff.post(f"{page}report/", handed)
    assert "已增配保育员。" in text(officer.get(page))
    failed = {
        "passed": "no",
        "reason": "仍不达标。",
        "visited_on": "2023-11-01",
        "visitors": "周省",
    }
    officer.post(f"{page}recheck/", failed)
    revocation = Revocation.objects.get()
    title.refresh_from_db()
    assert title.state == TitleState.RECTIFYING
    assert "仍不达标。" in text(officer.get(page))
    assert f"/supervision/revocations/{revocation.pk}/" in text(officer.get(own))
    assert "propose/" not in text(officer.get(own))


def test_what_is_grave_is_revoked_at_once_through_the_page(title, officer):
    own = f"/supervision/titles/{title.pk}/"
    assert "此后 1 个评选周期内不得申报，弄虚作假的为 2 个" in text(officer.get(f"{own}revoke/"))
    light = officer.post(f"{own}revoke/", {"ground": "closed", "reason": "停业。"})
    assert light.status_code == 422
    values = {"ground": "fraud", "reason": "弄虚作假。"}
    done = officer.post(f"{own}revoke/", values, follow=True)
    assert done.redirect_chain == [(own, 302)]
    assert "已办理：立即撤销称号。" in text(done)
    title.refresh_from_db()
    assert (title.state, title.revoked_for) == (TitleState.REVOKED, "fraud")


def test_the_city_sees_who_decides(scene, title):
    shown = text(signed_in(scene.city_handler).get(f"/supervision/titles/{title.pk}/"))
    assert "由辽宁省卫生健康委决定" in shown
    assert "revoke/" not in shown


@pytest.mark.parametrize("size", [1, 3, 300])
def test_the_list_asks_as_often_for_300_as_for_one(scene, size, django_assert_num_queries):
    crowd.titles(scene, scene.cycle, size)
    RectificationOrder.objects.bulk_create(
        RectificationOrder(
            title=title,
            problem="问题。",
            ordered_by=scene.officer,
            ordered_at=NOVEMBER,
            due_on=date(2023, 12, 1),
        )
        for title in Title.objects.all()[: size // 2]
    )
    client = signed_in(scene.officer)
    with django_assert_num_queries(7):
        shown = client.get("/supervision/")
    assert len(shown.context["rows"]) == min(size, 50)
