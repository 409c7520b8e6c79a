"""Work on what happens in public."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from accounts.access import holds_province
from portal.waiting.panel import SHOWN, Panel, Row
from publicity.models import Objection


def objections(user: Any, at: datetime) -> Iterator[Panel]:
    if not holds_province(user, "accounts.handle_objections"):
        return
    rows = [
        Row(
            str(objection),
            objection.entry.application.nursery.name,
            objection.get_absolute_url(),
            "办理",
            objection.due_on,
            objection,
        )
        for objection in Objection.objects.unsettled().for_list()[:SHOWN]
    ]
    yield Panel("待办理的异议", "没有待办理的异议。", rows=rows)
