"""What an event is about, in words for the catalog and as a scope for the audiences."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from notifications.audiences import Scope
from notifications.lines import (
    APPLICATION,
    BATCH,
    CHECK,
    COMPLAINT,
    CYCLE,
    NOTICE,
    OBJECTION,
    ORDER,
    PRACTICE,
    PROMPT,
    QUOTA,
    REVOCATION,
    STATEMENT,
    TITLE,
    USER,
)
from notifications.words.about import About, day
from notifications.words.checks import of_check
from notifications.words.cycles import of_cycle, of_quota
from notifications.words.filing import of_application, of_batch
from notifications.words.practices import of_practice
from notifications.words.publicity import of_notice, of_objection, of_statement, of_title
from notifications.words.supervision import of_complaint, of_order, of_prompt, of_revocation
from workflow.models import Event

__all__ = ["About", "about", "day"]


def about(event: Event) -> About:
    """Load what the event is about; a few queries."""
    return _READERS[event.subject_type](event)


def _of_user(event: Event) -> About:
    return About({}, Scope(person=event.subject_id), reverse("account"))


_READERS: dict[str, Callable[[Event], About]] = {
    APPLICATION: of_application,
    NOTICE: of_notice,
    OBJECTION: of_objection,
    STATEMENT: of_statement,
    TITLE: of_title,
    PROMPT: of_prompt,
    ORDER: of_order,
    REVOCATION: of_revocation,
    COMPLAINT: of_complaint,
    CHECK: of_check,
    PRACTICE: of_practice,
    CYCLE: of_cycle,
    QUOTA: of_quota,
    USER: _of_user,
    BATCH: of_batch,
}
