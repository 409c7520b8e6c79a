"""What commissions and experts do with an application: opinions, score sheets, visits."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import Appointment, User
from applications.rounds import ReviewQuerySet
from applications.statuses import Step, TaskState, Tier, Verdict
from scoring.models import Sheet
from scoring.models.sheets import unsealed_only


class Opinion(models.Model):
    """What a commission said of an application, as it stands on the form. Never changed."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="opinions"
    )
    tier = models.CharField("层级", max_length=10, choices=Tier.choices)
    verdict = models.CharField("结论", max_length=12, choices=Verdict.choices)
    text = models.TextField("意见", blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "意见"
        verbose_name_plural = verbose_name
        ordering = ("pk",)
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="opinion_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_tier_display()}{self.get_verdict_display()}"


class Review(models.Model):
    """A score sheet filled in for an application by a commission or by one expert."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="reviews"
    )
    step = models.CharField("环节", max_length=12, choices=Step.choices)
    reviewer = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews",
        verbose_name="评审专家",
    )
    sheet = models.OneToOneField(Sheet, on_delete=models.PROTECT, related_name="review")
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField("分配时间")
    accepted_at = models.DateTimeField("接受时间", null=True, blank=True)
    recused_at = models.DateTimeField("回避时间", null=True, blank=True)
    recusal_reason = models.TextField("回避理由", max_length=500, blank=True)
    superseded = models.BooleanField("已被新一轮取代", default=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "评审任务"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "step", "reviewer"],
                name="review_once_per_expert",
                condition=Q(superseded=False),
                nulls_distinct=False,
                violation_error_message="该专家已被分配到此环节。",
            ),
            models.CheckConstraint(
                name="review_experts_named",
                condition=Q(step__in=[Step.COUNTY, Step.CITY], reviewer=None)
                | Q(step__in=[Step.PAPER, Step.SITE, Step.MODERATION], reviewer__isnull=False),
                violation_error_message="专家评审须指明专家。",
            ),
            models.CheckConstraint(
                name="review_accepted_or_recused",
                condition=Q(accepted_at=None, recused_at=None)
                | Q(reviewer__isnull=False, accepted_at__isnull=False, recused_at=None)
                | Q(reviewer__isnull=False, recused_at__isnull=False, superseded=True),
                violation_error_message="只有专家任务可以接受或回避；已回避的任务不再有效。",
            ),
            models.CheckConstraint(
                name="review_recusal_has_reason",
                condition=Q(recused_at=None, recusal_reason="")
                | Q(recused_at__isnull=False) & ~Q(recusal_reason=""),
                violation_error_message="回避须写明理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.get_step_display()}"

    @property
    def region_path(self) -> str:
        return self.application.region_path

    @property
    def is_accepted(self) -> bool:
        """Whether the sheet may be filled in: an expert has accepted, a commission need not."""
        return self.reviewer_id is None or self.accepted_at is not None

    @property
    def team_words(self) -> str:
        """The members of a commission's team as they stand under its sheet."""
        return "、".join(str(member) for member in self.team.all())

    @property
    def task_state(self) -> TaskState:
        """Where an expert's task stands; the sheet must be loaded."""
        if self.recused_at:
            return TaskState.RECUSED
        if self.superseded:
            return TaskState.TAKEN_BACK
        if self.sheet.sealed_at:
            return TaskState.SEALED
        return TaskState.SCORING if self.is_accepted else TaskState.OFFERED


class TeamMember(models.Model):
    """A member of the county's review team 评审组 or the city's expert group 专家组 (S0, three)."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="team")
    order = models.PositiveSmallIntegerField("顺序")
    name = models.CharField("姓名", max_length=40)
    employer = models.CharField("工作单位", max_length=80)
    position = models.CharField("职务或职称", max_length=40, blank=True)
    leads = models.BooleanField("组长", default=False)

    class Meta:
        verbose_name = "评审组成员"
        verbose_name_plural = verbose_name
        ordering = ("review", "order")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["review", "name", "employer"],
                name="team_member_once",
                violation_error_message="该成员已在评审组中。",
            ),
            models.UniqueConstraint(
                fields=["review"],
                condition=Q(leads=True),
                name="team_one_leader",
                violation_error_message="评审组只有一名组长。",
            ),
        ]
        triggers: ClassVar = [
            unsealed_only(
                "sealed_team",
                "(SELECT sheet_id FROM applications_review WHERE id = ROW.review_id)",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}（组长）" if self.leads else self.name


class Visit(models.Model):
    """When, and if the expert allowed it where, a site visit 实地评审 began."""

    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="visit")
    arrived_at = models.DateTimeField("到达时间")
    latitude = models.DecimalField(
        "纬度",
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        "经度",
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    accuracy = models.PositiveIntegerField("误差（米）", null=True, blank=True)
    recorded_at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = "到场记录"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.CheckConstraint(
                name="visit_place_whole",
                condition=Q(latitude=None, longitude=None, accuracy=None)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                violation_error_message="位置须同时有纬度和经度。",
            ),
            models.CheckConstraint(
                name="visit_recorded_after_arrival",
                condition=Q(recorded_at__gte=models.F("arrived_at")),
                violation_error_message="到达时间不能晚于记录时间。",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="visit_written_once", operation=pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return f"{self.review} {self.arrived_at:%Y-%m-%d %H:%M}"

    @property
    def has_place(self) -> bool:
        return self.latitude is not None
