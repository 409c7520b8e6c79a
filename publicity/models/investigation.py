"""What is done about an objection between its acceptance and its answer."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.access import holds_province
from accounts.models import User
from files.models import StoredFile
from nurseries.models import Nursery
from publicity.models.objections import Objection
from publicity.statuses import UNSETTLED


class ObjectionNoteQuerySet(models.QuerySet["ObjectionNote"]):
    def for_page(self) -> ObjectionNoteQuerySet:
        return self.select_related("by").prefetch_related("files__inspection").order_by("pk")


class ObjectionNote(models.Model):
    """What a handler found out, with the papers of it. Never changed, never taken away."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField("核查情况", max_length=4000)
    files = models.ManyToManyField(StoredFile, blank=True, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("记录时间")

    objects = ObjectionNoteQuerySet.as_manager()

    class Meta:
        verbose_name = "核查记录"
        verbose_name_plural = verbose_name
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="objection_note_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.objection_id} 核查记录 {self.pk}"


class StatementRequestQuerySet(models.QuerySet["StatementRequest"]):
    def visible_to(self, user: Any) -> StatementRequestQuerySet:
        """Those put to the nurseries that the user acts for; the handlers see all."""
        if holds_province(user, "accounts.handle_objections"):
            return self
        return self.put_to(user)

    def put_to(self, user: Any) -> StatementRequestQuerySet:
        """Those that the user is to answer for a nursery."""
        own = Nursery.objects.acted_for_by(user)
        return self.filter(objection__entry__application__nursery__in=own)

    def waiting(self) -> StatementRequestQuerySet:
        """Not answered yet, and the objection is not settled."""
        return self.filter(given_at=None, objection__state__in=UNSETTLED)

    def for_page(self) -> StatementRequestQuerySet:
        return (
            self.select_related(
                "asked_by",
                "given_by",
                "objection__entry__application__nursery",
                "objection__entry__notice__cycle__province",
            )
            .prefetch_related("files__inspection")
            .order_by("pk")
        )


class StatementRequest(models.Model):
    """A question put to the nursery about an objection, and its answer. It names no objector."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="statements")
    question = models.TextField("请机构说明的事项", max_length=2000)
    due_on = models.DateField("答复期限")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("发出时间")
    text = models.TextField("情况说明", max_length=4000, blank=True)
    files = models.ManyToManyField(StoredFile, blank=True, related_name="+")
    given_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    given_at = models.DateTimeField("答复时间", null=True, blank=True)

    FACTS: ClassVar = {"ask_statement": "请机构说明", "give_statement": "机构作出说明"}

    objects = StatementRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "情况说明"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["objection"],
                condition=Q(given_at=None),
                name="statement_one_waiting",
                violation_error_message="已有一份说明等待机构答复。",
            ),
            models.CheckConstraint(
                name="statement_given_whole",
                condition=Q(given_at=None, given_by=None, text="")
                | (Q(given_at__isnull=False, given_by__isnull=False) & ~Q(text="")),
                violation_error_message="机构的说明须有内容、人员和时间。",
            ),
        ]

    def __str__(self) -> str:
        return f"情况说明 {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("publicity:statement", args=[self.pk])

    @property
    def nursery(self) -> Nursery:
        return self.objection.entry.application.nursery

    @property
    def region_path(self) -> str:
        # As the objection's: neither county nor city learns of it.
        return self.objection.region_path

    @property
    def is_given(self) -> bool:
        return self.given_at is not None

    @property
    def is_open(self) -> bool:
        """Whether the nursery may still answer; late is better than never."""
        return not self.is_given and not self.objection.is_settled

    def is_late(self, today: date) -> bool:
        return today > self.due_on
