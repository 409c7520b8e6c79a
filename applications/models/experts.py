"""The pool of experts 专家库: what is known of each, when they have time, whom they stand near."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.access import holds_province
from accounts.models import Region, User
from applications.statuses import ExpertField
from nurseries.models import Nursery


class ExpertProfileQuerySet(models.QuerySet["ExpertProfile"]):
    def visible_to(self, user: Any) -> ExpertProfileQuerySet:
        """Who assigns sees the pool; an expert the own page alone."""
        if holds_province(user, "accounts.assign_experts"):
            return self
        return self.filter(user=user) if user.is_authenticated else self.none()

    def of(self, experts: Iterable[User]) -> ExpertProfileQuerySet:
        return self.filter(user__in=experts)

    def with_ties(self) -> ExpertProfileQuerySet:
        return self.select_related("region").prefetch_related("ties")


class ExpertProfile(models.Model):
    """What assignment must know of a member of the pool; the employer is the person's own."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="expert_profile")
    field = models.CharField("专业领域", max_length=20, choices=ExpertField.choices)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name="工作所在地"
    )
    title = models.CharField("职称", max_length=40, blank=True)
    max_load = models.PositiveSmallIntegerField(
        "同时承担任务上限",
        default=40,
        validators=[MinValueValidator(1), MaxValueValidator(200)],
        help_text="未完成的评审任务达到此数后，不再自动分配",
    )

    FACTS: ClassVar = {
        "save_profile": "维护专家资料",
        "declare_tie": "申报利害关系",
        "withdraw_tie": "撤销利害关系申报",
    }

    objects = ExpertProfileQuerySet.as_manager()

    class Meta:
        verbose_name = "专家资料"
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return str(self.user)

    @property
    def region_path(self) -> str:
        """The pool is the province's, wherever its members work."""
        return self.region.province_path


class AvailabilityQuerySet(models.QuerySet["Availability"]):
    def touching(self, starts: Any, until: Any) -> AvailabilityQuerySet:
        """Those with at least one day between the two, both included."""
        return self.filter(starts__lte=until, until__gte=starts)

    def of(self, profile: ExpertProfile) -> AvailabilityQuerySet:
        return self.filter(profile=profile).select_related("profile")


class Availability(models.Model):
    """Days on which an expert can travel, both included."""

    profile = models.ForeignKey(ExpertProfile, on_delete=models.CASCADE, related_name="available")
    starts = models.DateField("自")
    until = models.DateField("至")

    objects = AvailabilityQuerySet.as_manager()

    class Meta:
        verbose_name = "可参加评审的日期"
        verbose_name_plural = verbose_name
        ordering = ("starts",)
        constraints: ClassVar = [
            models.CheckConstraint(
                name="availability_ordered",
                condition=Q(until__gte=F("starts")),
                violation_error_message="止日不能早于起日。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts} – {self.until}"


class TieQuerySet(models.QuerySet["Tie"]):
    def of(self, profile: ExpertProfile) -> TieQuerySet:
        return self.filter(profile=profile).select_related("profile__region", "nursery")


class Tie(models.Model):
    """A conflict of interest that an expert, or the province for them, has declared."""

    profile = models.ForeignKey(ExpertProfile, on_delete=models.CASCADE, related_name="ties")
    nursery = models.ForeignKey(
        Nursery, on_delete=models.PROTECT, related_name="ties", verbose_name="托育机构"
    )
    what = models.CharField("利害关系", max_length=200)
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField("申报时间")

    objects = TieQuerySet.as_manager()

    class Meta:
        verbose_name = "利害关系申报"
        verbose_name_plural = verbose_name
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["profile", "nursery"],
                name="tie_once",
                violation_error_message="已申报过与该机构的利害关系。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.profile} – {self.nursery}：{self.what}"


class Relation(models.Model):
    """A person to whom the nursery says it stands in a relation, who must therefore stand aside.

    By name, since the nursery does not know who is in the pool.
    """

    application = models.ForeignKey(
        "applications.Application", on_delete=models.CASCADE, related_name="relations"
    )
    name = models.CharField("姓名", max_length=40)
    employer = models.CharField("工作单位", max_length=80, blank=True)
    what = models.CharField("关系", max_length=200)

    class Meta:
        verbose_name = "申请回避的人员"
        verbose_name_plural = verbose_name
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "name", "employer"],
                name="relation_once",
                violation_error_message="该人员已填写。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}：{self.what}"
