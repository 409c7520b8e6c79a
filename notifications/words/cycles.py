"""Words about a cycle and its places."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from notifications.audiences import Scope
from notifications.words.about import About, day
from quotas.models import Cycle, Quota
from quotas.statuses import CycleState
from workflow.models import Event

DEADLINES = {
    "opens_on": "申报开始日期",
    "nursery_deadline": "申报截止日期",
    "county_deadline": "县级报送截止日期",
    "city_deadline": "市级报送截止日期",
}


def cycle_words(cycle: Cycle) -> dict[str, str]:
    return {"cycle": cycle.name, **{name: day(getattr(cycle, name)) for name in DEADLINES}}


def of_cycle(event: Event) -> About:
    cycle = Cycle.objects.get(pk=event.subject_id)
    changed = event.data.get("changed", {})
    changes = "".join(
        f"{label}由{day(date.fromisoformat(before))}调整为{day(date.fromisoformat(after))}。"
        for name, label in DEADLINES.items()
        if name in changed
        for before, after in [changed[name]]
    )
    words = {**cycle_words(cycle), "changes": changes, "reason": event.reason}
    # A cycle in preparation is the province's own; other settings than dates are not news.
    silent = cycle.state == CycleState.PREPARING
    silent |= event.verb == "change_settings" and not changes
    scope = Scope(province=cycle.province_id)
    return About(words, scope, reverse("guide"), silent)


def of_quota(event: Event) -> About:
    quota = Quota.objects.select_related("cycle", "region").get(pk=event.subject_id)
    told = {name: str(event.data.get(name, "")) for name in ("before", "after", "count", "other")}
    words = {"cycle": quota.cycle.name, "city": quota.region.name, "reason": event.reason, **told}
    scope = Scope(city=quota.region_id, province=quota.cycle.province_id)
    # A cycle in preparation is the province's own.
    silent = quota.cycle.state == CycleState.PREPARING
    return About(words, scope, reverse("applications:ranking", args=[quota.pk]), silent)
