"""What the public hears of, the newest first: publications, supplements, results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.urls import reverse
from django.utils import timezone

from publicity.drafting import day_words
from publicity.models import Notice, NoticeSupplement

SHOWN = 40


@dataclass(frozen=True)
class Item:
    """One piece of news; its address is its own."""

    at: datetime
    title: str
    text: str
    address: str


def latest() -> list[Item]:
    """The newest SHOWN; three queries."""
    public = Notice.objects.public()
    found = [
        *(_publication(notice) for notice in public[:SHOWN]),
        *(_supplement(each) for each in NoticeSupplement.objects.latest_public()[:SHOWN]),
        *(_result(notice) for notice in public.concluded().order_by("-concluded_at")[:SHOWN]),
    ]
    return sorted(found, key=lambda item: item.at, reverse=True)[:SHOWN]


def _publication(notice: Notice) -> Item:
    days = notice.days
    text = f"公示期：{day_words(days[0])}至{day_words(days[-1])}。"
    return Item(cast("datetime", notice.opened_at), notice.title, text, notice.get_absolute_url())


def _supplement(added: NoticeSupplement) -> Item:
    title = f"补充说明：{added.notice.title}"
    address = f"{added.notice.get_absolute_url()}#supplement-{added.number}"
    return Item(added.at, title, f"{added.text}原因：{added.reason}", address)


def _result(notice: Notice) -> Item:
    at = cast("datetime", notice.concluded_at)
    number = f"（{notice.decision_number}）" if notice.decision_number else ""
    text = f"{day_words(timezone.localdate(at))}公布公示结果{number}。"
    address = reverse("publicity:announcement", args=[notice.pk])
    return Item(at, f"公告：{notice.title}", text, address)
