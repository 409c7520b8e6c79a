from applications.models.applications import (
    Application,
    ApplicationQuerySet,
    ApplicationUserObjectPermission,
)
from applications.models.batches import Batch, BatchItem
from applications.models.desks import Handling, SavedFilter
from applications.models.experts import Availability, ExpertProfile, Relation, Tie
from applications.models.opinions import Correction, Phrase, Submission
from applications.models.plans import AssignmentPlan, PlannedSeat
from applications.models.proposals import Proposal, TwoSteps
from applications.models.reviews import Opinion, Review, TeamMember, Visit

__all__ = [
    "Application",
    "ApplicationQuerySet",
    "ApplicationUserObjectPermission",
    "AssignmentPlan",
    "Availability",
    "Batch",
    "BatchItem",
    "Correction",
    "ExpertProfile",
    "Handling",
    "Opinion",
    "Phrase",
    "PlannedSeat",
    "Proposal",
    "Relation",
    "Review",
    "SavedFilter",
    "Submission",
    "TeamMember",
    "Tie",
    "TwoSteps",
    "Visit",
]
