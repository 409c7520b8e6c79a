"""The machine of a good practice 经验做法."""

from __future__ import annotations

from typing import Any

from django_fsm import transition

from publicity import guards, policies
from publicity.statuses import PracticeState
from workflow import Move
from workflow.models import Subject


class PracticeFlow(Subject):
    """A good practice 经验做法: written, handed in, published by the province (S0)."""

    submitted_at: Any
    published_at: Any
    withdrawn_at: Any

    class Meta:
        abstract = True

    @transition(
        "state",
        source=[PracticeState.DRAFT, PracticeState.RETURNED],
        target=PracticeState.SUBMITTED,
        conditions=[
            guards.author_is_a_model,
            guards.practice_is_whole,
            guards.pictures_are_described,
            guards.pictures_are_safe,
            guards.consents_are_there,
        ],
        permission=policies.may_write_practice,
        custom={"label": "报送", "tone": "primary"},
    )
    def submit(self, move: Move) -> None:
        self.submitted_at = move.at

    @transition(
        "state",
        source=PracticeState.SUBMITTED,
        target=PracticeState.RETURNED,
        permission=policies.may_publish_practice,
        custom={
            "label": "退回修改",
            "reason": True,
            "reason_label": "退回理由和修改要求",
            "tone": "warning",
        },
    )
    def return_for_correction(self, move: Move) -> None:
        """Back to who wrote it, with what is to be changed."""

    @transition(
        "state",
        source=PracticeState.SUBMITTED,
        target=PracticeState.PUBLISHED,
        conditions=[guards.publisher_is_not_the_author, guards.pictures_are_safe],
        permission=policies.may_publish_practice,
        custom={
            "label": "发布",
            "tone": "primary",
            "through": "publicity.services.publish_practice",
        },
    )
    def publish(self, move: Move) -> None:
        self.published_at = move.at

    @transition(
        "state",
        source=PracticeState.PUBLISHED,
        target=PracticeState.WITHDRAWN,
        permission=policies.may_publish_practice,
        custom={
            "label": "撤下",
            "reason": True,
            "reason_label": "撤下的理由",
            "tone": "danger",
            "through": "publicity.services.withdraw_practice",
        },
    )
    def withdraw(self, move: Move) -> None:
        """It leaves the public pages at once, pictures and all."""
        self.withdrawn_at = move.at
