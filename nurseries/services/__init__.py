"""Everything that changes the registry."""

from nurseries.services.imports import apply, give_up, hand_in, look_through, places
from nurseries.services.registry import Conflict, create, parts_of, update
from nurseries.services.staff import appoint_staff, dismiss_staff, staff_of

__all__ = [
    "Conflict",
    "apply",
    "appoint_staff",
    "create",
    "dismiss_staff",
    "give_up",
    "hand_in",
    "look_through",
    "parts_of",
    "places",
    "staff_of",
    "update",
]
