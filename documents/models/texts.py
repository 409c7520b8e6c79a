"""The texts of papers as the province has changed them, with all that they were before."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.access import holds_province
from accounts.models import Region, User
from documents.statuses import TextKind


class PaperTextQuerySet(models.QuerySet["PaperText"]):
    def visible_to(self, user: Any) -> PaperTextQuerySet:
        return self if holds_province(user, "accounts.run_cycle") else self.none()

    def of_kind(self, kind: str) -> PaperTextQuerySet:
        """The versions of one kind, newest first."""
        return self.filter(kind=kind).select_related("by").order_by("-version")

    def current(self) -> PaperTextQuerySet:
        """The newest version of every kind that was ever changed."""
        return self.select_related("by").order_by("kind", "-version").distinct("kind")

    def in_force(self, kind: str, at: datetime) -> PaperText | None:
        """The version that stood at that moment; None for the defaults."""
        return self.of_kind(kind).filter(at__lte=at).first()


class PaperText(models.Model):
    """One version of the texts of one kind of paper; version 0 are the defaults and has no row."""

    kind = models.CharField("文书", max_length=30, choices=TextKind.choices)
    version = models.PositiveIntegerField("版本")
    texts = models.JSONField("文字")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="修改人")
    at = models.DateTimeField("修改时间")

    FACTS: ClassVar = {"reword": "修改文书文字"}

    objects = PaperTextQuerySet.as_manager()

    class Meta:
        verbose_name = "文书文字"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="paper_text_version_once",
                fields=["kind", "version"],
                violation_error_message="该版本已经存在。",
            ),
            models.CheckConstraint(
                name="paper_text_from_one",
                condition=Q(version__gte=1),
                violation_error_message="版本从 1 开始。",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="paper_text_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} 第 {self.version} 版"

    def get_absolute_url(self) -> str:
        return reverse("documents:texts", args=[self.kind])

    @property
    def region_path(self) -> str:
        return Region.objects.province().path
