from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django_fsm import FSMField

from accounts.access import holds_province, regions_held
from accounts.models import Region
from quotas.deadlines import last_moment
from quotas.flow import CycleFlow
from quotas.statuses import CycleState
from scoring.models import RubricVersion

PERCENT = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]


class CycleQuerySet(models.QuerySet["Cycle"]):
    def open(self) -> CycleQuerySet:
        return self.filter(state=CycleState.OPEN)

    def newest_first(self) -> CycleQuerySet:
        return self.order_by("-year", "-pk")

    def visible_to(self, user: Any) -> CycleQuerySet:
        """A running or past cycle is public knowledge; one in preparation is the province's."""
        return self if holds_province(user, "accounts.run_cycle") else self.public()

    def public(self) -> CycleQuerySet:
        return self.exclude(state=CycleState.PREPARING)

    def with_counts(self) -> CycleQuerySet:
        """With `size` and `taken`: the places of all units together, and those held."""
        own = Place.objects.filter(quota__cycle=models.OuterRef("pk")).order_by()
        counted = own.values("quota__cycle").annotate(
            n=models.Count("pk"), t=models.Count("taken_at")
        )
        return self.annotate(
            size=Coalesce(models.Subquery(counted.values("n")), 0),
            taken=Coalesce(models.Subquery(counted.values("t")), 0),
        )

    def for_page(self) -> CycleQuerySet:
        """With everything that a page of its own shows."""
        return self.with_references().with_counts()

    def with_references(self) -> CycleQuerySet:
        return self.select_related("province", "version__rubric")


class Cycle(CycleFlow):
    """One round of the selection (S0: every 2 years) with its deadlines and settings."""

    state = FSMField(
        "状态", default=CycleState.PREPARING, choices=CycleState.choices, protected=True
    )
    name = models.CharField("名称", max_length=60)
    year = models.PositiveSmallIntegerField("年度", unique=True)
    province = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="cycles", verbose_name="组织单位"
    )
    version = models.ForeignKey(
        RubricVersion, on_delete=models.PROTECT, related_name="cycles", verbose_name="评分表"
    )
    basis = models.CharField("依据文件", max_length=200, blank=True)

    opens_on = models.DateField("申报开始日期")
    nursery_deadline = models.DateField("申报截止日期", help_text="托育机构报送至县级")
    county_deadline = models.DateField("县级报送截止日期", help_text="县级报送至市级")
    city_deadline = models.DateField("市级报送截止日期", help_text="市级报送至省级")

    entry_mark = models.DecimalField(
        "自评申报线", max_digits=5, decimal_places=2, default=Decimal(85), validators=PERCENT
    )
    panel_size = models.PositiveSmallIntegerField(
        "每件专家人数", default=3, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    paper_weight = models.PositiveSmallIntegerField(
        "书面评审权重（%）", default=40, validators=PERCENT
    )
    site_weight = models.PositiveSmallIntegerField(
        "实地评审权重（%）", default=60, validators=PERCENT
    )
    pass_mark = models.DecimalField(
        "评审通过线", max_digits=5, decimal_places=2, default=Decimal(85), validators=PERCENT
    )
    max_spread = models.DecimalField(
        "专家分差上限", max_digits=5, decimal_places=2, default=Decimal(10), validators=PERCENT
    )
    publicity_days = models.PositiveSmallIntegerField(
        "公示工作日数", default=5, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    first_day_counts = models.BooleanField(
        "公示首日计入", default=True, help_text="首日为工作日时计入公示期"
    )
    objection_days = models.PositiveSmallIntegerField(
        "异议办理期限（日）", default=15, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    rectification_days = models.PositiveSmallIntegerField(
        "整改期限（日）", default=30, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    title_years = models.PositiveSmallIntegerField(
        "称号有效期（年）", default=2, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    extension_days = models.PositiveSmallIntegerField(
        "整改延期上限（日）",
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text="整改期限可延长一次",
    )
    statement_days = models.PositiveSmallIntegerField(
        "陈述申辩期限（日）",
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text="拟撤销称号时机构陈述、申辩的日数",
    )
    complaint_days = models.PositiveSmallIntegerField(
        "举报办理期限（日）", default=30, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    barred_cycles = models.PositiveSmallIntegerField(
        "撤销后停报周期数", default=1, help_text="被撤销称号的机构在此后若干周期内不得申报"
    )
    fraud_barred_cycles = models.PositiveSmallIntegerField(
        "弄虚作假停报周期数", default=2, help_text="弄虚作假的机构在此后若干周期内不得申报"
    )

    # Of a row read `with_counts`.
    size: int
    taken: int

    FACTS: ClassVar = {
        "create": "建立周期",
        "fill_summary": "填写汇总表",
        "set_quota": "调整名额",
        "transfer_places": "调剂名额",
        "change_settings": "修改设置",
    }

    objects = CycleQuerySet.as_manager()

    class Meta:
        verbose_name = "评选周期"
        verbose_name_plural = verbose_name
        ordering = ("-year",)
        constraints: ClassVar = [
            models.CheckConstraint(
                name="cycle_deadlines_ordered",
                condition=Q(opens_on__lte=F("nursery_deadline"))
                & Q(nursery_deadline__lte=F("county_deadline"))
                & Q(county_deadline__lte=F("city_deadline")),
                violation_error_message="日期须依次为：申报开始、申报截止、县级截止、市级截止。",
            ),
            models.CheckConstraint(
                name="cycle_weights_add_up",
                condition=Q(paper_weight=100 - F("site_weight")),
                violation_error_message="书面评审与实地评审权重之和须为 100%%。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def region_path(self) -> str:
        return self.province.path

    def get_absolute_url(self) -> str:
        return reverse("quotas:cycle", args=[self.pk])

    @property
    def free(self) -> int:
        """Of a row read `with_counts`: the places nobody holds."""
        return self.size - self.taken

    def in_time(self, deadline: date, at: datetime) -> bool:
        """Whether `at` still belongs to the deadline day or an earlier one."""
        return at <= last_moment(deadline, timezone.get_default_timezone())


class QuotaQuerySet(models.QuerySet["Quota"]):
    def visible_to(self, user: Any) -> QuotaQuerySet:
        """A city's own once the cycle has begun; all of them to who runs the cycles."""
        if holds_province(user, "accounts.run_cycle"):
            return self
        own = regions_held(user, "accounts.decide_city")
        return self.filter(region__in=own).exclude(cycle__state=CycleState.PREPARING)

    def of_unit(self, cycle: Cycle, region: Region) -> QuotaQuerySet:
        return self.filter(cycle=cycle, region=region)

    def locked(self) -> QuotaQuerySet:
        """For a change of size or caps; always in this order, so that two of them never cross.

        Places can still be taken meanwhile: that needs no more than the key of this row.
        """
        rows = self.select_for_update(of=("self",), no_key=True)
        return rows.select_related("cycle", "region").order_by("pk")

    def with_counts(self) -> QuotaQuerySet:
        """With `taken`: how many of the places are held."""
        taken = models.Count("places", filter=Q(places__taken_at__isnull=False))
        return self.select_related("region").annotate(taken=taken).order_by("region__code")

    def with_places(self) -> QuotaQuerySet:
        """Those that have any place at all."""
        return self.filter(size__gt=0)


class Quota(models.Model):
    """How many nurseries a city-level unit may recommend in a cycle (S0, 附件 4)."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="quotas")
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="quotas", verbose_name="市级单位"
    )
    size = models.PositiveSmallIntegerField("名额")
    taken: int  # of a row read `with_counts`

    FACTS: ClassVar = {
        "set_quota": "调整名额",
        "fill_summary": "填写汇总表",
        "write_letter": "出具推荐函",
        "give_places": "调出名额",
        "receive_places": "调入名额",
        "set_caps": "设定县级推荐上限",
    }

    objects = QuotaQuerySet.as_manager()

    class Meta:
        verbose_name = "名额"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "region"],
                name="quota_once",
                violation_error_message="该市在本周期已有名额。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.size}"

    @property
    def free(self) -> int:
        """Of a row read `with_counts`: the places nobody holds."""
        return self.size - self.taken

    @property
    def region_path(self) -> str:
        return self.region.path


class PlaceQuerySet(models.QuerySet["Place"]):
    def of_unit(self, cycle: Cycle, region: Region) -> PlaceQuerySet:
        return self.filter(quota__cycle=cycle, quota__region=region)

    def free(self) -> PlaceQuerySet:
        return self.filter(taken_at=None)


class Place(models.Model):
    """One place of a quota. It exists before it is taken, so a quota cannot be overrun."""

    quota = models.ForeignKey(Quota, on_delete=models.CASCADE, related_name="places")
    ordinal = models.PositiveSmallIntegerField("序号")
    taken_at = models.DateTimeField("占用时间", null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "一个名额"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["quota", "ordinal"], name="place_once"),
            models.CheckConstraint(name="place_from_one", condition=Q(ordinal__gte=1)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["quota", "ordinal"], name="place_free", condition=Q(taken_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.quota} 第 {self.ordinal} 个"


class CountyCapQuerySet(models.QuerySet["CountyCap"]):
    def of_unit(self, cycle: Cycle, region: Region) -> CountyCapQuerySet:
        return self.filter(quota__cycle=cycle, region=region)

    def of_counties(self, regions: Iterable[Region], cycles: Iterable[Cycle]) -> CountyCapQuerySet:
        found = self.filter(region__in=list(regions), quota__cycle__in=list(cycles))
        return found.select_related("region", "quota__cycle").order_by("quota", "region__code")


class CountyCap(models.Model):
    """How many files a county may recommend in a cycle, set by its city; without one, any number.

    It hangs on the city's quota: a city shares out what it was given.
    """

    quota = models.ForeignKey(Quota, on_delete=models.CASCADE, related_name="caps")
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name="县（市、区）"
    )
    size = models.PositiveSmallIntegerField("可推荐件数")

    objects = CountyCapQuerySet.as_manager()

    class Meta:
        verbose_name = "县级推荐上限"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["quota", "region"],
                name="county_cap_once",
                violation_error_message="该县（市、区）已有推荐上限。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.size}"
