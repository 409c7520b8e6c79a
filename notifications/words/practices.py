"""Words about good practice."""

from __future__ import annotations

from accounts.models import Region
from accounts.statuses import Level
from notifications.audiences import Scope
from notifications.words.about import About
from publicity.models import Practice
from workflow.models import Event


def of_practice(event: Event) -> About:
    """Whose it is hears of it: the nursery, or the commission that wrote it."""
    practice = Practice.objects.for_list().get(pk=event.subject_id)
    words = {"practice": practice.title, "author": practice.author, "reason": event.reason}
    province = _province(practice.region).pk
    scope = Scope(province=province)
    if practice.nursery_id:
        scope = Scope(nurseries=(practice.nursery_id,), province=province)
    elif practice.region.level == Level.COUNTY:
        scope = Scope(county=practice.region_id, province=province)
    elif practice.region.level != Level.PROVINCE:
        scope = Scope(city=practice.region_id, province=province)
    return About(words, scope, practice.get_absolute_url())


def _province(region: Region) -> Region:
    while region.parent is not None:
        region = region.parent
    return region
