"""Words about what supervision does."""

from __future__ import annotations

from notifications.audiences import Scope
from notifications.words.about import About, day
from publicity.models import Title
from supervision.models import Complaint, Prompt, RectificationOrder, Revocation
from workflow.models import Event


def of_prompt(event: Event) -> About:
    prompt = Prompt.objects.with_title().get(pk=event.subject_id)
    words = _words(prompt.title, event) | {"body": prompt.body.commission}
    scope = _scope(prompt.title, person=prompt.issued_by_id)
    return About(words, scope, prompt.get_absolute_url())


def of_order(event: Event) -> About:
    order = RectificationOrder.objects.with_title().get(pk=event.subject_id)
    words = _words(order.title, event) | {"due_on": day(order.due_on)}
    return About(words, _scope(order.title), order.get_absolute_url())


def of_revocation(event: Event) -> About:
    revocation = Revocation.objects.with_title().get(pk=event.subject_id)
    words = _words(revocation.title, event) | {
        "ground": revocation.get_ground_display(),
        "due_on": day(revocation.statement_due_on),
    }
    return About(words, _scope(revocation.title), revocation.get_absolute_url())


def of_complaint(event: Event) -> About:
    """Name, contact and content of the complainant stay where they are."""
    complaint = Complaint.objects.for_list().get(pk=event.subject_id)
    words = {
        "nursery": complaint.title.nursery.name,
        "receipt": complaint.receipt,
        "due_on": day(complaint.due_on),
    }
    scope = Scope(province=complaint.title.cycle.province_id)
    return About(words, scope, complaint.get_absolute_url())


def _words(title: Title, event: Event) -> dict[str, str]:
    return {"nursery": title.nursery.name, "title": title.number, "reason": event.reason}


def _scope(title: Title, person: int | None = None) -> Scope:
    region = title.region
    return Scope(
        nurseries=(title.nursery_id,),
        county=region.county_unit.pk,
        city=region.city_unit.pk,
        province=title.cycle.province_id,
        person=person,
    )
