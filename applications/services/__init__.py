"""What people do with an application besides moving it."""

from applications.services.filing import (
    Stale,
    draft,
    fingerprint,
    lapse_overdue,
    may_fill,
    save_form,
    why_no_draft,
)
from applications.services.panel import (
    assign_expert,
    assign_experts,
    conflict_of,
    unassign_expert,
)
from applications.services.reviews import (
    SCORERS,
    closing_of,
    finish_review,
    is_reviewer,
    may_fill_review,
    may_score,
    start_review,
)
from applications.services.visits import Place, record_visit
from applications.sheets import REVIEW, SELF

__all__ = [
    "REVIEW",
    "SCORERS",
    "SELF",
    "Place",
    "Stale",
    "assign_expert",
    "assign_experts",
    "closing_of",
    "conflict_of",
    "draft",
    "fingerprint",
    "finish_review",
    "is_reviewer",
    "lapse_overdue",
    "may_fill",
    "may_fill_review",
    "may_score",
    "record_visit",
    "save_form",
    "start_review",
    "unassign_expert",
    "why_no_draft",
]
