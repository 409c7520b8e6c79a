"""The commission's own word on which days count."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Region

SOURCE_HELP = "国务院办公厅放假安排通知的名称和文号"
# Before it there were no make-up days to know of.
FIRST_YEAR = 2004


class ProvincesOwn(models.Model):
    """The calendar is the whole province's, and so are the events about it."""

    class Meta:
        abstract = True

    @property
    def region_path(self) -> str:
        return Region.objects.get(parent=None).path


class DayOverrideQuerySet(models.QuerySet["DayOverride"]):
    def in_year(self, year: int) -> DayOverrideQuerySet:
        return self.filter(day__year=year).order_by("day")

    def by_day(self) -> dict[date, bool]:
        """Every overridden day with whether it counts; one query."""
        return dict(self.values_list("day", "working"))


class DayOverride(ProvincesOwn):
    """A day that the commission has declared working or not, by a named notice."""

    day = models.DateField("日期", unique=True)
    working = models.BooleanField("工作日")
    source = models.CharField("依据", max_length=120, help_text=SOURCE_HELP)

    FACTS: ClassVar = {
        "declare": "录入工作日调整",
        "change": "修改工作日调整",
        "drop": "取消工作日调整",
    }

    objects = DayOverrideQuerySet.as_manager()

    class Meta:
        verbose_name = "工作日调整"
        verbose_name_plural = verbose_name
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day} {'上班' if self.working else '放假'}"


class YearPlanQuerySet(models.QuerySet["YearPlan"]):
    def years(self) -> set[int]:
        return set(self.values_list("year", flat=True))

    def of_year(self, year: int) -> YearPlan | None:
        return self.filter(year=year).first()


class YearPlan(ProvincesOwn):
    """The notice of the State Council by which a year counts.

    Where the library does not know the year it is also the commission's word that all holidays
    and make-up days are entered.
    """

    year = models.PositiveSmallIntegerField("年度", unique=True)
    source = models.CharField("依据", max_length=120, help_text=SOURCE_HELP)

    FACTS: ClassVar = {
        "confirm": "确认年度放假安排",
        "withdraw": "撤回年度放假安排",
        "name": "写明放假安排依据",
    }

    objects = YearPlanQuerySet.as_manager()

    class Meta:
        verbose_name = "年度放假安排"
        verbose_name_plural = verbose_name
        ordering = ("year",)
        constraints: ClassVar = [
            models.CheckConstraint(
                name="year_plan_not_early",
                condition=Q(year__gte=FIRST_YEAR),
                violation_error_message=f"年度不能早于 {FIRST_YEAR} 年。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} 年放假安排"
