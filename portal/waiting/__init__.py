"""What waits for a person: one function for each kind of work, each asked of everyone.

A function that finds nothing for the person gives no panel; no page asks for roles.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.waiting import administration, filing, publicity
from portal.waiting.panel import Figure, Panel, Row

__all__ = ["Figure", "Panel", "Row", "panels"]


def panels(user: Any, at: datetime) -> list[Panel]:
    """All that waits for `user` at `at`, in the order of a working day."""
    kinds = (
        filing.own_applications,
        filing.desk,
        filing.quota,
        filing.expert_tasks,
        filing.experts_wanted,
        filing.province,
        publicity.objections,
        administration.accounts,
        administration.security,
        administration.audit,
    )
    return [panel for kind in kinds for panel in kind(user, at)]
