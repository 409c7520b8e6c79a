"""Batches 批量办理: one move made on many files, one after the other by the workers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import User
from applications.statuses import Outcome, Tier
from workflow.models import Event, verb_label


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: Any) -> BatchQuerySet:
        """One's own: what somebody decided stands with the files, for whoever may see those."""
        return self.filter(maker=user) if user.is_authenticated else self.none()

    def drafts(self) -> BatchQuerySet:
        """Previewed, not yet confirmed."""
        return self.filter(confirmed_at=None)

    def under_way(self) -> BatchQuerySet:
        """Confirmed and not done: with the workers, or left by one that is lost."""
        return self.filter(confirmed_at__isnull=False, done_at=None)

    def with_counts(self) -> BatchQuerySet:
        """With `total`, `done` and `left`, those that could not be done."""
        return self.annotate(
            total=_items(Q()),
            done=_items(Q(outcome=Outcome.DONE)),
            left=_items(Q(outcome__in=Outcome.open_ones())),
        )

    def newest_first(self) -> BatchQuerySet:
        return self.order_by("-pk")


def _items(which: Q) -> Coalesce:
    rows = BatchItem.objects.filter(which, batch=OuterRef("pk")).order_by().values("batch")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


class Batch(models.Model):
    """One move (`move`, of the table of `Application`) that `maker` wants made on many files.

    A draft with its preview until it is confirmed; then each file is moved by itself, as by hand,
    in the order of the items. `answers` are those to the questions that the move asks.
    """

    maker = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="办理人"
    )
    move = models.CharField("办理事项", max_length=40)
    tier = models.CharField("层级", max_length=10, choices=Tier.choices)
    region_path = models.CharField("辖区", max_length=30)
    reason = models.TextField("意见或理由", max_length=2000, blank=True)
    answers = models.JSONField("补充说明", default=dict, blank=True)
    note = models.TextField("核对提示", blank=True)
    retry_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="重办自"
    )
    made_at = models.DateTimeField("建立时间")
    previewed_at = models.DateTimeField("核对时间")
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)

    # Of a row read `with_counts`.
    total: int
    done: int
    left: int

    FACTS: ClassVar = {"confirm_batch": "确认批量办理", "finish_batch": "完成批量办理"}

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = "批量办理"
        verbose_name_plural = verbose_name
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                name="batch_done_was_confirmed",
                condition=Q(done_at=None) | Q(confirmed_at__isnull=False),
                violation_error_message="未确认的批量办理不能完成。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["maker", "-id"], name="batch_of_maker"),
            models.Index(
                fields=["confirmed_at"], name="batch_under_way", condition=Q(done_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"批量{self.move_label} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("applications:batch", args=[self.pk])

    @property
    def move_label(self) -> str:
        return verb_label("applications.application", self.move)

    @property
    def settled(self) -> int:
        """Of a row read `with_counts`: how far it is."""
        return self.done + self.left

    @property
    def is_draft(self) -> bool:
        return self.confirmed_at is None

    @property
    def is_under_way(self) -> bool:
        return self.confirmed_at is not None and self.done_at is None

    @property
    def state_label(self) -> str:
        return "已完成" if self.done_at else "办理中" if self.confirmed_at else "待确认"

    @property
    def state_tone(self) -> str:
        return "good" if self.done_at else "active" if self.confirmed_at else "wait"


class BatchItemQuerySet(models.QuerySet["BatchItem"]):
    def waiting(self) -> BatchItemQuerySet:
        return self.filter(outcome=Outcome.WAITING)

    def shown(self, show: str) -> BatchItemQuerySet:
        """Those done ("done"), those that could not be ("open"), else all."""
        which = {"done": [Outcome.DONE], "open": Outcome.open_ones()}.get(show)
        return self if which is None else self.filter(outcome__in=which)

    def for_page(self) -> BatchItemQuerySet:
        """With everything that a row shows."""
        return self.select_related("application__nursery", "application__region__parent").defer(
            "application__introduction", "application__practice"
        )


class BatchItem(models.Model):
    """One file of a batch. `foreseen` is what the preview found in its way, `told` why it was not
    done; `event` is the move that was made, written in one transaction with it.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items")
    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="batch_items"
    )
    ordinal = models.PositiveSmallIntegerField("次序")
    chosen = models.BooleanField("办理", default=True)
    text = models.TextField("本件意见或理由", max_length=2000, blank=True)
    foreseen = models.TextField("核对结果", blank=True)
    outcome = models.CharField(
        "结果", max_length=10, choices=Outcome.choices, default=Outcome.WAITING
    )
    told = models.TextField("未办理原因", blank=True)
    event = models.OneToOneField(
        Event, on_delete=models.PROTECT, null=True, related_name="batch_item", verbose_name="事件"
    )
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)

    objects = BatchItemQuerySet.as_manager()

    class Meta:
        verbose_name = "批量办理的申报"
        verbose_name_plural = verbose_name
        ordering = ("batch", "ordinal")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["batch", "application"],
                name="batch_item_once",
                violation_error_message="该申报已在本批中。",
            ),
            models.UniqueConstraint(
                fields=["batch", "ordinal"],
                name="batch_item_in_order",
                violation_error_message="同一批中次序不能重复。",
            ),
            models.CheckConstraint(
                name="batch_item_outcome_whole",
                condition=Q(outcome=Outcome.WAITING, event=None, settled_at=None, told="")
                | Q(outcome=Outcome.DONE, event__isnull=False, settled_at__isnull=False, told="")
                | Q(outcome__in=Outcome.open_ones(), event=None, settled_at__isnull=False)
                & ~Q(told=""),
                violation_error_message="已办理的须有办理记录，未办理的须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} 第 {self.ordinal} 件"

    @property
    def sentences(self) -> list[str]:
        """Why it was not done."""
        return self.told.splitlines()

    @property
    def obstacles(self) -> list[str]:
        """What the preview found in its way."""
        return self.foreseen.splitlines()

    @property
    def outcome_tone(self) -> str:
        return Outcome(self.outcome).tone
