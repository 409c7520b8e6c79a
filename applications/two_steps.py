"""Two steps 两级签批: which moves a handler prepares and an approver confirms, and for whom.

General knowledge: offices prepare 拟办 and sign 签批 in two hands; no notice asks for it, so each
commission turns it on for itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from applications.statuses import Tier

if TYPE_CHECKING:
    from accounts.models import Region

# The moves that decide a file at a tier with two hands; the province has no handlers.
TIER_OF = {
    "return_for_correction": Tier.COUNTY,
    "recommend_to_city": Tier.COUNTY,
    "decline_by_county": Tier.COUNTY,
    "send_back_to_county": Tier.CITY,
    "recommend_to_province": Tier.CITY,
    "decline_by_city": Tier.CITY,
}
DECIDING = {Tier.COUNTY: "accounts.decide_county", Tier.CITY: "accounts.decide_city"}


def commission_of(application: Any, tier: str) -> Region:
    """The region whose body decides at the tier; in the zone it is the same for both."""
    region: Region = application.region
    return region.county_unit if tier == Tier.COUNTY else region.city_unit


def are_on(region: Region) -> bool:
    """Whether this commission works in two steps; one query per region and request."""
    setting = getattr(region, "two_steps", None)
    return bool(setting and setting.on)
