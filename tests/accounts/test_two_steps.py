"""The login in two steps, and what a session may do before the second."""

from __future__ import annotations

from datetime import timedelta
from runpy import run_path

import pytest
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client, RequestFactory

from accounts import access, proof, services
from accounts.checks import is_third_party, patterns
from accounts.middleware import SecondFactorMiddleware
from accounts.models import User
from tests import doors, scenes
from workflow import clock

pytestmark = pytest.mark.django_db

ROUTES = [(route, view) for route, view in patterns() if not is_third_party(view)]
SECOND = "/login/second/?next=/home/"
OPEN = ("login/confirm/", "account/factor/", "password/", "logout/", "healthz", "readyz")


def address_of(route):
    values = {"<int:": "1", "<slug:": "county", "<str:": "x"}
    parts = [next((v for k, v in values.items() if p.startswith(k)), p) for p in route.split("/")]
    return "/" + "/".join(parts)


def is_in(client):
    return SESSION_KEY in client.session


def give_code(client, code, onward="/home/", **more):
    return client.post(f"/login/second/?next={onward}", {"code": code}, **more)


@pytest.fixture
def officer(scene):
    doors.give_app(scene.officer)
    return scene.officer


@pytest.fixture
def half_in(client, officer):
    """The right password was given."""
    assert doors.give_password(client, "officer").url == SECOND
    return client


class TestSecondStep:
    def test_the_password_alone_signs_nobody_in(self, half_in):
        assert not is_in(half_in)
        page = half_in.get(SECOND).content.decode()
        assert "输入验证码" in page
        assert 'autocomplete="one-time-code"' in page
        assert 'inputmode="numeric"' in page
        assert not AccessLog.objects.exists()

    def test_the_code_does_in_a_session_of_a_new_key(self, half_in, officer):
        before = half_in.session.session_key
        assert give_code(half_in, doors.code_of(officer)).url == "/home/"
        assert is_in(half_in)
        assert half_in.session.session_key != before
        assert half_in.get("/home/").status_code == 200
        assert AccessLog.objects.filter(username="officer").count() == 1

    def test_the_session_key_changes_with_the_password_already(self, client, officer):
        session = client.session
        session["anything"] = 1
        session.save()
        client.cookies["sessionid"] = session.session_key
        doors.give_password(client, "officer")
        assert client.session.session_key != session.session_key

    def test_whoever_has_no_app_and_needs_none_comes_in_at_once(self, client, scene):
        staff = scenes.staff(scenes.nursery(scene.county))
        for user in (staff, scene.experts[0]):
            client.logout()
            assert doors.give_password(client, user.username).url == "/home/"
            assert client.get("/home/").status_code == 200

    def test_whoever_set_it_up_of_his_own_will_is_asked(self, client, scene):
        doors.give_app(scene.experts[0])
        username = scene.experts[0].username
        assert doors.give_password(client, username).url == SECOND
        assert not is_in(client)

    @pytest.mark.parametrize("typed", ["{} {}", "{}-{}", "　{}{} "])
    def test_how_it_is_typed_does_not_matter(self, half_in, officer, typed):
        code = doors.code_of(officer)
        give_code(half_in, typed.format(code[:3], code[3:]))
        assert is_in(half_in)

    def test_full_width_digits_are_digits(self, half_in, officer):
        wide = "".join(chr(ord(digit) + 0xFEE0) for digit in doors.code_of(officer))
        give_code(half_in, wide)
        assert is_in(half_in)

    @pytest.mark.parametrize("code", ["", "abc", "000000", "0000000000"])
    def test_a_wrong_one_is_said_and_not_shown_again(self, half_in, code):
        answer = give_code(half_in, code)
        assert answer.status_code == 200
        assert answer.context["form"].errors["code"]
        assert 'value="000' not in answer.content.decode()
        assert not is_in(half_in)

    def test_a_used_one_is_wrong(self, half_in, officer):
        code = doors.code_of(officer)
        give_code(half_in, code)
        half_in.post("/logout/")
        doors.give_password(half_in, "officer")
        answer = give_code(half_in, code)
        assert "验证码不正确或已使用过" in answer.content.decode()

    def test_a_recovery_code_does_too_and_says_how_many_are_left(self, client, scene):
        doors.give_app(scene.officer)
        codes = services.renew_recovery_codes(scene.officer, at=scenes.JULY)
        doors.give_password(client, "officer")
        answer = give_code(client, f"{codes[0][:5]} {codes[0][5:]}", follow=True)
        assert "已使用一个恢复码，还剩 9 个" in answer.content.decode()

    def test_next_leads_on_and_never_to_another_site(self, half_in, officer):
        assert give_code(half_in, doors.code_of(officer), "/cycles/").url == "/cycles/"
        assert give_code(half_in, "1", "https://evil.example/").url == "/login/?next=/home/"

    def test_the_way_is_kept_from_the_page_asked_for_to_the_end(self, client, officer):
        door = client.get("/audit/?page=2").url
        answer = client.post(
            door,
            {"username": "officer", "password": scenes.PASSWORD, "next": "/audit/?page=2"},
        )
        assert answer.url == "/login/second/?next=/audit/%3Fpage%3D2"
        assert client.post(answer.url, {"code": doors.code_of(officer)}).url == "/audit/?page=2"

    def test_demo_mode_shows_and_fills_in_the_code(self, half_in, officer, settings):
        assert "演示环境：验证码" not in half_in.get(SECOND).content.decode()
        settings.DEMO = True
        page = half_in.get(SECOND).content.decode()
        code = doors.code_of(officer)
        assert f"验证码 <strong>{code}</strong>" in page
        assert f'value="{code}"' in page
        assert give_code(half_in, code).url == "/home/"


class TestHalfALogin:
    def test_opens_nothing_but_its_second_half(self, half_in):
        closed = [r for r, v in ROUTES if v.access_rule.kind not in {"public", "half_in"}]
        assert len(closed) > 40
        for route in closed:
            for ask in (half_in.get, half_in.post):
                answer = ask(address_of(route))
                assert answer.status_code in {302, 405}, route
                assert answer.status_code == 405 or answer.url.startswith("/login/?"), route

    def test_without_the_password_there_is_no_second_half(self, client):
        assert client.get(SECOND).url == "/login/?next=/home/"
        assert client.post(SECOND, {"code": "000000"}).url == "/login/?next=/home/"

    def test_it_is_over_after_ten_minutes(self, half_in, officer, monkeypatch):
        later = clock.real() + timedelta(minutes=10, seconds=1)
        monkeypatch.setattr(clock, "real", lambda: later)
        assert give_code(half_in, doors.code_of(officer)).url == "/login/?next=/home/"
        assert not is_in(half_in)

    @pytest.mark.parametrize("change", ["password", "closed", "reset"])
    def test_it_is_over_when_the_account_changes(self, half_in, officer, admin, change):
        code = doors.code_of(officer)
        if change == "password":
            services.reset_password(officer, by=admin, at=scenes.JULY)
        elif change == "closed":
            services.deactivate(officer, by=admin, at=scenes.JULY, reason="调离。")
        else:
            services.reset_factor(officer, by=admin, at=scenes.JULY, reason="手机遗失。")
        assert give_code(half_in, code).url == "/login/?next=/home/"

    def test_a_demo_without_second_factor_asks_for_none(self, client, officer, settings):
        settings.SECOND_FACTOR = False
        assert doors.give_password(client, "officer").url == "/home/"
        assert client.get("/home/").status_code == 200
        assert client.get("/account/codes/").status_code == 200

    @pytest.mark.parametrize(
        ("demo", "wished", "asked"), [("0", "0", True), ("1", "0", False), ("1", "1", True)]
    )
    def test_only_a_demo_may_do_without(self, monkeypatch, demo, wished, asked):
        monkeypatch.setenv("DEMO", demo)
        monkeypatch.setenv("SECOND_FACTOR", wished)
        found = run_path(str(settings.BASE_DIR / "portal" / "settings.py"))
        assert found["SECOND_FACTOR"] == asked


class TestLock:
    def fail(self, client, times):
        for _ in range(times):
            answer = give_code(client, "000000")
            doors.forget_the_wait()
        return answer

    def test_the_fifth_wrong_code_locks_the_account_for_password_and_code(self, half_in, officer):
        assert self.fail(half_in, 4).status_code == 200
        answer = self.fail(half_in, 1)
        assert answer.status_code == 429
        assert "账号已临时锁定" in answer.content.decode()
        assert give_code(half_in, doors.code_of(officer)).status_code == 429
        assert doors.give_password(Client(), "officer").status_code == 429
        assert not is_in(half_in)

    def test_the_right_password_between_does_not_forget_wrong_codes(self, half_in):
        self.fail(half_in, 4)
        assert doors.give_password(half_in, "officer").url == SECOND
        assert self.fail(half_in, 1).status_code == 429

    def test_coming_in_forgets_them(self, half_in, officer):
        self.fail(half_in, 4)
        give_code(half_in, doors.code_of(officer))
        assert not AccessAttempt.objects.exists()

    def test_too_soon_is_said_and_not_counted(self, half_in, officer):
        give_code(half_in, "000000")
        for _ in range(6):
            answer = give_code(half_in, doors.code_of(officer))
        assert answer.status_code == 200
        assert "输入错误次数较多，请于" in answer.content.decode()
        assert AccessAttempt.objects.get().failures_since_start == 1

    def test_no_code_is_kept_of_a_failure(self, half_in):
        give_code(half_in, "135790")
        assert "135790" not in AccessAttempt.objects.get().post_data

    def test_unlocking_lets_try_at_once(self, half_in, officer, guard):
        for _ in range(5):
            give_code(half_in, "000000")
            doors.forget_the_wait()
        services.unlock("username", "officer", by=guard, at=scenes.JULY)
        assert give_code(half_in, doors.code_of(officer)).url == "/home/"


class TestBeforeTheSecondFactor:
    """An official who is signed in by the password alone: nothing is open but setting it up."""

    @pytest.fixture
    def newcomer(self, client, scene):
        assert doors.give_password(client, "officer").url == "/home/"
        return client

    def test_every_other_page_leads_there(self, newcomer):
        closed = [route for route, _ in ROUTES if route not in OPEN]
        assert len(closed) > 50
        for route in closed:
            for ask in (newcomer.get, newcomer.post):
                answer = ask(address_of(route))
                assert answer.status_code == 302, route
                assert answer.url.startswith("/login/confirm/?next="), route

    def test_to_the_page_that_sets_it_up_and_back_to_what_was_asked(self, newcomer):
        answer = newcomer.get("/cycles/?page=1", follow=True)
        assert [url for url, _ in answer.redirect_chain] == [
            "/login/confirm/?next=/cycles/%3Fpage%3D1",
            "/account/factor/?next=/cycles/%3Fpage%3D1",
        ]
        assert "公职人员启用后方可办理业务" in answer.content.decode()

    def test_the_first_password_comes_before(self, client, scene):
        User.objects.update(must_change_password=True)
        doors.give_password(client, "officer")
        assert client.get("/cycles/").url == "/password/?next=/cycles/"
        new = "Neues-Wort-7"
        values = {"old_password": scenes.PASSWORD, "new_password1": new, "new_password2": new}
        answer = client.post("/password/?next=/cycles/", values)
        assert answer.url == "/cycles/"
        assert client.get("/cycles/").url == "/login/confirm/?next=/cycles/"

    def test_leaving_is_always_possible(self, newcomer):
        newcomer.post("/logout/")
        assert not is_in(newcomer)

    def test_whoever_has_an_app_gives_its_code(self, newcomer, scene):
        doors.give_app(scene.officer)
        door = newcomer.get("/cycles/").url
        assert newcomer.get(door).status_code == 200
        answer = newcomer.post(door, {"code": doors.code_of(scene.officer)})
        assert answer.url == "/cycles/"
        assert newcomer.get("/cycles/").status_code == 200

    def test_whoever_becomes_an_official_is_asked_at_the_next_page(self, client, scene):
        wang = scenes.person("wang", "王新")
        doors.give_password(client, "wang")
        assert client.get("/home/").status_code == 200
        services.appoint(wang, "city_handler", scene.city, by=None, at=scenes.JULY)
        assert client.get("/home/").url == "/login/confirm/?next=/home/"

    def test_the_back_office_has_no_door_of_its_own(self, client, officer):
        User.objects.filter(pk=officer.pk).update(is_staff=True)
        assert client.get("/admin/").url == "/admin/login/?next=/admin/"
        values = {"username": "officer", "password": scenes.PASSWORD, "next": "/admin/"}
        answer = client.post("/admin/login/?next=/admin/", values)
        assert answer.url == "/login/second/?next=/admin/"
        assert give_code(client, doors.code_of(officer), "/admin/").url == "/admin/"
        page = client.get("/admin/").content.decode()
        assert "totp" not in page.lower()

    def test_a_verified_session_asks_the_database_nothing(self, rf, django_assert_num_queries):
        request = RequestFactory().get("/cycles/")
        request.session = Client().session
        proof.code_given(request.session, at=scenes.JULY)
        with django_assert_num_queries(0):
            assert SecondFactorMiddleware(lambda _: "answer")(request) == "answer"

    def test_an_unverified_one_asks_once_what_every_page_asks(
        self, rf, scene, django_assert_num_queries
    ):
        request = RequestFactory().get("/cycles/")
        request.session = Client().session
        request.user = scenes.staff(scenes.nursery(scene.county))
        request.user = User.objects.get(pk=request.user.pk)
        with django_assert_num_queries(1):
            assert SecondFactorMiddleware(lambda _: "answer")(request) == "answer"
            assert access.regions_held(request.user) == []
