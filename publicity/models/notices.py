"""Notices and the nurseries on them."""

from __future__ import annotations

from datetime import UTC, date, datetime
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
from publicity.canonical import Listed, digest_of, published_form
from publicity.drafting import day_words, window_words
from publicity.flow import NoticeFlow
from publicity.models.unchanging import published_entries, published_notice
from publicity.statuses import UNSETTLED, EntryOutcome, NoticeState, Standing
from quotas.models import Cycle

if TYPE_CHECKING:
    from applications.models import ApplicationQuerySet
    from publicity.models.objections import Objection


class NoticeQuerySet(models.QuerySet["Notice"]):
    def public(self) -> NoticeQuerySet:
        """What everyone may read: everything that was ever opened."""
        return self.exclude(state=NoticeState.DRAFT).order_by("-opened_at", "-pk")

    def concluded(self) -> NoticeQuerySet:
        return self.filter(state=NoticeState.CONCLUDED)

    def visible_to(self, user: Any) -> NoticeQuerySet:
        if holds_province(user, "accounts.publish_notice"):
            return self.order_by("-pk")
        return self.public()

    def over_by(self, day: date) -> NoticeQuerySet:
        return self.filter(state=NoticeState.OPEN, closes_on__lt=day)

    def open_on(self, day: date) -> NoticeQuerySet:
        """Those whose days are not over yet."""
        return self.filter(state=NoticeState.OPEN, closes_on__gte=day).order_by("pk")

    def due_by(self, at: datetime) -> NoticeQuerySet:
        """Drafts whose set time has come, the earliest first."""
        waiting = self.filter(state=NoticeState.DRAFT, publish_refused_for="")
        return waiting.filter(publish_at__lte=at).order_by("publish_at", "pk")

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
    basis = models.CharField(
        "依据", max_length=300, blank=True, help_text="评选所依据的文件名称和文号"
    )
    contact = models.CharField("联系方式", max_length=200, help_text="受理异议的部门、电话和地址")
    decision_number = models.CharField("授予决定文号", max_length=60, blank=True)
    opens_on = models.DateField("公示首日", null=True, blank=True)
    closes_on = models.DateField("公示末日", null=True, blank=True)
    counted_days = models.JSONField("计入的工作日", default=list, blank=True)
    publish_at = models.DateTimeField("定时发布时间", null=True, blank=True)
    publish_refused_for = models.TextField("定时发布未成的原因", blank=True)
    opened_at = models.DateTimeField("发布时间", null=True, blank=True)
    digest = models.CharField("校验值", max_length=64, blank=True)
    concluded_at = models.DateTimeField("公布时间", null=True, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    FACTS: ClassVar = {
        "compose": "拟定公示",
        "edit": "修改公示",
        "choose": "调整名单",
        "award_held": "补授称号",
        "schedule": "设定时发布",
        "unschedule": "取消定时发布",
        "refuse_publication": "定时发布未成",
        "supplement": "发布补充说明",
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
            ),
            models.CheckConstraint(
                name="notice_digest_with_state",
                condition=Q(state=NoticeState.DRAFT, digest="")
                | (~Q(state=NoticeState.DRAFT) & Q(digest__regex=r"^[0-9a-f]{64}$")),
                violation_error_message="公示发布后须有校验值。",
            ),
            models.CheckConstraint(
                name="notice_refused_at_its_time",
                condition=Q(publish_refused_for="") | Q(publish_at__isnull=False),
                violation_error_message="未设定时的公示没有定时发布的结果。",
            ),
            models.UniqueConstraint(
                fields=["decision_number"],
                condition=~Q(decision_number=""),
                name="decision_number_once",
                violation_error_message="该文号已用于另一项授予决定。",
            ),
        ]
        triggers: ClassVar = [published_notice()]

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
    def is_scheduled(self) -> bool:
        """Whether the portal is to publish it at a set time, and has not been refused then."""
        return self.is_draft and self.publish_at is not None and not self.publish_refused_for

    def is_due(self, at: datetime) -> bool:
        return self.is_scheduled and self.publish_at is not None and self.publish_at <= at

    @property
    def days(self) -> list[date]:
        """The counted days as dates; empty before publication."""
        return [date.fromisoformat(day) for day in self.counted_days]

    def window_from(self, opens_on: date) -> list[date]:
        """The counted days if published on that day. Raises CalendarUnknown."""
        from publicity.calendar import window_in  # noqa: PLC0415 - it reads our own models

        return window_in(self.cycle, opens_on)

    @property
    def printed_days(self) -> list[date]:
        """The counted days as they were published, before any supplement moved the last one."""
        moved = [each for each in self.supplements.all() if each.days_before]
        if not moved:
            return self.days
        first = min(moved, key=lambda each: each.number)
        return [date.fromisoformat(day) for day in first.days_before]

    @property
    def is_lengthened(self) -> bool:
        """Whether a supplement has moved the last day that was printed."""
        return self.days != self.printed_days

    @property
    def window_words(self) -> str:
        """The window of a published notice in one sentence; a last day that was moved is said."""
        days = self.days
        if not self.is_lengthened:
            return window_words(days)
        moved = f"原定{day_words(self.printed_days[-1])}止，已顺延"
        return f"{day_words(days[0])}至{day_words(days[-1])}（{moved}）"

    def published_form(self) -> bytes:
        """What was published, in the form that the digest is taken over; two queries."""
        words = {
            "number": self.number,
            "title": self.title,
            "body": self.body,
            "basis": self.basis,
            "contact": self.contact,
            "opened_at": self.opened_at.astimezone(UTC).isoformat() if self.opened_at else "",
        }
        days = [day.isoformat() for day in self.printed_days]
        return published_form(words, days, self.entries.as_listed())

    def digest_now(self) -> str:
        """The digest of what stands in the database; differs from `digest` if it was tampered."""
        return digest_of(self.published_form())

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

    def in_order(self) -> NoticeEntryQuerySet:
        """As the notice lists them: by the numbers it gave, a draft by area."""
        return self.for_list().order_by("number", "application__region_path", "pk")

    def as_listed(self) -> list[Listed]:
        """The entries of a published notice as they were published; one query."""
        rows = self.order_by("number").values_list("number", "name", "city", "county")
        return [Listed(*row) for row in rows]

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
    """One nursery on a notice; number, name and place are fixed when it is published."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="entries")
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="entries", verbose_name="申报"
    )
    number = models.PositiveSmallIntegerField("序号", null=True, blank=True)
    name = models.CharField("机构名称", max_length=120, blank=True)
    city = models.CharField("市", max_length=40, blank=True)
    county = models.CharField("县（市、区）", max_length=40, blank=True)
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
            ),
            models.UniqueConstraint(
                fields=["notice", "number"],
                name="entry_number_once",
                violation_error_message="公示名单的序号不能重复。",
            ),
        ]
        triggers: ClassVar = [published_entries()]

    def __str__(self) -> str:
        return self.name or self.application.nursery.name

    @property
    def area(self) -> str:
        """With the city before a county; a draft's as the register has it now."""
        if self.county:
            return self.county if self.city == self.county else f"{self.city}{self.county}"
        return self.application.region.full_name

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
