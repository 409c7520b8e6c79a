"""A code once more before what is sensitive, and nothing typed is lost meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.http import HttpResponse

from accounts import access
from accounts.checks import patterns
from tests import doors, scenes
from workflow import clock
from workflow.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhao(scene):
    return scenes.person("zhao", "赵新")


@pytest.fixture
def later(as_admin, admin, monkeypatch):
    """The administrator gave his code more than ten minutes ago."""
    doors.give_app(admin)
    moment = clock.real() + timedelta(minutes=10, seconds=1)
    monkeypatch.setattr(clock, "real", lambda: moment)
    return as_admin


def asking(address):
    return f"/login/confirm/?next={address}"


class TestTheRule:
    def test_a_code_given_lately_is_enough(self, as_admin, zhao, monkeypatch):
        moment = clock.real() + timedelta(minutes=9, seconds=50)
        monkeypatch.setattr(clock, "real", lambda: moment)
        assert as_admin.get(f"/people/{zhao.pk}/reset/").status_code == 200

    @pytest.mark.parametrize("path", ["reset/", "factor/", "appoint/"])
    def test_otherwise_it_is_asked_for_before_the_form_is_shown(self, later, zhao, path):
        address = f"/people/{zhao.pk}/{path}"
        assert later.get(address).url == asking(address)

    def test_other_pages_ask_nothing(self, later, zhao):
        for address in ("/people/", f"/people/{zhao.pk}/", "/account/"):
            assert later.get(address).status_code == 200

    def test_the_right_to_the_page_is_asked_first(self, client, scene, zhao):
        client.force_login(scene.city_handler)
        session = client.session
        session["code_given"] = 0
        session.save()
        assert client.get(f"/people/{zhao.pk}/reset/").status_code == 403

    def test_it_gives_no_rule_of_its_own(self):
        bare = access.confirmed(lambda request: HttpResponse())
        assert not hasattr(bare, "access_rule")
        assert all(hasattr(view, "access_rule") for route, view in patterns() if "people" in route)


class TestGivingIt:
    def test_the_right_code_leads_on_in_a_session_of_a_new_key(self, later, admin, zhao):
        address = f"/people/{zhao.pk}/reset/"
        page = later.get(asking(address)).content.decode()
        assert "再次验证身份" in page
        before = later.session.session_key
        answer = later.post(asking(address), {"code": doors.code_of(admin)})
        assert answer.url == address
        assert later.session.session_key != before
        assert later.get(address).status_code == 200

    def test_a_wrong_one_is_counted_until_a_right_one(self, later, admin, zhao):
        answer = later.post(asking("/people/"), {"code": "000000"})
        assert "验证码不正确或已使用过" in answer.content.decode()
        assert AccessAttempt.objects.get().username == "sysadmin"
        doors.forget_the_wait()
        later.post(asking("/people/"), {"code": doors.code_of(admin)})
        assert not AccessAttempt.objects.exists()

    def test_the_fifth_wrong_one_locks(self, later):
        for _ in range(5):
            answer = later.post(asking("/people/"), {"code": "000000"})
            doors.forget_the_wait()
        assert answer.status_code == 429

    def test_whoever_has_no_app_sets_one_up(self, client, zhao):
        client.force_login(zhao)
        answer = client.get("/account/codes/", follow=True)
        assert answer.redirect_chain[-1][0] == "/account/factor/?next=/account/codes/"


class TestWhatWasBeingSent:
    def test_waits_for_one_last_click(self, later, admin, zhao, scene):
        address = f"/people/{zhao.pk}/appoint/?role=city_handler"
        answer = later.post(address, {"region": scene.city.pk, "until": "2024-12-31"})
        assert (
            answer.url == f"/login/confirm/?next=/people/{zhao.pk}/appoint/%3Frole%3Dcity_handler"
        )
        page = later.post(answer.url, {"code": doors.code_of(admin)}).content.decode()
        assert "刚才的操作尚未提交" in page
        assert f'action="{address}"' in page
        assert f'name="region" value="{scene.city.pk}"' in page
        assert 'name="until" value="2024-12-31"' in page
        assert page.count("csrfmiddlewaretoken") == 2  # the menu's and the form's own
        assert not zhao.appointments.exists()
        later.post(address, {"region": scene.city.pk, "until": "2024-12-31"})
        assert zhao.appointments.get().role == "city_handler"

    def test_is_forgotten_when_the_way_leads_elsewhere(self, later, admin, zhao):
        later.post(f"/people/{zhao.pk}/reset/")
        assert later.post(asking("/people/"), {"code": doors.code_of(admin)}).url == "/people/"
        moment = clock.real() + timedelta(minutes=11)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "real", lambda: moment)
            address = f"/people/{zhao.pk}/reset/"
            later.get(address)
            answer = later.post(asking(address), {"code": doors.code_of(admin)})
        assert answer.url == address

    def test_unlocking_is_such_an_act(self, as_guard, guard, monkeypatch):
        doors.give_app(guard)
        moment = clock.real() + timedelta(minutes=11)
        monkeypatch.setattr(clock, "real", lambda: moment)
        assert as_guard.get("/security/").status_code == 200
        answer = as_guard.post("/security/unlock/", {"kind": "username", "value": "wang"})
        assert answer.url == asking("/security/unlock/")
        assert not Event.objects.filter(verb="unlock").exists()
        page = as_guard.post(answer.url, {"code": doors.code_of(guard)}).content.decode()
        assert 'name="value" value="wang"' in page
