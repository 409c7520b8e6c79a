"""How far an objection is, for who raised it: stages with their days, nobody named."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils import timezone

from applications.stages import Stage
from publicity.statuses import ObjectionState

if TYPE_CHECKING:
    from datetime import datetime

    from publicity.models import Objection
    from workflow.models import Event


def stages(objection: Objection, events: Iterable[Event]) -> list[Stage]:
    """Filed, taken up, looked into, answered. `events` are the objection's own."""
    taken_up = {event.target: event.at for event in events}.get(ObjectionState.ACCEPTED)
    filed = Stage("提交异议", "done", _day(objection.filed_at))
    if objection.state == ObjectionState.REFUSED:
        return [filed, Stage("不予受理", "stopped", _day(objection.handled_at))]
    if objection.state == ObjectionState.FILED:
        rest = [Stage("核查", "todo", ""), Stage("答复", "todo", _until(objection))]
        return [filed, Stage("受理", "current", "等待受理"), *rest]
    accepted = Stage("受理", "done", _day(taken_up))
    if not objection.is_settled:
        rest = [Stage("核查", "current", ""), Stage("答复", "todo", _until(objection))]
        return [filed, accepted, *rest]
    answered = Stage(objection.get_state_display(), "done", _day(objection.handled_at))
    return [filed, accepted, Stage("核查", "done", ""), answered]


def _day(moment: datetime | None) -> str:
    if moment is None:
        return ""
    day = timezone.localdate(moment)
    return f"{day.month}月{day.day}日"


def _until(objection: Objection) -> str:
    return f"{objection.due_on.month}月{objection.due_on.day}日前"
