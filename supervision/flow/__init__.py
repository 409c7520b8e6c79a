"""The machines of supervision."""

from supervision.flow.campaigns import CampaignFlow
from supervision.flow.checks import SpotCheckFlow
from supervision.flow.complaints import ComplaintFlow
from supervision.flow.orders import RectificationFlow
from supervision.flow.prompts import PromptFlow
from supervision.flow.revocations import RevocationFlow

__all__ = [
    "CampaignFlow",
    "ComplaintFlow",
    "PromptFlow",
    "RectificationFlow",
    "RevocationFlow",
    "SpotCheckFlow",
]
