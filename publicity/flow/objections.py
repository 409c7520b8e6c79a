"""The machine of an objection 异议."""

from __future__ import annotations

from typing import Any

from django_fsm import transition

from publicity import guards, policies
from publicity.statuses import ObjectionState
from workflow import Move
from workflow.models import Subject

DECIDING = [guards.handler_is_impartial, guards.handler_is_assigned, guards.answer_names_nobody]


class ObjectionFlow(Subject):
    """An objection 异议 against one entry, under real name."""

    answer: str
    handled_at: Any
    assignee_id: int | None

    class Meta:
        abstract = True

    @transition(
        "state",
        source=ObjectionState.FILED,
        target=ObjectionState.ACCEPTED,
        conditions=[guards.handler_is_impartial, guards.handler_is_assigned],
        permission=policies.may_handle,
        custom={"label": "受理", "tone": "primary"},
    )
    def accept(self, move: Move) -> None:
        """Taken up for investigation, by who accepts it if nobody has it; the entry stays held."""
        if self.assignee_id is None and move.actor is not None:
            self.assignee_id = move.actor.pk

    @transition(
        "state",
        source=ObjectionState.FILED,
        target=ObjectionState.REFUSED,
        conditions=DECIDING,
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
        conditions=DECIDING,
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
        conditions=DECIDING,
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
