"""The filters of the list of people; they stay in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters as filters

from accounts import roles
from accounts.models import Region, User
from accounts.statuses import Level

if TYPE_CHECKING:
    from accounts.models import PeopleQuerySet

STATES = (("active", "正常"), ("closed", "已停用"), ("one_factor", "未启用双因素认证"))


class PeopleFilter(filters.FilterSet):
    """Words, role, area and state; unknown values are said and not used."""

    text = filters.CharFilter(label="姓名、用户名或单位", method="named")
    role = filters.ChoiceFilter(
        label="任职", choices=roles.POSTS, method="holding_role", empty_label="全部"
    )
    area = filters.ChoiceFilter(label="辖区", method="in_area", empty_label="全部")
    state = filters.ChoiceFilter(
        label="状态", choices=STATES, method="in_state", empty_label="全部"
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data, queryset=User.objects.visible_to(user))
        self.form.fields["area"].choices = area_choices()

    @property
    def rows(self) -> PeopleQuerySet:
        """What is shown, in the order asked for by `sort`."""
        found: PeopleQuerySet = self.qs.with_posts().sorted_by(self.data.get("sort", ""))
        return found

    def named(self, people: Any, name: str, value: str) -> PeopleQuerySet:
        found: PeopleQuerySet = people.named(value)
        return found

    def holding_role(self, people: Any, name: str, value: str) -> PeopleQuerySet:
        found: PeopleQuerySet = people.holding_role(value)
        return found

    def in_area(self, people: Any, name: str, value: str) -> PeopleQuerySet:
        found: PeopleQuerySet = people.in_area(value)
        return found

    def in_state(self, people: Any, name: str, value: str) -> PeopleQuerySet:
        found: PeopleQuerySet = (
            people.without_second_factor()
            if value == "one_factor"
            else people.active(value == "active")
        )
        return found


def area_choices() -> list[Any]:
    """Every region by its path, the counties under their city."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for region in Region.objects.select_related("parent").order_by("code"):
        unit = region.city_unit.name
        label = region.name if region.level == Level.COUNTY else f"{region.name}（全部）"
        groups.setdefault(unit, []).append((region.path, label))
    return list(groups.items())
