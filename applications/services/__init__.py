"""What people do with an application besides moving it."""

from applications.services.caps import set_caps
from applications.services.closing import closing_of, finish_review
from applications.services.conflicts import Conflicts, conflicts_of
from applications.services.filing import (
    Stale,
    draft,
    fingerprint,
    lapse_overdue,
    may_fill,
    save_form,
    why_no_draft,
)
from applications.services.panel import assign_expert, assign_experts, unassign_expert
from applications.services.plans import (
    carry_on,
    carry_out,
    discard_plan,
    make_plan,
    replace_seat,
    unfinished_plans,
)
from applications.services.pool import (
    add_days,
    declare_tie,
    remove_days,
    save_profile,
    withdraw_tie,
)
from applications.services.relations import add_relation, remove_relation
from applications.services.reviews import (
    SCORERS,
    is_reviewer,
    may_fill_review,
    may_score,
    start_review,
)
from applications.services.tasks import accept_task, recuse, stands_aside
from applications.services.team import (
    former_team,
    known_people,
    name_team,
    take_former_team,
)
from applications.services.visits import Place, record_visit
from applications.sheets import REVIEW, SELF

__all__ = [
    "REVIEW",
    "SCORERS",
    "SELF",
    "Conflicts",
    "Place",
    "Stale",
    "accept_task",
    "add_days",
    "add_relation",
    "assign_expert",
    "assign_experts",
    "carry_on",
    "carry_out",
    "closing_of",
    "conflicts_of",
    "declare_tie",
    "discard_plan",
    "draft",
    "fingerprint",
    "finish_review",
    "former_team",
    "is_reviewer",
    "known_people",
    "lapse_overdue",
    "make_plan",
    "may_fill",
    "may_fill_review",
    "may_score",
    "name_team",
    "record_visit",
    "recuse",
    "remove_days",
    "remove_relation",
    "replace_seat",
    "save_form",
    "save_profile",
    "set_caps",
    "stands_aside",
    "start_review",
    "take_former_team",
    "unassign_expert",
    "unfinished_plans",
    "why_no_draft",
    "withdraw_tie",
]
