from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Case, Q, When
from django.urls import reverse
from django_fsm import FSMField

from accounts.access import holds_province
from files.models import StoredFile, StoredFileQuerySet
from publicity.models import Title
from publicity.models.receipts import Receipted, ReceiptedQuerySet
from supervision.flow import ComplaintFlow
from supervision.models.about import files_among
from supervision.models.orders import RectificationOrder
from supervision.models.prompts import Prompt
from supervision.statuses import UNSETTLED_COMPLAINTS, ComplaintState

# What the list may be sorted by.
SORTS = {
    "receipt": "receipt",
    "nursery": "title__nursery__name",
    "filed_at": "filed_at",
    "state": "state",
    "due_on": "due_on",
}


class ComplaintQuerySet(ReceiptedQuerySet["Complaint"]):
    def visible_to(self, user: Any) -> ComplaintQuerySet:
        """Confidential: only who supervises for the province."""
        return self if holds_province(user, "accounts.supervise") else self.none()

    def unsettled(self) -> ComplaintQuerySet:
        return self.filter(state__in=UNSETTLED_COMPLAINTS)

    def in_state(self, state: str) -> ComplaintQuerySet:
        """Those in one state; without one, all."""
        return self.filter(state=state) if state else self

    def of(self, title: Title) -> ComplaintQuerySet:
        return self.filter(title=title).order_by("-pk")

    def for_list(self) -> ComplaintQuerySet:
        return self.select_related(
            "title__nursery", "title__region__parent", "title__cycle__province"
        )

    def with_followings(self) -> ComplaintQuerySet:
        """With what it led to."""
        return self.select_related("spot_check__title__nursery", "prompt", "order")

    def matching(self, text: str) -> ComplaintQuerySet:
        """Those about a nursery whose name holds every word, or whose number begins so."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(title__nursery__name__icontains=word) | Q(receipt__istartswith=word)
            )
        return found

    def late_on(self, day: date) -> ComplaintQuerySet:
        """Those that wait although their day is past."""
        return self.unsettled().filter(due_on__lt=day)

    def sorted_by(self, asked: str) -> ComplaintQuerySet:
        """By one of SORTS, from the end with a minus before it; else by urgency."""
        column = SORTS.get(asked.removeprefix("-"))
        if column is None:
            return self.by_urgency()
        return self.for_list().order_by(f"-{column}" if asked.startswith("-") else column, "-pk")

    def by_urgency(self) -> ComplaintQuerySet:
        """What waits comes first, the earliest day before the others; then what is settled."""
        waits = Case(When(state__in=UNSETTLED_COMPLAINTS, then=0), default=1)
        return self.for_list().order_by(waits, "due_on", "-filed_at", "-pk")


class Complaint(ComplaintFlow, Receipted):
    """By a citizen about a nursery with a title; a name is no condition.

    What followed from it is kept here and never there, so that nothing of it shows to the nursery,
    its county and its city.
    """

    state = FSMField(
        "状态", default=ComplaintState.FILED, choices=ComplaintState.choices, protected=True
    )
    title = models.ForeignKey(
        Title, on_delete=models.PROTECT, related_name="complaints", verbose_name="称号"
    )
    name = models.CharField("举报人", max_length=60, blank=True)
    contact = models.CharField("联系方式", max_length=60, blank=True)
    content = models.TextField("举报内容", max_length=4000)
    evidence = models.ManyToManyField(
        StoredFile, blank=True, related_name="+", verbose_name="证明材料"
    )
    filed_at = models.DateTimeField("提交时间")
    due_on = models.DateField("办理期限")
    answer = models.TextField("答复", blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    prompt = models.ForeignKey(
        Prompt,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="所作提醒",
    )
    order = models.ForeignKey(
        RectificationOrder,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="所发整改通知",
    )
    spot_check = models.ForeignKey(
        "supervision.SpotCheck",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="所开展的检查",
    )

    FACTS: ClassVar = {"file": "提交举报", "follow": "据此开展监督"}
    TONES: ClassVar = {
        "filed": "wait",
        "accepted": "active",
        "refused": "ended",
        "substantiated": "bad",
        "unsubstantiated": "good",
    }

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = "举报"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.CheckConstraint(
                name="complaint_answered_when_settled",
                condition=Q(state__in=UNSETTLED_COMPLAINTS, closed_at=None)
                | (~Q(state__in=UNSETTLED_COMPLAINTS) & Q(closed_at__isnull=False) & ~Q(answer="")),
                violation_error_message="办结的举报须有答复。",
            )
        ]

    def __str__(self) -> str:
        return f"举报 {self.receipt}"

    @property
    def region_path(self) -> str:
        # The province's alone: an event about it must not show in the county's or city's area.
        return self.title.cycle.province.path

    def get_absolute_url(self) -> str:
        return reverse("supervision:complaint", args=[self.pk])

    @property
    def attached(self) -> StoredFileQuerySet:
        """What the complainant handed in."""
        return files_among(self.evidence)

    @property
    def is_settled(self) -> bool:
        return self.state not in UNSETTLED_COMPLAINTS

    @property
    def is_accepted(self) -> bool:
        return bool(self.state == ComplaintState.ACCEPTED)
