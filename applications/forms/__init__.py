"""What people type."""

from applications.forms.caps import CapsForm
from applications.forms.filing import ApplicationForm, DraftForm, FieldForm, seen_input
from applications.forms.filters import DecisionFilter, QueueFilter
from applications.forms.panel import PanelForm, UnassignForm
from applications.forms.plans import DiscardForm, PlanFilter, PlanForm, SeatForm
from applications.forms.pool import (
    DaysForm,
    OwnProfileForm,
    PoolFilter,
    ProfileForm,
    TieForm,
    TieReasonForm,
)
from applications.forms.relations import RelationForm
from applications.forms.tasks import RecusalForm
from applications.forms.team import team_lines
from applications.forms.visits import VisitForm

__all__ = [
    "ApplicationForm",
    "CapsForm",
    "DaysForm",
    "DecisionFilter",
    "DiscardForm",
    "DraftForm",
    "FieldForm",
    "OwnProfileForm",
    "PanelForm",
    "PlanFilter",
    "PlanForm",
    "PoolFilter",
    "ProfileForm",
    "QueueFilter",
    "RecusalForm",
    "RelationForm",
    "SeatForm",
    "TieForm",
    "TieReasonForm",
    "UnassignForm",
    "VisitForm",
    "seen_input",
    "team_lines",
]
