"""The machine of one spot check 抽查 (S0, four (三))."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_fsm import transition

from scoring import services as scoring
from supervision import guards, policies
from supervision.sheets import CHECK
from supervision.statuses import PENDING, CheckState
from workflow import Move
from workflow.models import Subject

if TYPE_CHECKING:
    from publicity.models import Title
    from scoring.models import Sheet


class SpotCheckFlow(Subject):
    title: Title
    sheet: Sheet | None
    begun_at: Any
    closed_at: Any
    cancelled_for: str

    class Meta:
        abstract = True

    @transition(
        "state",
        source=CheckState.PLANNED,
        target=CheckState.UNDER_WAY,
        conditions=[
            guards.campaign_is_running,
            guards.title_is_in_force,
            guards.inspectors_are_complete,
        ],
        permission=policies.may_begin,
        custom={"label": "开始检查", "tone": "primary"},
    )
    def begin(self, move: Move) -> None:
        """Judged by the very table by which the title was awarded."""
        self.sheet = scoring.open_sheet(self.title.cycle.version, CHECK)
        self.begun_at = move.at

    @transition(
        "state",
        source=CheckState.UNDER_WAY,
        target=CheckState.FINISHED,
        conditions=[
            guards.inspectors_are_complete,
            guards.sheet_is_sealed,
            guards.visit_is_recorded,
            guards.result_has_findings,
        ],
        permission=policies.may_lead,
        custom={
            "label": "完成检查",
            "tone": "primary",
            "through": "supervision.services.finish_check",
        },
    )
    def finish(self, move: Move) -> None:
        self.closed_at = move.at

    @transition(
        "state",
        source=list(PENDING),
        target=CheckState.CANCELLED,
        permission=policies.may_arrange,
        custom={
            "label": "取消检查",
            "reason": True,
            "reason_label": "取消理由",
            "tone": "danger",
            "through": "supervision.services.cancel_check",
        },
    )
    def cancel(self, move: Move) -> None:
        self.cancelled_for = move.reason
        self.closed_at = move.at
