"""The machine of a cycle."""

from __future__ import annotations

from django_fsm import transition

from quotas import guards, policies
from quotas.statuses import CycleState
from workflow import Move
from workflow.models import Subject


class CycleFlow(Subject):
    class Meta:
        abstract = True

    @transition(
        "state",
        source=CycleState.PREPARING,
        target=CycleState.OPEN,
        conditions=[guards.rubric_published, guards.quotas_set],
        permission=policies.may_run_cycle,
        custom={"label": "启动周期", "tone": "primary"},
    )
    def start(self, move: Move) -> None:
        """From now on nurseries may apply, and the rubric version can no longer change."""

    @transition(
        "state",
        source=CycleState.OPEN,
        target=CycleState.CLOSED,
        permission=policies.may_run_cycle,
        custom={"label": "结束周期", "reason": True, "tone": "danger"},
    )
    def close(self, move: Move) -> None:
        """No further application; what is under way runs on."""
