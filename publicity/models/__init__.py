"""What is public and what is said about it: days, notices, objections, titles."""

from publicity.models.days import DayOverride, YearPlan
from publicity.models.notices import Notice, NoticeEntry
from publicity.models.objections import Objection, receipt_number
from publicity.models.titles import Title

__all__ = [
    "DayOverride",
    "Notice",
    "NoticeEntry",
    "Objection",
    "Title",
    "YearPlan",
    "receipt_number",
]
