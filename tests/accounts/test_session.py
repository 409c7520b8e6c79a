"""Coming in, staying in, and being kept out."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client

from accounts.models import User
from tests import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture
def wang():
    return scenes.person("wang", "王新")


def sign_in(client, username="wang", password=scenes.PASSWORD, follow=False, **data):
    address = {"REMOTE_ADDR": data.pop("address", "192.0.2.1")}
    values = {"username": username, "password": password, **data}
    return client.post("/login/", values, follow=follow, **address)


def is_in(client):
    return SESSION_KEY in client.session


class TestLogin:
    def test_with_name_and_password(self, client, wang):
        answer = sign_in(client)
        assert (answer.status_code, answer.url) == (302, "/home/")
        assert is_in(client)

    def test_the_page_is_for_everyone_and_leads_on_who_is_in(self, client, wang):
        assert client.get("/login/").status_code == 200
        sign_in(client)
        assert client.get("/login/").url == "/home/"

    @pytest.mark.parametrize(("username", "password"), [("wang", "x"), ("niemand", "x")])
    def test_what_was_wrong_is_never_said(self, client, wang, username, password):
        answer = sign_in(client, username, password)
        assert answer.context["form"].non_field_errors() == [
            "用户名或密码不正确。连续 5 次失败将锁定 30 分钟。"
        ]
        assert f'value="{username}"' in answer.content.decode()
        assert not is_in(client)

    def test_a_closed_account_stays_out(self, client, wang):
        User.objects.update(is_active=False)
        sign_in(client)
        assert not is_in(client)

    def test_next_leads_back(self, client, wang):
        answer = client.get("/audit/", {"person": "王", "page": 2})
        assert answer.url == "/login/?next=/audit/%3Fperson%3D%25E7%258E%258B%26page%3D2"
        page = client.get(answer.url).content.decode()
        assert 'name="next" value="/audit/?person=%E7%8E%8B&amp;page=2"' in page
        assert sign_in(client, next="/password/").url == "/password/"

    def test_next_never_leads_to_another_site(self, client, wang):
        assert sign_in(client, next="https://evil.example/").url == "/home/"

    def test_signing_out_wants_a_post(self, client, wang):
        sign_in(client)
        assert client.get("/logout/").status_code == 405
        assert is_in(client)
        assert client.post("/logout/").url == "/"
        assert not is_in(client)

    def test_logins_are_on_record(self, client, wang):
        sign_in(client)
        assert AccessLog.objects.get(username="wang", logout_time=None).ip_address == "192.0.2.1"
        client.post("/logout/")
        assert AccessLog.objects.get(username="wang").logout_time is not None


class TestSession:
    def test_thirty_idle_minutes_end_it(self, client, wang):
        assert settings.SESSION_COOKIE_AGE == 30 * 60
        assert settings.SESSION_SAVE_EVERY_REQUEST
        sign_in(client)
        assert client.cookies["sessionid"]["max-age"] == 30 * 60
        client.get("/home/")
        assert client.cookies["sessionid"]["max-age"] == 30 * 60
        assert client.cookies["sessionid"]["httponly"]
        client.session.flush()
        assert client.get("/home/").url == "/login/?expired=1&next=/home/"

    def test_the_login_page_says_that_a_session_ended(self, client, wang):
        page = client.get("/login/?expired=1&next=/home/").content.decode()
        assert "登录已超时" in page

    def test_what_was_being_sent_leads_back_to_the_page_it_was_typed_on(self, client, wang):
        answer = client.post("/password/", headers={"referer": "http://testserver/cycles/?page=2"})
        assert answer.url == "/login/?next=/cycles/%3Fpage%3D2"
        answer = client.post("/password/", headers={"referer": "http://testserver/cycles/"})
        assert answer.url == "/login/?next=/cycles/"

    @pytest.mark.parametrize("referer", ["", "https://evil.example/people/"])
    def test_without_such_a_page_it_leads_home(self, client, wang, referer):
        answer = client.post("/password/", headers={"referer": referer})
        assert answer.url == "/login/?next=/home/"

    def test_closing_the_account_ends_its_sessions(self, client, wang):
        sign_in(client)
        User.objects.update(is_active=False)
        assert client.get("/home/").status_code == 302


class TestLock:
    """Five failures lock for thirty minutes, by account as well as by address (等保 2.0)."""

    def fail(self, client, times, **more):
        for _ in range(times):
            answer = sign_in(client, password="falsch", **more)
        return answer

    def test_the_fifth_failure_locks_the_account_from_everywhere(self, client, wang):
        assert self.fail(client, 4).status_code == 200
        answer = self.fail(client, 1)
        assert answer.status_code == 429
        assert "账号已临时锁定" in answer.content.decode()
        assert sign_in(client).status_code == 429
        assert sign_in(Client(), address="198.51.100.7").status_code == 429
        assert not is_in(client)

    def test_five_guesses_at_five_accounts_lock_the_address(self, client, wang):
        for n in range(5):
            self.fail(client, 1, username=f"name{n}")
        assert sign_in(client).status_code == 429
        elsewhere = Client()
        assert sign_in(elsewhere, address="198.51.100.7").status_code == 302

    def test_guesses_from_many_addresses_lock_the_account(self, client, wang):
        for n in range(5):
            self.fail(Client(), 1, address=f"198.51.100.{n}")
        assert sign_in(Client(), address="203.0.113.9").status_code == 429

    def test_another_browser_is_no_way_round(self, client, wang):
        for n in range(5):
            client.post(
                "/login/",
                {"username": "wang", "password": "x"},
                headers={"user-agent": f"browser {n}"},
            )
        assert sign_in(client).status_code == 429

    def test_after_thirty_minutes_it_opens_by_itself(self, client, wang):
        self.fail(client, 5)
        attempts = AccessAttempt.objects.all()
        for attempt in attempts:
            attempt.attempt_time -= timedelta(minutes=29)
            attempt.save()
        # A try while it is locked begins the half hour anew.
        assert sign_in(client).status_code == 429
        AccessAttempt.objects.update(
            attempt_time=AccessAttempt.objects.get().attempt_time - timedelta(minutes=31)
        )
        assert sign_in(client).status_code == 302

    def test_success_forgets_the_failures_before(self, client, wang):
        self.fail(client, 4)
        sign_in(client)
        client.post("/logout/")
        assert self.fail(client, 4).status_code == 200

    def test_no_password_is_kept_of_a_failure(self, client, wang):
        self.fail(client, 2)
        attempt = AccessAttempt.objects.get()
        assert attempt.failures_since_start == 2
        assert "falsch" not in attempt.post_data

    def test_the_locked_page_says_what_to_do(self, client, wang):
        page = self.fail(client, 5).content.decode()
        assert "请于 30 分钟后再试" in page
        assert "系统管理员" in page


class TestPassword:
    def change(self, client, new, old=scenes.PASSWORD, again=None, **more):
        return client.post(
            "/password/",
            {"old_password": old, "new_password1": new, "new_password2": again or new},
            **more,
        )

    @pytest.fixture
    def inside(self, client, wang):
        sign_in(client)
        return client

    def test_a_good_one_is_taken_and_the_session_goes_on(self, inside, wang):
        answer = self.change(inside, "Neues-Wort-7", follow=True)
        assert "密码已修改。" in answer.content.decode()
        assert is_in(inside)
        wang.refresh_from_db()
        assert wang.check_password("Neues-Wort-7")

    @pytest.mark.parametrize(
        ("new", "why"),
        [
            ("Kurz-7", "密码长度太短"),
            ("nurkleinbuchstaben", "至少三类"),
            ("kleinundziffer77", "至少三类"),
            (scenes.PASSWORD, "不能与当前及最近五次使用过的密码相同"),
        ],
    )
    def test_a_bad_one_is_refused_beside_its_field(self, inside, wang, new, why):
        answer = self.change(inside, new)
        (error,) = answer.context["form"].errors["new_password2"]
        assert why in error
        wang.refresh_from_db()
        assert wang.check_password(scenes.PASSWORD)

    def test_the_last_five_are_refused_and_older_ones_are_free_again(self, inside, wang):
        used = [scenes.PASSWORD, *(f"Neues-Wort-{n}" for n in range(6))]
        for old, new in pairwise(used):
            assert self.change(inside, new, old=old).status_code == 302
        for recent in used[-6:]:
            assert self.change(inside, recent, old=used[-1]).status_code == 200
        assert self.change(inside, used[0], old=used[-1]).status_code == 302

    def test_a_wrong_old_one_or_a_slip_is_said(self, inside):
        answer = self.change(inside, "Neues-Wort-7", old="falsch")
        assert list(answer.context["form"].errors["old_password"]) == ["原密码不正确，请重新输入。"]
        answer = self.change(inside, "Neues-Wort-7", again="Neues-Wort-8")
        assert list(answer.context["form"].errors["new_password2"]) == ["两次输入的新密码不一致。"]

    def test_it_is_on_record_without_the_password(self, inside, scene, wang):
        from workflow.models import Event

        self.change(inside, "Neues-Wort-7")
        event = Event.objects.of(wang).get()
        assert (event.verb, event.actor, event.data) == ("change_password", wang, {})
        assert event.label == "修改密码"


class TestFirstPassword:
    @pytest.fixture
    def newcomer(self, client, wang):
        User.objects.update(must_change_password=True)
        sign_in(client)
        return client

    @pytest.mark.parametrize("path", ["/home/", "/cycles/", "/"])
    def test_nothing_comes_before_the_new_password(self, newcomer, path):
        assert newcomer.get(path).url == f"/password/?next={path}"

    def test_what_it_needs_stays_open(self, newcomer):
        assert "首次登录须修改初始密码" in newcomer.get("/password/").content.decode()
        assert newcomer.get("/healthz").status_code == 200

    def test_afterwards_everything_is_open(self, newcomer, scene, wang):
        answer = newcomer.post(
            "/password/?next=/cycles/",
            {
                "old_password": scenes.PASSWORD,
                "new_password1": "Neues-Wort-7",
                "new_password2": "Neues-Wort-7",
            },
        )
        assert answer.url == "/cycles/"
        assert newcomer.get("/home/").status_code == 200
        wang.refresh_from_db()
        assert not wang.must_change_password

    def test_leaving_is_always_possible(self, newcomer):
        newcomer.post("/logout/")
        assert not is_in(newcomer)
