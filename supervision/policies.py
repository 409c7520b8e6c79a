"""Who may what about a title: the province decides, the city prompts, the nursery answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from accounts.access import holds, holds_province
from publicity.policies import may_supervise

if TYPE_CHECKING:
    from publicity.models import Title
    from supervision.models import (
        Campaign,
        Complaint,
        Prompt,
        RectificationOrder,
        Revocation,
        SpotCheck,
    )

    AboutTitle: TypeAlias = RectificationOrder | Prompt | Revocation | Complaint


def may_decide(subject: AboutTitle, user: Any) -> bool:
    return may_supervise(subject.title, user)


def may_report(subject: AboutTitle, user: Any) -> bool:
    """The nursery alone speaks for itself."""
    return holds(user, "nurseries.act_for", subject.title.nursery)


def may_prompt(title: Title, user: Any) -> bool:
    """S0, four (三): the city prompts and urges; the province may as well."""
    return holds(user, "accounts.supervise", title.region.city_unit) or may_supervise(title, user)


def portal_only(subject: Any, user: Any) -> bool:
    return user is None


# Spot checks 抽查


def may_run_campaign(campaign: Campaign, user: Any) -> bool:
    return holds(user, "accounts.supervise", campaign.province)


def may_start_campaigns(user: Any) -> bool:
    """The province draws; counties and cities see what concerns them."""
    return holds_province(user, "accounts.supervise")


def may_arrange(check: SpotCheck, user: Any) -> bool:
    """Appoint the inspectors, call the check off."""
    return may_supervise(check.title, user)


def may_inspect(check: SpotCheck, user: Any) -> bool:
    """Fill in the sheet, note findings; ends with the check."""
    return holds(user, "supervision.inspect", check)


def may_lead(check: SpotCheck, user: Any) -> bool:
    """Seal the sheet, answer for the result."""
    return may_inspect(check, user) and check.is_led_by(user)


def may_begin(check: SpotCheck, user: Any) -> bool:
    return may_arrange(check, user) or may_lead(check, user)
