"""All that supervision has about one title, as its page lists it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Model, Q, QuerySet

from publicity.models import Title
from supervision.models import Complaint, Prompt, RectificationOrder, Revocation, SpotCheck
from workflow.models import Event

# What the title's own history says beside its orders and revocations; the steps inside a check are
# told on its page.
CHECK = SpotCheck._meta.label_lower
OWN_VERBS = ("begin", "expire", "revoke")
CHECK_VERBS = ("open", "begin", "finish", "cancel")


@dataclass(frozen=True)
class Matter:
    """One prompt, check, order, proposal or complaint; `due` is a day that somebody must keep."""

    text: str
    at: datetime
    due: date | None
    subject: Any

    @property
    def kind(self) -> str:
        return str(self.subject._meta.verbose_name)


def matters_of(title: Title, user: Any) -> list[Matter]:
    """What the user may see, the latest first; one query for each kind."""
    found = [
        *map(_order, RectificationOrder.objects.visible_to(user).of(title)),
        *map(_prompt, Prompt.objects.visible_to(user).of(title)),
        *map(_revocation, Revocation.objects.visible_to(user).of(title)),
        *map(_check, SpotCheck.objects.visible_to(user).of(title).with_title()),
        *map(_complaint, Complaint.objects.visible_to(user).of(title)),
    ]
    return sorted(found, key=lambda matter: matter.at, reverse=True)


def history_of(title: Title, subjects: Iterable[Model]) -> QuerySet[Event]:
    """What happened to the title and to these, the oldest first; complaints are told elsewhere."""
    told = Q(subject_type=title._meta.label_lower, subject_id=title.pk, verb__in=OWN_VERBS)
    for label, keys in _by_kind(subjects).items():
        these = Q(subject_type=label, subject_id__in=keys)
        told |= these & Q(verb__in=CHECK_VERBS) if label == CHECK else these
    return Event.objects.filter(told).with_people().order_by("at", "pk")


def _by_kind(subjects: Iterable[Model]) -> dict[str, Sequence[int]]:
    found: dict[str, list[int]] = {}
    for subject in subjects:
        if not isinstance(subject, Complaint):
            found.setdefault(subject._meta.label_lower, []).append(subject.pk)
    return dict(found)


def _order(order: RectificationOrder) -> Matter:
    due = order.due_on if order.state == "ordered" else None
    return Matter(order.problem, order.ordered_at, due, order)


def _prompt(prompt: Prompt) -> Matter:
    return Matter(prompt.text, prompt.issued_at, prompt.due_on if prompt.is_open else None, prompt)


def _revocation(revocation: Revocation) -> Matter:
    due = revocation.statement_due_on if revocation.awaits_statement else None
    text = f"{revocation.get_ground_display()}：{revocation.facts}"
    return Matter(text, revocation.proposed_at, due, revocation)


def _check(check: SpotCheck) -> Matter:
    return Matter(check.conclusion or check.source, check.opened_at, None, check)


def _complaint(complaint: Complaint) -> Matter:
    due = None if complaint.is_settled else complaint.due_on
    return Matter(complaint.content, complaint.filed_at, due, complaint)
