"""Papers that somebody asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from documents.models.documents import Document, label_of
from documents.statuses import FORMS, Kind
from workflow.models import Event

# A job that has been running for longer was left by a worker that is gone.
GIVEN_UP_AFTER = timedelta(minutes=10)


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
        return label_of(self.kind, self.copies)

    @property
    def back_url(self) -> str:
        """The page that the paper was asked for on."""
        if self.kind in FORMS:
            return reverse("applications:application", args=[self.subject_id])
        if self.kind == Kind.ARCHIVE:
            return reverse("documents:archive", args=[self.subject_id])
        cycle = self.event.data.get("cycle") if self.event.data else None
        return reverse("documents:summary", args=[cycle]) if cycle else ""
