from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.access import holds

if TYPE_CHECKING:
    from quotas.models import Cycle, Quota


def may_run_cycle(cycle: Cycle, user: Any) -> bool:
    return holds(user, "accounts.run_cycle", cycle.province)


def may_fill(quota: Quota, user: Any) -> bool:
    """Whether the user decides which files get the places of this city."""
    return holds(user, "accounts.decide_city", quota.region)
