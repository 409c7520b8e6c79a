"""What is added to a notice in public after its publication."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from accounts.models import User
from publicity.models.notices import Notice


class NoticeSupplementQuerySet(models.QuerySet["NoticeSupplement"]):
    def in_order(self) -> NoticeSupplementQuerySet:
        return self.order_by("number")

    def latest_public(self) -> NoticeSupplementQuerySet:
        """The newest of all notices first; only a published notice has any."""
        return self.select_related("notice").order_by("-at", "-pk")


class NoticeSupplement(models.Model):
    """补充说明: a correction of a published notice with its reason; the notice itself stays."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="supplements")
    number = models.PositiveSmallIntegerField("序号")
    text = models.TextField("说明", max_length=2000)
    reason = models.CharField("原因", max_length=300)
    closes_on = models.DateField("顺延后的末日", null=True, blank=True)
    days_before = models.JSONField("顺延前计入的工作日", default=list, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("发布时间")

    objects = NoticeSupplementQuerySet.as_manager()

    class Meta:
        verbose_name = "公示补充说明"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["notice", "number"],
                name="supplement_number_once",
                violation_error_message="该序号的补充说明已经发布。",
            )
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="supplement_written_once", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"补充说明第 {self.number} 号"
