from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from accounts.access import holds_province
from accounts.models import Region, User
from nurseries.models import Nursery
from publicity.statuses import RevocationGround
from quotas.models import Cycle


class BarQuerySet(models.QuerySet["Bar"]):
    def visible_to(self, user: Any) -> BarQuerySet:
        return self if holds_province(user, "accounts.supervise") else self.none()

    def of_nursery(self, nursery_id: int) -> BarQuerySet:
        return self.filter(nursery=nursery_id).select_related("cycle").order_by("pk")

    def of_nurseries(self, nurseries: Iterable[int]) -> BarQuerySet:
        return self.filter(nursery__in=nurseries).select_related("cycle", "nursery").order_by("pk")

    def for_list(self) -> BarQuerySet:
        return self.select_related("nursery__region__parent", "cycle", "by").order_by("-pk")


class Bar(models.Model):
    """A nursery without a title that may not apply: its files were false (S0, four (四))."""

    nursery = models.ForeignKey(
        Nursery, on_delete=models.PROTECT, related_name="bars", verbose_name="托育机构"
    )
    ground = models.CharField(
        "原因",
        max_length=20,
        choices=RevocationGround.choices,
        default=RevocationGround.FRAUD,
    )
    cycle = models.ForeignKey(
        Cycle, on_delete=models.PROTECT, related_name="+", verbose_name="自该周期起"
    )
    cycles = models.PositiveSmallIntegerField("周期数")
    reason = models.TextField("查明的事实", max_length=2000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="决定人")
    at = models.DateTimeField("决定时间")

    FACTS: ClassVar = {"bar": "停止申报"}

    objects = BarQuerySet.as_manager()

    class Meta:
        verbose_name = "停止申报"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["nursery", "cycle"],
                name="bar_once_from_a_cycle",
                violation_error_message="该机构自该周期起已停止申报。",
            ),
            models.CheckConstraint(
                name="bar_of_some_cycles",
                condition=Q(cycles__gte=1),
                violation_error_message="至少一个周期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nursery.name}停止申报"

    @property
    def region_path(self) -> str:
        # The province's own: a nursery's county reads it where the nursery is refused.
        return Region.objects.province().path
