from applications.models.applications import (
    Application,
    ApplicationQuerySet,
    ApplicationUserObjectPermission,
)
from applications.models.experts import Availability, ExpertProfile, Relation, Tie
from applications.models.plans import AssignmentPlan, PlannedSeat
from applications.models.reviews import Opinion, Review, TeamMember, Visit

__all__ = [
    "Application",
    "ApplicationQuerySet",
    "ApplicationUserObjectPermission",
    "AssignmentPlan",
    "Availability",
    "ExpertProfile",
    "Opinion",
    "PlannedSeat",
    "Relation",
    "Review",
    "TeamMember",
    "Tie",
    "Visit",
]
