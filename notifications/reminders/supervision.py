"""Deadlines of supervision: of orders, statements, prompts and complaints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from notifications import audiences
from notifications.milestones import left_in_words, reminder_day
from notifications.reminders.due import Due
from notifications.words import day as in_words
from supervision.models import Complaint, Prompt, RectificationOrder, Revocation

ORDER_DAYS = (7, 3, 1)
STATEMENT_DAYS = (3, 1, 0)
COMPLAINT_DAYS = (7, 3, 1, 0)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Said:
    """What a reminder of one kind says: days before the limit, what is due, what to do."""

    kind: str
    days: tuple[int, ...]
    what: str
    then: str


def orders(today: date) -> Iterator[Due]:
    """7, 3 and 1 days before the limit and on the day after, to the nursery and the office."""
    rows = list(RectificationOrder.objects.unreported().with_title())
    said = Said("order", ORDER_DAYS, "整改期限", "请按期整改并报告整改情况。")
    yield from _to_both(rows, today, said)


def statements(today: date) -> Iterator[Due]:
    """S0 asks for no unheard decision: the nursery before its day, the office after it."""
    rows = list(Revocation.objects.unheard().with_title())
    said = Said("statement", STATEMENT_DAYS, "陈述申辩期限", "逾期未提出的，视为放弃。")
    yield from _to_both(rows, today, said)


def prompts(today: date) -> Iterator[Due]:
    """Those that name a day for the answer."""
    rows = [prompt for prompt in Prompt.objects.open().with_title() if prompt.due_on]
    said = Said("prompt", STATEMENT_DAYS, "答复提醒", "请及时答复。")
    due = _due(rows, today, said.days)
    staff = audiences.staff_by_nursery({row.title.nursery_id for row, _ in due})
    for row, day in due:
        for user in staff.get(row.title.nursery_id, []):
            yield _about(row, user, day, today, said)


def complaints(today: date) -> Iterator[Due]:
    """Answered within the cycle's days; nothing of the complainant is told."""
    rows = [
        (complaint, day)
        for complaint in Complaint.objects.unsettled().for_list()
        if (day := _day_of(complaint.due_on, complaint.filed_at, COMPLAINT_DAYS, today))
    ]
    office = _office(row.title for row, _ in rows)
    for row, day in rows:
        for user in office.get(row.title.cycle.province_id, []):
            yield Due(
                recipient=user,
                kind="complaint",
                subject_type=row._meta.label_lower,
                subject_id=row.pk,
                day=day,
                title=f"举报办理{_left(row.due_on, today)}：{row.title.nursery.name}",
                text=f"举报 {row.receipt} 的办理期限为{in_words(row.due_on)}，请及时办结。",
                url=row.get_absolute_url(),
            )


def _to_both(rows: list[Any], today: date, said: Said) -> Iterator[Due]:
    due = _due(rows, today, said.days)
    staff = audiences.staff_by_nursery({row.title.nursery_id for row, _ in due})
    office = _office(row.title for row, _ in due)
    for row, day in due:
        for user in staff.get(row.title.nursery_id, []):
            yield _about(row, user, day, today, said)
        for user in office.get(row.title.cycle.province_id, []):
            yield _about(row, user, day, today, replace(said, then="请及时办理。"))


def _about(row: Any, user: User, day: date, today: date, said: Said) -> Due:
    until = _limit(row)
    return Due(
        recipient=user,
        kind=said.kind,
        subject_type=row._meta.label_lower,
        subject_id=row.pk,
        day=day,
        title=f"{said.what}{_left(until, today)}：{row.title.nursery.name}",
        text=f"证书编号 {row.title.number}，{said.what}为{in_words(until)}。{said.then}",
        url=row.get_absolute_url(),
    )


def _due(rows: list[Any], today: date, days: tuple[int, ...]) -> list[tuple[Any, date]]:
    """The rows whose day of a reminder has come, with that day."""
    return [(row, day) for row in rows if (day := _day_of(_limit(row), _begun(row), days, today))]


def _day_of(limit: date, begun: datetime, days: tuple[int, ...], today: date) -> date | None:
    """As `reminder_day`, and the day after the limit from then on; never before it was begun."""
    day = limit + A_DAY if today > limit else reminder_day(limit, days, today)
    return day if day and timezone.localdate(begun) <= day else None


def _limit(row: Any) -> date:
    limit: date = row.statement_due_on if isinstance(row, Revocation) else row.due_on
    return limit


def _begun(row: Any) -> datetime:
    began: dict[type, str] = {
        RectificationOrder: "ordered_at",
        Revocation: "proposed_at",
        Prompt: "issued_at",
    }
    moment: datetime = getattr(row, began[type(row)])
    return moment


def _office(titles: Iterable[Any]) -> dict[int, list[User]]:
    provinces = {title.cycle.province_id for title in titles}
    return audiences.officers_by_region(["supervise"], provinces)


def _left(limit: date, today: date) -> str:
    return "已过" if today > limit else left_in_words(limit, today)
