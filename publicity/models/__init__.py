"""What is public and what is said about it: days, notices, objections, titles."""

from publicity.models.days import DayOverride, YearPlan
from publicity.models.investigation import ObjectionNote, StatementRequest
from publicity.models.notices import Notice, NoticeEntry
from publicity.models.objections import Objection
from publicity.models.practices import Practice, PracticePicture
from publicity.models.receipts import Receipted, receipt_number
from publicity.models.supplements import NoticeSupplement
from publicity.models.titles import Title

__all__ = [
    "DayOverride",
    "Notice",
    "NoticeEntry",
    "NoticeSupplement",
    "Objection",
    "ObjectionNote",
    "Practice",
    "PracticePicture",
    "Receipted",
    "StatementRequest",
    "Title",
    "YearPlan",
    "receipt_number",
]
