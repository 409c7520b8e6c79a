"""Who may make which move. Each asks guardian about one object; None is the portal itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.access import holds, holds_province
from applications import two_steps
from applications.statuses import Tier

if TYPE_CHECKING:
    from applications.models import Application
    from quotas.models import Cycle


def may_apply(application: Application, user: Any) -> bool:
    return holds(user, "nurseries.act_for", application.nursery)


def may_decide_for_county(application: Application, user: Any) -> bool:
    return holds(user, "accounts.decide_county", application.region.county_unit)


def may_score_for_county(application: Application, user: Any) -> bool:
    return holds(user, "accounts.review_county", application.region.county_unit)


def may_decide_for_city(application: Application, user: Any) -> bool:
    return holds(user, "accounts.decide_city", application.region.city_unit)


def may_score_for_city(application: Application, user: Any) -> bool:
    return holds(user, "accounts.review_city", application.region.city_unit)


def may_decide_at(application: Application, tier: str, user: Any) -> bool:
    """Whether the user decides for the county or the city: what handlers and approvers share."""
    decides = may_decide_for_county if tier == Tier.COUNTY else may_decide_for_city
    return decides(application, user)


def may_approve(application: Application, tier: str, user: Any) -> bool:
    """Whether the user signs what the handlers of the county or the city propose."""
    commission = two_steps.commission_of(application, tier)
    return may_decide_at(application, tier, user) and holds(user, "accounts.approve", commission)


def may_decide_for_province(application: Application, user: Any) -> bool:
    return holds(user, "accounts.decide_province", application.cycle.province)


def may_judge(cycle: Cycle, user: Any) -> bool:
    """Whether the results of a cycle are the user's business."""
    return holds(user, "accounts.decide_province", cycle.province) or holds(
        user, "accounts.assign_experts", cycle.province
    )


def may_assign_experts(application: Application, user: Any) -> bool:
    return holds(user, "accounts.assign_experts", application.cycle.province)


def may_keep_pool(user: Any) -> bool:
    """Whether the pool of experts is the user's to keep."""
    return holds_province(user, "accounts.assign_experts")


def may_plan(cycle: Cycle, user: Any) -> bool:
    return holds(user, "accounts.assign_experts", cycle.province)


def may_score_as_expert(application: Application, user: Any) -> bool:
    return holds(user, "applications.review_as_expert", application)


def may_publish(application: Application, user: Any) -> bool:
    return holds(user, "accounts.publish_notice", application.cycle.province)


def may_put_on_notice(application: Application, user: Any) -> bool:
    """Also the portal, when a notice is published at its set time; publicity says which may be."""
    return user is None or may_publish(application, user)


def may_handle_objections(application: Application, user: Any) -> bool:
    return holds(user, "accounts.handle_objections", application.cycle.province)


def may_give_way(application: Application, user: Any) -> bool:
    """The portal alone, when a title begins."""
    return user is None


def may_lapse(application: Application, user: Any) -> bool:
    """The portal at a deadline; the province for a file that a commission left lying."""
    return user is None or may_decide_for_province(application, user)
