"""What scoring's page learns from the applications that hold its sheets."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from applications import services
from applications.statuses import Step
from scoring import services as scoring
from scoring.holders import holder_of
from scoring.models import Sheet
from tests import scenes
from tests.scenes import JULY, JUNE, Province
from workflow import perform


def holder(sheet: Any) -> Any:
    return holder_of(Sheet.objects.get(pk=sheet.pk))


def test_the_nurserys_own_sheet(scene: Province) -> None:
    application, by = scenes.drafted(scene)
    own = holder(application.self_sheet)
    assert own.threshold == 85
    assert own.back_url == application.get_absolute_url()
    assert own.finish_url == reverse("applications:check", args=[application.pk])
    assert own.reference is None
    assert own.may_see(by)
    assert own.may_fill(by, JUNE)
    assert not own.may_see(scene.county_handler)
    assert not own.may_fill(scene.county_handler, JUNE)
    assert "由托育机构填写" in own.why_locked(JUNE)


def test_handed_in_it_is_seen_and_locked(scene: Province) -> None:
    application, by = scenes.submitted(scene)
    own = holder(application.self_sheet)
    assert own.may_see(by)
    assert own.may_see(scene.county_handler)
    assert own.may_see(scene.officer)
    assert not own.may_see(scene.other_city_handler)
    assert not own.may_fill(by, JUNE)
    assert "县级初审" in own.why_locked(JUNE)
    assert own.finish_url == ""


def test_the_countys_sheet_stands_beside_the_self_score(scene: Province) -> None:
    application, by = scenes.submitted(scene)
    review = services.start_review(application, Step.COUNTY, by=scene.county_handler, at=JULY)
    county = holder(review.sheet)
    assert county.reference == application.self_sheet
    assert not county.wants_evidence
    assert county.finish_url.endswith(f"/reviews/{review.pk}/finish/")
    for user in (scene.county_handler, scene.county_approver):
        assert county.may_fill(user, JULY)
    for user in (scene.city_handler, scene.officer):
        assert county.may_see(user)
        assert not county.may_fill(user, JULY)
    for user in (by, scene.other_county_handler):
        assert not county.may_see(user)
        assert not county.may_fill(user, JULY)


def test_the_citys_sheet_is_hidden_from_the_county(scene: Province) -> None:
    application, _ = scenes.at_city(scene)
    review = services.start_review(application, Step.CITY, by=scene.city_handler, at=JULY)
    city = holder(review.sheet)
    assert city.may_see(scene.city_handler)
    assert not city.may_see(scene.county_handler)


def test_in_the_zone_the_same_body_holds_two_sheets(scene: Province) -> None:
    application, _ = scenes.submitted(scene, scene.zone)
    review = services.start_review(application, Step.COUNTY, by=scene.zone_county, at=JULY)
    assert holder(review.sheet).may_fill(scene.zone_county, JULY)
    assert not holder(review.sheet).may_fill(scene.zone_city, JULY)
    assert holder(review.sheet).may_see(scene.zone_city)


def test_an_experts_sheet_is_the_experts_alone(scene: Province) -> None:
    application, by = scenes.at_province(scene)
    reviews = scenes.seat_panel(scene, application, sealed=False)
    first = holder(reviews[0].sheet)
    assert first.may_see(scene.experts[0])
    assert first.may_fill(scene.experts[0], JULY)
    for user in (scene.experts[1], scene.officer, scene.city_handler, by):
        assert not first.may_see(user)
        assert not first.may_fill(user, JULY)


def test_why_a_review_is_locked(scene: Province) -> None:
    application, _ = scenes.submitted(scene)
    review = scenes.scored(application, Step.COUNTY, scene.county_handler, when=JULY)
    assert "已完成" in holder(review.sheet).why_locked(JULY)
    perform(
        application, "return_for_correction", actor=scene.county_handler, at=JULY, reason="补正。"
    )
    former = holder(review.sheet)
    assert former.reference is None
    assert not former.may_fill(scene.county_handler, JULY)


def test_an_open_sheet_of_an_old_round_is_for_reading(scene: Province) -> None:
    application, _ = scenes.submitted(scene)
    review = services.start_review(application, Step.COUNTY, by=scene.county_handler, at=JULY)
    assert "县级初审" in holder(review.sheet).why_locked(JULY)
    perform(
        application, "return_for_correction", actor=scene.county_handler, at=JULY, reason="补正。"
    )
    assert "仅供查阅" in holder(review.sheet).why_locked(JULY)


def test_a_former_self_score_is_read_by_those_who_see_the_file(scene: Province) -> None:
    application, by = scenes.submitted(scene)
    handed_in = application.self_sheet
    perform(
        application, "return_for_correction", actor=scene.county_handler, at=JULY, reason="补正。"
    )
    former = holder(handed_in)
    assert "第 1 次提交" in former.title
    for user in (by, scene.county_handler, scene.city_handler, scene.officer):
        assert former.may_see(user)
        assert not former.may_fill(user, JULY)
    for user in (scene.other_county_handler, scene.experts[0]):
        assert not former.may_see(user)


def test_a_former_self_score_of_no_submission_is_shown_to_nobody(scene: Province) -> None:
    sheet = scoring.open_sheet(scene.version, services.SELF)
    former = holder(sheet)
    assert not former.may_see(scene.officer)
    assert not former.may_fill(scene.officer, JULY)
