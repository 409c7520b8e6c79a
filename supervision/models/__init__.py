"""What follows a title: prompts, orders to put something right, revocations, complaints."""

from supervision.models.bars import Bar
from supervision.models.campaigns import Campaign, Candidate
from supervision.models.checks import (
    Inspector,
    SpotCheck,
    SpotCheckUserObjectPermission,
    further_inspectors,
    possible_inspectors,
)
from supervision.models.complaints import Complaint
from supervision.models.findings import Finding, FindingPhoto
from supervision.models.orders import Extension, Recheck, RectificationOrder
from supervision.models.prompts import Prompt
from supervision.models.revocations import Revocation
from supervision.models.titles import running_as, sorted_titles, supervised_titles

__all__ = [
    "Bar",
    "Campaign",
    "Candidate",
    "Complaint",
    "Extension",
    "Finding",
    "FindingPhoto",
    "Inspector",
    "Prompt",
    "Recheck",
    "RectificationOrder",
    "Revocation",
    "SpotCheck",
    "SpotCheckUserObjectPermission",
    "further_inspectors",
    "possible_inspectors",
    "running_as",
    "sorted_titles",
    "supervised_titles",
]
