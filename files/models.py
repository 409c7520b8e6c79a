from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def with_digest(self, digest: str) -> StoredFileQuerySet:
        return self.filter(digest=digest)


class StoredFile(models.Model):
    """One upload or one paper. Its content lies under its digest, once for equal contents.

    `name` is already harmless and ends as the content demands. Written once, never changed.
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
    def size_words(self) -> str:
        """How large it is, for people: 86 KB, 1.2 MB."""
        kilobytes = -(-self.size // 1024)
        return f"{kilobytes} KB" if kilobytes < 1024 else f"{self.size / 1024 / 1024:.1f} MB"


def path_of(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:4]}/{digest}"
