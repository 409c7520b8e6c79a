"""Campaigns of spot checks 抽查: what is drawn from, how, and what came out."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django_fsm import FSMField

from accounts.access import regions_held
from accounts.models import Region, User
from nurseries.kinds import Form
from publicity.models import Title
from supervision.flow.campaigns import CampaignFlow
from supervision.statuses import PENDING, CampaignState, CheckResult, CheckState, StratumKind

# What a list may be sorted by.
SORTS = {"name": "name", "year": "year", "ends": "ends_on"}
# Once the seed is known, who could still change these could choose who is drawn.
DRAWN_BY = ("seed", "size", "share", "strata", "city_id", "awarded_year", "form", "province_id")


def _rows_of(alias: str) -> str:
    return ", ".join(f"{alias}.{column}" for column in DRAWN_BY)


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: Any) -> CampaignQuerySet:
        """The province's own: who is still to be visited is nobody else's business."""
        held = [
            region for region in regions_held(user, "accounts.supervise") if not region.parent_id
        ]
        return self.filter(province__in=held)

    def for_list(self) -> CampaignQuerySet:
        """With the numbers of its checks."""
        finished = Q(checks__state=CheckState.FINISHED)
        return self.select_related("province", "city").annotate(
            drawn=Count("checks"),
            over=Count("checks", filter=~Q(checks__state__in=PENDING)),
            finished=Count("checks", filter=finished),
            problems=Count("checks", filter=finished & Q(checks__result=CheckResult.PROBLEMS)),
        )

    def of_year(self, year: int) -> CampaignQuerySet:
        return self.filter(year=year)

    def in_state(self, state: str) -> CampaignQuerySet:
        return self.filter(state=state)

    def live(self) -> CampaignQuerySet:
        return self.exclude(state=CampaignState.CLOSED)

    def running(self) -> CampaignQuerySet:
        return self.filter(state=CampaignState.RUNNING)

    def named(self, text: str) -> CampaignQuerySet:
        found = self
        for word in text.split():
            found = found.filter(name__icontains=word)
        return found

    def sorted_by(self, asked: str) -> CampaignQuerySet:
        """By one of SORTS, from the end with a minus before it; else the newest first."""
        column = SORTS.get(asked.removeprefix("-"))
        if column is None:
            return self.order_by("-pk")
        return self.order_by(f"-{column}" if asked.startswith("-") else column, "-pk")


class Campaign(CampaignFlow):
    """A year's spot checks over the titles in force, drawn by lot (S0, four (三))."""

    state = FSMField(
        "状态", default=CampaignState.PREPARING, choices=CampaignState.choices, protected=True
    )
    name = models.CharField("名称", max_length=60, unique=True)
    year = models.PositiveSmallIntegerField(
        "年度", validators=[MinValueValidator(2020), MaxValueValidator(2100)]
    )
    province = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name="省份"
    )
    city = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="限于某市",
    )
    awarded_year = models.PositiveSmallIntegerField("限于评选年度", null=True, blank=True)
    form = models.CharField("限于机构形式", max_length=20, blank=True, choices=Form.choices)
    size = models.PositiveSmallIntegerField(
        "抽取数量", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    share = models.PositiveSmallIntegerField(
        "抽取比例（%）",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    strata = ArrayField(
        models.CharField(max_length=10, choices=StratumKind.choices),
        verbose_name="分层依据",
        default=list,
        blank=True,
    )
    ends_on = models.DateField("完成期限")
    seed = models.CharField("随机种子", max_length=64, blank=True)
    seed_source = models.CharField("种子来源", max_length=120, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("建立时间")
    drawn_at = models.DateTimeField("抽取时间", null=True, blank=True)
    drawn_for = models.DateField("抽取基准日", null=True, blank=True)
    summary = models.TextField("抽查总结", blank=True)
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)

    FACTS: ClassVar = {
        "prepare": "建立抽查",
        "change": "修改抽查",
        "fix_seed": "确定随机种子",
        "suggest": "推荐检查人员",
    }
    TONES: ClassVar = {
        "preparing": "neutral",
        "drawn": "wait",
        "running": "active",
        "closed": "ended",
    }

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = "抽查"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.CheckConstraint(
                name="campaign_size_or_share",
                condition=Q(size__isnull=False, share=None) | Q(size=None, share__isnull=False),
                violation_error_message="抽取数量和抽取比例须填且只填一项。",
            ),
            models.CheckConstraint(
                name="campaign_drawn_with_state",
                condition=Q(state=CampaignState.PREPARING, drawn_at=None, drawn_for=None)
                | (
                    ~Q(state=CampaignState.PREPARING)
                    & ~Q(seed="")
                    & Q(drawn_at__isnull=False, drawn_for__isnull=False)
                ),
                violation_error_message="已抽取的抽查须有随机种子、抽取时间和基准日。",
            ),
            models.CheckConstraint(
                name="campaign_closed_with_state",
                condition=Q(state=CampaignState.CLOSED, closed_at__isnull=False)
                | (~Q(state=CampaignState.CLOSED) & Q(closed_at=None)),
                violation_error_message="已结束的抽查须有结束时间。",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="campaign_seed_fixed_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    f"OLD.seed <> '' AND ({_rows_of('OLD')}) IS DISTINCT FROM ({_rows_of('NEW')})"
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def region_path(self) -> str:
        return self.province.path

    def get_absolute_url(self) -> str:
        return reverse("supervision:campaign", args=[self.pk])

    @property
    def is_preparing(self) -> bool:
        return bool(self.state == CampaignState.PREPARING)

    @property
    def is_editable(self) -> bool:
        """Until the seed is fixed: after it, whoever changed the rules would choose the drawn."""
        return self.is_preparing and not self.seed

    @property
    def limits_in_words(self) -> str:
        limits = [
            str(self.city) if self.city else "",
            f"{self.awarded_year}年评选" if self.awarded_year else "",
            self.get_form_display() if self.form else "",
        ]
        return "、".join(filter(None, limits)) or "全省"

    @property
    def strata_in_words(self) -> str:
        return "、".join(StratumKind(kind).label for kind in self.strata) or "不分层"

    @property
    def size_in_words(self) -> str:
        return f"{self.size} 家" if self.size else f"{self.share}%"


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def of(self, campaign: Campaign) -> CandidateQuerySet:
        """In the order of the draw."""
        rows = self.filter(campaign=campaign).order_by("stratum", "position")
        return rows.select_related("title__nursery", "title__region__parent")

    def shares(self, campaign: Campaign) -> list[dict[str, Any]]:
        """Each stratum with its size, how many were drawn of it and how far their checks are."""
        pending = Q(spot_check__state__in=PENDING)
        finished = Q(spot_check__state=CheckState.FINISHED)
        return list(
            self.filter(campaign=campaign)
            .order_by("stratum")
            .values("stratum")
            .annotate(
                size=Count("pk"),
                gives=Count("pk", filter=Q(chosen=True)),
                over=Count("spot_check", filter=~pending),
                problems=Count(
                    "spot_check", filter=finished & Q(spot_check__result=CheckResult.PROBLEMS)
                ),
            )
        )


class Candidate(models.Model):
    """One title of those that a campaign was drawn from, with its place in the draw.

    Written once, so that anybody can draw again and come to the same.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="candidates")
    title = models.ForeignKey(
        Title, on_delete=models.PROTECT, related_name="+", verbose_name="称号"
    )
    stratum = models.CharField("层", max_length=160)
    lot = models.CharField("散列值", max_length=64)
    position = models.PositiveIntegerField("层内次序")
    chosen = models.BooleanField("抽中")

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = "抽查对象"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "title"],
                name="candidate_once",
                violation_error_message="该称号已在抽查对象中。",
            ),
            models.UniqueConstraint(
                fields=["campaign", "stratum", "position"],
                name="candidate_own_position",
                violation_error_message="层内次序不能重复。",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="candidate_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.stratum} {self.position}"
