"""What is kept of public pages, and how often one address may try."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory

from publicity import public_pages, services, throttle
from publicity.public_pages import GENERATION, KeptPagesMiddleware, changed, kept_for_strangers
from publicity.statuses import RevocationGround
from publicity.throttle import Limit
from tests.publicity import crowd
from tests.publicity.conftest import signed_in
from tests.publicity.crowd import CONCLUDED
from tests.scenes import NOTICED
from workflow import perform

requests = RequestFactory()


@pytest.fixture(autouse=True)
def kept(settings, set_clock):
    settings.PUBLIC_PAGE_SECONDS = 30
    set_clock("2023-09-27 09:00")


class Site:
    """One page behind the middleware that says how often it was drawn."""

    def __init__(self) -> None:
        self.drawn = 0
        self.answer = KeptPagesMiddleware(kept_for_strangers(self.draw))

    def draw(self, request):
        self.drawn += 1
        if request.path == "/form/":
            return HttpResponse(get_token(request))
        response = HttpResponse(f"{self.drawn}", status=404 if request.path == "/no/" else 200)
        response["X-Request-Id"] = f"number-{self.drawn}"
        response["Content-Security-Policy"] = "default-src 'self'"
        if request.path == "/cookie/":
            response.set_cookie("a", "b")
        return response

    def get(self, path: str = "/", **more) -> bytes:
        return self.answer(requests.get(path, **more)).content


@pytest.fixture
def site(db):
    return Site()


def test_strangers_get_what_is_kept_with_its_headers(site):
    assert [site.get() for _ in range(3)] == [b"1"] * 3
    assert site.get("/titles/") == b"2"
    again = site.answer(requests.get("/"))
    assert again["Content-Security-Policy"] == "default-src 'self'"
    assert "X-Request-Id" not in again
    assert site.get(secure=True) == b"3"


def test_a_change_draws_it_anew(site, django_capture_on_commit_callbacks):
    assert site.get() == b"1"
    with django_capture_on_commit_callbacks() as callbacks:
        changed()
    assert [site.get(), site.get()] == [b"2", b"2"]
    for callback in callbacks:
        callback()
    assert site.get() == b"3"


def test_what_was_drawn_while_something_changed_is_not_kept(site, monkeypatch):
    """The page read the old rows and was finished after the change."""
    draw = site.draw

    def slowly(request):
        answer = draw(request)
        if site.drawn == 1:
            changed()
        return answer

    site.answer = KeptPagesMiddleware(kept_for_strangers(slowly))
    assert [site.get(), site.get(), site.get()] == [b"1", b"2", b"2"]


def test_the_next_day_draws_it_anew(site, set_clock):
    set_clock("2023-10-09 23:59")
    assert site.get() == b"1"
    set_clock("2023-10-10 00:00")
    assert site.get() == b"2"


def test_time_draws_it_anew(site, settings, monkeypatch):
    now = {"seconds": 100.0}
    monkeypatch.setattr(public_pages.time, "monotonic", lambda: now["seconds"])
    changed()
    assert site.get() == b"1"
    now["seconds"] = 129.9
    assert site.get() == b"1"
    now["seconds"] = 130.0
    assert site.get() == b"2"


def test_a_change_in_another_process_is_seen_after_a_moment(site, monkeypatch):
    now = {"seconds": 100.0}
    monkeypatch.setattr(public_pages.time, "monotonic", lambda: now["seconds"])
    changed()
    assert site.get() == b"1"
    cache.set(GENERATION, "elsewhere", None)
    assert site.get() == b"1"
    now["seconds"] += public_pages.LOOK
    assert site.get() == b"2"


def test_a_lost_cache_draws_it_anew(site, monkeypatch):
    monkeypatch.setattr(public_pages, "LOOK", 0)
    changed()
    assert site.get() == b"1"
    cache.clear()
    assert site.get() == b"2"
    assert cache.get(GENERATION)


def with_cookie(name: str):
    request = requests.get("/")
    request.COOKIES[name] = "x"
    return request


@pytest.mark.parametrize(
    "request_of",
    [
        lambda: requests.get("/?page=2"),
        lambda: requests.post("/"),
        lambda: requests.head("/"),
        lambda: with_cookie("sessionid"),
        lambda: with_cookie("messages"),
    ],
    ids=["query", "post", "head", "session", "message"],
)
def test_everybody_else_gets_it_fresh(site, request_of):
    site.get()
    assert [site.answer(request_of()).content for _ in range(2)] == [b"2", b"3"]


@pytest.mark.parametrize("path", ["/no/", "/cookie/", "/form/"])
def test_faults_cookies_and_forms_are_not_kept(site, path):
    assert site.get(path) != site.get(path)
    assert site.drawn == 2


def test_pages_that_nobody_marked_are_not_kept(db):
    site = Site()
    site.answer = KeptPagesMiddleware(site.draw)
    assert [site.get(), site.get()] == [b"1", b"2"]


def test_a_setting_of_nought_keeps_nothing(site, settings):
    settings.PUBLIC_PAGE_SECONDS = 0
    assert [site.get(), site.get()] == [b"1", b"2"]


def test_memory_is_bounded(site, monkeypatch):
    monkeypatch.setattr(public_pages, "MOST", 2)
    for number in range(5):
        site.get(f"/{number}/")
    assert len(site.answer.pages) <= 2


def test_every_public_change_shows_at_once(scene):
    """Published, objected, upheld, concluded, revoked: a stranger never reads yesterday's list."""
    stranger = Client()
    assert "暂无公示" in stranger.get("/notices/").content.decode()
    notice = crowd.opened(scene, 2)
    assert notice.title in stranger.get("/notices/").content.decode()
    page = f"/notices/{notice.pk}/"
    assert "提出异议" in stranger.get(page).content.decode()
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=scene.officer, at=NOTICED)
    services.uphold(objection, actor=scene.officer, at=NOTICED, reason="属实。")
    assert "已移出名单" in stranger.get(page).content.decode()
    assert "首批称号尚未授予" in stranger.get("/titles/").content.decode()
    (title,) = services.conclude(notice, actor=scene.officer, at=CONCLUDED)
    assert "已授予称号" in stranger.get(page).content.decode()
    assert title.nursery.name in stranger.get("/titles/").content.decode()
    services.revoke_title(
        title, ground=RevocationGround.OTHER, actor=scene.officer, at=CONCLUDED, reason="弄虚作假。"
    )
    assert "称号已撤销" in stranger.get(title.get_absolute_url()).content.decode()


@pytest.mark.parametrize("page", ["/notices/", "/notices/{}/", "/titles/"])
def test_a_kept_page_costs_no_query(notice, django_assert_num_queries, page):
    stranger, address = Client(), page.format(notice.pk)
    first = stranger.get(address)
    with django_assert_num_queries(0):
        second = stranger.get(address)
    assert second.content == first.content
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]


def test_an_officers_preview_is_never_kept_for_others(scene):
    notice = crowd.drafted(scene)
    page = f"/notices/{notice.pk}/"
    assert "草稿预览" in signed_in(scene.officer).get(page).content.decode()
    assert Client().get(page).status_code == 404


# Limits


def test_an_address_has_so_many_tries():
    limit = Limit("test", times=2, seconds=60)
    here = requests.get("/", REMOTE_ADDR="10.0.0.1")
    there = requests.get("/", REMOTE_ADDR="10.0.0.2")
    assert [limit.takes(here) for _ in range(3)] == [True, True, False]
    assert limit.is_reached(here)
    assert not limit.is_reached(there)
    assert limit.takes(there)
    assert Limit("other", times=2, seconds=60).takes(here)


def test_a_span_that_ends_between_two_steps_begins_anew(monkeypatch):
    limit = Limit("test", times=1, seconds=60)
    monkeypatch.setattr(throttle.cache, "add", lambda *_: None)
    assert limit.takes(requests.get("/"))
    assert not limit.takes(requests.get("/"))
