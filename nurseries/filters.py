"""The filters of the registry's list; they stay in the address, so a list can be sent on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters as filters

from accounts import access
from accounts.models import Region
from accounts.statuses import Level
from nurseries import kinds
from nurseries.models import Nursery

if TYPE_CHECKING:
    from django.db.models import QuerySet

YES_OR_NO = (("yes", "是"), ("no", "否"))


class NurseryFilter(filters.FilterSet):
    """Area, organiser, form, inclusive, filed and words; unknown values are said and not used."""

    text = filters.CharFilter(label="关键词", method="matching")
    area = filters.ChoiceFilter(label="地区", method="in_area", empty_label="全部地区")
    organiser = filters.ChoiceFilter(
        label="举办性质", choices=kinds.Organiser.choices, method="organised_as", empty_label="全部"
    )
    form_kind = filters.ChoiceFilter(
        label="机构形式", choices=kinds.Form.choices, method="of_form", empty_label="全部"
    )
    inclusive = filters.ChoiceFilter(
        label="普惠", choices=YES_OR_NO, method="that_are_inclusive", empty_label="全部"
    )
    filed = filters.ChoiceFilter(
        label="备案", choices=YES_OR_NO, method="that_are_filed", empty_label="全部"
    )

    class Meta:
        model = Nursery
        fields: tuple[str, ...] = ()

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data, queryset=Nursery.objects.visible_to(user).with_region())
        self._areas = Region.objects.within_any(
            [area.path for area in access.regions_held(user, "accounts.see_files")]
        )
        self._by_code: dict[str, Region] = {}
        self._fill_areas()

    @property
    def rows(self) -> QuerySet[Nursery]:
        """What is shown, in the order asked for by `sort`."""
        found: QuerySet[Nursery] = self.qs.with_children_now().sorted_by(self.data.get("sort", ""))
        return found

    def matching(self, rows: Any, name: str, value: str) -> QuerySet[Nursery]:
        return rows.matching(value)

    def in_area(self, rows: Any, name: str, value: str) -> QuerySet[Nursery]:
        return rows.in_region(self._by_code[value])

    def organised_as(self, rows: Any, name: str, value: str) -> QuerySet[Nursery]:
        return rows.organised_as(value)

    def of_form(self, rows: Any, name: str, value: str) -> QuerySet[Nursery]:
        return rows.of_form(value)

    def that_are_inclusive(self, rows: Any, name: str, value: str) -> QuerySet[Nursery]:
        return rows.that_are_inclusive(value == "yes")

    def that_are_filed(self, rows: Any, name: str, value: str) -> QuerySet[Nursery]:
        return rows.that_are_filed(value == "yes")

    def _fill_areas(self) -> None:
        """The user's areas as choices, the counties under their city."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for region in self._areas.select_related("parent").order_by("code"):
            self._by_code[region.code] = region
            if region.level != Level.PROVINCE:
                city = region.city_unit.name
                whole = region.level == Level.CITY
                label = f"{region.name}（全市）" if whole else region.full_name
                groups.setdefault(city, []).append((region.code, label))
        self.form.fields["area"].choices = list(groups.items())
