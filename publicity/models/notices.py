"""Notices and the nurseries on them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django_fsm import FSMField

from accounts.access import holds_province
from accounts.models import User
from applications.models import Application
from applications.statuses import ApplicationState
from publicity.flow import NoticeFlow
from publicity.statuses import UNSETTLED, EntryOutcome, NoticeState, Standing
from quotas.models import Cycle

if TYPE_CHECKING:
    from applications.models import ApplicationQuerySet
    from publicity.models.objections import Objection


class NoticeQuerySet(models.QuerySet["Notice"]):
    def public(self) -> NoticeQuerySet:
        """What everyone may read: everything that was ever opened."""
        return self.exclude(state=NoticeState.DRAFT).order_by("-opened_at", "-pk")

    def visible_to(self, user: Any) -> NoticeQuerySet:
        if holds_province(user, "accounts.publish_notice"):
            return self.order_by("-pk")
        return self.public()

    def over_by(self, day: date) -> NoticeQuerySet:
        return self.filter(state=NoticeState.OPEN, closes_on__lt=day)

    def in_cycle(self, cycle: Cycle | None) -> NoticeQuerySet:
        """Those of one cycle, or all."""
        return self.filter(cycle=cycle) if cycle else self

    def with_cycle(self) -> NoticeQuerySet:
        return self.select_related("cycle__province")

    def with_counts(self) -> NoticeQuerySet:
        """With `entry_count` and, of these, `held_count` under an objection not yet settled."""
        entries = NoticeEntry.objects.filter(notice=OuterRef("pk"))
        return self.select_related("cycle").annotate(
            entry_count=_count(entries), held_count=_count(entries.pending().held())
        )


def _count(entries: NoticeEntryQuerySet) -> Any:
    counted = entries.order_by().values("notice").annotate(n=models.Count("pk")).values("n")
    return Coalesce(models.Subquery(counted), 0)


class Notice(NoticeFlow):
    """A public notice over applications that passed."""

    state = FSMField("状态", default=NoticeState.DRAFT, choices=NoticeState.choices, protected=True)
    cycle = models.ForeignKey(
        Cycle, on_delete=models.PROTECT, related_name="notices", verbose_name="评选周期"
    )
    number = models.CharField("文号", max_length=60, blank=True)
    title = models.CharField("标题", max_length=120)
    body = models.TextField("正文", max_length=4000)
    contact = models.CharField("联系方式", max_length=200, help_text="受理异议的部门、电话和地址")
    decision_number = models.CharField("授予决定文号", max_length=60, blank=True)
    opens_on = models.DateField("公示首日", null=True, blank=True)
    closes_on = models.DateField("公示末日", null=True, blank=True)
    counted_days = models.JSONField("计入的工作日", default=list, blank=True)
    opened_at = models.DateTimeField("发布时间", null=True, blank=True)
    concluded_at = models.DateTimeField("公布时间", null=True, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    FACTS: ClassVar = {
        "compose": "拟定公示",
        "edit": "修改公示",
        "choose": "调整名单",
        "award_held": "补授称号",
    }

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "公示"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.CheckConstraint(
                name="notice_window_with_state",
                condition=Q(state=NoticeState.DRAFT, opens_on=None, closes_on=None)
                | (
                    ~Q(state=NoticeState.DRAFT)
                    & Q(opens_on__isnull=False, closes_on__gte=F("opens_on"))
                ),
                violation_error_message="公示发布后须有首日与末日。",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def region_path(self) -> str:
        return self.cycle.province.path

    def get_absolute_url(self) -> str:
        return reverse("publicity:notice", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == NoticeState.DRAFT

    @property
    def is_concluded(self) -> bool:
        return self.state == NoticeState.CONCLUDED

    @property
    def days(self) -> list[date]:
        """The counted days as dates; empty before publication."""
        return [date.fromisoformat(day) for day in self.counted_days]

    def window_from(self, opens_on: date) -> list[date]:
        """The counted days if published on that day. Raises CalendarUnknown."""
        from publicity.calendar import window_in  # noqa: PLC0415 - it reads our own models

        return window_in(self.cycle, opens_on)

    def is_over(self, today: date) -> bool:
        """Whether the last counted day is past, written down or not."""
        return self.closes_on is not None and today > self.closes_on

    def standing(self, today: date) -> Standing:
        """The state as of `today`: over the day after the last one, even before it is settled."""
        over = self.state == NoticeState.OPEN and self.is_over(today)
        state = NoticeState.CLOSED if over else NoticeState(self.state)
        return Standing(state.value, str(state.label))

    def accepts_objections(self, today: date) -> bool:
        """Evaluated on reading: true to the last counted day even when the scheduler slept."""
        return self.state == NoticeState.OPEN and not self.is_over(today)


def passed_and_free(cycle: Cycle, notice: Notice | None = None) -> ApplicationQuerySet:
    """The applications that may be on a notice: passed, and on none yet or on this draft."""
    passed = Application.objects.in_cycle(cycle).in_state(ApplicationState.PASSED).for_list()
    free = Q(entries=None) | Q(entries__notice=notice) if notice else Q(entries=None)
    return passed.filter(free).order_by("region_path", "pk")


class NoticeEntryQuerySet(models.QuerySet["NoticeEntry"]):
    def for_list(self) -> NoticeEntryQuerySet:
        """By area, with everything that a row shows."""
        return self.select_related(
            "application__nursery", "application__region__parent", "application__title"
        ).order_by("application__region_path", "pk")

    def on_public_notice(self, notice_id: int) -> NoticeEntryQuerySet:
        """Those of a notice that was opened, with what an objection has to name."""
        return (
            self.exclude(notice__state=NoticeState.DRAFT)
            .filter(notice_id=notice_id)
            .select_related("notice__cycle__province")
            .for_list()
        )

    def with_held(self) -> NoticeEntryQuerySet:
        """With `is_held`: whether an objection to it is not settled yet."""
        return self.annotate(is_held=Exists(_unsettled_on(OuterRef("pk"))))

    def pending(self) -> NoticeEntryQuerySet:
        return self.filter(outcome=EntryOutcome.PENDING)

    def held(self) -> NoticeEntryQuerySet:
        """With an objection that is not settled yet."""
        return self.filter(Exists(_unsettled_on(OuterRef("pk"))))

    def clear(self) -> NoticeEntryQuerySet:
        return self.exclude(Exists(_unsettled_on(OuterRef("pk"))))


def _unsettled_on(entry: Any) -> models.QuerySet[Objection]:
    from publicity.models.objections import Objection  # noqa: PLC0415 - it refers to entries

    return Objection.objects.filter(entry=entry, state__in=UNSETTLED)


class NoticeEntry(models.Model):
    """One nursery on a notice."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="entries")
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="entries", verbose_name="申报"
    )
    outcome = models.CharField(
        "结果", max_length=10, choices=EntryOutcome.choices, default=EntryOutcome.PENDING
    )
    outcome_reason = models.CharField("移出原因", max_length=300, blank=True)

    objects = NoticeEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "公示条目"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application"],
                name="entry_once",
                violation_error_message="该申报已列入一个公示。",
            )
        ]

    def __str__(self) -> str:
        return self.application.nursery.name

    @property
    def is_pending(self) -> bool:
        return self.outcome == EntryOutcome.PENDING

    @property
    def is_removed(self) -> bool:
        return self.outcome == EntryOutcome.REMOVED

    @property
    def is_awarded(self) -> bool:
        return self.outcome == EntryOutcome.AWARDED

    def accepts_objections(self, today: date) -> bool:
        return self.is_pending and self.notice.accepts_objections(today)
