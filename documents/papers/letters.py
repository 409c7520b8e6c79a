"""Recommendations 推荐函: a county to its city, a city to the province (S0, three (二)(三))."""

from __future__ import annotations

from django.utils import timezone

from applications.models import Application, ApplicationQuerySet
from applications.statuses import Step
from documents.papers import application_form, official, wording
from documents.papers.paper import Paper, common
from documents.papers.summary_table import mark_at
from documents.papers.texts import Texts, filled
from documents.statuses import Kind, TextKind
from quotas.models import Quota
from workflow.models import Event

LIST = (("序号", 11), ("机构名称", 47), ("所在县（市、区）", 26), ("市级得分", 16))


def of_county(event: Event, texts: Texts) -> Paper | None:
    """The county's letter about one nursery, in the words of its opinion."""
    application = application_form.application(event.subject_id)
    region, cycle = application.region, application.cycle
    county, city = region.county_unit, region.city_unit
    if county == city:
        return None  # the zone takes both steps and writes no letter to itself
    marks = application_form.sealed_totals(application, event.at)
    values = common(cycle, event.at, county.commission) | {
        "主送机关": city.commission,
        "机构名称": application.nursery.name,
        "所在地": region.full_name,
        "受理编号": application.number,
        "自评得分": wording.mark(application.self_sheet.total),
        "县级得分": wording.mark(marks.get(Step.COUNTY)),
        "推荐意见": event.reason,
        "序号": str(application.pk),
    }
    return Paper(
        subject=application,
        application=application,
        region_path=application.region_path,
        title=f"{application.nursery.name} {Kind.COUNTY_LETTER.label} {application.number}",
        layout=official.LAYOUT,
        facts=official.facts(
            TextKind.COUNTY_LETTER,
            filled(texts, values),
            body=official.Body(county.commission, county.path),
            day=timezone.localdate(event.at),
        ),
    )


def of_city(event: Event, texts: Texts) -> Paper | None:
    """The city's letter with the list of whom it has recommended so far; None without anybody."""
    quota = Quota.objects.select_related("region", "cycle__province").get(pk=event.subject_id)
    cycle, city = quota.cycle, quota.region
    found = list(_recommended(quota))
    if not found:
        return None
    values = common(cycle, event.at, city.commission) | {
        "主送机关": cycle.province.commission,
        "家数": str(len(found)),
        "名额": str(quota.size),
        "序号": str(quota.pk),
    }
    rows = [
        [
            str(number),
            each.nursery.name,
            each.region.name if each.region != city else wording.NOTHING,
            wording.mark(each.city_mark),  # type: ignore[attr-defined]
        ]
        for number, each in enumerate(found, start=1)
    ]
    heading = f"{city.name}推荐{cycle.year}年省级示范托育机构名单"
    return Paper(
        subject=quota,
        region_path=city.path,
        title=f"{city.name} {Kind.CITY_LETTER.label} {cycle.name}",
        layout=official.LAYOUT,
        facts=official.facts(
            TextKind.CITY_LETTER,
            filled(texts, values),
            body=official.Body(city.commission, city.path),
            day=timezone.localdate(event.at),
            annexes=[official.annex(heading, LIST, rows)],
        ),
    )


def _recommended(quota: Quota) -> ApplicationQuerySet:
    """Who holds one of the city's places, the best first."""
    found = Application.objects.in_cycle(quota.cycle).filter(place__quota=quota)
    marked = found.annotate(city_mark=mark_at(Step.CITY)).select_related("nursery", "region")
    return marked.order_by("-city_mark", "nursery__name", "pk")
