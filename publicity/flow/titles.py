"""The machine of a title 称号."""

from __future__ import annotations

from typing import Any

from django_fsm import transition

from publicity import guards, policies
from publicity.statuses import TitleState
from workflow import Move
from workflow.models import Subject


class TitleFlow(Subject):
    """A title 称号 with its two years (S0, three (四) and four (三))."""

    ended_at: Any
    revoked_for: str

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
        self.revoked_for = move.data["ground"]
        move.recorded["ground"] = self.revoked_for

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
