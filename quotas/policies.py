from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.access import holds

if TYPE_CHECKING:
    from quotas.models import Cycle


def may_run_cycle(cycle: Cycle, user: Any) -> bool:
    return holds(user, "accounts.run_cycle", cycle.province)
