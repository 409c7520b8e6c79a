"""Objections of the public: confidential."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import FSMField

from accounts.access import holds_province
from accounts.models import User
from files.models import StoredFile
from publicity.flow import ObjectionFlow
from publicity.models.notices import NoticeEntry
from publicity.models.receipts import (
    Receipted,
    ReceiptedQuerySet,
    receipt_number,  # noqa: F401 - the first migration names it here
)
from publicity.statuses import UNSETTLED, ObjectionMatter, ObjectionState, ObjectorKind
from quotas.models import Cycle

SORTS = {
    "receipt": "receipt",
    "nursery": "entry__application__nursery__name",
    "filed_at": "filed_at",
    "due_on": "due_on",
    "state": "state",
    "assignee": "assignee__name",
}


class ObjectionQuerySet(ReceiptedQuerySet["Objection"]):
    def visible_to(self, user: Any) -> ObjectionQuerySet:
        """Confidential: only who handles objections for the province."""
        return self if holds_province(user, "accounts.handle_objections") else self.none()

    def unsettled(self) -> ObjectionQuerySet:
        return self.filter(state__in=UNSETTLED)

    def in_state(self, state: str) -> ObjectionQuerySet:
        """Those in one state; without one, all."""
        return self.filter(state=state) if state else self

    def overdue(self, today: date) -> ObjectionQuerySet:
        """Not settled although their day is past."""
        return self.unsettled().filter(due_on__lt=today)

    def assigned_to(self, assignee: int | None) -> ObjectionQuerySet:
        """Those of one person, or those that nobody has."""
        return self.filter(assignee=assignee)

    def for_handler(self, user: Any) -> ObjectionQuerySet:
        """A handler's own, and those that nobody has yet."""
        return self.filter(Q(assignee=user) | Q(assignee=None))

    def for_list(self) -> ObjectionQuerySet:
        return self.select_related(
            "entry__application__nursery",
            "entry__application__region__parent",
            "entry__notice__cycle__province",
            "assignee",
        ).order_by("-filed_at", "-pk")

    def with_statement_waiting(self) -> ObjectionQuerySet:
        """With `statement_waits`: whether the nursery is still to answer a question."""
        from publicity.models.investigation import StatementRequest  # noqa: PLC0415 - it refers here

        asked = StatementRequest.objects.filter(objection=OuterRef("pk"), given_at=None)
        return self.annotate(statement_waits=Exists(asked))

    def by_urgency(self) -> ObjectionQuerySet:
        """What waits comes first, the earliest day before the others; then what is settled."""
        waits = models.Case(models.When(state__in=UNSETTLED, then=0), default=1)
        return self.for_list().order_by(waits, "due_on", "-filed_at", "-pk")

    def sorted_by(self, wanted: str) -> ObjectionQuerySet:
        """By a column of the list, "-" before it for the other way; else by urgency."""
        column = SORTS.get(wanted.removeprefix("-"))
        if not column:
            return self.by_urgency()
        order = F(column).desc() if wanted.startswith("-") else F(column).asc()
        return self.for_list().order_by(order, "-pk")


class Objection(Receipted, ObjectionFlow):
    """Filed by the public under real name with contact; kept confidential."""

    state = FSMField(
        "状态", default=ObjectionState.FILED, choices=ObjectionState.choices, protected=True
    )
    entry = models.ForeignKey(NoticeEntry, on_delete=models.PROTECT, related_name="objections")
    kind = models.CharField(
        "异议人", max_length=10, choices=ObjectorKind.choices, default=ObjectorKind.PERSON
    )
    name = models.CharField("姓名或单位名称", max_length=60)
    contact_person = models.CharField("联系人", max_length=60, blank=True)
    contact = models.CharField("联系方式", max_length=60)
    sealed_letter = models.ForeignKey(
        StoredFile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="加盖公章的书面材料",
    )
    matter = models.CharField(
        "异议事项",
        max_length=20,
        choices=ObjectionMatter.choices,
        default=ObjectionMatter.OTHER,
    )
    content = models.TextField("异议内容", max_length=4000)
    evidence = models.ManyToManyField(StoredFile, blank=True, related_name="+")
    filed_at = models.DateTimeField("提交时间")
    due_on = models.DateField("办理期限")
    assignee = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="承办人",
    )
    answer = models.TextField("答复", blank=True)
    handled_at = models.DateTimeField("办结时间", null=True, blank=True)

    FACTS: ClassVar = {"file": "提交异议", "assign": "指定承办人", "note": "记录核查情况"}

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
            ),
            models.CheckConstraint(
                name="objection_of_unit_is_sealed",
                condition=Q(kind=ObjectorKind.PERSON, sealed_letter=None, contact_person="")
                | (Q(kind=ObjectorKind.UNIT, sealed_letter__isnull=False) & ~Q(contact_person="")),
                violation_error_message="单位提出异议须附加盖公章的书面材料并写明联系人。",
            ),
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
    def is_accepted(self) -> bool:
        """Being looked into."""
        return self.state == ObjectionState.ACCEPTED

    @property
    def is_settled(self) -> bool:
        return self.state not in UNSETTLED

    def is_late(self, today: date) -> bool:
        """Settled after its day, or still open although it is past."""
        ended = timezone.localdate(self.handled_at) if self.handled_at else today
        return ended > self.due_on

    @property
    def is_of_unit(self) -> bool:
        return self.kind == ObjectorKind.UNIT

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must reach nobody beside its handlers."""
        return tuple(filter(None, (self.name, self.contact_person, self.contact)))

    @property
    def files(self) -> models.QuerySet[StoredFile]:
        """Every file that its handlers may open: of the objector, of the notes, of the nursery."""
        return StoredFile.objects.filter(
            Q(pk__in=self.evidence.values("pk"))
            | Q(pk=self.sealed_letter_id)
            | Q(pk__in=self.notes.values("files"))
            | Q(pk__in=self.statements.values("files"))
        )
