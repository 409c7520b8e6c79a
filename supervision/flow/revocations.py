"""The machine of a proposal to revoke 拟撤销 (S0, four (三)(四))."""

from __future__ import annotations

from typing import Any

from django_fsm import transition

from supervision import guards, policies
from supervision.statuses import OPEN_REVOCATIONS, RevocationState
from workflow import Move
from workflow.models import Subject


class RevocationFlow(Subject):
    """Proposed with its facts, heard by a statement of the nursery, then decided or dropped."""

    statement: str
    stated_at: Any
    outcome: str
    closed_at: Any

    class Meta:
        abstract = True

    @transition(
        "state",
        source=RevocationState.PROPOSED,
        target=RevocationState.STATED,
        permission=policies.may_report,
        custom={"label": "陈述申辩", "reason": True, "tone": "primary", "offered": False},
    )
    def make_statement(self, move: Move) -> None:
        """Heard also after the day, as long as nothing is decided."""
        self.statement = move.reason
        self.stated_at = move.at

    @transition(
        "state",
        source=RevocationState.PROPOSED,
        target=RevocationState.WAIVED,
        permission=policies.may_report,
        custom={"label": "放弃陈述申辩", "tone": "secondary"},
    )
    def waive_statement(self, move: Move) -> None:
        self.stated_at = move.at

    @transition(
        "state",
        source=list(OPEN_REVOCATIONS),
        target=RevocationState.DECIDED,
        conditions=[guards.was_heard],
        permission=policies.may_decide,
        custom={
            "label": "决定撤销称号",
            "reason": True,
            "reason_label": "撤销理由（写明对陈述申辩的意见）",
            "tone": "danger",
            "through": "supervision.services.decide_revocation",
        },
    )
    def decide(self, move: Move) -> None:
        """The title is revoked in the same transaction."""
        self._close(move)

    @transition(
        "state",
        source=list(OPEN_REVOCATIONS),
        target=RevocationState.DROPPED,
        permission=policies.may_decide,
        custom={
            "label": "不予撤销",
            "reason": True,
            "reason_label": "不予撤销的理由",
            "tone": "secondary",
            "through": "supervision.services.drop_revocation",
        },
    )
    def drop(self, move: Move) -> None:
        self._close(move)

    @transition(
        "state",
        source=list(OPEN_REVOCATIONS),
        target=RevocationState.ENDED,
        permission=policies.portal_only,
        custom={"label": "随称号终止"},
    )
    def end_with_title(self, move: Move) -> None:
        """The title expired, or was revoked at once for something graver."""
        self._close(move)

    def _close(self, move: Move) -> None:
        self.outcome = move.reason
        self.closed_at = move.at
