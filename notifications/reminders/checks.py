"""The end of a campaign of spot checks: told to who supervises and to who is still to go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from notifications import audiences
from notifications.milestones import OFFICE_DAYS, left_in_words, reminder_day
from notifications.reminders.due import Due
from notifications.words import day as in_words
from supervision.models import Campaign, SpotCheck


def campaigns(today: date) -> Iterator[Due]:
    """Those with checks still open; one a campaign for each officer."""
    due = [
        (campaign, day)
        for campaign in Campaign.objects.running().for_list().order_by("pk")
        if campaign.drawn > campaign.over  # type: ignore[attr-defined]  # annotated by for_list
        and (day := reminder_day(campaign.ends_on, OFFICE_DAYS, today))
        and timezone.localdate(campaign.drawn_at) <= day
    ]
    officers = audiences.officers_by_region(
        ["supervise"], {campaign.province_id for campaign, _ in due}
    )
    for campaign, day in due:
        left = campaign.drawn - campaign.over  # type: ignore[attr-defined]
        for user in officers.get(campaign.province_id, []):
            yield Due(
                recipient=user,
                kind="campaign",
                subject_type=Campaign._meta.label_lower,
                subject_id=campaign.pk,
                day=day,
                title=f"抽查{left_in_words(campaign.ends_on, today)}：{left} 件未办结",
                text=f"{campaign.name}尚有 {left} 件检查未办结，"
                f"完成期限为{in_words(campaign.ends_on)}。",
                url=campaign.get_absolute_url(),
            )


def inspectors(today: date) -> Iterator[Due]:
    """Who is still to finish a check of a running campaign; one a check and person."""
    rows = SpotCheck.objects.of_running_campaigns().pending().with_title().with_team()
    for check in rows.order_by("pk"):
        campaign: Any = check.campaign
        day = reminder_day(campaign.ends_on, OFFICE_DAYS, today)
        if day is None:
            continue
        for inspector in check.inspectors.all():
            if inspector.user.is_active and timezone.localdate(inspector.appointed_at) <= day:
                nursery = check.title.nursery.name
                yield Due(
                    recipient=inspector.user,
                    kind="check",
                    subject_type=SpotCheck._meta.label_lower,
                    subject_id=check.pk,
                    day=day,
                    title=f"检查任务{left_in_words(campaign.ends_on, today)}：{nursery}",
                    text=f"{campaign.name}的完成期限为{in_words(campaign.ends_on)}，"
                    f"对{nursery}的检查尚未完成。",
                    url=reverse("supervision:my_checks"),
                )
