from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django_fsm import FSMField

from accounts.models import User
from files.models import StoredFile, StoredFileQuerySet
from publicity.models import Title
from publicity.statuses import RevocationGround
from supervision.flow import RevocationFlow
from supervision.models.about import AboutTitleQuerySet, files_among
from supervision.models.orders import RectificationOrder
from supervision.statuses import OPEN_REVOCATIONS, RevocationState


class RevocationQuerySet(AboutTitleQuerySet):
    def open(self) -> Self:
        return self.filter(state__in=OPEN_REVOCATIONS)

    def unheard(self) -> Self:
        """The nursery may still say something."""
        return self.filter(state=RevocationState.PROPOSED)

    def to_decide(self, today: date) -> Self:
        """The nursery was heard, or let its day pass."""
        silent = Q(state=RevocationState.PROPOSED, statement_due_on__lt=today)
        return self.open().filter(~Q(state=RevocationState.PROPOSED) | silent).order_by("pk")

    def decided(self) -> Self:
        return self.filter(state=RevocationState.DECIDED)

    def with_title(self) -> Self:
        return super().with_title().select_related("proposed_by", "order")


class Revocation(RevocationFlow):
    """A proposal to revoke a title, and what became of it (S0, four (三)(四))."""

    state = FSMField(
        "状态", default=RevocationState.PROPOSED, choices=RevocationState.choices, protected=True
    )
    title = models.ForeignKey(
        Title, on_delete=models.PROTECT, related_name="revocations", verbose_name="称号"
    )
    order = models.OneToOneField(
        RectificationOrder,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="revocation",
        verbose_name="整改通知",
    )
    ground = models.CharField("撤销原因", max_length=20, choices=RevocationGround.choices)
    facts = models.TextField("查明的事实", max_length=2000)
    basis = models.CharField("依据", max_length=300)
    proposed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="提出人"
    )
    proposed_at = models.DateTimeField("提出时间")
    statement_due_on = models.DateField("陈述申辩期限")
    statement = models.TextField("陈述申辩", max_length=4000, blank=True)
    statement_files = models.ManyToManyField(
        StoredFile, blank=True, related_name="+", verbose_name="陈述申辩材料"
    )
    stated_at = models.DateTimeField("陈述或放弃的时间", null=True, blank=True)
    outcome = models.TextField("决定理由", blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    FACTS: ClassVar = {"propose": "拟撤销称号"}
    TONES: ClassVar = {
        "proposed": "wait",
        "stated": "active",
        "waived": "active",
        "decided": "bad",
        "dropped": "good",
        "ended": "ended",
    }

    objects = RevocationQuerySet.as_manager()

    class Meta:
        verbose_name = "撤销事项"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["title"],
                name="revocation_one_open",
                condition=Q(state__in=OPEN_REVOCATIONS),
                violation_error_message="该称号已有未办结的撤销事项。",
            ),
            models.CheckConstraint(
                name="revocation_closed_with_state",
                condition=Q(state__in=OPEN_REVOCATIONS, closed_at=None)
                | (~Q(state__in=OPEN_REVOCATIONS) & Q(closed_at__isnull=False)),
                violation_error_message="办结的撤销事项须有办结时间。",
            ),
            models.CheckConstraint(
                name="revocation_heard_with_state",
                condition=(
                    Q(state=RevocationState.STATED, stated_at__isnull=False) & ~Q(statement="")
                )
                | Q(state=RevocationState.WAIVED, stated_at__isnull=False, statement="")
                | Q(state=RevocationState.PROPOSED, stated_at=None, statement="")
                | ~Q(state__in=OPEN_REVOCATIONS),
                violation_error_message="陈述申辩与状态不符。",
            ),
            models.CheckConstraint(
                name="revocation_due_after_proposal",
                condition=Q(statement_due_on__gt=F("proposed_at__date")),
                violation_error_message="陈述申辩期限须晚于提出之日。",
            ),
        ]

    def __str__(self) -> str:
        return f"拟撤销{self.title.nursery.name}的称号"

    @property
    def region_path(self) -> str:
        return self.title.region_path

    def get_absolute_url(self) -> str:
        return reverse("supervision:revocation", args=[self.pk])

    @property
    def attached(self) -> StoredFileQuerySet:
        """What came with the statement: whoever sees the proposal may open it."""
        return files_among(self.statement_files)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_REVOCATIONS

    @property
    def awaits_statement(self) -> bool:
        return bool(self.state == RevocationState.PROPOSED)

    def is_unheard(self, today: date) -> bool:
        """The day for a statement is over, and there is none."""
        return self.awaits_statement and today > self.statement_due_on

    @property
    def heard_in_words(self) -> str:
        """What the nursery made of its right, as the decision says it."""
        if self.statement:
            return "你单位的陈述、申辩意见已予复核。"
        if self.stated_at:
            return "你单位已放弃陈述、申辩。"
        return "你单位在规定期限内未作陈述、申辩。"
