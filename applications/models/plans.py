"""Automatic assignment 自动分配: a proposal that can be recomputed, edited and then carried out."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.access import holds_province
from accounts.models import User
from applications.models.reviews import Review
from applications.statuses import EXPERT_STEPS, Step
from quotas.models import Cycle


class AssignmentPlanQuerySet(models.QuerySet["AssignmentPlan"]):
    def visible_to(self, user: Any) -> AssignmentPlanQuerySet:
        return self if holds_province(user, "accounts.assign_experts") else self.none()

    def of_cycle(self, cycle: Cycle) -> AssignmentPlanQuerySet:
        return self.filter(cycle=cycle)

    def under_way(self) -> AssignmentPlanQuerySet:
        """Being carried out."""
        return self.filter(started_at__isnull=False, done_at=None)

    def carried_out(self) -> AssignmentPlanQuerySet:
        """Those that people were told of, the latest first."""
        return self.filter(started_at__isnull=False).order_by("-pk")

    def with_people(self) -> AssignmentPlanQuerySet:
        return self.select_related("cycle__province", "made_by", "started_by")

    def for_list(self) -> AssignmentPlanQuerySet:
        """Without what they were worked out from, which is long."""
        return self.with_people().defer("basis")


class AssignmentPlan(models.Model):
    """Who should review what, worked out from `seed` and the pool as it was at `made_at`.

    A proposal until it is carried out (`started_at`, then `done_at`) or discarded. `basis` is what
    it was worked out from, so that it can be recomputed: see `services.planning`.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="plans")
    seed = models.PositiveIntegerField("随机种子")
    same_panel = models.BooleanField("书面与实地由同一组专家承担", default=True)
    site_from = models.DateField("实地评审自", null=True, blank=True)
    site_until = models.DateField("实地评审至", null=True, blank=True)
    basis = models.JSONField("计算依据", default=dict)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("生成时间")
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField("执行时间", null=True, blank=True)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)
    discarded_at = models.DateTimeField("放弃时间", null=True, blank=True)

    FACTS: ClassVar = {
        "plan": "生成分配方案",
        "edit_plan": "调整分配方案",
        "carry_out": "执行分配方案",
        "discard_plan": "放弃分配方案",
    }

    objects = AssignmentPlanQuerySet.as_manager()

    class Meta:
        verbose_name = "专家分配方案"
        verbose_name_plural = verbose_name
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle"],
                name="plan_one_open",
                condition=Q(done_at=None, discarded_at=None),
                violation_error_message="本周期已有一份未完成的分配方案。",
            ),
            models.CheckConstraint(
                name="plan_carried_out_or_discarded",
                condition=Q(discarded_at=None) | Q(started_at=None),
                violation_error_message="已执行的方案不能放弃。",
            ),
            models.CheckConstraint(
                name="plan_times_ordered",
                condition=Q(started_at=None, started_by=None, done_at=None)
                | Q(started_at__isnull=False, started_by__isnull=False),
                violation_error_message="执行方案须有执行人和时间。",
            ),
            models.CheckConstraint(
                name="plan_site_days_ordered",
                condition=Q(site_from=None, site_until=None) | Q(site_until__gte=F("site_from")),
                violation_error_message="实地评审的起止日期须同时填写，止日不能早于起日。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle}分配方案 {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("applications:plan", args=[self.pk])

    @property
    def region_path(self) -> str:
        return self.cycle.region_path

    @property
    def is_under_way(self) -> bool:
        return self.started_at is not None and self.done_at is None

    @property
    def state_label(self) -> str:
        if self.discarded_at:
            return "已放弃"
        return "已执行" if self.done_at else "执行中" if self.started_at else "待执行"

    @property
    def state_tone(self) -> str:
        if self.discarded_at:
            return "ended"
        return "good" if self.done_at else "active" if self.started_at else "wait"

    @property
    def is_open(self) -> bool:
        """Still to be edited, carried out or discarded."""
        return self.started_at is None and self.discarded_at is None


class PlannedSeatQuerySet(models.QuerySet["PlannedSeat"]):
    def for_page(self) -> PlannedSeatQuerySet:
        """With everything that a row shows."""
        return self.select_related(
            "application__nursery",
            "application__region__parent",
            "plan__cycle__province",
            "expert",
        ).defer("plan__basis")

    def of_plan(self, plan: AssignmentPlan) -> PlannedSeatQuerySet:
        return self.filter(plan=plan)

    def on_file_of(self, seat: PlannedSeat) -> PlannedSeatQuerySet:
        return self.filter(application=seat.application_id)

    def held_by(self, expert: int | None) -> PlannedSeatQuerySet:
        """An expert's, by key; the empty ones for None."""
        return self.filter(expert=expert)

    def filled(self) -> PlannedSeatQuerySet:
        return self.filter(expert__isnull=False)

    def pending(self) -> PlannedSeatQuerySet:
        """Still to be carried out."""
        return self.filled().filter(outcome="")

    def files(self) -> list[int]:
        """The keys of the applications, each once."""
        rows = self.order_by("application").values_list("application", flat=True)
        return list(rows.distinct())


class PlannedSeat(models.Model):
    """One expert proposed for one step of one file; `outcome` is said once it was carried out."""

    plan = models.ForeignKey(AssignmentPlan, on_delete=models.CASCADE, related_name="seats")
    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="planned_seats"
    )
    step = models.CharField("环节", max_length=12, choices=Step.choices)
    expert = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="空缺的席位没有专家",
    )
    why = models.TextField("说明", blank=True)
    by_hand = models.BooleanField("人工调整", default=False)
    review = models.OneToOneField(
        Review, on_delete=models.PROTECT, null=True, blank=True, related_name="planned_seat"
    )
    outcome = models.TextField("执行结果", blank=True)

    objects = PlannedSeatQuerySet.as_manager()

    class Meta:
        verbose_name = "拟分配的席位"
        verbose_name_plural = verbose_name
        ordering = ("plan", "application", "step", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "application", "step", "expert"],
                name="planned_seat_once",
                violation_error_message="该专家在此方案中已有此席位。",
            ),
            models.CheckConstraint(
                name="planned_seat_of_panel",
                condition=Q(step__in=EXPERT_STEPS),
                violation_error_message="方案只安排书面评审和实地评审。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.get_step_display()} {self.expert or '空缺'}"
