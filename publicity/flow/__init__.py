"""Four machines: a notice, an objection, a title, a good practice."""

from publicity.flow.notices import NoticeFlow
from publicity.flow.objections import ObjectionFlow
from publicity.flow.practices import PracticeFlow
from publicity.flow.titles import TitleFlow

__all__ = ["NoticeFlow", "ObjectionFlow", "PracticeFlow", "TitleFlow"]
