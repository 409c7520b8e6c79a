"""Three machines: a notice, an objection, a title."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django_fsm import transition

from publicity import guards, policies
from publicity.statuses import NoticeState, ObjectionState, TitleState
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
    window_from: Callable[[date], list[date]]

    class Meta:
        abstract = True

    @transition(
        "state",
        source=NoticeState.DRAFT,
        target=NoticeState.OPEN,
        conditions=[guards.has_entries, guards.window_is_known],
        permission=policies.may_publish,
        custom={
            "label": "发布公示",
            "tone": "primary",
            "through": "publicity.services.publish",
        },
    )
    def publish(self, move: Move) -> None:
        """The window is fixed now and never changes."""
        self.opens_on = timezone.localdate(move.at)
        days = self.window_from(self.opens_on)
        self.counted_days = [day.isoformat() for day in days]
        self.closes_on = days[-1]
        self.opened_at = move.at

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


class ObjectionFlow(Subject):
    """An objection 异议 against one entry, under real name."""

    answer: str
    handled_at: Any

    class Meta:
        abstract = True

    @transition(
        "state",
        source=ObjectionState.FILED,
        target=ObjectionState.ACCEPTED,
        conditions=[guards.handler_is_impartial],
        permission=policies.may_handle,
        custom={"label": "受理", "tone": "primary"},
    )
    def accept(self, move: Move) -> None:
        """Taken up for investigation; the entry stays held."""

    @transition(
        "state",
        source=ObjectionState.FILED,
        target=ObjectionState.REFUSED,
        conditions=[guards.handler_is_impartial],
        permission=policies.may_handle,
        custom={
            "label": "不予受理",
            "reason": True,
            "reason_label": "不予受理的理由（答复异议人）",
            "tone": "warning",
        },
    )
    def refuse(self, move: Move) -> None:
        self._answer(move)

    @transition(
        "state",
        source=ObjectionState.ACCEPTED,
        target=ObjectionState.UPHELD,
        conditions=[guards.handler_is_impartial],
        permission=policies.may_handle,
        custom={
            "label": "异议成立",
            "reason": True,
            "reason_label": "核查结论（答复异议人）",
            "tone": "danger",
            "through": "publicity.services.uphold",
        },
    )
    def uphold(self, move: Move) -> None:
        self._answer(move)

    @transition(
        "state",
        source=ObjectionState.ACCEPTED,
        target=ObjectionState.OVERRULED,
        conditions=[guards.handler_is_impartial],
        permission=policies.may_handle,
        custom={
            "label": "异议不成立",
            "reason": True,
            "reason_label": "核查结论（答复异议人）",
            "tone": "secondary",
        },
    )
    def overrule(self, move: Move) -> None:
        self._answer(move)

    def _answer(self, move: Move) -> None:
        self.answer = move.reason
        self.handled_at = move.at


class TitleFlow(Subject):
    """A title 称号 with its two years (S0, three (四) and four (三))."""

    ended_at: Any

    class Meta:
        abstract = True

    @transition(
        "state",
        source=TitleState.VALID,
        target=TitleState.RECTIFYING,
        conditions=[guards.term_is_running],
        permission=policies.may_supervise,
        custom={"label": "责令限期整改", "reason": True, "tone": "warning", "offered": False},
    )
    def order_rectification(self, move: Move) -> None:
        """The order itself, with its limit, is supervision's."""

    @transition(
        "state",
        source=TitleState.RECTIFYING,
        target=TitleState.VALID,
        permission=policies.may_supervise,
        custom={"label": "整改合格", "reason": True, "tone": "primary", "offered": False},
    )
    def restore(self, move: Move) -> None:
        """Put right within the limit."""

    @transition(
        "state",
        source=[TitleState.VALID, TitleState.RECTIFYING],
        target=TitleState.REVOKED,
        conditions=[guards.term_is_running],
        permission=policies.may_supervise,
        custom={"label": "撤销称号", "reason": True, "tone": "danger", "offered": False},
    )
    def revoke(self, move: Move) -> None:
        """S0, four (三) and (四): by supervision, which also ends the open order."""
        self.ended_at = move.at

    @transition(
        "state",
        source=[TitleState.VALID, TitleState.RECTIFYING],
        target=TitleState.EXPIRED,
        conditions=[guards.term_is_over],
        permission=policies.may_end_title,
        custom={"label": "到期"},
    )
    def expire(self, move: Move) -> None:
        self.ended_at = move.at
