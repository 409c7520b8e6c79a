"""Three machines: a notice, an objection, a title."""

from publicity.flow.notices import NoticeFlow
from publicity.flow.objections import ObjectionFlow
from publicity.flow.titles import TitleFlow

__all__ = ["NoticeFlow", "ObjectionFlow", "TitleFlow"]
