"""Packages: what a city hands in to the province, as one file to take away."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Region, User
from accounts.statuses import Level
from documents.models.documents import SUMMARY_PERMISSIONS, within
from quotas.models import Cycle

# A package whose worker has said nothing for so long was left by it.
SILENCE = timedelta(minutes=5)
KEPT = timedelta(days=7)


class PackageQuerySet(models.QuerySet["Package"]):
    def visible_to(self, user: Any) -> PackageQuerySet:
        """A city its own, the province all."""
        return self.filter(within(user, *SUMMARY_PERMISSIONS))

    def of_cycle(self, cycle: Cycle) -> PackageQuerySet:
        return self.filter(cycle=cycle)

    def unfinished(self) -> PackageQuerySet:
        return self.filter(done_at=None)

    def free(self, at: datetime) -> PackageQuerySet:
        """Nobody works on them: not begun, or left by a worker that is gone."""
        return self.unfinished().filter(Q(alive_at=None) | Q(alive_at__lt=at - SILENCE))

    def held_by(self, claim: datetime | None) -> PackageQuerySet:
        """Still worked on by the worker that began at that moment."""
        return self.unfinished().filter(started_at=claim)

    def over(self, at: datetime) -> PackageQuerySet:
        """Those whose file is to go."""
        return self.filter(expires_at__lte=at, dropped_at=None)

    def with_file(self) -> PackageQuerySet:
        """Those that a file is being written for, or still lies there of."""
        writing = Q(done_at=None, started_at__isnull=False)
        return self.filter(writing | Q(expires_at__isnull=False, dropped_at=None))

    def for_page(self) -> PackageQuerySet:
        return self.select_related("cycle__province", "region", "asked_by")

    def newest_of_each(self) -> PackageQuerySet:
        """The last one asked for of each body."""
        return self.order_by("region_id", "-pk").distinct("region_id")


class Package(models.Model):
    """The papers and the evidence of one city, or of the whole province, in one ZIP file.

    `done` of `total` nurseries are packed. The worker that began at `started_at` says at `alive_at`
    that it is still there. The file is kept until `expires_at`; `dropped_at` is when it went.
    """

    cycle = models.ForeignKey(
        Cycle, on_delete=models.PROTECT, related_name="+", verbose_name="评选周期"
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name="报送单位"
    )
    region_path = models.CharField("辖区", max_length=30)
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="申请人"
    )
    asked_at = models.DateTimeField("申请时间")
    started_at = models.DateTimeField("开始时间", null=True)
    alive_at = models.DateTimeField("最近进展时间", null=True)
    done_at = models.DateTimeField("结束时间", null=True)
    done = models.PositiveIntegerField("已完成", default=0)
    total = models.PositiveIntegerField("总数", default=1)
    fault = models.CharField("故障", max_length=200, blank=True)
    size = models.PositiveBigIntegerField("字节数", default=0)
    sha256 = models.CharField("文件摘要", max_length=64, blank=True)
    files = models.PositiveIntegerField("文件数", default=0)
    missing = models.PositiveIntegerField("缺少的文件数", default=0)
    expires_at = models.DateTimeField("有效期至", null=True)
    dropped_at = models.DateTimeField("删除时间", null=True)

    FACTS: ClassVar = {
        "ask_package": "申请打包报送材料",
        "pack": "生成材料包",
        "take_package": "下载材料包",
        "drop_package": "删除到期材料包",
    }

    objects = PackageQuerySet.as_manager()

    class Meta:
        verbose_name = "报送材料包"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="package_one_at_a_time",
                fields=["cycle", "region", "asked_by"],
                condition=Q(done_at=None),
                violation_error_message="该材料包正在生成。",
            ),
            models.CheckConstraint(
                name="package_done_with_outcome",
                condition=Q(done_at=None, fault="", sha256="", expires_at=None)
                | Q(done_at__isnull=False, fault="", expires_at__isnull=False) & ~Q(sha256="")
                | Q(done_at__isnull=False, sha256="", expires_at=None) & ~Q(fault=""),
                violation_error_message="结束的任务须有文件或故障说明。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cycle", "region_path"], name="package_of_cycle"),
            models.Index(
                fields=["expires_at"], name="package_to_drop", condition=Q(dropped_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region.name} {self.cycle.name}"

    def get_absolute_url(self) -> str:
        return reverse("documents:package", args=[self.pk])

    @property
    def file_name(self) -> str:
        """What the file is called where it is taken to."""
        made = timezone.localtime(self.asked_at)
        return f"{self.region.name}{self.cycle.year}年报送材料{made:%Y%m%d%H%M}.zip"

    @property
    def path(self) -> Path:
        """Where the file lies, outside every web root; every attempt at it has its own."""
        claim = int(self.started_at.timestamp() * 1_000_000) if self.started_at else 0
        return Path(settings.PACKAGES_ROOT) / f"{self.pk}-{claim}.zip"

    @property
    def is_of_province(self) -> bool:
        return self.region.level == Level.PROVINCE

    @property
    def is_made(self) -> bool:
        """Whether there was a file; it may be gone by now."""
        return bool(self.sha256)

    def is_ready(self, at: datetime) -> bool:
        """Whether the file may still be taken away."""
        return self.expires_at is not None and self.dropped_at is None and at < self.expires_at

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What a page says of the file."""
        return [
            ("文件名", self.file_name),
            ("文件数", f"{self.files} 份"),
            ("文件摘要（SHA-256）", self.sha256),
        ]

    @property
    def size_words(self) -> str:
        kilobytes = -(-self.size // 1024)
        return f"{kilobytes} KB" if kilobytes < 1024 else f"{self.size / 1024 / 1024:.1f} MB"
