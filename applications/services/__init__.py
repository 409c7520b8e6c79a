"""What people do with an application besides moving it."""

from applications.services.batches import (
    Choice,
    carry_on_batch,
    change_batch,
    confirm_batch,
    decidable,
    discard_batch,
    make_batch,
    retry_batch,
    unfinished_batches,
)
from applications.services.caps import set_caps
from applications.services.closing import closing_of, finish_review
from applications.services.conflicts import Conflicts, conflicts_of
from applications.services.corrections import answer_corrections
from applications.services.filing import (
    Stale,
    draft,
    fingerprint,
    lapse_overdue,
    may_fill,
    save_form,
    why_no_draft,
)
from applications.services.handling import (
    colleagues,
    hand_over,
    handling_of,
    may_handle,
    step_out,
    take_on,
)
from applications.services.panel import assign_expert, assign_experts, unassign_expert
from applications.services.phrases import change_phrase, drop_phrase, keep_phrase
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
from applications.services.proposals import (
    confirm,
    give_back,
    propose,
    set_two_steps,
    why_no_proposal,
)
from applications.services.relations import add_relation, remove_relation
from applications.services.reviews import (
    SCORERS,
    is_reviewer,
    may_fill_review,
    may_score,
    start_review,
)
from applications.services.saved_filters import delete_filter, save_filter
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
    "Choice",
    "Conflicts",
    "Place",
    "Stale",
    "accept_task",
    "add_days",
    "add_relation",
    "answer_corrections",
    "assign_expert",
    "assign_experts",
    "carry_on",
    "carry_on_batch",
    "carry_out",
    "change_batch",
    "change_phrase",
    "closing_of",
    "colleagues",
    "confirm",
    "confirm_batch",
    "conflicts_of",
    "decidable",
    "declare_tie",
    "delete_filter",
    "discard_batch",
    "discard_plan",
    "draft",
    "drop_phrase",
    "fingerprint",
    "finish_review",
    "former_team",
    "give_back",
    "hand_over",
    "handling_of",
    "is_reviewer",
    "keep_phrase",
    "known_people",
    "lapse_overdue",
    "make_batch",
    "make_plan",
    "may_fill",
    "may_fill_review",
    "may_handle",
    "may_score",
    "name_team",
    "propose",
    "record_visit",
    "recuse",
    "remove_days",
    "remove_relation",
    "replace_seat",
    "retry_batch",
    "save_filter",
    "save_form",
    "save_profile",
    "set_caps",
    "set_two_steps",
    "stands_aside",
    "start_review",
    "step_out",
    "take_former_team",
    "take_on",
    "unassign_expert",
    "unfinished_batches",
    "unfinished_plans",
    "why_no_draft",
    "why_no_proposal",
    "withdraw_tie",
]
