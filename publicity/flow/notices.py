"""The machine of a notice 公示."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django_fsm import transition

from publicity import guards, policies
from publicity.statuses import NoticeState
from workflow import Move
from workflow.models import Subject

if TYPE_CHECKING:
    from collections.abc import Callable


class NoticeFlow(Subject):
    """A public notice 公示 (S0, three (四))."""

    opens_on: date | None
    closes_on: date | None
    opened_at: Any
    counted_days: list[str]
    decision_number: str
    concluded_at: Any
    digest: str
    window_from: Callable[[date], list[date]]
    digest_now: Callable[[], str]

    class Meta:
        abstract = True

    @transition(
        "state",
        source=NoticeState.DRAFT,
        target=NoticeState.OPEN,
        conditions=[guards.has_entries, guards.window_is_known, guards.set_time_has_come],
        permission=policies.may_open_notice,
        custom={
            "label": "发布公示",
            "tone": "primary",
            "through": "publicity.services.publish",
        },
    )
    def publish(self, move: Move) -> None:
        """Words, list and window are fixed now; the window counts from the day it really opens."""
        self.opens_on = timezone.localdate(move.at)
        days = self.window_from(self.opens_on)
        self.counted_days = [day.isoformat() for day in days]
        self.closes_on = days[-1]
        self.opened_at = move.at
        self.digest = self.digest_now()

    @transition(
        "state",
        source=NoticeState.OPEN,
        target=NoticeState.CLOSED,
        conditions=[guards.window_is_over],
        permission=policies.portal_only,
        custom={"label": "公示期满"},
    )
    def close(self, move: Move) -> None:
        """By the portal, on the day after the last counted day."""

    @transition(
        "state",
        source=NoticeState.CLOSED,
        target=NoticeState.CONCLUDED,
        permission=policies.may_publish,
        custom={
            "label": "公布结果并授予称号",
            "tone": "primary",
            "through": "publicity.services.conclude",
            # Its own page shows who is awarded and who is held back, and asks for the decision.
            "offered": False,
        },
    )
    def conclude(self, move: Move) -> None:
        """Entries without an open objection are awarded; the others are held back."""
        self.decision_number = move.data.get("decision_number", "").strip()
        self.concluded_at = move.at
        move.recorded["decision_number"] = self.decision_number
