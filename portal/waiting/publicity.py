"""Work on what happens in public."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.access import holds_province
from portal.waiting.panel import SHOWN, Figure, Panel, Row
from publicity.models import Objection, StatementRequest


def objections(user: Any, at: datetime) -> Iterator[Panel]:
    """One's own and those that nobody has, the most urgent first; how many there are in all."""
    if not holds_province(user, "accounts.handle_objections"):
        return
    unsettled = Objection.objects.unsettled()
    rows = [
        Row(
            str(objection),
            _note(objection),
            objection.get_absolute_url(),
            "办理",
            objection.due_on,
            objection,
        )
        for objection in unsettled.for_handler(user).with_statement_waiting().by_urgency()[:SHOWN]
    ]
    page = reverse("publicity:objections")
    overdue = unsettled.overdue(timezone.localdate(at)).count()
    figures = [
        Figure("未办结", unsettled.count(), "件", page),
        Figure("已逾期", overdue, "件", f"{page}?due=overdue"),
    ]
    yield Panel("待办理的异议", "没有待您办理的异议。", figures, rows, page, "全部异议")


def _note(objection: Objection) -> str:
    parts = [objection.entry.application.nursery.name]
    if objection.assignee is None:
        parts.append("未指定承办人")
    if objection.statement_waits:  # type: ignore[attr-defined]
        parts.append("待机构说明")
    return " · ".join(parts)


def statements(user: Any, at: datetime) -> Iterator[Panel]:
    """What the province asks a nursery to explain."""
    waiting = StatementRequest.objects.put_to(user).waiting().for_page()
    rows = [
        Row(
            "请就有关事项作出说明",
            statement.nursery.name,
            statement.get_absolute_url(),
            "作出说明",
            statement.due_on,
        )
        for statement in waiting[:SHOWN]
    ]
    if rows:
        yield Panel("需要说明的事项", "", rows=rows)
