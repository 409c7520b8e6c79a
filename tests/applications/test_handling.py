"""Who handles a file: taken on, handed over, given back; a matter of the body alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from applications import services, sight
from applications.models import Application, Handling
from applications.sight import Sight
from applications.statuses import Step, Tier
from notifications import audiences
from notifications import words as message_words
from notifications.audiences import Audience
from tests import scenes
from tests.applications.browsing import Browse
from tests.scenes import JULY, JUNE, Province
from workflow import Refused, perform
from workflow.models import Event

COUNTY, CITY = Tier.COUNTY, Tier.CITY


def handler(application: Application, tier: Tier = COUNTY) -> Any:
    present = services.handling_of(application, tier)
    return present.handler if present else None


def post(client: Any, application: Application, name: str, **data: Any) -> Any:
    return client.post(reverse(f"applications:{name}", args=[application.pk]), data, follow=True)


def test_a_file_is_taken_on_handed_over_and_given_back(scene: Province, browse: Browse) -> None:
    application, _ = scenes.submitted(scene)
    client = browse(scene.county_handler)
    page = client.get(application.get_absolute_url())
    assert page.context["handling"] is None
    assert "由我经办" in page.content.decode()
    url = application.get_absolute_url() + "?queue=tab%3Dall&at=1"
    answer = post(client, application, "take_on", next=url)
    assert answer.redirect_chain == [(url, 302)]
    assert "本件现由您经办。" in answer.content.decode()
    assert handler(application) == scene.county_handler

    told = post(client, application, "hand_over", to=scene.county_approver.pk)
    assert "本件已转交赵和经办。" in told.content.decode()
    assert "退出经办</button>" not in told.content.decode()
    approver = browse(scene.county_approver)
    assert "您已退出经办。" in post(approver, application, "step_out").content.decode()
    assert handler(application) is None
    facts = Event.objects.of(application).telling("take_on", "hand_over", "step_out")
    about = message_words.about(facts.get(verb="hand_over"))
    assert audiences.people(Audience.PERSON, about.scope) == [scene.county_approver]
    assert [(e.verb, e.actor, e.reason) for e in facts] == [
        ("take_on", scene.county_handler, ""),
        ("hand_over", scene.county_handler, "由赵和经办。"),
        ("step_out", scene.county_approver, ""),
    ]


def test_each_tier_has_its_own_handler(scene: Province) -> None:
    application, _ = scenes.at_province(scene)
    assert handler(application, COUNTY) == scene.county_handler
    assert handler(application, CITY) == scene.city_handler
    services.take_on(application, Tier.PROVINCE, by=scene.officer, at=scenes.AUGUST)
    assert handler(application, Tier.PROVINCE) == scene.officer
    assert list(services.colleagues(application, CITY)) == [scene.city_handler]
    assert list(services.colleagues(application, Tier.PROVINCE)) == [scene.officer]
    events = list(Event.objects.of(application).with_people())
    county = [line.label for line in sight.history(events, Sight.COUNTY)]
    assert "承接经办（县级初审）" in county
    assert "承接经办（市级审核）" not in county
    assert "承接经办" in [line.label for line in sight.history(events, Sight.PROVINCE)]
    assert not [line for line in sight.history(events, Sight.NURSERY) if "经办" in line.label]


def test_who_begins_the_sheet_handles_the_file_unless_somebody_does(scene: Province) -> None:
    first, _ = scenes.submitted(scene, name="一", username="a")
    services.start_review(first, Step.COUNTY, by=scene.county_approver, at=JULY)
    assert handler(first) == scene.county_approver
    second, _ = scenes.submitted(scene, name="二", username="b")
    services.take_on(second, COUNTY, by=scene.county_handler, at=JULY)
    services.start_review(second, Step.COUNTY, by=scene.county_approver, at=JULY)
    assert handler(second) == scene.county_handler


def test_what_does_not_go_is_said(scene: Province, browse: Browse) -> None:
    application, _ = scenes.submitted(scene)
    services.take_on(application, COUNTY, by=scene.county_handler, at=JUNE)
    approver = browse(scene.county_approver)
    assert "本件由王和经办，请办理转交。" in post(approver, application, "take_on").content.decode()
    assert "本件不由您经办。" in post(approver, application, "step_out").content.decode()
    none = post(approver, application, "hand_over", to="")
    assert "请选择接手的工作人员。" in none.content.decode()
    stranger = post(approver, application, "hand_over", to=scene.city_handler.pk)
    assert "只能转交给本单位的工作人员。" in stranger.content.decode()
    with pytest.raises(Refused, match="只能转交"):
        services.hand_over(
            application, COUNTY, scene.other_county_handler, by=scene.county_handler, at=JUNE
        )
    with pytest.raises(Refused, match="本件已由王和经办"):
        services.hand_over(
            application, COUNTY, scene.county_handler, by=scene.county_approver, at=JUNE
        )
    with pytest.raises(PermissionDenied):
        services.take_on(application, CITY, by=scene.county_handler, at=JUNE)
    free, _ = scenes.submitted(scene, name="无人的", username="b")
    with pytest.raises(Refused, match="不由您经办"):
        services.step_out(free, COUNTY, by=scene.county_handler, at=JUNE)
    # Anybody of the body may give it to somebody, also before anybody had it.
    services.hand_over(free, COUNTY, scene.county_approver, by=scene.county_handler, at=JUNE)
    assert handler(free) == scene.county_approver


def test_handling_has_its_time(scene: Province, browse: Browse) -> None:
    application, _ = scenes.at_city(scene)
    with pytest.raises(Refused, match="不在本级办理"):
        services.step_out(application, COUNTY, by=scene.county_handler, at=JULY)
    page = browse(scene.county_handler).get(application.get_absolute_url())
    assert page.context["handling"].handler == scene.county_handler
    assert "may_handle" not in page.context
    assert "转交…" not in page.content.decode()


def test_another_countys_file_is_not_there(scene: Province, browse: Browse) -> None:
    application, staff = scenes.submitted(scene)
    for name in ("take_on", "hand_over", "step_out"):
        url = reverse(f"applications:{name}", args=[application.pk])
        assert browse(scene.other_county_handler).post(url).status_code == 404
        assert browse(scene.other_city_handler).post(url).status_code == 404
        assert browse(staff).post(url).status_code == 403
        assert browse(scene.county_handler).get(url).status_code == 405
    # The city sees the file, but it is not at the city yet.
    assert (
        "不在本级办理" in post(browse(scene.city_handler), application, "take_on").content.decode()
    )
    assert not Handling.objects.exists()


def test_the_way_back_never_leads_elsewhere(
    scene: Province, browse: Browse, it_is: Callable[[str], None]
) -> None:
    application, _ = scenes.submitted(scene)
    client = browse(scene.county_handler)
    answer = post(client, application, "take_on", next="https://example.com/")
    assert answer.redirect_chain == [(application.get_absolute_url(), 302)]


def test_a_returned_file_stays_with_its_handler(scene: Province) -> None:
    application, _ = scenes.submitted(scene)
    services.take_on(application, COUNTY, by=scene.county_handler, at=JUNE)
    perform(
        application, "return_for_correction", actor=scene.county_handler, at=JUNE, reason="补正。"
    )
    assert services.may_handle(application, COUNTY, scene.county_approver)
    assert str(services.handling_of(application, COUNTY)).endswith("县级 王和")
