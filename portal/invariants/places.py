"""Places and quotas."""

from __future__ import annotations

from django.db.models import Count, F, OuterRef, Subquery

from applications.caps import uses_of
from applications.models import (
    Application,
)
from portal.invariants.finding import Findings
from quotas.models import CountyCap, Place, Quota
from workflow.models import Event


def places_match_quotas() -> Findings:
    """Every quota has exactly as many places as it says."""
    for quota in Quota.objects.annotate(n=Count("places")).exclude(n=F("size")):
        yield f"名额 {quota.pk}：应有 {quota.size} 个，实有 {quota.n} 个。"


def places_are_taken_by_applications() -> Findings:
    """A place is taken exactly when an application holds it, and in its own unit and cycle."""
    held = Place.objects.filter(application__isnull=False)
    for place in held.filter(taken_at=None):
        yield f"名额 {place.pk}：有申报占用，却标为空闲。"
    for place in Place.objects.filter(taken_at__isnull=False, application=None):
        yield f"名额 {place.pk}：标为占用，却没有申报。"
    for application in Application.objects.filter(place__isnull=False).select_related(
        "place__quota__region", "region__parent"
    ):
        quota = application.place.quota  # type: ignore[union-attr]
        if quota.cycle_id != application.cycle_id or quota.region != application.region.city_unit:
            yield f"申报 {application.number}：占用了其他地区或周期的名额。"


def sizes_agree_with_history() -> Findings:
    """The size of every quota is what its last change left; what a transfer gave was received."""
    changes = Event.objects.filter(
        subject_type=Quota._meta.label_lower, subject_id=OuterRef("pk"), data__has_key="after"
    )
    told = Quota.objects.annotate(said=Subquery(changes.order_by("-pk").values("data__after")[:1]))
    for quota in told.select_related("region"):
        if quota.said != quota.size:
            yield f"名额 {quota.pk}：现为 {quota.size} 个，变更记录为 {quota.said}。"
    for event in Event.objects.telling("transfer_places"):
        sides = event.data["quotas"]
        before, after = (sum(side[when] for side in sides) for when in ("before", "after"))
        if before != after:
            yield f"名额调剂 {event.pk}：调剂前合计 {before} 个，调剂后合计 {after} 个。"


def counties_keep_to_their_caps() -> Findings:
    """No county has recommended more than its city allows, and a cap is one of a city's county."""
    caps = CountyCap.objects.select_related("quota__cycle", "region__parent")
    cycles = {cap.quota.cycle for cap in caps}
    for cycle, use in uses_of(Application.objects.all(), caps, cycles):
        if use.size is not None and use.used > use.size:
            yield f"{cycle}{use.county}：可推荐 {use.size} 件，已推荐 {use.used} 件。"
    for cap in caps:
        if cap.region.parent_id != cap.quota.region_id:
            yield f"县级推荐上限 {cap.pk}：{cap.region}不属于该市。"
