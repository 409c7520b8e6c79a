"""What people arrange for themselves at a desk: whose file it is, and the filters they keep."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from applications.statuses import Tier

MAX_QUERY = 1000


class Handling(models.Model):
    """Who of a body handles a file there 经办人; one person at each tier, or nobody."""

    application = models.ForeignKey(
        "applications.Application",
        on_delete=models.CASCADE,
        related_name="handlings",
        verbose_name="申报",
    )
    tier = models.CharField("层级", max_length=10, choices=Tier.choices)
    handler = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="handlings", verbose_name="经办人"
    )
    since = models.DateTimeField("经办时间")

    class Meta:
        verbose_name = "经办"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "tier"],
                name="handling_one_per_tier",
                violation_error_message="该申报在本级已有经办人。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.get_tier_display()} {self.handler}"


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def visible_to(self, user: Any) -> SavedFilterQuerySet:
        """Only one's own."""
        return self.filter(user=user)

    def others(self, own: SavedFilter) -> SavedFilterQuerySet:
        """Those of the same person beside this one."""
        return self.filter(user=own.user_id).exclude(pk=own.pk)

    def named(self, name: str) -> SavedFilterQuerySet:
        return self.filter(name=name)

    def defaults(self) -> SavedFilterQuerySet:
        return self.filter(is_default=True)


class SavedFilter(models.Model):
    """A person's own filter of the desk under a name; `query` is the address it stands for."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField("名称", max_length=20)
    query = models.CharField("条件", max_length=MAX_QUERY)
    is_default = models.BooleanField("打开“申报审核”时默认使用", default=False)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = "常用筛选"
        verbose_name_plural = verbose_name
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "name"],
                name="saved_filter_name_once",
                violation_error_message="已有同名的常用筛选。",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(is_default=True),
                name="saved_filter_one_default",
                violation_error_message="默认筛选只能有一个。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The desk as the filter shows it; what is chosen stays in the address."""
        return f"{reverse('applications:desk')}?{self.query}&saved={self.pk}"

    @property
    def is_new(self) -> bool:
        return bool(self._state.adding)
