"""Spreadsheets handed in for the registry."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse


class NurseryImportQuerySet(models.QuerySet["NurseryImport"]):
    def visible_to(self, user: Any) -> NurseryImportQuerySet:
        """Only one's own: a file may hold what is no business of the neighbouring office."""
        return self.filter(by=user) if user.is_authenticated else self.none()

    def newest_first(self) -> NurseryImportQuerySet:
        return self.select_related("file").order_by("-pk")


class NurseryImport(models.Model):
    """A spreadsheet handed in; applied as a whole once it was confirmed, or not at all."""

    file = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, related_name="+", verbose_name="文件"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="经办人"
    )
    at = models.DateTimeField("上传时间")
    applied_at = models.DateTimeField("导入时间", null=True)
    created_count = models.PositiveIntegerField("新增", default=0)
    changed_count = models.PositiveIntegerField("更新", default=0)
    unchanged_count = models.PositiveIntegerField("无变化", default=0)

    objects = NurseryImportQuerySet.as_manager()

    class Meta:
        verbose_name = "机构导入"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.CheckConstraint(
                name="nurseryimport_counts_when_applied",
                condition=Q(applied_at__isnull=False) | Q(created_count=0, changed_count=0),
                violation_error_message="未确认的导入不应有导入结果。",
            ),
            models.CheckConstraint(
                name="nurseryimport_times_ordered",
                condition=Q(applied_at__isnull=True) | Q(applied_at__gte=F("at")),
                violation_error_message="导入时间不能早于上传时间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file.name}（{self.at:%Y-%m-%d}）"

    def get_absolute_url(self) -> str:
        return reverse("nurseries:import_check", args=[self.pk])
