from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.access import regions_held
from accounts.models import User
from applications.models import Application, ApplicationUserObjectPermission
from documents.statuses import FORMS, SUMMARIES, Kind
from files.models import StoredFile
from workflow.models import Event

# A job that has been running for longer was left by a worker that is gone.
GIVEN_UP_AFTER = timedelta(minutes=10)
# Who deals with a summary: the city that fills it in and the province that it goes to.
SHA256 = r"^[0-9a-f]{64}$"
SORTABLE = ("title", "kind", "created_at")
SUMMARY_PERMISSIONS = ("accounts.review_city", "accounts.decide_city", "accounts.decide_province")


def _within(user: Any, *permissions: str) -> Q:
    """Rows in the areas on which the user holds one of the permissions."""
    paths = {region.path for p in permissions for region in regions_held(user, p)}
    area = Q(pk__in=[])
    for path in paths:
        area |= Q(region_path=path) | Q(region_path__startswith=f"{path}/")
    return area


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: Any) -> DocumentQuerySet:
        """A form follows its application, a summary its city and the province; a draft is the
        nursery's alone. Says for forms what `Application.objects.visible_to` says.
        """
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        own = Application.objects.of_nurseries_acted_for_by(user).values("pk")
        given = ApplicationUserObjectPermission.objects.filter(
            user=user, permission__codename="review_as_expert"
        ).values("content_object")
        return self.filter(
            Q(kind__in=FORMS, subject_id__in=own)
            | Q(kind=Kind.APPLICATION_FORM, subject_id__in=given)
            | Q(kind=Kind.APPLICATION_FORM) & _within(user, "accounts.see_files")
            | Q(kind__in=SUMMARIES) & _within(user, *SUMMARY_PERMISSIONS)
        )

    def current(self) -> DocumentQuerySet:
        """Those that say what is so now."""
        return self.filter(superseded_at=None)

    def of(self, subject: models.Model) -> DocumentQuerySet:
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)

    def of_any(self, subjects: Sequence[models.Model]) -> DocumentQuerySet:
        """Those of several subjects at once."""
        wanted = Q(pk__in=[])
        for subject in subjects:
            wanted |= Q(subject_type=subject._meta.label_lower, subject_id=subject.pk)
        return self.filter(wanted)

    def of_kinds(self, *kinds: str) -> DocumentQuerySet:
        return self.filter(kind__in=kinds)

    def titled_like(self, text: str) -> DocumentQuerySet:
        """Those whose title holds every word of `text`."""
        found = self
        for word in text.split():
            found = found.filter(title__icontains=word)
        return found

    def narrowed(self, *, words: str, kind: str, older: bool) -> DocumentQuerySet:
        """What a list's filter asks for; superseded papers only when wanted."""
        found = self.titled_like(words)
        found = found.of_kinds(kind) if kind else found
        return found if older else found.current()

    def for_list(self) -> DocumentQuerySet:
        """With everything that a row shows."""
        return self.select_related("file", "requested_by")

    def sorted_by(self, order: str) -> DocumentQuerySet:
        """In the order that a list's heading names; newest first for anything unknown."""
        if order.removeprefix("-") not in SORTABLE:
            return self.newest_first()
        return self.order_by(order, "-pk")

    def newest_first(self) -> DocumentQuerySet:
        return self.order_by("-created_at", "-pk")


class Document(models.Model):
    """A paper that the portal has made: what it is about, the file, the event that caused it."""

    kind = models.CharField("种类", max_length=30, choices=Kind.choices)
    subject_type = models.CharField("对象类型", max_length=80)
    subject_id = models.BigIntegerField("对象编号")
    region_path = models.CharField("辖区", max_length=60)
    title = models.CharField("名称", max_length=200)
    copies = models.PositiveSmallIntegerField("份数", default=1)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="文件"
    )
    sha256 = models.CharField("文件摘要", max_length=64)
    content_digest = models.CharField("内容摘要", max_length=64)
    code = models.CharField("查验码", max_length=12, unique=True)
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, related_name="+", verbose_name="事件"
    )
    created_at = models.DateTimeField("生成时间")
    requested_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="申请人"
    )
    superseded_at = models.DateTimeField("失效时间", null=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "文书"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="document_one_current",
                fields=["subject_type", "subject_id", "kind", "copies"],
                condition=Q(superseded_at=None),
                violation_error_message="该文书已有现行的一份。",
            ),
            models.UniqueConstraint(
                name="document_once_per_content",
                fields=["event", "kind", "copies", "content_digest"],
                violation_error_message="内容相同的文书已经生成。",
            ),
            models.CheckConstraint(
                name="document_has_digests",
                condition=Q(sha256__regex=SHA256, content_digest__regex=SHA256),
                violation_error_message="摘要应为 64 位十六进制数。",
            ),
            models.CheckConstraint(
                name="document_times_ordered",
                condition=Q(superseded_at=None) | Q(superseded_at__gte=F("created_at")),
                violation_error_message="失效时间不能早于生成时间。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-id"], name="document_newest"),
            models.Index(
                fields=["region_path"], name="document_area", opclasses=["varchar_pattern_ops"]
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("documents:document", args=[self.pk])

    @property
    def is_current(self) -> bool:
        return self.superseded_at is None

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What a page says of the file beside its name."""
        return [
            ("名称", self.title),
            ("查验码", self.code),
            ("文件摘要（SHA-256）", self.sha256),
        ]

    @property
    def label(self) -> str:
        """申报表（一式三份）"""
        many = "（一式三份）" if self.copies > 1 else ""
        return f"{Kind(self.kind).label}{many}"


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: Any) -> JobQuerySet:
        """One's own."""
        return self.filter(asked_by=user) if user.is_authenticated else self.none()

    def unfinished(self) -> JobQuerySet:
        return self.filter(done_at=None)

    def of(self, subject: models.Model) -> JobQuerySet:
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)

    def free(self, at: datetime) -> JobQuerySet:
        """Nobody works on them: not begun, or left by a worker that is gone."""
        waiting = Q(started_at=None) | Q(started_at__lt=at - GIVEN_UP_AFTER)
        return self.unfinished().filter(waiting)

    def for_page(self) -> JobQuerySet:
        return self.select_related("document__file", "event")


class Job(models.Model):
    """A paper that somebody asked for, on its way. `done` of `total` copies or lines are ready."""

    kind = models.CharField("种类", max_length=30, choices=Kind.choices)
    subject_type = models.CharField("对象类型", max_length=80)
    subject_id = models.BigIntegerField("对象编号")
    copies = models.PositiveSmallIntegerField("份数", default=1)
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, related_name="+", verbose_name="事件"
    )
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="申请人"
    )
    asked_at = models.DateTimeField("申请时间")
    started_at = models.DateTimeField("开始时间", null=True)
    done_at = models.DateTimeField("结束时间", null=True)
    fault = models.CharField("故障", max_length=200, blank=True)
    done = models.PositiveIntegerField("已完成", default=0)
    total = models.PositiveIntegerField("总数", default=1)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="文书"
    )

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "文书任务"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="job_one_at_a_time",
                fields=["subject_type", "subject_id", "kind", "copies", "asked_by"],
                condition=Q(done_at=None),
                violation_error_message="该文书正在生成。",
            ),
            models.CheckConstraint(
                name="job_done_with_outcome",
                condition=Q(done_at=None, document=None, fault="")
                | Q(done_at__isnull=False, document__isnull=False, fault="")
                | Q(done_at__isnull=False, document=None) & ~Q(fault=""),
                violation_error_message="结束的任务须有文书或故障说明。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["asked_at"], name="job_open", condition=Q(done_at=None))
        ]

    def __str__(self) -> str:
        return f"{Kind(self.kind).label} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("documents:job", args=[self.pk])

    @property
    def label(self) -> str:
        many = "（一式三份）" if self.copies > 1 else ""
        return f"{Kind(self.kind).label}{many}"

    @property
    def back_url(self) -> str:
        """The page that the paper was asked for on."""
        if self.kind in FORMS:
            return reverse("applications:application", args=[self.subject_id])
        cycle = self.event.data.get("cycle") if self.event.data else None
        return reverse("documents:summary", args=[cycle]) if cycle else ""
