"""One spot check 抽查: its inspectors, its sheet, what they found."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django_fsm import FSMField
from guardian.models import UserObjectPermissionBase

from accounts.access import regions_held
from accounts.models import RegionUserObjectPermission, User
from nurseries.models import Nursery
from publicity.models import Title
from scoring.models import Mark, Sheet
from supervision.flow.checks import SpotCheckFlow
from supervision.models.campaigns import Campaign, Candidate
from supervision.models.frozen import frozen
from supervision.statuses import (
    LEAST_INSPECTORS,
    PENDING,
    CampaignState,
    CheckResult,
    CheckState,
)


def _supervised(user: Any) -> Q:
    """In the areas that the user supervises; below the province only once under way."""
    seen = Q(pk=None)
    for region in regions_held(user, "accounts.supervise"):
        area = Q(title__region_path__startswith=f"{region.path}/")
        area |= Q(title__region_path=region.path)
        seen |= area & ~Q(state=CheckState.PLANNED) if region.parent_id else area
    return seen


def _marks(**which: Any) -> Coalesce:
    """How many of a check's marks are such; without a sheet none."""
    counted = Mark.objects.filter(sheet=OuterRef("sheet"), **which).order_by().values("sheet")
    return Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0)


def possible_inspectors() -> Any:
    """Who may be sent: members of the pool, and officials who supervise."""
    supervises = RegionUserObjectPermission.objects.filter(
        user=OuterRef("pk"), permission__codename__in=["be_expert", "supervise"]
    )
    return User.objects.filter(Exists(supervises), is_active=True).order_by("name", "pk")


def further_inspectors(check: SpotCheck, *, besides: User) -> Any:
    """Who may be sent as well as those that are."""
    seated = check.inspectors.values("user")
    return possible_inspectors().exclude(pk__in=seated).exclude(pk=besides.pk)


class SpotCheckQuerySet(models.QuerySet["SpotCheck"]):
    def visible_to(self, user: Any) -> SpotCheckQuerySet:
        """The province's all; of an area those under way and later; the inspectors' own; a
        nursery's finished ones: nobody is warned of a visit.
        """
        if user is None or not user.is_authenticated:
            return self.none()
        mine = Q(title__nursery__in=Nursery.objects.acted_for_by(user), state=CheckState.FINISHED)
        given = Inspector.objects.filter(spot_check=OuterRef("pk"), user=user)
        return self.filter(mine | Exists(given) | _supervised(user))

    def sheet_open_to(self, user: Any) -> SpotCheckQuerySet:
        """Those whose marks the user may read: whose area it is, and who was sent."""
        given = Inspector.objects.filter(spot_check=OuterRef("pk"), user=user)
        return self.filter(Exists(given) | _supervised(user))

    def about_nursery(self, nursery_id: int) -> SpotCheckQuerySet:
        """The finished checks of a nursery, the newest first: what may be told of them."""
        found = self.filter(title__nursery_id=nursery_id, state=CheckState.FINISHED)
        return found.with_title().order_by("-visited_on", "-pk")

    def of(self, title: Title) -> SpotCheckQuerySet:
        return self.filter(title=title).order_by("-pk")

    def pending(self) -> SpotCheckQuerySet:
        return self.filter(state__in=PENDING)

    def in_state(self, state: str) -> SpotCheckQuerySet:
        return self.filter(state=state)

    def with_result(self, result: str) -> SpotCheckQuerySet:
        return self.filter(result=result)

    def in_campaign(self, campaign: Campaign | int) -> SpotCheckQuerySet:
        return self.filter(campaign=campaign)

    def outside_campaigns(self) -> SpotCheckQuerySet:
        return self.filter(campaign=None)

    def matching(self, text: str) -> SpotCheckQuerySet:
        """By the nursery's name or the beginning of the title's number."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(title__nursery__name__icontains=word) | Q(title__number__istartswith=word)
            )
        return found

    def given_to(self, user: User) -> SpotCheckQuerySet:
        """Those that the user inspects, the open ones first."""
        mine = Inspector.objects.filter(spot_check=OuterRef("pk"), user=user)
        return self.filter(Exists(mine)).open_first()

    def with_title(self) -> SpotCheckQuerySet:
        return self.select_related(
            "campaign", "sheet", "title__nursery", "title__region__parent", "title__cycle__province"
        )

    def with_application(self) -> SpotCheckQuerySet:
        """With what the rules on conflicts of interest ask about."""
        return self.select_related("title__application__nursery", "title__application__region")

    def with_team(self) -> SpotCheckQuerySet:
        team = Inspector.objects.select_related("user").order_by("-leads", "pk")
        return self.prefetch_related(Prefetch("inspectors", team))

    def with_findings(self) -> SpotCheckQuerySet:
        return self.prefetch_related("findings__indicator", "findings__photos__file__inspection")

    def with_progress(self) -> SpotCheckQuerySet:
        """With `asked` indicators and how many are `answered`."""
        return self.annotate(asked=_marks(), answered=_marks(answer__isnull=False))

    def for_export(self) -> SpotCheckQuerySet:
        found = self.with_title().with_team().select_related("candidate")
        return found.prefetch_related("findings__indicator").in_order()

    def of_running_campaigns(self) -> SpotCheckQuerySet:
        return self.filter(campaign__state=CampaignState.RUNNING)

    def finished_at_nurseries_of(self, user: Any, *, since: datetime) -> SpotCheckQuerySet:
        """Of the nurseries that the user acts for, the newest first."""
        mine = Nursery.objects.acted_for_by(user)
        found = self.filter(title__nursery__in=mine, state=CheckState.FINISHED)
        return found.filter(closed_at__gte=since).order_by("-closed_at")

    def short_of_inspectors(self) -> SpotCheckQuerySet:
        """Planned ones to which too few are sent yet."""
        counted = self.in_state(CheckState.PLANNED).annotate(sent=Count("inspectors"))
        return counted.filter(sent__lt=LEAST_INSPECTORS).order_by("pk")

    def open_first(self) -> SpotCheckQuerySet:
        over = models.Case(models.When(state__in=PENDING, then=0), default=1)
        return self.annotate(over=over).order_by("over", "-pk")

    def in_order(self) -> SpotCheckQuerySet:
        return self.order_by("title__region_path", "title__number", "pk")


class SpotCheck(SpotCheckFlow):
    """One visit to one nursery that holds a title, by lot or for a reason."""

    state = FSMField("状态", default=CheckState.PLANNED, choices=CheckState.choices, protected=True)
    title = models.ForeignKey(
        Title, on_delete=models.PROTECT, related_name="checks", verbose_name="称号"
    )
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="checks",
        verbose_name="抽查",
    )
    candidate = models.OneToOneField(
        Candidate, on_delete=models.PROTECT, null=True, blank=True, related_name="spot_check"
    )
    reason = models.TextField("检查事由", max_length=2000, blank=True)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("立项时间")
    begun_at = models.DateTimeField("开始时间", null=True, blank=True)
    sheet = models.OneToOneField(
        Sheet, on_delete=models.PROTECT, null=True, blank=True, related_name="spot_check"
    )
    visited_on = models.DateField("检查日期", null=True, blank=True)
    result = models.CharField("检查结果", max_length=12, blank=True, choices=CheckResult.choices)
    conclusion = models.TextField("检查结论", max_length=2000, blank=True)
    cancelled_for = models.TextField("取消理由", blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    FACTS: ClassVar = {
        "open": "确定检查",
        "appoint_inspector": "指派检查人员",
        "release_inspector": "撤回检查人员",
        "name_leader": "指定检查组组长",
        "record_outcome": "填写检查结果",
        "seal_sheet": "完成现场评分",
        "add_finding": "记录问题",
        "change_finding": "修改问题",
        "remove_finding": "删除问题",
    }
    TONES: ClassVar = {
        "planned": "wait",
        "under_way": "active",
        "finished": "good",
        "cancelled": "ended",
    }

    objects = SpotCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "抽查检查"
        verbose_name_plural = verbose_name
        permissions = (("inspect", "实施本次检查"),)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "title"],
                name="check_once_in_campaign",
                violation_error_message="该称号在本次抽查中已有检查。",
            ),
            models.CheckConstraint(
                name="check_drawn_or_for_a_reason",
                condition=Q(campaign__isnull=False, candidate__isnull=False)
                | (Q(campaign=None, candidate=None) & ~Q(reason="")),
                violation_error_message="不在抽查名单内的检查须写明事由。",
            ),
            models.CheckConstraint(
                name="check_begun_with_sheet",
                condition=Q(begun_at=None, sheet=None)
                | Q(begun_at__isnull=False, sheet__isnull=False),
                violation_error_message="已开始的检查须有评分表。",
            ),
            models.CheckConstraint(
                name="check_whole_when_finished",
                condition=~Q(state=CheckState.FINISHED)
                | (
                    Q(sheet__isnull=False, visited_on__isnull=False, closed_at__isnull=False)
                    & ~Q(conclusion="")
                    & Q(result__in=CheckResult.values)
                ),
                violation_error_message="完成的检查须有评分、检查日期、结果和结论。",
            ),
            models.CheckConstraint(
                name="check_closed_with_state",
                condition=Q(state__in=PENDING, closed_at=None, cancelled_for="")
                | Q(state=CheckState.FINISHED, closed_at__isnull=False, cancelled_for="")
                | (Q(state=CheckState.CANCELLED, closed_at__isnull=False) & ~Q(cancelled_for="")),
                violation_error_message="办结的检查须有办结时间，取消的检查须有理由。",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="check_over_for_good",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__closed_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.title.nursery.name}的抽查"

    @property
    def region_path(self) -> str:
        return self.title.region_path

    def get_absolute_url(self) -> str:
        return reverse("supervision:check", args=[self.pk])

    @property
    def team_url(self) -> str:
        return reverse("supervision:check_team", args=[self.pk])

    @property
    def outcome_url(self) -> str:
        return reverse("supervision:check_outcome", args=[self.pk])

    @property
    def finding_url(self) -> str:
        return reverse("supervision:new_finding", args=[self.pk])

    @property
    def seal_url(self) -> str:
        return reverse("supervision:check_seal", args=[self.pk])

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING

    @property
    def is_under_way(self) -> bool:
        return bool(self.state == CheckState.UNDER_WAY)

    @property
    def is_finished(self) -> bool:
        return bool(self.state == CheckState.FINISHED)

    @property
    def has_problems(self) -> bool:
        """Finished, with something to be put right."""
        return self.is_finished and bool(self.result == CheckResult.PROBLEMS)

    @property
    def source(self) -> str:
        """By lot of which campaign, or for which reason."""
        return self.campaign.name if self.campaign else "专项检查"

    @property
    def total(self) -> Any:
        """What the sealed score came to, else None."""
        return self.sheet.total if self.sheet else None

    def is_led_by(self, user: Any) -> bool:
        return any(each.leads and each.user_id == user.pk for each in self.inspectors.all())

    def findings_in_words(self) -> str:
        """All findings as a numbered text, for an order to put them right; "" without any."""
        return "\n".join(
            f"{number}. {finding.in_words}"
            for number, finding in enumerate(
                self.findings.select_related("indicator").order_by("pk"), start=1
            )
        )


class SpotCheckUserObjectPermission(UserObjectPermissionBase):
    """Who inspects; written only by `accounts.services`."""

    content_object = models.ForeignKey(SpotCheck, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class Inspector(models.Model):
    """Somebody who was sent: stays on record when the appointment ends with the check."""

    spot_check = models.ForeignKey(SpotCheck, on_delete=models.PROTECT, related_name="inspectors")
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="检查人员"
    )
    leads = models.BooleanField("组长", default=False)
    appointed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    appointed_at = models.DateTimeField("指派时间")

    class Meta:
        verbose_name = "检查人员"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["spot_check", "user"],
                name="inspector_once",
                violation_error_message="该人员已在检查组中。",
            ),
            models.UniqueConstraint(
                fields=["spot_check"],
                condition=Q(leads=True),
                name="inspector_one_leader",
                violation_error_message="检查组只有一名组长。",
            ),
        ]
        triggers: ClassVar = [frozen("inspector_frozen", "ROW.spot_check_id")]

    def __str__(self) -> str:
        return f"{self.user}（组长）" if self.leads else str(self.user)
