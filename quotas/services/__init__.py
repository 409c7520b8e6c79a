"""Cycles with their settings; places made with the quota, taken one by one under a lock."""

from quotas.services.caps import cap_of, hold_caps, write_caps
from quotas.services.cycles import change_settings, create_cycle
from quotas.services.places import free_place, has_free_place, take_place, used_up
from quotas.services.proposals import propose_quotas
from quotas.services.sizes import set_quotas, transfer_places

__all__ = [
    "cap_of",
    "change_settings",
    "create_cycle",
    "free_place",
    "has_free_place",
    "hold_caps",
    "propose_quotas",
    "set_quotas",
    "take_place",
    "transfer_places",
    "used_up",
    "write_caps",
]
