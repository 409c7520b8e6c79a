"""Who hears of something: worked out from grants, so that nobody hears of what they cannot see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import RegionUserObjectPermission, User
from applications.models import ApplicationUserObjectPermission
from nurseries.models import NurseryUserObjectPermission


class Audience(StrEnum):
    """Whom a line of the catalog is for."""

    NURSERY = "nursery"
    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    EXPERTS = "experts"
    PERSON = "person"
    APPROVERS = "approvers"
    ASSIGNERS = "assigners"
    HANDLERS = "handlers"
    PUBLISHERS = "publishers"
    SUPERVISORS = "supervisors"
    EVERY_NURSERY = "every nursery"
    EVERY_COUNTY = "every county"
    EVERY_CITY = "every city"


COUNTY_WORK = ("review_county", "decide_county")
CITY_WORK = ("review_city", "decide_city")


@dataclass(frozen=True)
class Scope:
    """What an event is about, as far as audiences depend on it.

    `handed_in` is False for a file that only its nursery may see yet. `person` is the one whom the
    event names, `commission` the one in whose two steps it stands.
    """

    nurseries: tuple[int, ...] = ()
    county: int | None = None
    city: int | None = None
    province: int | None = None
    application: int | None = None
    person: int | None = None
    commission: int | None = None
    handed_in: bool = True


def people(audience: Audience, scope: Scope) -> list[User]:
    """The active users of an audience, in a fixed order; one query."""
    if not scope.handed_in and audience != Audience.NURSERY:
        return []
    return list(_FINDERS[audience](scope).filter(is_active=True).order_by("pk"))


def officers_by_region(codenames: Iterable[str], regions: Iterable[int]) -> dict[int, list[User]]:
    """The active users who hold one of the permissions, by region; one query."""
    grants = (
        RegionUserObjectPermission.objects.filter(
            permission__codename__in=list(codenames),
            content_object__in=list(regions),
            user__is_active=True,
        )
        .select_related("user")
        .order_by("user_id")
    )
    return _grouped((grant.content_object_id, grant.user) for grant in grants)


def staff_by_nursery(nurseries: Iterable[int]) -> dict[int, list[User]]:
    """The active staff, by nursery; one query."""
    grants = (
        NurseryUserObjectPermission.objects.filter(
            permission__codename="act_for",
            content_object__in=list(nurseries),
            user__is_active=True,
        )
        .select_related("user")
        .order_by("user_id")
    )
    return _grouped((grant.content_object_id, grant.user) for grant in grants)


def _grouped(pairs: Iterable[tuple[int, User]]) -> dict[int, list[User]]:
    found: dict[int, list[User]] = {}
    for key, user in pairs:
        users = found.setdefault(key, [])
        if user not in users:
            users.append(user)
    return found


def _holders(model: Any, codenames: Iterable[str], **on: Any) -> QuerySet[User]:
    grants = model.objects.filter(
        user=OuterRef("pk"), permission__codename__in=list(codenames), **on
    )
    return User.objects.filter(Exists(grants))


def _region_finder(place: str, *codenames: str) -> Callable[[Scope], QuerySet[User]]:
    return lambda scope: _holders(
        RegionUserObjectPermission, codenames, content_object=getattr(scope, place)
    )


def _staff(scope: Scope) -> QuerySet[User]:
    return _holders(NurseryUserObjectPermission, ["act_for"], content_object__in=scope.nurseries)


_FINDERS: dict[Audience, Callable[[Scope], QuerySet[User]]] = {
    Audience.NURSERY: _staff,
    Audience.COUNTY: _region_finder("county", *COUNTY_WORK),
    Audience.CITY: _region_finder("city", *CITY_WORK),
    Audience.PROVINCE: _region_finder("province", "decide_province"),
    Audience.ASSIGNERS: _region_finder("province", "assign_experts"),
    Audience.HANDLERS: _region_finder("province", "handle_objections"),
    Audience.PUBLISHERS: _region_finder("province", "publish_notice"),
    Audience.SUPERVISORS: _region_finder("province", "supervise"),
    Audience.EXPERTS: lambda scope: _holders(
        ApplicationUserObjectPermission, ["review_as_expert"], content_object=scope.application
    ),
    Audience.APPROVERS: _region_finder("commission", "approve"),
    Audience.PERSON: lambda scope: User.objects.filter(pk__in=[scope.person or 0]),
    Audience.EVERY_NURSERY: lambda _: _holders(NurseryUserObjectPermission, ["act_for"]),
    Audience.EVERY_COUNTY: lambda _: _holders(RegionUserObjectPermission, COUNTY_WORK),
    Audience.EVERY_CITY: lambda _: _holders(RegionUserObjectPermission, CITY_WORK),
}
