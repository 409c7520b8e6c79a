"""The registry: who may apply (S0, 创建主体)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from guardian.models import UserObjectPermissionBase

from accounts import access
from nurseries import kinds, rules, validators
from nurseries.models.parts import ClassGroup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Region


SORTS = {
    "name": "name",
    "capacity": "capacity",
    "opened": "opened_on",
    "updated": "updated_at",
}


class NurseryQuerySet(models.QuerySet["Nursery"]):
    def visible_to(self, user: Any) -> NurseryQuerySet:
        """Those that the user acts for, and those in the areas whose files they may see."""
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        areas = access.regions_held(user, "accounts.see_files")
        if any(area.parent_id is None for area in areas):
            return self.all()
        # Asked at once: as a subquery beside the areas it would keep PostgreSQL from both indexes.
        own = list(_granted_to(user).values_list("content_object", flat=True))
        in_areas = _in_areas(area.path for area in areas)
        return self.filter(in_areas | Q(pk__in=own) if own else in_areas)

    def acted_for_by(self, user: Any) -> NurseryQuerySet:
        """Those that the user is staff of."""
        return self.filter(pk__in=_granted_to(user).values("content_object"))

    def in_region(self, region: Region) -> NurseryQuerySet:
        """Those in the region and in all regions below it."""
        return self.in_area(region.path)

    def in_area(self, path: str) -> NurseryQuerySet:
        return self.filter(_in_areas([path]))

    def matching(self, text: str) -> NurseryQuerySet:
        """Those whose name, credit code, receipt number or address holds every word of `text`."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(name__icontains=word)
                | Q(credit_code__startswith=word.upper())
                | Q(filing_receipt_number__icontains=word)
                | Q(address__icontains=word)
            )
        return found

    def called(self, text: str) -> NurseryQuerySet:
        """Those of just this name or credit code; without any, those whose name holds the text."""
        exact = self.filter(Q(name=text) | Q(credit_code=text.upper()))
        return exact if exact.exists() else self.filter(name__icontains=text).order_by("name")

    def organised_as(self, organiser: str) -> NurseryQuerySet:
        return self.filter(organiser=organiser)

    def of_form(self, form: str) -> NurseryQuerySet:
        return self.filter(form=form)

    def that_are_inclusive(self, inclusive: bool) -> NurseryQuerySet:
        return self.filter(inclusive=inclusive)

    def that_are_filed(self, filed: bool) -> NurseryQuerySet:
        return (
            self.exclude(filing_receipt_number="")
            if filed
            else self.filter(filing_receipt_number="")
        )

    def with_credit_codes(self, codes: Iterable[str]) -> NurseryQuerySet:
        return self.filter(credit_code__in=list(codes))

    def with_places(self) -> NurseryQuerySet:
        """With the regions that a record names."""
        return self.select_related("region__parent", "filing_county__parent")

    def with_region(self) -> NurseryQuerySet:
        """With the region that a line of a list names."""
        return self.select_related("region__parent")

    def with_children_now(self) -> NurseryQuerySet:
        """With `children_now`, the children of all classes together."""
        counted = (
            ClassGroup.objects.filter(nursery=models.OuterRef("pk"))
            .order_by()
            .values("nursery")
            .annotate(total=models.Sum("children"))
            .values("total")
        )
        return self.annotate(children_now=Coalesce(models.Subquery(counted), 0))

    def sorted_by(self, key: str) -> NurseryQuerySet:
        """By one of SORTS, with a minus for descending; else by county and name, as in a ledger."""
        column = SORTS.get(key.removeprefix("-"))
        if column is None:
            return self.order_by("region__code", "name", "pk")
        sign = "-" if key.startswith("-") else ""
        return self.order_by(f"{sign}{column}", f"{sign}pk")


class Nursery(models.Model):
    """A body that cares for children under three, as it is registered and filed.

    `version` counts the changes: who saves a form names the version that was seen, so that two
    open pages never overwrite each other unnoticed.
    """

    name = models.CharField("机构名称", max_length=100)
    credit_code = models.CharField(
        "统一社会信用代码", max_length=18, validators=[validators.validate_credit_code]
    )
    registration_body = models.CharField("登记机关", max_length=60)
    registration_kind = models.CharField(
        "机构性质", max_length=30, choices=kinds.RegistrationKind.choices
    )
    filing_receipt_number = models.CharField("备案回执编号", max_length=50, blank=True)
    filing_date = models.DateField("备案日期", null=True, blank=True)
    filing_county = models.ForeignKey(
        "accounts.Region",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="备案机关所在地",
    )
    address = models.CharField("详细地址", max_length=200)
    region = models.ForeignKey(
        "accounts.Region",
        on_delete=models.PROTECT,
        related_name="nurseries",
        verbose_name="所在县（市、区）",
    )
    legal_representative = models.CharField("法定代表人", max_length=40)
    head = models.CharField("机构负责人", max_length=40)
    phone = models.CharField("联系电话", max_length=30, validators=[validators.validate_phone])
    organiser = models.CharField("举办性质", max_length=30, choices=kinds.Organiser.choices)
    form = models.CharField("机构形式", max_length=20, choices=kinds.Form.choices)
    inclusive = models.BooleanField("普惠性机构", default=False)
    services_offered = ArrayField(
        models.CharField(max_length=20, choices=kinds.Service.choices), verbose_name="服务类型"
    )
    opened_on = models.DateField("开办日期")
    floor_area = models.DecimalField("建筑面积（平方米）", max_digits=9, decimal_places=2)
    outdoor_area = models.DecimalField(
        "户外活动场地面积（平方米）", max_digits=9, decimal_places=2, default=0
    )
    capacity = models.PositiveIntegerField("托位数")
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    registered_at = models.DateTimeField("登记时间", editable=False)
    updated_at = models.DateTimeField("更新时间", editable=False)

    FACTS: ClassVar = {"compile_archive": "整理评选工作档案"}

    objects = NurseryQuerySet.as_manager()

    # Given by `with_children_now`.
    children_now: int

    class Meta:
        verbose_name = "托育机构"
        verbose_name_plural = verbose_name
        permissions = (("act_for", "代表本机构办理"),)
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="nursery_credit_code_once",
                fields=["credit_code"],
                violation_error_code="unique",
                violation_error_message=rules.CREDIT_CODE_TAKEN,
            ),
            models.CheckConstraint(
                name="nursery_credit_code_shape",
                condition=Q(credit_code__regex=f"^{validators.CREDIT_CODE_SHAPE}$"),
                violation_error_message="统一社会信用代码格式不对。",
            ),
            models.CheckConstraint(
                name="nursery_capacity_positive",
                condition=Q(capacity__gt=0),
                violation_error_message=rules.CAPACITY_POSITIVE,
            ),
            models.CheckConstraint(
                name="nursery_floor_area_positive",
                condition=Q(floor_area__gt=0),
                violation_error_message=rules.FLOOR_AREA_POSITIVE,
            ),
            models.CheckConstraint(
                name="nursery_outdoor_area_not_negative",
                condition=Q(outdoor_area__gte=0),
                violation_error_message=rules.OUTDOOR_AREA_NOT_NEGATIVE,
            ),
            models.CheckConstraint(
                name="nursery_services_chosen",
                condition=Q(services_offered__len__gt=0)
                & Q(services_offered__contained_by=kinds.Service.values),
                violation_error_message=rules.SERVICES_CHOSEN,
            ),
            models.CheckConstraint(
                name="nursery_filing_whole",
                condition=Q(
                    filing_receipt_number="", filing_date__isnull=True, filing_county__isnull=True
                )
                | (
                    ~Q(filing_receipt_number="")
                    & Q(filing_date__isnull=False, filing_county__isnull=False)
                ),
                violation_error_message=rules.FILING_WHOLE,
            ),
            models.CheckConstraint(
                name="nursery_opened_not_early",
                condition=Q(opened_on__gte=rules.EARLIEST),
                violation_error_message=rules.OPENED_NOT_EARLY,
            ),
            models.CheckConstraint(
                name="nursery_filed_not_early",
                condition=Q(filing_date__isnull=True) | Q(filing_date__gte=rules.EARLIEST),
                violation_error_message=rules.FILED_NOT_EARLY,
            ),
            models.CheckConstraint(
                name="nursery_kinds_known",
                condition=Q(
                    registration_kind__in=kinds.RegistrationKind.values,
                    organiser__in=kinds.Organiser.values,
                    form__in=kinds.Form.values,
                ),
                violation_error_message="机构性质、举办性质、机构形式应为规定的选项。",
            ),
            models.CheckConstraint(
                name="nursery_times_ordered",
                condition=Q(updated_at__gte=F("registered_at")),
                violation_error_message="更新时间不能早于登记时间。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["region", "name", "id"], name="nursery_by_area"),
            models.Index(fields=["name", "id"], name="nursery_by_name"),
            models.Index(fields=["capacity", "id"], name="nursery_by_capacity"),
            models.Index(fields=["opened_on", "id"], name="nursery_by_opening"),
            models.Index(fields=["updated_at", "id"], name="nursery_by_change"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("nurseries:card", args=[self.pk])

    @property
    def region_path(self) -> str:
        return self.region.path

    @property
    def filed(self) -> bool:
        """Whether it is filed 备案 and holds the receipt: S0's second entry condition."""
        return bool(self.filing_receipt_number)

    @property
    def for_profit(self) -> bool:
        return kinds.RegistrationKind(self.registration_kind).for_profit

    @property
    def service_labels(self) -> list[str]:
        return [kinds.Service(value).label for value in self.services_offered]

    @property
    def masked_phone(self) -> str:
        return validators.masked_phone(self.phone)


class NurseryUserObjectPermission(UserObjectPermissionBase):
    """Who acts for which nursery; written only by `accounts.services`."""

    content_object = models.ForeignKey(Nursery, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


def _granted_to(user: Any) -> models.QuerySet[NurseryUserObjectPermission]:
    return NurseryUserObjectPermission.objects.filter(user=user, permission__codename="act_for")


def _in_areas(paths: Iterable[str]) -> Q:
    within = Q(pk__in=[])
    for path in paths:
        within |= Q(region__path=path) | Q(region__path__startswith=f"{path}/")
    return within
