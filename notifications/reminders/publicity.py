"""Deadlines of what happens in public; nothing of an objector is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from accounts.models import User
from notifications import audiences
from notifications.milestones import OFFICE_DAYS, left_in_words, overdue_day, reminder_day
from notifications.reminders.due import Due
from notifications.words import day as in_words
from publicity.models import Objection, StatementRequest

# What is overdue is spoken of on the day after its deadline, and then every third day.
OVERDUE_EVERY = 3
STATEMENT_DAYS = (3, 1, 0)


def objections(today: date) -> Iterator[Due]:
    """Handled within the cycle's days: told to who has it, else to all who handle objections."""
    due = [
        (objection, day)
        for objection in Objection.objects.unsettled().for_list()
        if (day := reminder_day(objection.due_on, OFFICE_DAYS, today))
        and timezone.localdate(objection.filed_at) <= day
    ]
    everyone = _handlers([objection for objection, _ in due])
    for objection, day in due:
        handlers = everyone.get(objection.cycle.province_id, [])
        nursery = objection.entry.application.nursery.name
        for user in _assignee(objection) or handlers:
            yield _due(
                objection,
                user,
                day,
                kind="objection",
                title=f"异议办理{left_in_words(objection.due_on, today)}：{nursery}",
                text=f"异议 {objection.receipt} 的办理期限为{in_words(objection.due_on)}，"
                "请及时办结。",
            )


def overdue_objections(today: date) -> Iterator[Due]:
    """Past their day: told to all who handle objections, whoever has it."""
    rows = Objection.objects.unsettled().for_list()
    late = [(row, day) for row in rows if (day := overdue_day(row.due_on, OVERDUE_EVERY, today))]
    everyone = _handlers([objection for objection, _ in late])
    for objection, day in late:
        nursery = objection.entry.application.nursery.name
        held = f"，承办人{objection.assignee.name}" if objection.assignee else "，尚未指定承办人"
        for user in everyone.get(objection.cycle.province_id, []):
            yield _due(
                objection,
                user,
                day,
                kind="objection_overdue",
                title=f"异议已逾期 {(today - objection.due_on).days} 天：{nursery}",
                text=f"异议 {objection.receipt} 应于{in_words(objection.due_on)}前办结{held}，"
                "请立即办理。",
            )


def statements(today: date) -> Iterator[Due]:
    """What a nursery was asked to explain, before its day."""
    due = [
        (statement, day)
        for statement in StatementRequest.objects.waiting().for_page()
        if (day := reminder_day(statement.due_on, STATEMENT_DAYS, today))
        and timezone.localdate(statement.asked_at) <= day
    ]
    staff = audiences.staff_by_nursery({statement.nursery.pk for statement, _ in due})
    for statement, day in due:
        for user in staff.get(statement.nursery.pk, []):
            yield Due(
                recipient=user,
                kind="statement",
                subject_type=StatementRequest._meta.label_lower,
                subject_id=statement.pk,
                day=day,
                title=f"情况说明{left_in_words(statement.due_on, today)}：{statement.nursery.name}",
                text=f"请于{in_words(statement.due_on)}前在线答复省级卫生健康委请贵单位说明的事项。",
                url=statement.get_absolute_url(),
            )


def _assignee(objection: Objection) -> list[User]:
    held = objection.assignee
    return [held] if held is not None and held.is_active else []


def _handlers(objections: list[Objection]) -> dict[int, list[User]]:
    provinces = {objection.cycle.province_id for objection in objections}
    return audiences.officers_by_region(["handle_objections"], provinces)


def _due(objection: Objection, user: User, day: date, **words: str) -> Due:
    return Due(
        recipient=user,
        subject_type=Objection._meta.label_lower,
        subject_id=objection.pk,
        day=day,
        url=objection.get_absolute_url(),
        **words,
    )
