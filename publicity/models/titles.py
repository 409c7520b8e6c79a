"""The title and its register."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Left
from django.urls import reverse
from django_fsm import FSMField

from accounts.access import regions_held
from accounts.models import Region
from applications.models import Application
from nurseries.models import Nursery
from publicity.drafting import day_words
from publicity.flow import TitleFlow
from publicity.statuses import IN_FORCE, RevocationGround, Standing, TitleState
from quotas.models import Cycle

# What a list may be sorted by.
SORTS = {
    "name": "nursery__name",
    "area": "region_path",
    "year": "cycle__year",
    "from": "valid_from",
    "until": "valid_until",
    "number": "number",
}
# A path down to a city-level unit: 21/2101.
CITY_PATH = 7


class TitleQuerySet(models.QuerySet["Title"]):
    def for_list(self) -> TitleQuerySet:
        return self.select_related("nursery", "region__parent", "cycle__province")

    def visible_to(self, user: Any) -> TitleQuerySet:
        """The register is public."""
        return self

    def with_codes(self, codes: Collection[str]) -> TitleQuerySet:
        return self.filter(code__in=codes)

    def supervised_by(self, user: Any) -> TitleQuerySet:
        seen = Q(pk=None)
        for region in regions_held(user, "accounts.supervise"):
            seen |= Q(region_path=region.path) | Q(region_path__startswith=f"{region.path}/")
        return self.filter(seen)

    def matching(self, text: str) -> TitleQuerySet:
        """Those whose nursery's name holds every word of `text`, or whose number begins so."""
        found = self
        for word in text.split():
            found = found.filter(Q(nursery__name__icontains=word) | Q(number__istartswith=word))
        return found

    def in_area(self, path: str) -> TitleQuerySet:
        """Those in the region with this path and below it."""
        return self.filter(Q(region_path=path) | Q(region_path__startswith=f"{path}/"))

    def awarded_in(self, year: int) -> TitleQuerySet:
        """Those of the cycle of that year."""
        return self.filter(cycle__year=year)

    def standing_as(self, state: str, today: date) -> TitleQuerySet:
        """Those in that state as of `today`, whether or not the expiry has been written down."""
        if state == TitleState.EXPIRED:
            return self.filter(Q(state=state) | Q(state__in=IN_FORCE, valid_until__lt=today))
        if state in IN_FORCE:
            return self.filter(state=state, valid_until__gte=today)
        return self.filter(state=state)

    def sorted_by(self, asked: str) -> TitleQuerySet:
        """By one of SORTS, from the end with a minus before it; else by area and number."""
        column = SORTS.get(asked.removeprefix("-"))
        if column is None:
            return self.order_by("region_path", "number")
        return self.order_by(f"-{column}" if asked.startswith("-") else column, "number")

    def in_force(self) -> TitleQuerySet:
        return self.filter(state__in=IN_FORCE)

    def in_force_on(self, day: date) -> TitleQuerySet:
        return self.in_force().filter(valid_until__gte=day)

    def others_of(self, title: Title) -> TitleQuerySet:
        """Every other title of the same nursery, the latest first."""
        return self.of_nursery(title.nursery_id).exclude(pk=title.pk)

    def ending_within(self, day: date, days: int) -> TitleQuerySet:
        """In force on `day` and at an end at most so many days later."""
        return self.in_force_on(day).filter(valid_until__lte=day + timedelta(days=days))

    def of_nursery(self, nursery_id: int) -> TitleQuerySet:
        return self.filter(nursery_id=nursery_id).select_related("cycle").order_by("-valid_from")

    def latest_of_nurseries_acted_for_by(self, user: Any) -> TitleQuerySet:
        """The last title of each of one's own nurseries, whatever became of it."""
        own = self.for_list().filter(nursery__in=Nursery.objects.acted_for_by(user))
        return own.order_by("nursery", "-valid_from", "-pk").distinct("nursery")

    def revoked(self) -> TitleQuerySet:
        return self.filter(state=TitleState.REVOKED)

    def over_by(self, day: date) -> TitleQuerySet:
        return self.in_force().filter(valid_until__lt=day)

    def counts_by_city(self, today: date) -> list[tuple[Region, int]]:
        """Every city-level unit with how many nurseries in it hold a title on `today`; two queries.

        A nursery whose next title began before the last one ended counts once.
        """
        rows = (
            self.in_force_on(today)
            .order_by()
            .values(city=Left("region_path", CITY_PATH))
            .annotate(n=Count("nursery", distinct=True))
        )
        counted = {row["city"]: row["n"] for row in rows}
        units = Region.objects.city_units().order_by("code")
        return [(unit, counted.get(unit.path, 0)) for unit in units]

    def counts_by_area(self, today: date) -> dict[str, int]:
        """How many nurseries hold a title on `today`, by the path of their county or zone."""
        rows = self.in_force_on(today).order_by().values("region_path")
        return {
            row["region_path"]: row["n"] for row in rows.annotate(n=Count("nursery", distinct=True))
        }


class Title(TitleFlow):
    """省级示范托育机构, from the award decision to the day before its second anniversary."""

    state = FSMField("状态", default=TitleState.VALID, choices=TitleState.choices, protected=True)
    number = models.CharField("证书编号", max_length=30, unique=True)
    code = models.CharField("查验码", max_length=12, unique=True)
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="title", verbose_name="申报"
    )
    nursery = models.ForeignKey(
        Nursery, on_delete=models.PROTECT, related_name="titles", verbose_name="托育机构"
    )
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="titles")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField("辖区", max_length=30)
    decision_number = models.CharField("授予决定文号", max_length=60, blank=True)
    awarded_on = models.DateField("授予日期")
    valid_from = models.DateField("有效期起")
    valid_until = models.DateField("有效期止")
    ended_at = models.DateTimeField("终止时间", null=True, blank=True)
    revoked_for = models.CharField(
        "撤销原因", max_length=20, blank=True, choices=RevocationGround.choices
    )

    FACTS: ClassVar = {"begin": "称号生效"}

    objects = TitleQuerySet.as_manager()

    class Meta:
        verbose_name = "称号"
        verbose_name_plural = verbose_name
        ordering = ("region_path", "number")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="title_period_ordered",
                condition=Q(valid_until__gt=F("valid_from")),
                violation_error_message="有效期止须晚于有效期起。",
            ),
            models.CheckConstraint(
                name="title_ended_with_state",
                condition=Q(state__in=[TitleState.VALID, TitleState.RECTIFYING], ended_at=None)
                | Q(state__in=[TitleState.REVOKED, TitleState.EXPIRED], ended_at__isnull=False),
                violation_error_message="终止的称号须有终止时间。",
            ),
            models.CheckConstraint(
                name="title_revoked_for_a_reason",
                condition=Q(state=TitleState.REVOKED, revoked_for__in=RevocationGround.values)
                | (~Q(state=TitleState.REVOKED) & Q(revoked_for="")),
                violation_error_message="撤销的称号须有撤销原因。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["region_path", "state"],
                name="title_area",
                opclasses=["varchar_pattern_ops", "varchar_ops"],
            ),
            models.Index(fields=["region_path", "number"], name="title_register"),
        ]

    def __str__(self) -> str:
        return f"{self.nursery.name} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("publicity:title", args=[self.pk])

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What the certificate says."""
        return [
            ("机构名称", self.nursery.name),
            ("称号", "省级示范托育机构"),
            ("所在地", self.region.full_name),
            ("授予单位", self.cycle.province.commission),
            ("授予日期", day_words(self.awarded_on)),
            ("有效期", f"{day_words(self.valid_from)}至{day_words(self.valid_until)}"),
            ("证书编号", self.number),
            ("授予决定", self.decision_number),
        ]

    @property
    def is_in_force(self) -> bool:
        """Written down as in force; `standing` also knows the day."""
        return self.state in IN_FORCE

    def is_over(self, today: date) -> bool:
        return today > self.valid_until

    def standing(self, today: date) -> Standing:
        """The state as of `today`: expired after the last day, even before it is settled."""
        over = self.is_in_force and self.is_over(today)
        state = TitleState.EXPIRED if over else TitleState(self.state)
        return Standing(state.value, str(state.label))
