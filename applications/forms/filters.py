"""The filters of the desks and of the decision table."""

from __future__ import annotations

from typing import Any

import django_filters

from accounts.access import regions_held
from accounts.models import Region, User
from accounts.statuses import Level
from applications.queues import QueueQuerySet, areas_of
from applications.statuses import PAST_CITY, ApplicationState
from quotas.models import Cycle

SEES = "accounts.see_files"
ABOVE_COUNTY = (Level.PROVINCE, Level.CITY)


class AreaField(django_filters.fields.ModelChoiceField):
    """Regions by their whole name, those below a city set in."""

    def label_from_instance(self, region: Region) -> str:
        return f"　{region.name}" if region.path.count("/") > 1 else region.name


class AreaFilter(django_filters.ModelChoiceFilter):
    field_class = AreaField


class QueueFilter(django_filters.FilterSet):
    """The filters of a desk; they stay in the address, and only offer what the user may see."""

    q = django_filters.CharFilter(label="机构名称、信用代码或编号", method="by_text")
    cycle = django_filters.ModelChoiceFilter(
        label="评选周期", queryset=Cycle.objects.none(), empty_label="全部周期"
    )
    area = AreaFilter(
        label="辖区",
        queryset=Region.objects.none(),
        method="in_area",
        empty_label="全部辖区",
    )

    def __init__(self, data: Any, queryset: Any, *, user: User) -> None:
        super().__init__(data, queryset)
        self.filters["cycle"].queryset = Cycle.objects.visible_to(user).newest_first()
        self.filters["area"].queryset = areas_of(user)
        # A county has nothing below it to narrow to.
        if not any(region.level in ABOVE_COUNTY for region in regions_held(user, SEES)):
            del self.filters["area"]

    def by_text(self, rows: QueueQuerySet, name: str, value: str) -> QueueQuerySet:
        return rows.matching(value)

    def in_area(self, rows: QueueQuerySet, name: str, value: Region) -> QueueQuerySet:
        return rows.within(value)


JUDGED = [(state.value, state.label) for state in ApplicationState if state in PAST_CITY]


class DecisionFilter(QueueFilter):
    """The filters of the province's decision table, within one cycle."""

    state = django_filters.ChoiceFilter(label="状态", choices=JUDGED, empty_label="全部状态")
