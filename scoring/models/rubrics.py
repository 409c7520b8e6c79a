"""The measure: rubrics, their versions and what stands in them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Deferrable, Q
from django.urls import reverse

from accounts.models import Region
from scoring.statuses import KIND_CHOICES, Kind

JOINED = (
    "rubric__code",
    "rubric__name",
    "full_mark",
    "note",
    *(f"sections__{name}" for name in ("order", "code", "name")),
    *(
        f"sections__indicators__{name}"
        for name in ("order", "code", "title", "kind", "mark", "guidance")
    ),
    *(f"sections__indicators__{name}" for name in ("evidence_wanted", "evidence_required")),
    *(f"sections__indicators__options__{name}" for name in ("order", "label", "value")),
)
HEX = r"^[0-9a-f]{64}$"
MARK_BOUNDS = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1000))]


def unchanging(name: str, version_of: str) -> pgtrigger.Trigger:
    """Rows of a published version refuse every change, whoever tries.

    `version_of` is SQL for the version's id, with ROW in place of the row.
    """
    old, new = version_of.replace("ROW", "OLD"), version_of.replace("ROW", "NEW")
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF EXISTS (
                SELECT 1 FROM scoring_rubricversion
                WHERE id IN ({old}, {new}) AND published_at IS NOT NULL
            ) THEN
                RAISE EXCEPTION 'a published rubric version never changes'
                    USING ERRCODE = 'restrict_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,  # noqa: S608 - both names are constants of this module
    )


class Rubric(models.Model):
    """A score table 自评分表 through all its versions."""

    code = models.CharField("编号", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)

    class Meta:
        verbose_name = "评分表"
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return self.name


class RubricVersionQuerySet(models.QuerySet["RubricVersion"]):
    def published(self) -> RubricVersionQuerySet:
        """Those that a cycle may use, newest first."""
        return self.filter(published_at__isnull=False).order_by("rubric_id", "-number")

    def for_list(self) -> RubricVersionQuerySet:
        """Newest first, with the rubric and the number of indicators."""
        return (
            self.select_related("rubric", "published_by")
            .annotate(indicator_count=models.Count("sections__indicators"))
            .order_by("-pk")
        )

    def newest_first(self) -> RubricVersionQuerySet:
        return self.order_by("-number")

    def of(self, code: str) -> RubricVersionQuerySet:
        """The versions of the rubric with this code."""
        return self.filter(rubric__code=code).select_related("rubric")

    def with_rubric(self) -> RubricVersionQuerySet:
        return self.select_related("rubric", "published_by")

    def drafts(self) -> RubricVersionQuerySet:
        return self.filter(published_at=None)

    def beside(self, version: RubricVersion) -> RubricVersionQuerySet:
        """The other versions of the same rubric, newest first."""
        others = self.filter(rubric=version.rubric_id).exclude(pk=version.pk)
        return others.select_related("rubric").newest_first()

    def joined(self, version_id: int) -> models.QuerySet[RubricVersion, dict[str, Any]]:
        """The whole version in one query: a row for each option, in order."""
        return (
            self.filter(pk=version_id)
            .order_by(
                "sections__order",
                "sections__indicators__order",
                "sections__indicators__options__order",
            )
            .values(*JOINED)
        )


class RubricVersion(models.Model):
    """One state of a rubric: a draft until it is published, then unchangeable for good."""

    rubric = models.ForeignKey(
        Rubric, on_delete=models.PROTECT, related_name="versions", verbose_name="评分表"
    )
    number = models.PositiveSmallIntegerField("版本", validators=[MinValueValidator(1)])
    full_mark = models.DecimalField("满分", max_digits=6, decimal_places=2, validators=MARK_BOUNDS)
    note = models.TextField("说明", blank=True)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="发布人",
    )
    digest = models.CharField("摘要", max_length=64, blank=True)

    FACTS: ClassVar = {
        "create": "新建",
        "copy": "由已有版本复制",
        "import": "导入",
        "edit": "修改",
        "publish": "发布",
        "discard": "放弃草稿",
    }

    objects = RubricVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "评分表版本"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="version_number_once",
                fields=["rubric", "number"],
                violation_error_message="该评分表已有此版本号。",
            ),
            models.UniqueConstraint(
                name="version_one_draft",
                fields=["rubric"],
                condition=Q(published_at=None),
                violation_error_message="该评分表已有草稿，请先发布或放弃。",
            ),
            models.CheckConstraint(
                name="version_full_mark_positive",
                condition=Q(full_mark__gt=0),
                violation_error_message="满分应大于 0。",
            ),
            models.CheckConstraint(
                name="version_published_with_digest",
                condition=Q(published_at=None, digest="")
                | Q(published_at__isnull=False, digest__regex=HEX),
                violation_error_message="发布的版本须有摘要。",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="published_version",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.rubric}（第 {self.number} 版）"

    def get_absolute_url(self) -> str:
        return reverse("scoring:rubric", args=[self.pk])

    @property
    def region_path(self) -> str:
        """Score tables are kept for the whole province; before its regions are loaded, nowhere."""
        root = Region.objects.filter(parent=None).first()
        return root.path if root else ""

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class SectionQuerySet(models.QuerySet["Section"]):
    def with_code(self, code: str, *, but: int | None) -> SectionQuerySet:
        """Those with this code, the one with the key `but` left out."""
        return self.filter(code=code).exclude(pk__in=[but])

    def with_key(self, key: int | None) -> Section | None:
        return self.filter(pk=key).first()

    def with_indicators(self) -> SectionQuerySet:
        """In order of the table, each with its indicators in order."""
        ordered = models.Prefetch("indicators", Indicator.objects.order_by("order"))
        return self.order_by("order").prefetch_related(ordered)


class Section(models.Model):
    """A first-level indicator 一级指标."""

    version = models.ForeignKey(RubricVersion, on_delete=models.CASCADE, related_name="sections")
    order = models.PositiveSmallIntegerField("顺序")
    code = models.CharField("编号", max_length=20)
    name = models.CharField("名称", max_length=60)

    objects = SectionQuerySet.as_manager()

    class Meta:
        verbose_name = "一级指标"
        verbose_name_plural = verbose_name
        ordering = ("version", "order")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="section_code_once",
                fields=["version", "code"],
                deferrable=Deferrable.DEFERRED,
                violation_error_message="此版本已有该编号的一级指标。",
            ),
            models.UniqueConstraint(
                name="section_order_once",
                fields=["version", "order"],
                deferrable=Deferrable.DEFERRED,
                violation_error_message="此版本已有该顺序的一级指标。",
            ),
        ]
        triggers: ClassVar = [unchanging("published_section", "ROW.version_id")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def of_version(self, version_id: int) -> IndicatorQuerySet:
        """All of a version, in order of the table."""
        return self.filter(section__version_id=version_id).order_by("section__order", "order")

    def with_code(self, code: str, *, but: int | None) -> IndicatorQuerySet:
        """Those with this code, the one with the key `but` left out."""
        return self.filter(code=code).exclude(pk__in=[but])

    def with_key(self, key: int | None) -> Indicator | None:
        return self.filter(pk=key).first()


class Indicator(models.Model):
    """A second-level indicator 二级指标: one row of the table, marked in one of five ways."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="indicators")
    order = models.PositiveSmallIntegerField("顺序")
    code = models.CharField("编号", max_length=20)
    title = models.CharField("指标", max_length=200)
    kind = models.CharField("计分方式", max_length=20, choices=KIND_CHOICES)
    mark = models.DecimalField("分值", max_digits=6, decimal_places=2, validators=MARK_BOUNDS)
    guidance = models.TextField("评分说明", blank=True)
    evidence_wanted = models.TextField("佐证材料", blank=True)
    evidence_required = models.BooleanField("须附佐证", default=False)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = "指标"
        verbose_name_plural = verbose_name
        ordering = ("section__order", "order")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="indicator_code_once",
                fields=["section", "code"],
                deferrable=Deferrable.DEFERRED,
                violation_error_message="该一级指标下已有此编号。",
            ),
            models.UniqueConstraint(
                name="indicator_order_once",
                fields=["section", "order"],
                deferrable=Deferrable.DEFERRED,
                violation_error_message="该一级指标下已有此顺序。",
            ),
            models.CheckConstraint(
                name="indicator_only_veto_worth_nothing",
                condition=Q(kind=Kind.VETO, mark=0) | ~Q(kind=Kind.VETO) & Q(mark__gt=0),
                violation_error_message="一票否决项不计分，其他指标的分值应大于 0。",
            ),
            models.CheckConstraint(
                name="indicator_required_evidence_named",
                condition=Q(evidence_required=False) | ~Q(evidence_wanted=""),
                violation_error_message="要求佐证材料的指标须写明材料名称。",
            ),
        ]
        triggers: ClassVar = [
            unchanging(
                "published_indicator",
                "(SELECT version_id FROM scoring_section WHERE id = ROW.section_id)",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Option(models.Model):
    """A level, a fault or an achievement of an indicator; `value` is never negative."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="options")
    order = models.PositiveSmallIntegerField("顺序")
    label = models.CharField("选项", max_length=200)
    value = models.DecimalField("分值", max_digits=6, decimal_places=2, validators=MARK_BOUNDS)

    class Meta:
        verbose_name = "选项"
        verbose_name_plural = verbose_name
        ordering = ("indicator", "order")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="option_order_once",
                fields=["indicator", "order"],
                deferrable=Deferrable.DEFERRED,
                violation_error_message="该指标已有此顺序的选项。",
            ),
            models.CheckConstraint(
                name="option_value_not_negative",
                condition=Q(value__gte=0),
                violation_error_message="选项的分值不能为负。",
            ),
        ]
        triggers: ClassVar = [
            unchanging(
                "published_option",
                "(SELECT s.version_id FROM scoring_indicator i"
                " JOIN scoring_section s ON s.id = i.section_id WHERE i.id = ROW.indicator_id)",
            )
        ]

    def __str__(self) -> str:
        return self.label
