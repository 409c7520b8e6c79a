"""What inspectors find at a spot check 抽查, with what they photographed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from files.models import StoredFile
from scoring.models import Indicator
from supervision.models.checks import SpotCheck
from supervision.models.frozen import frozen
from supervision.statuses import Severity

MAX_FINDING = 1000


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: Any) -> FindingQuerySet:
        return self.filter(spot_check__in=SpotCheck.objects.visible_to(user))

    def with_photos(self) -> FindingQuerySet:
        rows = self.select_related("spot_check", "indicator")
        return rows.prefetch_related("photos__file__inspection")


class Finding(models.Model):
    """One thing that was wrong, on an indicator of the table or beside it."""

    spot_check = models.ForeignKey(SpotCheck, on_delete=models.PROTECT, related_name="findings")
    indicator = models.ForeignKey(
        Indicator,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="对应指标",
    )
    severity = models.CharField("程度", max_length=10, choices=Severity.choices)
    text = models.TextField("问题", max_length=MAX_FINDING)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("记录时间")

    TONES: ClassVar = {"minor": "wait", "serious": "bad"}

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = "检查发现的问题"
        verbose_name_plural = verbose_name
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                name="finding_says_something",
                condition=~Q(text=""),
                violation_error_message="请写明问题。",
            )
        ]
        triggers: ClassVar = [frozen("finding_frozen", "ROW.spot_check_id")]

    def __str__(self) -> str:
        return self.in_words

    @property
    def tone(self) -> str:
        return str(self.TONES[self.severity])

    @property
    def in_words(self) -> str:
        item = f"{self.indicator.code} {self.indicator.title}：" if self.indicator else ""
        return f"【{self.get_severity_display()}】{item}{self.text}"


class FindingPhotoQuerySet(models.QuerySet["FindingPhoto"]):
    def visible_to(self, user: Any) -> FindingPhotoQuerySet:
        return self.filter(finding__spot_check__in=SpotCheck.objects.visible_to(user))

    def with_file(self) -> FindingPhotoQuerySet:
        return self.select_related("file__inspection", "finding__spot_check")


class FindingPhoto(models.Model):
    """What was seen: a picture or paper beside a finding."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="photos")
    file = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="照片或材料"
    )
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField("上传时间")

    objects = FindingPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = "检查照片"
        verbose_name_plural = verbose_name
        ordering = ("pk",)
        triggers: ClassVar = [
            frozen(
                "finding_photo_frozen",
                "(SELECT spot_check_id FROM supervision_finding WHERE id = ROW.finding_id)",
            )
        ]

    def __str__(self) -> str:
        return self.file.name
