"""Deadlines of what happens in public."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from notifications import audiences
from notifications.milestones import OFFICE_DAYS, left_in_words, reminder_day
from notifications.reminders.due import Due
from notifications.words import day as in_words
from publicity.models import Objection


def objections(today: date) -> Iterator[Due]:
    """Handled within the cycle's days; nothing of the objector is told."""
    rows = Objection.objects.unsettled().for_list().select_related("entry__notice__cycle")
    due = [
        (objection, day)
        for objection in rows
        if (day := reminder_day(objection.due_on, OFFICE_DAYS, today))
        and timezone.localdate(objection.filed_at) <= day
    ]
    provinces = {objection.entry.notice.cycle.province_id for objection, _ in due}
    handlers = audiences.officers_by_region(["handle_objections"], provinces)
    for objection, day in due:
        nursery = objection.entry.application.nursery.name
        for user in handlers.get(objection.entry.notice.cycle.province_id, []):
            yield Due(
                recipient=user,
                kind="objection",
                subject_type=Objection._meta.label_lower,
                subject_id=objection.pk,
                day=day,
                title=f"异议办理{left_in_words(objection.due_on, today)}：{nursery}",
                text=f"异议 {objection.receipt} 的办理期限为{in_words(objection.due_on)}，"
                "请及时办结。",
                url=objection.get_absolute_url(),
            )
