"""What people type."""

from applications.forms.filing import ApplicationForm, DraftForm, FieldForm, seen_input
from applications.forms.filters import DecisionFilter, QueueFilter
from applications.forms.panel import PanelForm, UnassignForm
from applications.forms.visits import VisitForm

__all__ = [
    "ApplicationForm",
    "DecisionFilter",
    "DraftForm",
    "FieldForm",
    "PanelForm",
    "QueueFilter",
    "UnassignForm",
    "VisitForm",
    "seen_input",
]
