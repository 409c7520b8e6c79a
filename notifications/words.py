"""What an event is about, in words for the catalog and as a scope for the audiences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse

from applications.models import Application, Batch
from applications.statuses import Step
from applications.two_steps import DECIDING, commission_of
from notifications.audiences import Scope
from notifications.lines import APPLICATION, BATCH, CYCLE, NOTICE, OBJECTION, QUOTA, TITLE, USER
from publicity.models import Notice, Objection, Title
from quotas.models import Cycle, Quota
from quotas.statuses import CycleState
from workflow.machine import any_transition
from workflow.models import Event

DEADLINES = {
    "opens_on": "申报开始日期",
    "nursery_deadline": "申报截止日期",
    "county_deadline": "县级报送截止日期",
    "city_deadline": "市级报送截止日期",
}


@dataclass(frozen=True)
class About:
    """An event's subject: words for the sentences, whom it concerns, where it can be opened."""

    words: dict[str, str]
    scope: Scope
    url: str
    silent: bool = field(default=False)


def about(event: Event) -> About:
    """Load what the event is about; a few queries."""
    return _READERS[event.subject_type](event)


def day(value: date | None) -> str:
    """2023年7月15日"""
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def _cycle_words(cycle: Cycle) -> dict[str, str]:
    return {"cycle": cycle.name, **{name: day(getattr(cycle, name)) for name in DEADLINES}}


def _application_scope(
    application: Application, person: int | None = None, step: str = ""
) -> Scope:
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


def _application(event: Event) -> About:
    application = Application.objects.for_list().get(pk=event.subject_id)
    data = event.data
    step = data.get("step")
    words = {
        **_cycle_words(application.cycle),
        "nursery": application.nursery.name,
        "number": application.number,
        "county_body": application.region.county_unit.commission,
        "city_body": application.region.city_unit.commission,
        "total": _plain(data.get("total", "")),
        "reason": event.reason,
        "step": Step(step).label if step else "",
        "move": _label(application, data.get("move", "")),
    }
    scope = _application_scope(application, data.get("expert") or data.get("person"), step or "")
    return About(words, scope, application.get_absolute_url())


def _plain(mark: str) -> str:
    return mark.rstrip("0").rstrip(".") if "." in mark else mark


def _notice(event: Event) -> About:
    notice = Notice.objects.select_related("cycle").get(pk=event.subject_id)
    nurseries = notice.entries.values_list("application__nursery", flat=True)
    words = {
        "notice": notice.title,
        "opens_on": day(notice.opens_on),
        "closes_on": day(notice.closes_on),
    }
    scope = Scope(nurseries=tuple(nurseries), province=notice.cycle.province_id)
    return About(words, scope, notice.get_absolute_url())


def _objection(event: Event) -> About:
    """Name, contact and content of the objector stay where they are."""
    objection = (
        Objection.objects.for_list().select_related("entry__notice__cycle").get(pk=event.subject_id)
    )
    words = {
        "nursery": objection.entry.application.nursery.name,
        "receipt": objection.receipt,
        "due_on": day(objection.due_on),
    }
    scope = Scope(province=objection.entry.notice.cycle.province_id)
    return About(words, scope, objection.get_absolute_url())


def _title(event: Event) -> About:
    title = Title.objects.for_list().get(pk=event.subject_id)
    region = title.region
    words = {
        "nursery": title.nursery.name,
        "title": title.number,
        "valid_from": day(title.valid_from),
        "valid_until": day(title.valid_until),
        "reason": event.reason,
    }
    scope = Scope(
        nurseries=(title.nursery_id,),
        county=region.county_unit.pk,
        city=region.city_unit.pk,
        province=title.cycle.province_id,
    )
    return About(words, scope, title.get_absolute_url())


def _cycle(event: Event) -> About:
    cycle = Cycle.objects.get(pk=event.subject_id)
    changed = event.data.get("changed", {})
    changes = "".join(
        f"{label}由{day(date.fromisoformat(before))}调整为{day(date.fromisoformat(after))}。"
        for name, label in DEADLINES.items()
        if name in changed
        for before, after in [changed[name]]
    )
    words = {**_cycle_words(cycle), "changes": changes, "reason": event.reason}
    # A cycle in preparation is the province's own; other settings than dates are not news.
    silent = cycle.state == CycleState.PREPARING
    silent |= event.verb == "change_settings" and not changes
    scope = Scope(province=cycle.province_id)
    return About(words, scope, reverse("guide"), silent)


def _quota(event: Event) -> About:
    quota = Quota.objects.select_related("cycle", "region").get(pk=event.subject_id)
    told = {name: str(event.data.get(name, "")) for name in ("before", "after", "count", "other")}
    words = {"cycle": quota.cycle.name, "city": quota.region.name, "reason": event.reason, **told}
    scope = Scope(city=quota.region_id, province=quota.cycle.province_id)
    # A cycle in preparation is the province's own.
    silent = quota.cycle.state == CycleState.PREPARING
    return About(words, scope, reverse("applications:ranking", args=[quota.pk]), silent)


def _user(event: Event) -> About:
    return About({}, Scope(person=event.subject_id), reverse("account"))


def _batch(event: Event) -> About:
    batch = Batch.objects.get(pk=event.subject_id)
    words = {"move": batch.move_label, **{n: str(event.data[n]) for n in ("done", "left")}}
    return About(words, Scope(person=batch.maker_id), batch.get_absolute_url())


_READERS: dict[str, Callable[[Event], About]] = {
    APPLICATION: _application,
    NOTICE: _notice,
    OBJECTION: _objection,
    TITLE: _title,
    CYCLE: _cycle,
    QUOTA: _quota,
    USER: _user,
    BATCH: _batch,
}
