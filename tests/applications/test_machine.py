"""The machine, told as stories: each state is reached by the people who may."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from applications import services
from applications.models import Application
from applications.statuses import ApplicationState, Step
from publicity import services as publicity
from publicity.models import Title
from tests import scenes
from tests.scenes import AUGUST, JULY, JUNE, SEPTEMBER, Province, at
from workflow import Refused, checklist, perform
from workflow.models import Event


def texts(refused: pytest.ExceptionInfo[Refused]) -> str:
    return str(refused.value)


def test_from_draft_to_title(scene: Province) -> None:
    notice, application, _ = scenes.on_notice(scene)
    assert [day[5:] for day in notice.counted_days] == [
        "09-27",
        "09-28",
        "10-07",
        "10-08",
        "10-09",
    ]

    publicity.conclude(notice, actor=scene.officer, at=at("2023-10-10 09:00"))

    application.refresh_from_db()
    title = Title.objects.get()
    assert application.state == ApplicationState.AWARDED
    assert (str(title.valid_from), str(title.valid_until)) == ("2023-10-10", "2025-10-09")
    verbs = list(Event.objects.of(application).values_list("verb", flat=True))
    assert verbs == [
        "draft",
        "submit",
        *("start_review", "take_on", "recommend_to_city"),
        *("start_review", "take_on", "recommend_to_province"),
        *["appoint", "assign_expert"] * 3,
        *["assign_expert"] * 3,
        *["accept_task"] * 6,
        "pass_review",
        "put_on_notice",
        "award",
    ]


@pytest.mark.parametrize(("total", "goes"), [("84.5", False), ("84.99", False), ("85", True)])
def test_the_entry_mark_is_a_hard_line(scene: Province, total: str, goes: bool) -> None:
    """S0, three (一): 85 分以上（含 85 分）."""
    application, nursery = scenes.drafted(scene, total=total)
    if goes:
        perform(application, "submit", actor=nursery, at=JUNE)
        assert application.state == ApplicationState.COUNTY_REVIEW
        return
    with pytest.raises(Refused) as refused:
        perform(application, "submit", actor=nursery, at=JUNE)
    assert f"自评得分 {total} 分，未达到申报线 85 分" in texts(refused)
    assert application.state == ApplicationState.DRAFT


def test_the_deadline_day_counts_to_its_last_second(scene: Province) -> None:
    """15 July 2023 was a Saturday; weekends move nothing."""
    late, nursery = scenes.drafted(scene)
    with pytest.raises(Refused) as refused:
        perform(late, "submit", actor=nursery, at=at("2023-07-16 00:00"))
    assert "申报截止日期为2023年7月15日，现已超过。" in texts(refused)
    perform(late, "submit", actor=nursery, at=at("2023-07-15 23:59:59"))
    assert late.state == ApplicationState.COUNTY_REVIEW


def test_the_checklist_is_the_list_that_refuses(scene: Province) -> None:
    nursery = scenes.nursery(scene.county)
    chen = scenes.staff(nursery)
    application = services.draft(nursery, scene.cycle, by=chen, at=JUNE)
    listed = [
        problem.text
        for check in checklist(application, "submit", user=chen, at=JUNE)
        for problem in check.problems
    ]
    with pytest.raises(Refused) as refused:
        perform(application, "submit", actor=chen, at=JUNE)
    assert [problem.text for problem in refused.value.problems] == listed
    assert len(listed) >= 8


def test_a_returned_file_is_checked_again_in_full(scene: Province) -> None:
    application, nursery = scenes.submitted(scene)
    first_sheet = application.self_sheet
    perform(
        application,
        "return_for_correction",
        actor=scene.county_handler,
        at=JULY,
        reason="请补充消防材料。",
    )
    assert application.state == ApplicationState.RETURNED
    assert application.self_sheet != first_sheet
    assert first_sheet.sealed_at
    scenes.fill(application.self_sheet, "84.99", nursery, JULY)
    with pytest.raises(Refused, match=r"84\.99"):
        perform(application, "resubmit", actor=nursery, at=JULY)
    scenes.fill(application.self_sheet, "91", nursery, JULY)
    perform(application, "resubmit", actor=nursery, at=JULY)
    assert application.state == ApplicationState.COUNTY_REVIEW
    assert application.self_sheet.total == 91


def test_a_return_wants_a_reason(scene: Province) -> None:
    application, _ = scenes.submitted(scene)
    with pytest.raises(Refused) as refused:
        perform(
            application, "return_for_correction", actor=scene.county_handler, at=JULY, reason="  "
        )
    assert refused.value.problems[0].field == "reason"
    assert not application.opinions.exists()


def test_the_county_recommends_only_what_it_has_scored(scene: Province) -> None:
    application, _ = scenes.submitted(scene)
    with pytest.raises(Refused, match="县级初审评分尚未完成"):
        perform(
            application, "recommend_to_city", actor=scene.county_handler, at=JULY, reason="同意。"
        )
    scenes.scored(application, Step.COUNTY, scene.county_handler, when=JULY)
    perform(application, "recommend_to_city", actor=scene.county_handler, at=JULY, reason="同意。")
    opinion = application.opinions.get()
    assert (opinion.tier, opinion.verdict, opinion.text) == ("county", "recommend", "同意。")
    assert opinion.post.role == "county_handler"


def test_another_county_may_not(scene: Province) -> None:
    application, _ = scenes.submitted(scene)
    with pytest.raises(PermissionDenied):
        perform(
            application, "decline_by_county", actor=scene.other_county_handler, at=JULY, reason="x"
        )


def test_no_more_than_the_quota(scene: Province) -> None:
    """S0, three (三): 按照本地申报名额确定推荐机构数量."""
    for n in range(2):
        scenes.at_province(scene, name=f"第{n}园", username=f"staff{n}")
    third, _ = scenes.at_city(scene, name="第三园", username="staff3")
    scenes.scored(third, Step.CITY, scene.city_handler, when=AUGUST)
    with pytest.raises(Refused, match="名额已用完"):
        perform(
            third, "recommend_to_province", actor=scene.city_handler, at=AUGUST, reason="同意。"
        )
    assert third.state == ApplicationState.CITY_REVIEW
    assert third.place is None
    assert third.opinions.count() == 1


def test_sending_back_frees_the_place_and_begins_the_step_anew(scene: Province) -> None:
    application, _ = scenes.at_province(scene)
    place = application.place
    perform(application, "send_back_to_city", actor=scene.officer, at=AUGUST, reason="请核对分数。")
    place.refresh_from_db()
    assert application.place is None
    assert place.taken_at is None
    assert application.review_at(Step.CITY) is None
    again = services.start_review(application, Step.CITY, by=scene.city_handler, at=AUGUST)
    assert not again.sheet.is_sealed
    assert application.reviews.filter(step=Step.CITY).count() == 2


def test_the_zone_takes_both_steps(scene: Province) -> None:
    """沈抚示范区 is addressed beside the 14 cities and has no counties."""
    application, _ = scenes.submitted(scene, scene.zone)
    scenes.scored(application, Step.COUNTY, scene.zone_county, when=JULY)
    perform(application, "recommend_to_city", actor=scene.zone_county, at=JULY, reason="同意。")
    scenes.scored(application, Step.CITY, scene.zone_city, when=AUGUST)
    perform(application, "recommend_to_province", actor=scene.zone_city, at=AUGUST, reason="同意。")
    assert [opinion.tier for opinion in application.opinions.all()] == ["county", "city"]
    assert application.place.quota.region == scene.zone


def test_the_province_passes_by_weights_and_pass_mark(scene: Province) -> None:
    application, _ = scenes.at_province(scene)
    with pytest.raises(Refused, match="书面评审须有 3 名专家，现有 0 名"):
        perform(application, "pass_review", actor=scene.officer, at=SEPTEMBER)
    scenes.seat_panel(scene, application, paper=("90", "90", "90"), site=("80", "82", "84"))
    result = application.panel_result()
    assert result is not None
    assert str(result.final) == "85.20"
    perform(application, "pass_review", actor=scene.officer, at=SEPTEMBER)
    assert application.result == result.final


def test_below_the_pass_mark_there_is_no_passing(scene: Province) -> None:
    application, _ = scenes.at_province(scene)
    scenes.seat_panel(scene, application, paper=("80", "80", "80"), site=("82", "82", "82"))
    with pytest.raises(Refused, match="不能评审通过"):
        perform(application, "pass_review", actor=scene.officer, at=SEPTEMBER)
    perform(application, "fail_review", actor=scene.officer, at=SEPTEMBER, reason="未达标准。")
    assert application.state == ApplicationState.NOT_PASSED


def test_disagreeing_experts_want_a_moderated_score(scene: Province) -> None:
    application, _ = scenes.at_province(scene)
    scenes.seat_panel(scene, application, paper=("95", "80", "90"))
    with pytest.raises(Refused, match="须先完成复核评审"):
        perform(application, "pass_review", actor=scene.officer, at=SEPTEMBER)
    lead = services.assign_expert(
        application, scene.experts[3], Step.MODERATION, by=scene.officer, at=SEPTEMBER
    )
    scenes.fill(lead.sheet, "88", scene.experts[3], SEPTEMBER)
    scenes.scoring.seal(lead.sheet, by=scene.experts[3], at=SEPTEMBER)
    perform(application, "pass_review", actor=scene.officer, at=SEPTEMBER)
    assert str(application.result) == "88.00"


def test_withdrawing_frees_the_place(scene: Province) -> None:
    application, nursery = scenes.at_province(scene)
    place = application.place
    perform(application, "withdraw", actor=nursery, at=AUGUST, reason="机构搬迁。")
    place.refresh_from_db()
    assert (application.state, application.place, place.taken_at) == (
        ApplicationState.WITHDRAWN,
        None,
        None,
    )


def test_what_was_not_handed_in_on_time_lapses_once(scene: Province) -> None:
    draft, _ = scenes.drafted(scene)
    handed_in, _ = scenes.submitted(scene, name="准时园", username="staff2")
    assert services.lapse_overdue(at("2023-07-15 23:00")) == 0
    assert services.lapse_overdue(at("2023-07-16 00:10")) == 1
    assert services.lapse_overdue(at("2023-07-16 00:20")) == 0
    assert Application.objects.get(pk=draft.pk).state == ApplicationState.LAPSED
    assert Application.objects.get(pk=handed_in.pk).state == ApplicationState.COUNTY_REVIEW


def test_one_live_application_per_nursery_and_cycle(scene: Province) -> None:
    application, nursery = scenes.drafted(scene)
    with pytest.raises(Refused, match="已有一件进行中的申报"):
        services.draft(application.nursery, scene.cycle, by=nursery, at=JUNE)
    perform(application, "withdraw", actor=nursery, at=JUNE, reason="重新填报。")
    services.draft(application.nursery, scene.cycle, by=nursery, at=JUNE)
    assert Application.objects.count() == 2
