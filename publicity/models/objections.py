"""Objections of the public: confidential."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField

from accounts.access import holds_province
from files.models import StoredFile
from publicity.flow import ObjectionFlow
from publicity.models.notices import NoticeEntry
from publicity.numbers import as_typed, unguessable
from publicity.statuses import UNSETTLED, ObjectionState
from quotas.models import Cycle


def receipt_number() -> str:
    return unguessable(10)


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, user: Any) -> ObjectionQuerySet:
        """Confidential: only who handles objections for the province."""
        return self if holds_province(user, "accounts.handle_objections") else self.none()

    def with_receipt(self, typed: str) -> ObjectionQuerySet:
        return self.filter(receipt=as_typed(typed))

    def unsettled(self) -> ObjectionQuerySet:
        return self.filter(state__in=UNSETTLED)

    def in_state(self, state: str) -> ObjectionQuerySet:
        """Those in one state; without one, all."""
        return self.filter(state=state) if state else self

    def for_list(self) -> ObjectionQuerySet:
        return self.select_related(
            "entry__application__nursery",
            "entry__application__region__parent",
            "entry__notice__cycle__province",
        ).order_by("-filed_at", "-pk")

    def by_urgency(self) -> ObjectionQuerySet:
        """What waits comes first, the earliest day before the others; then what is settled."""
        waits = models.Case(models.When(state__in=UNSETTLED, then=0), default=1)
        return self.for_list().order_by(waits, "due_on", "-filed_at", "-pk")


class Objection(ObjectionFlow):
    """Filed by the public under real name with contact; kept confidential."""

    state = FSMField(
        "状态", default=ObjectionState.FILED, choices=ObjectionState.choices, protected=True
    )
    entry = models.ForeignKey(NoticeEntry, on_delete=models.PROTECT, related_name="objections")
    receipt = models.CharField("回执号", max_length=10, unique=True, default=receipt_number)
    name = models.CharField("姓名或单位名称", max_length=60)
    contact = models.CharField("联系方式", max_length=60)
    content = models.TextField("异议内容", max_length=4000)
    evidence = models.ManyToManyField(StoredFile, blank=True, related_name="+")
    filed_at = models.DateTimeField("提交时间")
    due_on = models.DateField("办理期限")
    answer = models.TextField("答复", blank=True)
    handled_at = models.DateTimeField("办结时间", null=True, blank=True)

    FACTS: ClassVar = {"file": "提交异议"}

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = "异议"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.CheckConstraint(
                name="objection_answered_when_settled",
                condition=Q(state__in=UNSETTLED, handled_at=None)
                | (~Q(state__in=UNSETTLED) & Q(handled_at__isnull=False) & ~Q(answer="")),
                violation_error_message="办结的异议须有答复。",
            )
        ]

    def __str__(self) -> str:
        return f"异议 {self.receipt}"

    @property
    def cycle(self) -> Cycle:
        return self.entry.notice.cycle

    @property
    def region_path(self) -> str:
        # The province's alone: an event about it must not show in the county's or city's area.
        return self.cycle.province.path

    def get_absolute_url(self) -> str:
        return reverse("publicity:objection", args=[self.pk])

    @property
    def is_settled(self) -> bool:
        return self.state not in UNSETTLED
