"""What people type."""

from applications.forms.batches import BatchForm, ChoiceForm, keys_in
from applications.forms.caps import CapsForm
from applications.forms.desks import HandOverForm, SavedFilterForm
from applications.forms.filing import ApplicationForm, DraftForm, FieldForm, seen_input
from applications.forms.filters import DecisionFilter, Queue, QueueFilter
from applications.forms.opinions import (
    ConfirmForm,
    GiveBackForm,
    PhraseForm,
    TwoStepsForm,
)
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
    "BatchForm",
    "CapsForm",
    "ChoiceForm",
    "ConfirmForm",
    "DaysForm",
    "DecisionFilter",
    "DiscardForm",
    "DraftForm",
    "FieldForm",
    "GiveBackForm",
    "HandOverForm",
    "OwnProfileForm",
    "PanelForm",
    "PhraseForm",
    "PlanFilter",
    "PlanForm",
    "PoolFilter",
    "ProfileForm",
    "Queue",
    "QueueFilter",
    "RecusalForm",
    "RelationForm",
    "SavedFilterForm",
    "SeatForm",
    "TieForm",
    "TieReasonForm",
    "TwoStepsForm",
    "UnassignForm",
    "VisitForm",
    "keys_in",
    "seen_input",
    "team_lines",
]
