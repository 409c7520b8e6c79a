from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django_fsm import FSMField

from accounts.models import User
from files.models import StoredFile, StoredFileQuerySet
from publicity.models import Title
from supervision.flow import RectificationFlow
from supervision.models.about import AboutTitleQuerySet, files_among
from supervision.statuses import RUNNING, OrderState


class RectificationOrderQuerySet(AboutTitleQuerySet):
    def running(self) -> Self:
        return self.filter(state__in=RUNNING)

    def unreported(self) -> Self:
        return self.filter(state=OrderState.ORDERED)

    def reported(self) -> Self:
        return self.filter(state=OrderState.REPORTED).order_by("reported_at")

    def asking_for_days(self) -> Self:
        return self.unreported().filter(extension__answered_at=None, extension__isnull=False)

    def overdue(self, today: date) -> Self:
        return self.unreported().filter(due_on__lt=today)

    def by_limit(self) -> Self:
        return self.order_by("due_on", "pk")

    def with_title(self) -> Self:
        return super().with_title().select_related("ordered_by", "extension", "recheck")


class RectificationOrder(RectificationFlow):
    """An order to put something right within a limit; the title stays in force meanwhile."""

    state = FSMField("状态", default=OrderState.ORDERED, choices=OrderState.choices, protected=True)
    title = models.ForeignKey(
        Title, on_delete=models.PROTECT, related_name="orders", verbose_name="称号"
    )
    spot_check = models.ForeignKey(
        "supervision.SpotCheck",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name="所依据的检查",
    )
    problem = models.TextField("存在的问题和整改要求", max_length=2000)
    ordered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="责令人"
    )
    ordered_at = models.DateTimeField("责令时间")
    due_on = models.DateField("整改期限")
    limit_reason = models.CharField("另定期限的理由", max_length=200, blank=True)
    report = models.TextField("整改情况", blank=True)
    report_files = models.ManyToManyField(
        StoredFile, blank=True, related_name="+", verbose_name="整改佐证"
    )
    reported_at = models.DateTimeField("报告时间", null=True, blank=True)
    outcome = models.TextField("复查结论", blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    FACTS: ClassVar = {
        "issue": "责令限期整改",
        "ask_extension": "申请延长整改期限",
        "grant_extension": "同意延长整改期限",
        "decline_extension": "不同意延长整改期限",
    }
    TONES: ClassVar = {
        "ordered": "wait",
        "reported": "active",
        "passed": "good",
        "failed": "bad",
        "ended": "ended",
    }

    objects = RectificationOrderQuerySet.as_manager()

    class Meta:
        verbose_name = "整改通知"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["title"],
                name="order_one_running",
                condition=Q(state__in=RUNNING),
                violation_error_message="该称号已有未办结的整改通知。",
            ),
            models.CheckConstraint(
                name="order_closed_with_state",
                condition=Q(state__in=RUNNING, closed_at=None)
                | (~Q(state__in=RUNNING) & Q(closed_at__isnull=False)),
                violation_error_message="办结的整改通知须有办结时间。",
            ),
            models.CheckConstraint(
                name="order_due_after_order",
                condition=Q(due_on__gte=F("ordered_at__date")),
                violation_error_message="整改期限不能早于责令之日。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title.nursery.name}的整改通知"

    @property
    def region_path(self) -> str:
        return self.title.region_path

    def get_absolute_url(self) -> str:
        return reverse("supervision:order", args=[self.pk])

    @property
    def attached(self) -> StoredFileQuerySet:
        """Every file that came with it: whoever sees the order may open them."""
        photos = [self.recheck.photos] if self.rechecked else []
        return files_among(self.report_files, *photos)

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    def is_overdue(self, today: date) -> bool:
        """The limit is over, and nothing was reported."""
        return self.state == OrderState.ORDERED and today > self.due_on

    @property
    def asked_extension(self) -> Extension | None:
        return getattr(self, "extension", None)

    @property
    def asks_for_days(self) -> bool:
        """More days were asked for, and nobody has answered."""
        asked = self.asked_extension
        return asked is not None and not asked.is_answered

    @property
    def rechecked(self) -> Recheck | None:
        return getattr(self, "recheck", None)


class Extension(models.Model):
    """More days for an order, asked for by the nursery once and answered once by the province."""

    order = models.OneToOneField(
        RectificationOrder, on_delete=models.PROTECT, related_name="extension", verbose_name="通知"
    )
    reason = models.TextField("申请理由", max_length=2000)
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="申请人"
    )
    asked_at = models.DateTimeField("申请时间")
    due_before = models.DateField("原期限")
    days = models.PositiveSmallIntegerField("延长日数", null=True, blank=True)
    answer = models.TextField("答复", max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="答复人",
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        verbose_name = "整改延期"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.CheckConstraint(
                name="extension_granted_or_declined_with_reason",
                condition=Q(answered_at=None, answered_by=None, days=None, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False, days__gte=1)
                | (
                    Q(answered_at__isnull=False, answered_by__isnull=False, days=None)
                    & ~Q(answer="")
                ),
                violation_error_message="答复须写明延长的日数，或者不同意的理由。",
            ),
            models.CheckConstraint(
                name="extension_asked_in_time",
                condition=Q(asked_at__date__lte=F("due_before")),
                violation_error_message="延期应在整改期限之前申请。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}的延期申请"

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def is_granted(self) -> bool:
        return self.days is not None


class Recheck(models.Model):
    """复查: who went, when, what they saw; its result is the order's."""

    order = models.OneToOneField(
        RectificationOrder, on_delete=models.PROTECT, related_name="recheck", verbose_name="通知"
    )
    visited_on = models.DateField("复查日期")
    visitors = models.CharField("复查人员", max_length=120)
    photos = models.ManyToManyField(
        StoredFile, blank=True, related_name="+", verbose_name="复查照片"
    )
    noted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    noted_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "整改复查"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.CheckConstraint(
                name="recheck_seen_before_noted",
                condition=Q(visited_on__lte=F("noted_at__date")),
                violation_error_message="复查日期不能晚于登记之日。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.order}的复查"
