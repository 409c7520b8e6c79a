"""Seals and signing certificates of bodies, and where a seal was put on which paper."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import regions_held
from accounts.models import Region, User
from documents.models.documents import SHA256, Document
from workflow.models import Event

# So long before its end a certificate is to be renewed.
EXPIRES_SOON = timedelta(days=30)
Held = TypeVar("Held", bound="HeldByBody")


class HeldQuerySet(models.QuerySet[Held]):
    def visible_to(self, user: Any) -> HeldQuerySet[Held]:
        """Only to who signs for the body: no other body, no administrator."""
        return self.filter(body__in=regions_held(user, "accounts.approve"))

    def of_body(self, body: Region) -> HeldQuerySet[Held]:
        return self.filter(body=body)

    def of_bodies(self, bodies: Any) -> HeldQuerySet[Held]:
        return self.filter(body__in=bodies)

    def current(self) -> HeldQuerySet[Held]:
        return self.filter(ended_at=None)

    def newest_first(self) -> HeldQuerySet[Held]:
        return self.select_related("uploaded_by", "ended_by", "body").order_by("-pk")


class HeldByBody(models.Model):
    """What a body holds one of at a time: taken into use, ended with a reason, never changed."""

    body = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name="单位"
    )
    uploaded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间")
    in_force_from = models.DateTimeField("启用时间")
    ended_at = models.DateTimeField("停用时间", null=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="停用人"
    )
    reason = models.CharField("停用理由", max_length=200, blank=True)

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return reverse("documents:body", args=[self.body_id])

    @property
    def region_path(self) -> str:
        return self.body.path

    @property
    def is_current(self) -> bool:
        return self.ended_at is None

    def stood_at(self, moment: datetime) -> bool:
        """Whether it was in use then."""
        return self.in_force_from <= moment and (self.ended_at is None or self.ended_at > moment)


def _constraints(name: str, label: str) -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(
            name=f"{name}_one_current",
            fields=["body"],
            condition=Q(ended_at=None),
            violation_error_message=f"该单位已有一枚在用的{label}。",
        ),
        models.CheckConstraint(
            name=f"{name}_ended_with_reason",
            condition=Q(ended_at=None, ended_by=None, reason="")
            | Q(ended_at__gte=F("in_force_from"), ended_by__isnull=False) & ~Q(reason=""),
            violation_error_message=f"停用{label}须写明理由和停用人。",
        ),
    ]


def _triggers(name: str, *may_change: str) -> list[pgtrigger.Trigger]:
    # Columns, not fields.
    ends = ["ended_at", "ended_by_id", "reason"]
    return [
        pgtrigger.ReadOnly(
            name=f"{name}_stays", exclude=["ended_at", "ended_by", "reason", *may_change]
        ),
        pgtrigger.Protect(name=f"{name}_kept", operation=pgtrigger.Delete),
        pgtrigger.Protect(
            name=f"{name}_ends_once",
            operation=pgtrigger.UpdateOf(*ends),
            condition=pgtrigger.Q(old__ended_at__isnull=False),
        ),
    ]


class Seal(HeldByBody):
    """The picture of a body's official seal 公章, encrypted; `sha256` is that of the clear one."""

    picture = models.BinaryField("印章图片（密文）")
    sha256 = models.CharField("图片摘要", max_length=64)

    FACTS: ClassVar = {"use_seal": "启用印章", "end_seal": "停用印章"}

    objects = HeldQuerySet["Seal"].as_manager()

    class Meta:
        verbose_name = "印章"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            *_constraints("seal", "印章"),
            models.CheckConstraint(
                name="seal_has_digest",
                condition=Q(sha256__regex=SHA256),
                violation_error_message="摘要应为 64 位十六进制数。",
            ),
        ]
        # The key under which it lies may be replaced.
        triggers: ClassVar = _triggers("seal", "picture")

    def __str__(self) -> str:
        return f"{self.body.commission}印章"

    @property
    def digest(self) -> str:
        return self.sha256


class Certificate(HeldByBody):
    """The certificate a body signs with; key and certificate lie encrypted in `bundle`.

    `chain` holds the certificates alone, as PEM, the body's own first: they are public.
    """

    bundle = models.BinaryField("证书与私钥（密文）")
    chain = models.TextField("证书链")
    subject = models.CharField("证书主体", max_length=200)
    issuer = models.CharField("颁发机构", max_length=200)
    serial = models.CharField("序列号", max_length=64)
    fingerprint = models.CharField("证书指纹", max_length=64)
    not_before = models.DateTimeField("有效期起")
    not_after = models.DateTimeField("有效期止")

    FACTS: ClassVar = {"use_certificate": "启用签名证书", "end_certificate": "停用签名证书"}

    objects = HeldQuerySet["Certificate"].as_manager()

    class Meta:
        verbose_name = "签名证书"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            *_constraints("certificate", "签名证书"),
            models.CheckConstraint(
                name="certificate_period_ordered",
                condition=Q(not_after__gt=F("not_before")),
                violation_error_message="证书有效期止须晚于有效期起。",
            ),
        ]
        triggers: ClassVar = _triggers("certificate", "bundle")

    def __str__(self) -> str:
        return f"{self.body.commission}签名证书"

    @property
    def digest(self) -> str:
        return self.fingerprint

    def is_valid_at(self, moment: datetime) -> bool:
        return self.not_before <= moment <= self.not_after

    def days_left(self, at: datetime) -> int:
        """Whole days until it ends; negative afterwards."""
        return (timezone.localdate(self.not_after) - timezone.localdate(at)).days

    def ends_soon(self, at: datetime) -> bool:
        return self.not_after - at <= EXPIRES_SOON


class Impression(models.Model):
    """One seal on one page of one paper, with the decision that it stands for."""

    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="impressions", verbose_name="文书"
    )
    seal = models.ForeignKey(
        Seal, on_delete=models.PROTECT, related_name="impressions", verbose_name="印章"
    )
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, related_name="+", verbose_name="决定"
    )
    role = models.CharField("位置", max_length=10)
    copy = models.PositiveSmallIntegerField("份")
    page = models.PositiveIntegerField("页（从 0 起）")

    class Meta:
        verbose_name = "用印记录"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="impression_once",
                fields=["document", "role", "copy"],
                violation_error_message="该处已经用印。",
            )
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="impression_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.seal} {self.document_id}"
