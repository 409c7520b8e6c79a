"""Spreadsheets of rubrics, handed in and looked through before anything is taken from them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse


class RubricImportQuerySet(models.QuerySet["RubricImport"]):
    def visible_to(self, user: Any) -> RubricImportQuerySet:
        """Only one's own."""
        return self.filter(by=user).select_related("file", "version__rubric")

    def newest_first(self) -> RubricImportQuerySet:
        return self.order_by("-pk")


class RubricImport(models.Model):
    """A spreadsheet handed in; taken as a whole once it was confirmed, or not at all."""

    file = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, related_name="+", verbose_name="文件"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="经办人"
    )
    at = models.DateTimeField("上传时间")
    applied_at = models.DateTimeField("导入时间", null=True)
    version = models.ForeignKey(
        "scoring.RubricVersion",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="导入为",
    )

    objects = RubricImportQuerySet.as_manager()

    class Meta:
        verbose_name = "评分表导入"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rubricimport_times_ordered",
                condition=Q(applied_at__isnull=True) | Q(applied_at__gte=F("at")),
                violation_error_message="导入时间不能早于上传时间。",
            ),
            models.CheckConstraint(
                name="rubricimport_version_when_applied",
                condition=Q(applied_at__isnull=False) | Q(version__isnull=True),
                violation_error_message="未确认的导入不应有导入结果。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file.name}（{self.at:%Y-%m-%d}）"

    def get_absolute_url(self) -> str:
        return reverse("scoring:rubric_import", args=[self.pk])
