"""Who of a body handles a file 经办人: taking it on, handing it over, stepping out.

Handling divides the work of a body among its people; it gives nobody a right.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Region, RegionUserObjectPermission, User
from applications import policies
from applications.models import Application, Handling
from applications.statuses import ApplicationState, Step, Tier
from workflow import Refused, record

if TYPE_CHECKING:
    from django.db.models import QuerySet

HANDLERS = {
    Tier.COUNTY: policies.may_score_for_county,
    Tier.CITY: policies.may_score_for_city,
    Tier.PROVINCE: policies.may_decide_for_province,
}
HELD_BY = {
    Tier.COUNTY: "review_county",
    Tier.CITY: "review_city",
    Tier.PROVINCE: "decide_province",
}
# While a body has work with a file; what was handled once stays named afterwards.
HANDLED_IN: dict[Tier, tuple[ApplicationState, ...]] = {
    Tier.COUNTY: (ApplicationState.COUNTY_REVIEW, ApplicationState.RETURNED),
    Tier.CITY: (ApplicationState.CITY_REVIEW,),
    Tier.PROVINCE: (
        ApplicationState.PROVINCIAL_REVIEW,
        ApplicationState.PASSED,
        ApplicationState.IN_NOTICE,
    ),
}


def may_handle(application: Application, tier: Tier, user: Any) -> bool:
    """Whether this body has work with the file now, and the user works there."""
    return application.state in HANDLED_IN[tier] and HANDLERS[tier](application, user)


def handling_of(application: Application, tier: Tier) -> Handling | None:
    return application.handlings.filter(tier=tier).select_related("handler").first()


def colleagues(application: Application, tier: Tier, but: Handling | None = None) -> QuerySet[User]:
    """Whom a file can be handed over to: everybody of the body who may score or decide there,
    `but` for the present handler.
    """
    grants = RegionUserObjectPermission.objects.filter(
        content_object=_body(application, tier), permission__codename=HELD_BY[tier]
    )
    people = User.objects.filter(is_active=True, pk__in=grants.values("user"))
    return people.exclude(pk__in=[but.handler_id] if but else []).order_by("name", "pk")


def _body(application: Application, tier: Tier) -> Region:
    """The region whose commission takes this step."""
    if tier == Tier.PROVINCE:
        return application.cycle.province
    region = application.region
    return region.city_unit if tier == Tier.CITY else region.county_unit


@transaction.atomic
def take_on(application: Application, tier: Tier, *, by: User, at: datetime) -> Handling:
    """Become the handler of a file that nobody handles. Raises PermissionDenied, Refused."""
    held = _held(application, tier, by)
    present = handling_of(held, tier)
    if present:
        raise Refused(f"本件由{present.handler}经办，请办理转交。")
    return _begin(held, tier, by, at)


def take_on_if_free(application: Application, tier: Tier, *, by: User, at: datetime) -> None:
    """Whoever begins to work on a file becomes its handler; the caller holds the row locked."""
    if handling_of(application, tier) is None:
        _begin(application, tier, by, at)


def _begin(held: Application, tier: Tier, by: User, at: datetime) -> Handling:
    handling = Handling.objects.create(application=held, tier=tier, handler=by, since=at)
    record(held, "take_on", actor=by, at=at, **_where(tier))
    return handling


@transaction.atomic
def hand_over(
    application: Application, tier: Tier, to: User, *, by: User, at: datetime
) -> Handling:
    """Make somebody of the same body the handler, whoever it was; anybody of the body may.

    Raises PermissionDenied, Refused.
    """
    held = _held(application, tier, by)
    if not colleagues(held, tier).filter(pk=to.pk).exists():
        raise Refused("只能转交给本单位的工作人员。")
    present = handling_of(held, tier)
    if present and present.handler == to:
        raise Refused(f"本件已由{to}经办。")
    handling, _ = Handling.objects.update_or_create(
        application=held, tier=tier, defaults={"handler": to, "since": at}
    )
    told = {"person": to.pk, **_where(tier)}
    record(held, "hand_over", actor=by, at=at, reason=f"由{to}经办。", **told)
    return handling


@transaction.atomic
def step_out(application: Application, tier: Tier, *, by: User, at: datetime) -> None:
    """Give a file back to the body; only its handler can. Raises PermissionDenied, Refused."""
    held = _held(application, tier, by)
    present = handling_of(held, tier)
    if present is None or present.handler != by:
        raise Refused("本件不由您经办。")
    present.delete()
    record(held, "step_out", actor=by, at=at, **_where(tier))


def _held(application: Application, tier: Tier, by: User) -> Application:
    held = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if not HANDLERS[tier](held, by):
        raise PermissionDenied
    if held.state not in HANDLED_IN[tier]:
        raise Refused(f"该申报目前为“{held.get_state_display()}”，不在本级办理。")
    return held


def _where(tier: Tier) -> dict[str, str]:
    """The step by which a history tells whose fact it is; the province has none of its own."""
    return {"step": tier.value} if tier.value in Step.values else {}
