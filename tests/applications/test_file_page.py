"""One file as offices and experts see it: who sees what, and what nobody sees too early."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from applications import services, sight
from applications.models import Application
from applications.sight import Sight
from applications.statuses import Step
from tests import scenes
from tests.applications.browsing import Browse, words
from tests.scenes import AUGUST, JULY, SEPTEMBER, Province
from workflow import Refused, perform
from workflow.models import Event


def finish(review: Any) -> None:
    services.finish_review(review, by=review.reviewer, at=SEPTEMBER)


def labels(answer: Any) -> Any:
    return [score.label for score in answer.context["scores"]]


def test_each_tier_sees_its_own_marks_and_those_below(scene: Province, browse: Browse) -> None:
    application, _ = scenes.at_province(scene)
    scenes.seat_panel(scene, application)
    url = application.get_absolute_url()
    below = ["机构自评", "县级初审"]
    assert labels(browse(scene.county_handler).get(url)) == below
    assert labels(browse(scene.city_handler).get(url)) == [*below, "市级审核"]
    province = labels(browse(scene.officer).get(url))
    assert province[:3] == [*below, "市级审核"]
    assert len(province) == 9
    assert "实地评审 · 专家1" in province


def test_the_province_sees_no_experts_mark_before_all_have_sealed(
    scene: Province, browse: Browse
) -> None:
    application, _ = scenes.at_province(scene)
    reviews = scenes.seat_panel(scene, application, sealed=False)
    for review in reviews[:-1]:
        finish(review)
    answer = browse(scene.officer).get(application.get_absolute_url())
    assert len(labels(answer)) == 3
    assert answer.context["result"] is None
    assert [(s.sealed, s.size) for s in answer.context["seats"]] == [(3, 3), (2, 3)]
    sheet = reverse("scoring:sheet", args=[reviews[0].sheet_id])
    assert browse(scene.officer).get(sheet).status_code == 404

    finish(reviews[-1])
    answer = browse(scene.officer).get(application.get_absolute_url())
    assert answer.context["result"] is not None
    assert browse(scene.officer).get(sheet).status_code == 200


def test_an_expert_sees_the_self_score_and_the_own_sheets_alone(
    scene: Province, browse: Browse
) -> None:
    application, _ = scenes.at_province(scene)
    scenes.seat_panel(scene, application)
    answer = browse(scene.experts[0]).get(application.get_absolute_url())
    assert labels(answer) == ["机构自评", "书面评审", "实地评审"]
    page = answer.content.decode()
    assert "专家2" not in page
    assert "同意推荐。" not in page
    for name in ("opinions", "history", "offers", "seats", "result"):
        assert name not in answer.context


def test_a_stranger_expert_sees_nothing(scene: Province, browse: Browse) -> None:
    application, _ = scenes.at_province(scene)
    assert browse(scene.experts[3]).get(application.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    "name", ["application", "form", "check", "field", "panel", "start", "finish", "unassign"]
)
def test_another_countys_file_does_not_exist(scene: Province, browse: Browse, name: Any) -> None:
    application, _ = scenes.submitted(scene)
    review = services.start_review(application, Step.COUNTY, by=scene.county_handler, at=JULY)
    addresses = {
        "start": ("start_review", [application.pk, "county"]),
        "finish": ("finish_review", [application.pk, review.pk]),
        "unassign": ("unassign", [application.pk, review.pk]),
    }
    view, arguments = addresses.get(name, (name, [application.pk]))
    url = reverse(f"applications:{view}", args=arguments)
    client = browse(scene.other_county_handler)
    officer_only = name in ("panel", "unassign")
    for answer in (client.get(url), client.post(url)):
        assert answer.status_code in ((403, 405) if officer_only else (404, 405))
    sheet = reverse("scoring:sheet", args=[review.sheet_id])
    assert client.get(sheet).status_code == 404


def test_a_draft_is_nobodys_business_but_the_nurserys(scene: Province, browse: Browse) -> None:
    application, _ = scenes.drafted(scene)
    for user in (scene.county_handler, scene.officer):
        assert browse(user).get(application.get_absolute_url()).status_code == 404


def test_a_correction_under_way_is_not_shown(scene: Province, browse: Browse) -> None:
    application, by = scenes.submitted(scene)
    handed_in = application.self_sheet
    perform(
        application, "return_for_correction", actor=scene.county_handler, at=JULY, reason="补正。"
    )
    answer = browse(scene.county_handler).get(application.get_absolute_url())
    assert labels(answer) == []
    assert "机构正在填报或补正" in answer.content.decode()
    sheet = reverse("scoring:sheet", args=[application.self_sheet_id])
    assert browse(scene.county_handler).get(sheet).status_code == 404
    assert browse(by).get(sheet).status_code == 200
    former = reverse("scoring:sheet", args=[handed_in.pk])
    assert browse(scene.officer).get(former).status_code == 200


def test_scoring_begins_goes_on_and_ends(
    scene: Province, browse: Browse, it_is: Callable[[str], None]
) -> None:
    application, _ = scenes.submitted(scene)
    client = browse(scene.county_handler)
    it_is("2023-07-20 09:00")
    assert "开始评分" in client.get(application.get_absolute_url()).content.decode()

    answer = client.post(reverse("applications:start_review", args=[application.pk, "county"]))
    review = application.reviews.get()
    assert answer.url == review.sheet.get_absolute_url()
    assert "继续评分" in client.get(application.get_absolute_url()).content.decode()

    finish = reverse("applications:finish_review", args=[application.pk, review.pk])
    page = client.get(finish).content.decode()
    assert "还不能完成评分" in page
    assert "disabled" in page
    assert "还不能" not in client.post(finish, follow=True).content.decode().split("<main")[0]
    review.sheet.refresh_from_db()
    assert review.sheet.sealed_at is None

    scenes.fill(review.sheet, "88", scene.county_handler, JULY)
    page = words(client.get(finish))
    assert "机构自评 90 分，本次评分 88 分。" in page
    assert "低于机构自评，请写明理由。" in page
    assert "请填写评审组成员。" in page

    scenes.fill(review.sheet, "88", scene.county_handler, JULY, application.self_sheet)
    scenes.team(review, scene.county_handler)
    assert "冯组长（组长）" in words(client.get(finish))
    done = client.post(finish, follow=True)
    assert done.redirect_chain[-1][0] == application.get_absolute_url()
    assert "县级初审评分已完成。" in done.content.decode()
    assert "继续评分" not in done.content.decode()
    assert "不能再修改" in client.get(finish).content.decode()
    assert "finish_review" in Event.objects.of(application).values_list("verb", flat=True)


def test_a_veto_is_a_finding_not_an_obstacle(
    scene: Province, browse: Browse, it_is: Callable[[str], None]
) -> None:
    from scoring import services as scoring
    from scoring.arithmetic import Answer

    application, _ = scenes.submitted(scene)
    it_is("2023-07-20 09:00")
    review = services.start_review(application, Step.COUNTY, by=scene.county_handler, at=JULY)
    scenes.fill(review.sheet, "88", scene.county_handler, JULY, application.self_sheet)
    scoring.fill_sheet(
        review.sheet,
        {"1.1": Answer(met=False)},
        by=scene.county_handler,
        at=JULY,
        notes={"1.1": "回执已过期。"},
    )
    scenes.team(review, scene.county_handler)
    client = browse(scene.county_handler)
    finish = reverse("applications:finish_review", args=[application.pk, review.pk])
    assert "存在一票否决情形" in client.get(finish).content.decode()
    assert "否决" in client.post(finish, follow=True).content.decode()


def test_scoring_has_its_time_and_its_people(scene: Province, browse: Browse) -> None:
    application, _ = scenes.at_city(scene)
    county = reverse("applications:start_review", args=[application.pk, "county"])
    answer = browse(scene.county_handler).post(county, follow=True)
    assert "该申报目前为“市级审核”，不能评分。" in answer.content.decode()
    city = reverse("applications:start_review", args=[application.pk, "city"])
    assert browse(scene.county_handler).post(city).status_code == 403
    paper = reverse("applications:start_review", args=[application.pk, "paper"])
    assert browse(scene.city_handler).post(paper).status_code == 404


def test_only_the_reviewer_completes_a_sheet(scene: Province, browse: Browse) -> None:
    application, _ = scenes.at_province(scene)
    reviews = scenes.seat_panel(scene, application, sealed=False)
    url = reverse("applications:finish_review", args=[application.pk, reviews[0].pk])
    # reviews[0] is expert 1's.
    assert browse(scene.experts[1]).post(url).status_code == 404
    assert browse(scene.officer).post(url).status_code == 404
    county = application.reviews.get(step=Step.COUNTY)
    old = reverse("applications:finish_review", args=[application.pk, county.pk])
    assert browse(scene.city_handler).post(old).status_code == 403
    answer = browse(scene.county_handler).post(old, follow=True)
    assert "该评分已完成，不能再修改。" in answer.content.decode()
    assert browse(scene.experts[0]).post(url, follow=True).status_code == 200
    reviews[0].sheet.refresh_from_db()
    assert reviews[0].sheet.sealed_at


def test_a_sheet_of_a_closed_step_is_not_completed(scene: Province) -> None:
    application, _ = scenes.submitted(scene)
    review = services.start_review(application, Step.COUNTY, by=scene.county_handler, at=JULY)
    scenes.fill(review.sheet, "88", scene.county_handler, JULY)
    perform(
        application, "return_for_correction", actor=scene.county_handler, at=JULY, reason="补正。"
    )
    with pytest.raises(Refused, match="退回补正"):
        services.finish_review(review, by=scene.county_handler, at=JULY)


def test_the_province_reads_the_whole_history_and_the_county_its_part(scene: Province) -> None:
    application, by = scenes.at_province(scene)
    scenes.seat_panel(scene, application)
    events = list(Event.objects.of(application).with_people())
    province = [h.label for h in sight.history(events, Sight.PROVINCE)]
    county = [h.label for h in sight.history(events, Sight.COUNTY)]
    assert "分配专家（书面评审）" in province
    assert "任命" not in province
    assert "开始评分（县级初审）" in county
    assert not [label for label in county if "市级审核" in label or "专家" in label]
    assert sight.history(events, Sight.EXPERT) == []
    nursery = sight.history(events, Sight.NURSERY)
    assert [h.label for h in nursery] == ["推荐至省级", "推荐至市级", "提交申报", "开始申报"]
    assert [h.actor.name for h in nursery] == [
        "沈阳市市级经办人",
        "和平区县级经办人",
        by.name,
        by.name,
    ]


def test_who_looks_is_known_by_the_nearest_relation(scene: Province) -> None:
    application, by = scenes.at_province(scene)
    scenes.seat_panel(scene, application)
    seen = {
        Sight.NURSERY: by,
        Sight.COUNTY: scene.county_handler,
        Sight.CITY: scene.city_handler,
        Sight.PROVINCE: scene.officer,
        Sight.EXPERT: scene.experts[0],
        None: scene.other_city_handler,
    }
    for expected, user in seen.items():
        assert sight.sight_of(application, user) is expected
    assert [each.is_official for each in Sight] == [False, True, True, True, False]


@pytest.mark.parametrize("who", ["county_handler", "city_handler", "officer", "expert"])
def test_the_page_stays_within_its_queries(
    scene: Province, browse: Browse, who: Any, django_assert_max_num_queries: Any
) -> None:
    application, _ = scenes.at_province(scene)
    scenes.seat_panel(scene, application)
    user = scene.experts[0] if who == "expert" else getattr(scene, who)
    client = browse(user)
    with django_assert_max_num_queries(30):
        assert client.get(application.get_absolute_url()).status_code == 200


def test_the_moves_of_the_page_are_those_of_the_person(scene: Province, browse: Browse) -> None:
    application, _ = scenes.submitted(scene)
    offers = browse(scene.county_handler).get(application.get_absolute_url()).context["offers"]
    assert [offer.name for offer in offers] == [
        "return_for_correction",
        "recommend_to_city",
        "decline_by_county",
    ]
    seen = browse(scene.city_handler).get(application.get_absolute_url())
    assert seen.context["offers"] == []
    assert "没有需要您办理的事项" in seen.content.decode()


def test_get_never_writes(scene: Province, browse: Browse) -> None:
    application, _ = scenes.at_city(scene)
    before = Event.objects.count()
    for user in (scene.county_handler, scene.city_handler, scene.officer):
        browse(user).get(application.get_absolute_url())
    start = reverse("applications:start_review", args=[application.pk, "city"])
    assert browse(scene.city_handler).get(start).status_code == 405
    assert Event.objects.count() == before
    assert Application.objects.get().reviews.count() == 1


def test_sent_back_the_city_begins_with_what_it_scored(
    scene: Province, browse: Browse, it_is: Callable[[str], None]
) -> None:
    application, _ = scenes.at_province(scene)
    perform(application, "send_back_to_city", actor=scene.officer, at=AUGUST, reason="请复核。")
    it_is("2023-08-16 09:00")
    client = browse(scene.city_handler)
    page = client.get(application.get_absolute_url())
    assert labels(page) == ["机构自评", "县级初审"]
    assert "请复核。" in page.content.decode()
    client.post(reverse("applications:start_review", args=[application.pk, "city"]))
    review = application.reviews.current().get(step="city")
    assert review.sheet.total is None
