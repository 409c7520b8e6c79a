from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

MAX_FINDING = 200


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def with_digest(self, digest: str) -> StoredFileQuerySet:
        return self.filter(digest=digest)

    def waiting(self) -> StoredFileQuerySet:
        """In quarantine: not inspected yet."""
        return self.filter(inspection=None)

    def not_refused(self) -> StoredFileQuerySet:
        """Those whose content is kept."""
        return self.exclude(inspection__passed=False)

    def stored_before(self, moment: datetime) -> StoredFileQuerySet:
        return self.filter(created_at__lt=moment)

    def with_inspection(self) -> StoredFileQuerySet:
        return self.select_related("inspection")


class StoredFile(models.Model):
    """One upload or one paper. Its content lies under its digest, once for equal contents.

    `name` is already harmless and ends as the content demands. Written once, never changed.
    Nobody can open it before its inspection, nor after one that refused it.
    """

    digest = models.CharField("摘要", max_length=64, db_index=True)
    name = models.CharField("文件名", max_length=120)
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("字节数")
    created_at = models.DateTimeField("存入时间")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="存入人",
    )

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = "文件"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.CheckConstraint(
                name="file_has_digest",
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
                violation_error_message="文件摘要应为 64 位十六进制数。",
            ),
            models.CheckConstraint(
                name="file_not_empty",
                condition=Q(size__gt=0),
                violation_error_message="文件不能为空。",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="file_written_once", operation=pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Where the content lies in the storage: ab/cd/abcd…"""
        return path_of(self.digest)

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")

    @property
    def kind(self) -> str:
        """What it is, in a word for people: PDF, DOCX."""
        return self.name.rpartition(".")[2].upper()

    @property
    def size_words(self) -> str:
        """How large it is, for people: 86 KB, 1.2 MB."""
        kilobytes = -(-self.size // 1024)
        return f"{kilobytes} KB" if kilobytes < 1024 else f"{self.size / 1024 / 1024:.1f} MB"

    @property
    def is_waiting(self) -> bool:
        return not hasattr(self, "inspection")

    @property
    def is_released(self) -> bool:
        return not self.is_waiting and self.inspection.passed

    @property
    def is_refused(self) -> bool:
        return not self.is_waiting and not self.inspection.passed


class Inspection(models.Model):
    """What became of a file in quarantine. A file without one is still there.

    Written once. `finding` says in words why a file is refused; its content is gone.
    """

    file = models.OneToOneField(
        StoredFile, on_delete=models.CASCADE, related_name="inspection", verbose_name="文件"
    )
    passed = models.BooleanField("通过")
    finding = models.CharField("发现的问题", max_length=MAX_FINDING, blank=True)
    inspected_at = models.DateTimeField("检查时间")

    class Meta:
        verbose_name = "安全检查"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.CheckConstraint(
                name="inspection_says_why",
                condition=Q(passed=True, finding="") | (Q(passed=False) & ~Q(finding="")),
                violation_error_message="未通过检查的须说明问题，通过的不须说明。",
            )
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="inspection_written_once", operation=pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return self.finding or "已通过安全检查"


def path_of(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def thumbnail_path_of(digest: str) -> str:
    return f"thumbnails/{path_of(digest)}.jpg"
