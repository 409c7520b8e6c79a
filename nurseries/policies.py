"""Who may do what with the registry. Instances come from the caller; nothing is looked up here
but the caller's own grants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts import access
from nurseries.places import covers

if TYPE_CHECKING:
    from accounts.models import Region
    from nurseries.models import Nursery

# The county keeps the registry of its area (S2, filing); the province may correct any record.
KEEPERS = ("accounts.review_county", "accounts.run_cycle")


def areas_kept_by(user: Any) -> list[str]:
    """The paths of the areas whose registry the user keeps."""
    return [area.path for permission in KEEPERS for area in access.regions_held(user, permission)]


def may_register_in(region: Region, user: Any) -> bool:
    return covers(areas_kept_by(user), region.path)


def may_act_for(nursery: Nursery, user: Any) -> bool:
    return access.holds(user, "nurseries.act_for", nursery)


def may_keep(nursery: Nursery, user: Any) -> bool:
    """Whether the user corrects this record as an office, its credit code and county included."""
    return may_register_in(nursery.region, user)


def may_edit(nursery: Nursery, user: Any) -> bool:
    """The nursery's own staff and the office that keeps its record."""
    return may_keep(nursery, user) or may_act_for(nursery, user)
