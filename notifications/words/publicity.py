"""Words about notices, objections and titles."""

from __future__ import annotations

from notifications.audiences import Scope
from notifications.words.about import About, day
from publicity.models import Notice, Objection, StatementRequest, Title
from workflow.models import Event


def of_notice(event: Event) -> About:
    notice = Notice.objects.select_related("cycle").get(pk=event.subject_id)
    nurseries = notice.entries.values_list("application__nursery", flat=True)
    words = {
        "notice": notice.title,
        "opens_on": day(notice.opens_on),
        "closes_on": day(notice.closes_on),
        "reason": event.reason,
    }
    scope = Scope(nurseries=tuple(nurseries), province=notice.cycle.province_id)
    return About(words, scope, notice.get_absolute_url())


def of_objection(event: Event) -> About:
    """Name, contact and content of the objector stay where they are."""
    objection = (
        Objection.objects.for_list().select_related("entry__notice__cycle").get(pk=event.subject_id)
    )
    words = {
        "nursery": objection.entry.application.nursery.name,
        "receipt": objection.receipt,
        "due_on": day(objection.due_on),
    }
    province = objection.entry.notice.cycle.province_id
    scope = Scope(province=province, person=objection.assignee_id)
    return About(words, scope, objection.get_absolute_url())


def of_statement(event: Event) -> About:
    """The nursery hears that it is asked, the handlers that it has answered; the question itself
    stands on its page.
    """
    statement = StatementRequest.objects.for_page().get(pk=event.subject_id)
    objection = statement.objection
    asked = event.verb == "ask_statement"
    words = {
        "nursery": statement.nursery.name,
        "due_on": day(statement.due_on),
        "receipt": "" if asked else objection.receipt,
    }
    scope = Scope(nurseries=(statement.nursery.pk,), province=objection.cycle.province_id)
    return About(words, scope, (statement if asked else objection).get_absolute_url())


def of_title(event: Event) -> About:
    title = Title.objects.for_list().get(pk=event.subject_id)
    region = title.region
    words = {
        "nursery": title.nursery.name,
        "title": title.number,
        "valid_from": day(title.valid_from),
        "valid_until": day(title.valid_until),
        "ground": title.get_revoked_for_display(),
        "reason": event.reason,
    }
    scope = Scope(
        nurseries=(title.nursery_id,),
        county=region.county_unit.pk,
        city=region.city_unit.pk,
        province=title.cycle.province_id,
    )
    return About(words, scope, title.get_absolute_url())
