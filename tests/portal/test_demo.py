"""The example province: every state of every machine, nothing impossible, the same every time.

Building it takes seconds, so one test builds it and asks everything of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import Region, User
from applications.caps import uses_in_city
from applications.models import Application, Review
from applications.standings import standings
from files.models import StoredFile
from nurseries.models import Nursery
from portal import invariants
from portal.context import DEMO_LOGINS, DEMO_PASSWORD
from portal.demo import build
from portal.demo.people import HOME_CITY
from quotas.models import Cycle, Quota
from tests.portal.looking import Looker
from tests.scenes import at
from workflow.checks import machines
from workflow.models import Event

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NOW = at("2026-11-23 10:00")
LOGINS = [username for username, _ in DEMO_LOGINS]
LINK = re.compile(r'<a\b[^>]*\bhref="([^"#?]+)[^"]*"')
ENOUGH = 120


def test_the_example_province(
    db: None,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    chromium: Browser,
) -> None:
    settings.DEMO = True
    monkeypatch.setenv("PORTAL_NOW", "2026-11-23T10:00")
    before = portrait_of_another()
    with django_capture_on_commit_callbacks(execute=True):
        build.build(NOW, lambda text: None)
    assert portrait() == before
    it_is_a_whole_province()
    assert list(states_missing()) == []
    assert [finding for question in invariants.ALL for finding in question()] == []
    the_named_logins_find_what_they_are_named_for()
    the_home_city_has_to_choose()
    assert [username for username in LOGINS if not opens_home(username)] == []
    kinds: dict[str, tuple[str, str]] = {}
    assert [dead for username in ("", *LOGINS) for dead in dead_ends(username, kinds)] == []
    assert list(barriers(kinds, chromium)) == []
    it_is_left_alone_once_in_use()


def it_is_a_whole_province() -> None:
    cycle = Cycle.objects.open().get()
    assert Quota.objects.filter(cycle=cycle, size__gt=0).count() == 15
    assert Region.objects.city_units().count() == 15
    assert Nursery.objects.count() >= 40
    assert Application.objects.count() >= 60
    assert Application.objects.values("cycle").distinct().count() == 2
    assert not StoredFile.objects.waiting().exists()
    assert StoredFile.objects.exclude(pk__in=StoredFile.objects.not_refused()).exists()


def states_missing() -> Iterator[str]:
    for model in machines():
        for state, _ in model._meta.get_field("state").flatchoices:
            if not model._base_manager.filter(state=state).exists():
                yield f"{model.__name__} {state}"


def the_named_logins_find_what_they_are_named_for() -> None:
    for username, state in (("nursery", "draft"), ("nursery2", "returned")):
        mine = Application.objects.of_nurseries_acted_for_by(User.objects.get(username=username))
        assert mine.filter(state=state).count() == 1
    county = User.objects.get(username="county")
    assert Application.objects.waiting_for(county).count() >= 3


def the_home_city_has_to_choose() -> None:
    """Equal scores at the line, a file recommended out of turn, a place moved, a cap used up."""
    cycle = Cycle.objects.open().get()
    quota = Quota.objects.with_counts().get(cycle=cycle, region__code=HOME_CITY)
    waiting = Application.objects.waiting_at_city(cycle, quota.region)
    found = standings(waiting, quota.free)
    assert (len(found.standings), found.line) == (4, quota.free)
    assert found.tie
    assert waiting.unscored_by_city().count() >= 1
    for verb in ("overrule_ranking", "transfer_places", "give_places", "receive_places"):
        assert Event.objects.telling(verb).count() == 1, verb
    left = [use.left for use in uses_in_city(Application.objects.all(), quota, counties(quota))]
    assert left[:3] == [2, 0, None]


def counties(quota: Quota) -> list[Region]:
    return list(Region.objects.counties_of(quota.region))


def opens_home(username: str) -> bool:
    """By the password and, for officials, the code that the next page shows."""
    client = Client()
    answer = client.post("/login/", {"username": username, "password": DEMO_PASSWORD})
    if (second := answer.headers.get("Location", "")).startswith("/login/second/"):
        shown = re.search(r"验证码 <strong>(\d{6})", client.get(second).content.decode())
        answer = client.post(second, {"code": shown and shown[1]})
    at_home: bool = answer.headers.get("Location") == "/home/"
    return at_home and client.get("/home/").status_code == 200


def dead_ends(username: str, kinds: dict[str, tuple[str, str]]) -> Iterator[str]:
    """Follow every link from home on: no page offers one that leads to an error or a refusal.

    `kinds` gains the first page met of every template, with who met it.
    """
    client = Client()
    if username:
        client.force_login(User.objects.get(username=username))
    waiting = ["/home/" if username else "/"]
    seen: set[str] = set()
    while waiting and len(seen) < ENOUGH:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        if answer.status_code not in {200, 302}:
            yield f"{username}: {address} {answer.status_code}"
        if answer.templates and answer.status_code == 200:
            kinds.setdefault(str(answer.templates[0].name), (username, address))
        waiting += links_of(answer)
    if len(seen) < 5:
        yield f"{username}: only {sorted(seen)}"


def barriers(kinds: dict[str, tuple[str, str]], chromium: Browser) -> Iterator[str]:
    """One page of every kind, at a phone's and a desk's width, by the rules of accessibility."""
    looker = Looker(chromium)
    for username, address in kinds.values():
        looker.client.logout()
        if username:
            looker.client.force_login(User.objects.get(username=username))
        yield from looker.faults(address)
    looker.context.close()


def links_of(answer: Any) -> list[str]:
    if answer.streaming:
        list(answer.streaming_content)  # read to its end, which closes it as a server would
        return []
    if answer.status_code == 302:
        return [answer.headers["Location"]]
    if not answer.headers["Content-Type"].startswith("text/html"):
        return []
    found = LINK.findall(answer.content.decode())
    return [link for link in found if link.startswith("/") and "/static/" not in link]


def it_is_left_alone_once_in_use() -> None:
    before = Application.objects.count()
    with pytest.raises(CommandError, match="已有数据"):
        call_command("demo")
    call_command("demo", if_empty=True)
    assert Application.objects.count() == before


def portrait() -> list[tuple[Any, ...]]:
    """What a story depends on; keys and secrets differ from build to build."""
    rows = Application.objects.order_by("pk").values_list(
        "nursery__name", "cycle__year", "state", "result", "self_sheet__total", "place__ordinal"
    )
    experts = Review.objects.order_by("pk").values_list("step", "reviewer__name", "sheet__total")
    return [*rows, *experts]


def portrait_of_another() -> list[tuple[Any, ...]]:
    """What building it says that is taken back: the same every time."""
    with transaction.atomic():
        build.build(NOW, lambda text: None)
        found = portrait()
        transaction.set_rollback(True)
    assert len(found) >= 60
    return found
