"""Words about spot checks."""

from __future__ import annotations

from notifications.audiences import Scope
from notifications.words.about import About, day
from supervision.models import SpotCheck
from workflow.models import Event


def of_check(event: Event) -> About:
    """Who was sent stays with the offices."""
    check = SpotCheck.objects.with_title().get(pk=event.subject_id)
    title, region = check.title, check.title.region
    words = {
        "nursery": title.nursery.name,
        "region": region.full_name,
        "source": check.source,
        "visited_on": day(check.visited_on),
        "result": check.get_result_display(),
        "total": "" if check.total is None else f"{check.total.normalize():f}",
    }
    scope = Scope(
        nurseries=(title.nursery_id,),
        county=region.county_unit.pk,
        city=region.city_unit.pk,
        province=title.cycle.province_id,
        person=event.data.get("user"),
    )
    return About(words, scope, check.get_absolute_url())
