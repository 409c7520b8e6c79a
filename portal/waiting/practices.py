"""Good practice that waits: for who publishes it, and for who has to write on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse

from portal.waiting.panel import SHOWN, Panel, Row
from publicity.models import Practice
from publicity.policies import may_publish_practices


def to_publish(user: Any, at: datetime) -> Iterator[Panel]:
    if not may_publish_practices(user):
        return
    yield from _panel(
        "待审核的经验做法",
        "审核",
        list(Practice.objects.waiting().for_list()[:SHOWN]),
        reverse("publicity:desk_practices"),
    )


def to_correct(user: Any, at: datetime) -> Iterator[Panel]:
    own = Practice.objects.written_by(user).returned().for_list()[:SHOWN]
    yield from _panel("退回修改的经验做法", "修改", list(own), reverse("publicity:own_practices"))


def _panel(title: str, action: str, found: list[Practice], url: str) -> Iterator[Panel]:
    rows = [
        Row(each.title, each.author, each.get_absolute_url(), action, subject=each)
        for each in found
    ]
    if rows:
        yield Panel(title, "", rows=rows, url=url, action="全部")
