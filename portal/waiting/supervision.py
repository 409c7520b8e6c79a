"""Work of supervision: spot checks to make and to follow, what came out of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from accounts.access import holds_province
from portal.ui.wording import plain_mark
from portal.waiting.panel import SHOWN, Figure, Panel, Row
from supervision.models import Campaign, SpotCheck

# How long a nursery finds the result of a check on its home page.
RECENT = timedelta(days=60)


def checks_to_make(user: Any, at: datetime) -> Iterator[Panel]:
    """For whoever is sent; nobody else has the panel."""
    own = SpotCheck.objects.given_to(user).pending().with_title()
    rows = [
        Row(
            check.title.nursery.name,
            f"{check.title.region.full_name} · {check.get_state_display()}",
            check.get_absolute_url(),
            "办理",
            check.campaign.ends_on if check.campaign else None,
            check,
        )
        for check in own[:SHOWN]
    ]
    if rows:
        url = reverse("supervision:my_checks")
        yield Panel("待完成的检查", "", rows=rows, url=url, action="我的检查")


def campaigns(user: Any, at: datetime) -> Iterator[Panel]:
    """For the province: campaigns that are not over, and what they lack."""
    if not holds_province(user, "accounts.supervise"):
        return
    live = Campaign.objects.visible_to(user).live().for_list().order_by("ends_on", "pk")
    rows = [
        Row(
            campaign.name,
            "待抽取" if campaign.is_preparing else f"已办结 {campaign.over} / {campaign.drawn}",  # type: ignore[attr-defined]  # annotated by for_list
            campaign.get_absolute_url(),
            "查看",
            campaign.ends_on,
            campaign,
        )
        for campaign in live[:SHOWN]
    ]
    short = SpotCheck.objects.short_of_inspectors().count()
    figures = [Figure("待指派检查人员", short, "件")] if short else []
    if rows or figures:
        url = reverse("supervision:checks")
        yield Panel("抽查", "", figures, rows, url, "全部检查")


def check_results(user: Any, at: datetime) -> Iterator[Panel]:
    """For a nursery: what its last checks came to."""
    done = SpotCheck.objects.finished_at_nurseries_of(user, since=at - RECENT).with_title()
    rows = [
        Row(
            f"{check.title.nursery.name}抽查结果：{check.get_result_display()}",
            f"{check.source} · 得分 {plain_mark(check.total)}",
            check.get_absolute_url(),
            "查看",
        )
        for check in done[:SHOWN]
    ]
    if rows:
        yield Panel("抽查结果", "", rows=rows)
