"""Words about an application and the batches of a desk."""

from __future__ import annotations

from applications.models import Application, Batch
from applications.statuses import Step
from applications.two_steps import DECIDING, commission_of
from notifications.audiences import Scope
from notifications.words.about import About
from notifications.words.cycles import cycle_words
from workflow.machine import any_transition
from workflow.models import Event


def of_application(event: Event) -> About:
    application = Application.objects.for_list().get(pk=event.subject_id)
    data = event.data
    step = data.get("step")
    words = {
        **cycle_words(application.cycle),
        "nursery": application.nursery.name,
        "number": application.number,
        "county_body": application.region.county_unit.commission,
        "city_body": application.region.city_unit.commission,
        "total": _plain(data.get("total", "")),
        "reason": event.reason,
        "step": Step(step).label if step else "",
        "move": _label(application, data.get("move", "")),
    }
    scope = _scope(application, data.get("expert") or data.get("person"), step or "")
    return About(words, scope, application.get_absolute_url())


def _scope(application: Application, person: int | None = None, step: str = "") -> Scope:
    region = application.region
    commission = commission_of(application, step).pk if step in DECIDING else None
    return Scope(
        nurseries=(application.nursery_id,),
        county=region.county_unit.pk,
        city=region.city_unit.pk,
        province=application.cycle.province_id,
        application=application.pk,
        person=person,
        commission=commission,
        handed_in=application.submitted_at is not None,
    )


def _label(application: Application, move: str) -> str:
    """What a move is called on its button."""
    return str(any_transition(application, move).custom["label"]) if move else ""


def _plain(mark: str) -> str:
    return mark.rstrip("0").rstrip(".") if "." in mark else mark


def of_batch(event: Event) -> About:
    batch = Batch.objects.get(pk=event.subject_id)
    words = {"move": batch.move_label, **{n: str(event.data[n]) for n in ("done", "left")}}
    return About(words, Scope(person=batch.maker_id), batch.get_absolute_url())
