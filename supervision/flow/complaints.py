"""The machine of a complaint 举报 by a citizen."""

from __future__ import annotations

from typing import Any

from django_fsm import transition

from supervision import policies
from supervision.statuses import ComplaintState
from workflow import Move
from workflow.models import Subject


class ComplaintFlow(Subject):
    """Taken up or refused, looked into, answered with reasons."""

    answer: str
    closed_at: Any

    class Meta:
        abstract = True

    @transition(
        "state",
        source=ComplaintState.FILED,
        target=ComplaintState.ACCEPTED,
        permission=policies.may_decide,
        custom={"label": "受理", "tone": "primary"},
    )
    def accept(self, move: Move) -> None:
        """Taken up; a spot check, a prompt or an order may follow."""

    @transition(
        "state",
        source=ComplaintState.FILED,
        target=ComplaintState.REFUSED,
        permission=policies.may_decide,
        custom={
            "label": "不予受理",
            "reason": True,
            "reason_label": "不予受理的理由（答复举报人）",
            "tone": "warning",
        },
    )
    def refuse(self, move: Move) -> None:
        self._answer(move)

    @transition(
        "state",
        source=ComplaintState.ACCEPTED,
        target=ComplaintState.SUBSTANTIATED,
        permission=policies.may_decide,
        custom={
            "label": "举报属实",
            "reason": True,
            "reason_label": "核查结论（答复举报人）",
            "tone": "danger",
        },
    )
    def substantiate(self, move: Move) -> None:
        self._answer(move)

    @transition(
        "state",
        source=ComplaintState.ACCEPTED,
        target=ComplaintState.UNSUBSTANTIATED,
        permission=policies.may_decide,
        custom={
            "label": "举报不属实",
            "reason": True,
            "reason_label": "核查结论（答复举报人）",
            "tone": "secondary",
        },
    )
    def dismiss(self, move: Move) -> None:
        self._answer(move)

    def _answer(self, move: Move) -> None:
        self.answer = move.reason
        self.closed_at = move.at
