"""The pool of experts 专家库 as the province reads it: list, filters, one expert's tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet

from accounts.access import regions_held
from accounts.models import Region, User
from applications.models import Availability, Review
from applications.queues import experts_of

if TYPE_CHECKING:
    from applications.models import ExpertProfile

PER_PAGE = 50
ORDERS = {
    "name": "name",
    "employer": "employer",
    "field": "expert_profile__field",
    "region": "expert_profile__region__code",
    "load": "load",
    "room": "room",
}
HEADINGS = (
    "姓名",
    "工作单位",
    "专业领域",
    "职称",
    "工作所在地",
    "未完成任务",
    "任务上限",
    "可参加日期",
)


def pool_of(user: Any) -> QuerySet[User]:
    """The experts whom the user may assign, each with `load`, `files` and `room`."""
    province = _province(user)
    if province is None:
        return User.objects.none()
    room = F("expert_profile__max_load") - F("load")
    return experts_of(province).annotate(room=room)


def _province(user: Any) -> Region | None:
    held = regions_held(user, "accounts.assign_experts")
    return next((region for region in held if region.parent_id is None), None)


def ordered(people: QuerySet[User], key: str) -> QuerySet[User]:
    """By a column of ORDERS ("-" in front: from the end), else the freest first; blanks last."""
    column = F(ORDERS.get(key.removeprefix("-"), "load"))
    down = key.startswith("-")
    order = column.desc(nulls_last=True) if down else column.asc(nulls_last=True)
    return people.order_by(order, "name", "pk")


def of_field(people: QuerySet[User], field: str) -> QuerySet[User]:
    """By the field of their profile; "" for those who have no profile yet."""
    if not field:
        return people.filter(expert_profile=None)
    return people.filter(expert_profile__field=field)


def working_in(people: QuerySet[User], unit: Region) -> QuerySet[User]:
    """In the unit or below it."""
    within = Region.objects.within(unit.path)
    return people.filter(expert_profile__region__in=within)


def with_room(people: Any) -> QuerySet[User]:
    """Below the limit of their tasks; of the pool, which knows the `room` of everybody."""
    found: QuerySet[User] = people.filter(room__gt=0)
    return found


def available_between(people: QuerySet[User], first: date, last: date) -> QuerySet[User]:
    """Those with at least one day between the two."""
    days = Availability.objects.touching(first, last)
    return people.filter(pk__in=days.values("profile__user"))


def tasks_of(expert: User) -> QuerySet[Review]:
    """Everything that an expert was ever given, the newest first."""
    rows = Review.objects.experts().filter(reviewer=expert).with_sheets()
    return rows.select_related("application__nursery", "application__cycle").order_by("-pk")


def days_ahead(profile: ExpertProfile, today: date) -> list[Availability]:
    """The spans that are not over; `available` is prefetched in lists."""
    return [days for days in profile.available.all() if days.until >= today]


@dataclass(frozen=True)
class Row:
    """One expert as the list shows them; without a profile nothing is known but the load."""

    expert: Any
    profile: ExpertProfile | None
    days: list[Availability]


def rows(people: Iterable[Any], today: date) -> list[Row]:
    return [_row(expert, today) for expert in people]


def _row(expert: Any, today: date) -> Row:
    profile = getattr(expert, "expert_profile", None)
    return Row(expert, profile, days_ahead(profile, today) if profile else [])


def lines(people: Iterable[Any], today: date) -> Iterator[list[Any]]:
    """The pool for a spreadsheet, in the order of HEADINGS."""
    for row in rows(people, today):
        expert, profile = row.expert, row.profile
        if profile is None:
            yield [expert.name, expert.employer, "资料未填写", "", "", expert.load, None, ""]
            continue
        yield [
            expert.name,
            expert.employer,
            profile.get_field_display(),
            profile.title,
            profile.region.full_name,
            expert.load,
            profile.max_load,
            "；".join(str(days) for days in row.days),
        ]
