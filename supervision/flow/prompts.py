"""The machine of a prompt 提醒 (S0, four (三): 市级提醒督促整改)."""

from __future__ import annotations

from typing import Any

from django_fsm import transition

from supervision import policies
from supervision.statuses import PromptState
from workflow import Move
from workflow.models import Subject


class PromptFlow(Subject):
    """It asks the nursery once, and the nursery answers once."""

    answer_text: str
    answered_at: Any

    class Meta:
        abstract = True

    @transition(
        "state",
        source=PromptState.OPEN,
        target=PromptState.ANSWERED,
        permission=policies.may_report,
        custom={"label": "答复提醒", "reason": True, "tone": "primary", "offered": False},
    )
    def answer(self, move: Move) -> None:
        self.answer_text = move.reason
        self.answered_at = move.at

    @transition(
        "state",
        source=PromptState.OPEN,
        target=PromptState.ENDED,
        permission=policies.portal_only,
        custom={"label": "随称号终止"},
    )
    def end_with_title(self, move: Move) -> None:
        """Nobody waits for an answer of who has no title."""
