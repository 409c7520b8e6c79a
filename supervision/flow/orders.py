"""The machine of a rectification order 限期整改 (S0, four (三))."""

from __future__ import annotations

from typing import Any

from django_fsm import transition

from supervision import guards, policies
from supervision.statuses import RUNNING, OrderState
from workflow import Move
from workflow.models import Subject


class RectificationFlow(Subject):
    report: str
    outcome: str
    reported_at: Any
    closed_at: Any

    class Meta:
        abstract = True

    @transition(
        "state",
        source=OrderState.ORDERED,
        target=OrderState.REPORTED,
        permission=policies.may_report,
        custom={
            "label": "报告整改情况",
            "reason": True,
            "reason_label": "整改情况",
            "tone": "primary",
            "offered": False,
        },
    )
    def hand_in_report(self, move: Move) -> None:
        self.report = move.reason
        self.reported_at = move.at

    @transition(
        "state",
        source=list(RUNNING),
        target=OrderState.PASSED,
        permission=policies.may_decide,
        custom={
            "label": "整改合格",
            "reason": True,
            "reason_label": "复查结论",
            "tone": "primary",
            "offered": False,
        },
    )
    def pass_check(self, move: Move) -> None:
        self._close(move)

    @transition(
        "state",
        source=list(RUNNING),
        target=OrderState.FAILED,
        conditions=[guards.had_its_time, guards.extension_is_answered],
        permission=policies.may_decide,
        custom={
            "label": "整改不合格，拟撤销称号",
            "reason": True,
            "reason_label": "复查结论",
            "tone": "danger",
            "offered": False,
        },
    )
    def fail_check(self, move: Move) -> None:
        """S0, four (三): a proposal to revoke is opened in the same transaction."""
        self._close(move)

    @transition(
        "state",
        source=list(RUNNING),
        target=OrderState.ENDED,
        permission=policies.portal_only,
        custom={"label": "随称号终止"},
    )
    def end_with_title(self, move: Move) -> None:
        """The title expired or was revoked for another reason."""
        self._close(move)

    def _close(self, move: Move) -> None:
        self.outcome = move.reason
        self.closed_at = move.at
