"""What waits for a person: one function for each kind of work, each asked of everyone.

A function that finds nothing for the person gives no panel; no page asks for roles.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.waiting import (
    administration,
    filing,
    practices,
    publicity,
    rectification,
    supervision,
    titles,
)
from portal.waiting.panel import Figure, Panel, Row

__all__ = ["Figure", "Panel", "Row", "panels"]


def panels(user: Any, at: datetime) -> list[Panel]:
    """All that waits for `user` at `at`, in the order of a working day."""
    kinds = (
        filing.own_applications,
        rectification.own_matters,
        rectification.bars,
        titles.own_titles,
        filing.desk,
        filing.quota,
        filing.expert_tasks,
        supervision.checks_to_make,
        filing.experts_wanted,
        filing.province,
        publicity.statements,
        publicity.objections,
        rectification.complaints,
        rectification.following,
        supervision.campaigns,
        supervision.check_results,
        practices.to_publish,
        practices.to_correct,
        administration.accounts,
        administration.security,
        administration.audit,
    )
    return [panel for kind in kinds for panel in kind(user, at)]
