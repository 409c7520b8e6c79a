"""What is locked, as the security administrator sees it, and where requests come from."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts import services
from accounts.addresses import client_address
from tests import scenes
from workflow import Refused
from workflow.models import Event


def fail(times, username="wang", address="192.0.2.1"):
    for _ in range(times):
        Client().post("/login/", {"username": username, "password": "x"}, REMOTE_ADDR=address)


@pytest.fixture
def wang(scene):
    return scenes.person("wang", "王新")


def shown(answer):
    return [(lock.kind_label, lock.value, lock.failures) for lock in answer.context["locks"]]


def test_locked_accounts_and_addresses_are_listed(as_guard, wang):
    fail(5)
    fail(4, "li", "198.51.100.7")
    answer = as_guard.get("/security/")
    assert sorted(shown(answer)) == [("地址", "192.0.2.1", 5), ("账号", "wang", 5)]
    page = answer.content.decode()
    assert "王新" in page
    assert "同一账号或同一地址连续 5 次失败，锁定 30 分钟" in page
    assert "30 分钟未操作" in page
    assert "至少 10 位" in page


def test_a_guessed_name_belongs_to_nobody(as_guard, scene):
    for n in range(5):
        fail(1, "niemand", f"198.51.100.{n}")
    (lock,) = services.standing_locks()
    assert (lock.kind, lock.value, lock.person) == ("username", "niemand", "")
    assert timedelta(minutes=29) < lock.until - timezone.now() <= timedelta(minutes=30)


def test_locks_end_by_themselves(as_guard, wang):
    fail(5)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
    assert "当前没有锁定" in as_guard.get("/security/").content.decode()


def test_failures_without_a_name_lock_no_account(as_guard, scene):
    AccessAttempt.objects.create(
        username=None, ip_address=None, user_agent="x", failures_since_start=9
    )
    assert services.standing_locks() == []


@pytest.mark.parametrize("count", [1, 3, 300])
def test_the_list_takes_the_same_queries_however_long(
    as_guard, wang, count, django_assert_num_queries
):
    AccessAttempt.objects.bulk_create(
        AccessAttempt(
            username=f"n{n}", ip_address="192.0.2.1", user_agent="x", failures_since_start=5
        )
        for n in range(count)
    )
    with django_assert_num_queries(10):
        answer = as_guard.get("/security/")
    assert len(shown(answer)) == count + 1


def unlock(client, kind, value, **more):
    return client.post("/security/unlock/", {"kind": kind, "value": value}, **more)


def test_unlocking_an_account_lets_it_in_and_is_on_record(as_guard, guard, scene, wang):
    fail(5)
    answer = unlock(as_guard, "username", "wang", follow=True)
    assert "已解除锁定：wang。" in answer.content.decode()
    other = Client()
    other.post("/login/", {"username": "wang", "password": scenes.PASSWORD})
    assert other.get("/home/").status_code == 200
    event = Event.objects.of(scene.root).last()
    assert (event.verb, event.actor, event.data) == ("unlock", guard, {"username": "wang"})
    assert event.label == "解除登录锁定"


def test_unlocking_an_address(as_guard, scene):
    for n in range(5):
        fail(1, f"name{n}")
    unlock(as_guard, "ip_address", "192.0.2.1")
    assert services.standing_locks() == []
    assert Event.objects.of(scene.root).last().data == {"ip_address": "192.0.2.1"}


@pytest.mark.parametrize(
    ("kind", "value"), [("username", "li"), ("ip_address", "wang"), ("password", "wang"), ("", "")]
)
def test_what_is_not_locked_is_not_unlocked(as_guard, guard, wang, kind, value):
    fail(5)
    answer = unlock(as_guard, kind, value, follow=True)
    assert "该账号或地址未被锁定，或锁定已到期。" in answer.content.decode()
    assert not Event.objects.filter(verb="unlock").exists()
    with pytest.raises(Refused):
        services.unlock(kind, value, by=guard, at=scenes.JULY)


def test_locks_are_the_security_administrator_s_alone(client, scene, admin, today):
    for somebody in (admin, scene.officer):
        client.force_login(somebody, "django.contrib.auth.backends.ModelBackend")
        assert client.get("/security/").status_code == 403
        assert unlock(client, "username", "x").status_code == 403


def test_unlocking_wants_a_post(as_guard):
    assert as_guard.get("/security/unlock/").status_code == 405


@pytest.mark.parametrize(
    ("proxies", "forwarded", "peer", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1", "192.0.2.1"),
        (1, "203.0.113.9", "192.0.2.1", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "192.0.2.1", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "192.0.2.1", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1", None),
        (1, "", "192.0.2.1", None),
        (1, "nonsense", "192.0.2.1", None),
        (0, "", "", None),
        (1, "2001:db8::1", "192.0.2.1", "2001:db8::1"),
    ],
)
def test_only_our_own_proxies_are_believed(settings, proxies, forwarded, peer, address):
    settings.PROXY_COUNT = proxies
    request = RequestFactory().get(
        "/", REMOTE_ADDR=peer, headers={"x-forwarded-for": forwarded} if forwarded else {}
    )
    assert client_address(request) == address
