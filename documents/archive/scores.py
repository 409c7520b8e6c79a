"""The sealed scores of one application, as far as the reader may know them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from applications.sight import SEEN_STEPS
from applications.statuses import EXPERT_STEPS, Step
from documents.archive.reader import Reader
from documents.archive.values import ScoreLine

if TYPE_CHECKING:
    from applications.models import Application, Review

FORMER = "（前一轮）"


def lines(application: Application, reader: Reader) -> list[ScoreLine]:
    """From the nursery's own upward, every round of them, in order of time.

    A nursery reads its own score alone, a commission its own and those below it; the experts'
    single marks are the province's, and only once the whole panel has sealed.
    """
    found = [*_own(application), *_reviews(application, reader)]
    told = (
        found
        if reader.until is None
        else [each for each in found if each.sealed_at <= reader.until.at]
    )
    return sorted(told, key=lambda line: line.sealed_at)


def _own(application: Application) -> Iterator[ScoreLine]:
    for handed_in in application.submissions.all():
        label = f"机构自评（第 {handed_in.number} 次提交）"
        yield ScoreLine(label, handed_in.sheet.total, handed_in.at)


def _reviews(application: Application, reader: Reader) -> Iterator[ScoreLine]:
    for review in application.all_reviews:  # type: ignore[attr-defined]  # read with its source
        if review.sheet.sealed_at and _may_know(application, review, reader):
            by = str(review.reviewer) if review.reviewer else review.team_words
            label = review.get_step_display() + (FORMER if review.superseded else "")
            yield ScoreLine(label, review.sheet.total, review.sheet.sealed_at, by)


def _may_know(application: Application, review: Review, reader: Reader) -> bool:
    if review.step in SEEN_STEPS.get(reader.sight, ()):
        return True
    is_experts = review.step in (*EXPERT_STEPS, Step.MODERATION)
    return is_experts and reader.is_province and _panel_is_open(application, reader)


def _panel_is_open(application: Application, reader: Reader) -> bool:
    """Whether the panel had sealed as a whole by the last event that is told."""
    if not application.panel_is_sealed:
        return False
    if reader.until is None:
        return True
    until = reader.until.at
    panel = [review.sheet for step in EXPERT_STEPS for review in application.reviews_at(step)]
    return all(sheet.sealed_at and sheet.sealed_at <= until for sheet in panel)
