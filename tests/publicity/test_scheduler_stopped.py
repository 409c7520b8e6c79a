"""The scheduler stood still for three days and was started again: all of it once, none twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core import mail

from accounts.models import User
from notifications.models import Message
from portal.celery import app
from publicity import services
from publicity.models import Notice, Title
from publicity.statuses import NoticeState, TitleState
from tests.publicity import crowd
from tests.scenes import SEPTEMBER, Province, at
from workflow import perform
from workflow.models import Delivery, Event
from workflow.tasks import deliver

pytestmark = pytest.mark.django_db(transaction=True)
STOPPED, STARTED = "2023-10-09 18:00", "2023-10-12 09:00"


@pytest.fixture
def scene(db: None) -> Province:
    """A notice to close, one to publish, a title to expire, an objection to be reminded of."""
    from tests import scenes

    scene = scenes.province()
    for user in User.objects.all():
        user.email = f"{user.username}@portal.example"
        user.save()
    return scene


@pytest.fixture
def closing(scene: Province) -> Notice:
    notice = crowd.opened(scene, 3)
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=scene.officer, at=at("2023-09-28 09:00"))
    return notice


@pytest.fixture
def opening(scene: Province, closing: Notice) -> Notice:
    notice = crowd.drafted(scene, 2)
    services.schedule(notice, at("2023-10-10 09:00"), by=scene.officer, at=SEPTEMBER)
    return notice


@pytest.fixture
def title(scene: Province) -> Title:
    crowd.titles(scene, scene.cycle, 1, first=date(2021, 10, 11))
    return Title.objects.get()


def beat() -> None:
    """Everything that beat would send, and all that the workers do about it."""
    app.loader.import_default_modules()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        app.tasks[entry["task"]]()
    while waiting := list(_waiting()):
        for pk in waiting:
            deliver(pk)
    app.tasks["notifications.tasks.send_waiting_mail"]()


def _waiting() -> Iterator[int]:
    """Fresh deliveries; one that failed waits for its next try and fails the test."""
    fresh = Delivery.objects.filter(done_at=None, subscriber__startswith="notifications.")
    assert not fresh.exclude(fault="").exists()
    yield from fresh.order_by("pk").values_list("pk", flat=True)


def counts() -> dict[str, Any]:
    told = Message.objects.values_list("recipient__username", "kind", "title", "url")
    return {
        "events": Event.objects.count(),
        "messages": Counter(told),
        "mails": Counter((tuple(each.to), each.subject) for each in mail.outbox),
    }


def verbs(subject: Any) -> Counter[str]:
    return Counter(event.verb for event in Event.objects.of(subject))


def test_after_three_days_everything_is_settled_once(closing, opening, title, set_clock):
    set_clock(STOPPED)
    beat()
    assert title.standing(date(2023, 10, 9)).state == TitleState.VALID
    before = counts()
    set_clock(STARTED)
    beat()
    first = counts()
    for notice in (closing, opening, title):
        notice.refresh_from_db()
    assert (closing.state, opening.state) == (NoticeState.CLOSED, NoticeState.OPEN)
    assert title.state == TitleState.EXPIRED
    # Published when it really happened, not when it was meant to.
    assert (opening.opens_on, opening.opened_at) == (date(2023, 10, 12), at(STARTED))
    for again in ("2023-10-12 09:00", "2023-10-12 09:01", "2023-10-12 09:10"):
        set_clock(again)
        beat()
        assert counts() == first
    assert verbs(closing)["close"] == verbs(opening)["publish"] == verbs(title)["expire"] == 1
    told = first["messages"] - before["messages"]
    assert max(first["messages"].values()) == 1
    assert max(first["mails"].values()) == 1
    words = "".join(title for _, _, title, _ in told)
    assert f"公示期满：{closing.title}" in words
    assert "异议办理" in words
    assert sum(first["mails"].values()) > sum(before["mails"].values())
