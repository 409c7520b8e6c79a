"""The machine of a campaign of spot checks 抽查 (S0, four (三))."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django_fsm import transition

from supervision import guards, policies
from supervision.statuses import CampaignState
from workflow import Move
from workflow.models import Subject


class CampaignFlow(Subject):
    drawn_at: Any
    drawn_for: Any
    summary: str
    closed_at: Any

    class Meta:
        abstract = True

    @transition(
        "state",
        source=CampaignState.PREPARING,
        target=CampaignState.DRAWN,
        conditions=[guards.seed_is_fixed],
        permission=policies.may_run_campaign,
        custom={
            "label": "抽取",
            "tone": "primary",
            "through": "supervision.services.draw_campaign",
        },
    )
    def draw(self, move: Move) -> None:
        """Once and for good: no move leads back."""
        self.drawn_at = move.at
        self.drawn_for = timezone.localdate(move.at)

    @transition(
        "state",
        source=CampaignState.DRAWN,
        target=CampaignState.RUNNING,
        permission=policies.may_run_campaign,
        custom={"label": "开始检查", "tone": "primary"},
    )
    def start(self, move: Move) -> None:
        """The order to set out; each check then goes its own way."""

    @transition(
        "state",
        source=CampaignState.RUNNING,
        target=CampaignState.CLOSED,
        conditions=[guards.every_check_is_over],
        permission=policies.may_run_campaign,
        custom={
            "label": "结束抽查",
            "reason": True,
            "reason_label": "抽查总结",
            "tone": "primary",
        },
    )
    def close(self, move: Move) -> None:
        self.summary = move.reason
        self.closed_at = move.at
