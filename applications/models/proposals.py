"""Two steps 两级签批: the setting of a commission, and what its handlers propose."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Appointment, Region, User
from applications.statuses import ProposalState, Tier


class TwoSteps(models.Model):
    """Whether a commission's decisions are prepared by one person and signed by another."""

    region = models.OneToOneField(
        Region, on_delete=models.PROTECT, related_name="two_steps", verbose_name="单位"
    )
    on = models.BooleanField("两级签批", default=False)

    FACTS: ClassVar = {"turn_on": "启用两级签批", "turn_off": "停用两级签批"}

    class Meta:
        verbose_name = "两级签批设置"
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return f"{self.region.commission}：{'两级签批' if self.on else '一级办理'}"

    @property
    def region_path(self) -> str:
        return self.region.path


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def standing(self) -> ProposalQuerySet:
        """Those that wait for an approver."""
        return self.filter(outcome=ProposalState.STANDING)

    def newest_first(self) -> ProposalQuerySet:
        return self.select_related("by", "post", "decided_by").order_by("-pk")


class Proposal(models.Model):
    """What a handler proposes to do with a file 拟办; an approver confirms it or gives it back."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="proposals"
    )
    tier = models.CharField("层级", max_length=10, choices=Tier.choices)
    move = models.CharField("办理", max_length=60)
    text = models.TextField("意见", max_length=2000)
    overrule = models.TextField("调整推荐次序的理由", max_length=2000, blank=True)
    corrections = models.JSONField("补正要求", default=list, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("拟办时间")
    outcome = models.CharField(
        "状态", max_length=10, choices=ProposalState.choices, default=ProposalState.STANDING
    )
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    remark = models.TextField("退回说明", max_length=2000, blank=True)

    TONES: ClassVar = {
        ProposalState.STANDING: "wait",
        ProposalState.CARRIED: "good",
        ProposalState.RETURNED: "bad",
        ProposalState.DROPPED: "ended",
    }

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "拟办意见"
        verbose_name_plural = verbose_name
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(outcome=ProposalState.STANDING),
                name="proposal_one_standing",
                violation_error_message="该申报已有一份待签批的拟办意见。",
            ),
            models.CheckConstraint(
                name="proposal_decided_has_date",
                condition=Q(outcome=ProposalState.STANDING, decided_at=None)
                | (~Q(outcome=ProposalState.STANDING) & Q(decided_at__isnull=False)),
                violation_error_message="办结的拟办意见须有时间。",
            ),
            models.CheckConstraint(
                name="proposal_returned_has_remark",
                condition=~Q(outcome=ProposalState.RETURNED) | ~Q(remark=""),
                violation_error_message="退回拟办意见须写明说明。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_tier_display()}拟办"

    @property
    def tone(self) -> str:
        return self.TONES[ProposalState(self.outcome)]

    @property
    def is_standing(self) -> bool:
        return self.outcome == ProposalState.STANDING
