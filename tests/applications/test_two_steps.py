"""Two steps 两级签批: a handler proposes, another person signs; with it off all is as before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client

from accounts.models import User
from applications import services
from applications.models import Application, Proposal, TwoSteps
from applications.services import proposals
from applications.statuses import ApplicationState, ProposalState, Step
from applications.two_steps import are_on
from notifications import audiences, words
from notifications.audiences import Audience
from tests import scenes
from tests.applications.browsing import Browse
from tests.applications.browsing import words as words_of
from tests.scenes import AUGUST, JULY, JUNE, Province
from workflow import Refused, perform, why_not
from workflow.models import Event

FIELD = {"kind": "missing", "field": "practice", "text": "请补。"}


def turn_on(scene: Province) -> None:
    services.set_two_steps(
        scene.county, True, by=scene.county_approver, at=JUNE, reason="内控要求。"
    )


@pytest.fixture
def file(scene: Province) -> Application:
    turn_on(scene)
    return scenes.submitted(scene)[0]


def propose(file: Application, by: User, name: str = "decline_by_county", **data: Any) -> Proposal:
    return services.propose(file, name, actor=by, at=JULY, reason="情况不符。", **data)


def test_the_setting_has_a_keeper_a_reason_and_a_history(scene: Province) -> None:
    assert not are_on(scene.county)
    with pytest.raises(PermissionDenied):
        services.set_two_steps(scene.county, True, by=scene.county_handler, at=JUNE, reason="x")
    with pytest.raises(Refused, match="请写明理由"):
        services.set_two_steps(scene.county, True, by=scene.county_approver, at=JUNE, reason=" ")
    for on in (True, True, False):
        services.set_two_steps(scene.county, on, by=scene.county_approver, at=JUNE, reason="试行。")
    setting = TwoSteps.objects.get()
    assert [e.label for e in Event.objects.of(setting)] == ["启用两级签批", "停用两级签批"]
    assert setting.region_path == scene.county.path
    assert str(setting) == f"{scene.county.commission}：一级办理"


def test_nobody_decides_alone(scene: Province, file: Application) -> None:
    for user in (scene.county_handler, scene.county_approver):
        with pytest.raises(Refused, match="实行两级签批，须先提出拟办意见") as refused:
            perform(file, "decline_by_county", actor=user, at=JULY, reason="不符。")
        assert refused.value.problems[0].url.endswith("/decline_by_county/prepare/")
    assert not file.opinions.exists()


def test_the_handler_proposes_and_the_approver_confirms(scene: Province, file: Application) -> None:
    proposal = propose(file, scene.county_handler, "return_for_correction", corrections=[FIELD])
    with pytest.raises(Refused, match="待审核人签批"):
        perform(file, "return_for_correction", actor=scene.county_handler, at=JULY, reason="x")
    with pytest.raises(Refused, match="将取代待签批的另一份"):
        perform(file, "decline_by_county", actor=scene.county_approver, at=JULY, reason="x")
    services.confirm(proposal, by=scene.county_approver, at=JULY, text="情况不符，请补正。")
    file.refresh_from_db()
    proposal.refresh_from_db()
    opinion = file.opinions.get()
    assert file.state == ApplicationState.RETURNED
    assert (opinion.by, opinion.text) == (scene.county_approver, "情况不符，请补正。")
    assert file.corrections.get().field == "practice"
    assert (proposal.outcome, proposal.decided_by) == (ProposalState.CARRIED, scene.county_approver)
    verbs = list(Event.objects.of(file).values_list("verb", flat=True))
    for verb in ("propose", "return_for_correction", "confirm_proposal"):
        assert verb in verbs


def test_the_approver_may_make_the_proposed_move_itself(scene: Province, file: Application) -> None:
    propose(file, scene.county_handler)
    perform(file, "decline_by_county", actor=scene.county_approver, at=JULY, reason="不符。")
    assert file.state == ApplicationState.COUNTY_DECLINED
    assert file.proposals.get().outcome == ProposalState.CARRIED


def test_nobody_signs_what_they_proposed(scene: Province, file: Application) -> None:
    proposal = propose(file, scene.county_approver)
    with pytest.raises(Refused, match="须由另一名审核人签批"):
        services.confirm(proposal, by=scene.county_approver, at=JULY)
    with pytest.raises(PermissionDenied):
        services.confirm(proposal, by=scene.county_handler, at=JULY)
    proposal.refresh_from_db()
    assert proposal.is_standing


def test_given_back_it_can_be_proposed_anew(scene: Province, file: Application) -> None:
    proposal = propose(file, scene.county_handler)
    assert proposals.words_to_start_from(file, "decline_by_county") == {}
    with pytest.raises(Refused, match="请写明退回说明"):
        services.give_back(proposal, by=scene.county_approver, at=JULY, remark=" ")
    services.give_back(proposal, by=scene.county_approver, at=JULY, remark="理由不足。")
    with pytest.raises(Refused, match="已退回，不能再办理"):
        services.confirm(proposal, by=scene.county_approver, at=JULY)
    first = proposals.words_to_start_from(file, "decline_by_county")
    assert first == {"reason": "情况不符。", "overrule": "", "corrections": []}
    assert proposals.words_to_start_from(file, "recommend_to_city") == {}
    again = propose(file, scene.county_handler)
    assert proposals.words_to_start_from(file, "decline_by_county") == {}
    services.confirm(again, by=scene.county_approver, at=JULY)


def test_a_second_proposal_takes_the_place_of_the_first(scene: Province, file: Application) -> None:
    first = propose(file, scene.county_handler)
    propose(file, scene.county_handler, "return_for_correction", corrections=[FIELD])
    first.refresh_from_db()
    assert first.outcome == ProposalState.DROPPED
    assert file.standing_proposal() is not None


def test_what_the_move_refuses_cannot_be_proposed(scene: Province, file: Application) -> None:
    with pytest.raises(Refused, match="县级初审评分尚未完成"):
        propose(file, scene.county_handler, "recommend_to_city")
    with pytest.raises(Refused, match="请写明意见"):
        services.propose(file, "decline_by_county", actor=scene.county_handler, at=JULY, reason=" ")
    with pytest.raises(PermissionDenied):
        propose(file, scene.city_handler)
    other, _ = scenes.submitted(scene, scene.other_county, name="鞍山园", username="staff9")
    with pytest.raises(Refused, match="未实行两级签批"):
        propose(other, scene.other_county_handler)


def test_the_nurserys_withdrawal_ends_a_proposal(scene: Province) -> None:
    turn_on(scene)
    file, by = scenes.submitted(scene)
    proposal = propose(file, scene.county_handler)
    perform(file, "withdraw", actor=by, at=JULY, reason="搬迁。")
    proposal.refresh_from_db()
    assert proposal.outcome == ProposalState.DROPPED
    with pytest.raises(Refused, match="已失效"):
        services.confirm(proposal, by=scene.county_approver, at=JULY)


def test_the_zone_takes_both_steps_in_two_hands(scene: Province) -> None:
    approver = scenes.official("zone-approver", "沈批", "county_approver", scene.zone)
    signer = scenes.official("zone-signer", "沈签", "city_approver", scene.zone)
    services.set_two_steps(scene.zone, True, by=approver, at=JUNE, reason="内控要求。")
    file, _ = scenes.submitted(scene, scene.zone)
    scenes.scored(file, Step.COUNTY, scene.zone_county, when=JULY)
    first = services.propose(
        file, "recommend_to_city", actor=scene.zone_county, at=JULY, reason="同意。"
    )
    with pytest.raises(PermissionDenied):
        services.confirm(first, by=signer, at=JULY)
    services.confirm(first, by=approver, at=JULY)
    file.refresh_from_db()
    scenes.scored(file, Step.CITY, scene.zone_city, when=AUGUST)
    second = services.propose(
        file, "recommend_to_province", actor=scene.zone_city, at=AUGUST, reason="同意。"
    )
    services.confirm(second, by=signer, at=AUGUST)
    file.refresh_from_db()
    assert file.state == ApplicationState.PROVINCIAL_REVIEW


def test_what_waits_for_whom(scene: Province, file: Application) -> None:
    def waits(user: User) -> bool:
        user.forget_grants()
        return Application.objects.awaiting_approval(user).exists()

    assert not waits(scene.county_approver)
    propose(file, scene.county_handler)
    assert waits(scene.county_approver)
    for user in (scene.county_handler, scene.other_county_handler, scene.officer):
        assert not waits(user)
    propose(file, scene.county_approver)
    assert not waits(scene.county_approver)


def test_who_hears_of_it(scene: Province, file: Application) -> None:
    proposal = propose(file, scene.county_handler)
    services.give_back(proposal, by=scene.county_approver, at=JULY, remark="理由不足。")
    proposed = Event.objects.of(file).get(verb="propose")
    back = Event.objects.of(file).get(verb="give_back_proposal")
    about = words.about(proposed)
    assert about.words["move"] == "不予推荐"
    assert audiences.people(Audience.APPROVERS, about.scope) == [scene.county_approver]
    assert audiences.people(Audience.PERSON, words.about(back).scope) == [scene.county_handler]


def test_the_pages(scene: Province, file: Application, browse: Browse, it_is: Any) -> None:
    it_is("2023-07-20 09:00")
    handler, approver = browse(scene.county_handler), browse(scene.county_approver)
    url = f"/moves/applications.application/{file.pk}/decline_by_county/prepare/"
    assert "确认拟办：不予推荐" in words_of(handler.get(url))
    done = handler.post(url, {"reason": "情况不符。"}, follow=True)
    assert "待审核人签批" in words_of(done)
    proposal = Proposal.objects.get()
    page = f"/applications/{file.pk}/proposals/{proposal.pk}/"
    assert "审阅并签批" in words_of(approver.get(file.get_absolute_url()))
    assert "签批：不予推荐…" in words_of(approver.get(file.get_absolute_url()))
    assert "同意，不予推荐" not in words_of(handler.get(page))
    assert handler.post(page, {"text": "x"}).status_code == 403
    assert approver.post(page, {"text": " "}).status_code == 422
    assert approver.post(f"{page}give-back/", {"remark": ""}).status_code == 422
    assert "已退回经办人。" in words_of(
        approver.post(f"{page}give-back/", {"remark": "理由不足。"}, follow=True)
    )
    assert approver.post(f"{page}give-back/", {"remark": "再退。"}).status_code == 422
    assert approver.post(page, {"text": "同意。"}).status_code == 422
    assert "理由不足。" in words_of(handler.get(file.get_absolute_url()))
    assert handler.get(url).context["form"]["reason"].value() == "情况不符。"
    handler.post(url, {"reason": "现场不符。"})
    again = Proposal.objects.standing().get()
    signed = approver.post(
        f"/applications/{file.pk}/proposals/{again.pk}/", {"text": "现场不符。"}, follow=True
    )
    assert "已签批。" in words_of(signed)
    for user in (scene.city_handler, scene.officer, scene.other_county_handler):
        assert browse(user).get(page).status_code == 404


def test_what_has_no_second_hand_has_no_page(
    scene: Province, file: Application, browse: Browse
) -> None:
    client = browse(scene.county_handler)
    label = "/moves/applications.application"
    assert client.get(f"{label}/{file.pk}/withdraw/prepare/").status_code == 404
    page = f"{label}/{file.pk}/send_back_to_county/prepare/"
    assert client.get(page).status_code == 403


def test_the_page_of_the_setting(scene: Province, browse: Browse) -> None:
    url = f"/desk/two-steps/{scene.county.pk}/"
    approver = browse(scene.county_approver)
    assert approver.get(url).context["form"].initial["on"] == "0"
    assert approver.post(url, {"on": "1", "reason": ""}).status_code == 422
    approver.post(url, {"on": "1", "reason": "内控要求。"})
    assert TwoSteps.objects.get().on
    assert "内控要求。" in words_of(approver.get(url))
    assert browse(scene.county_handler).get(url).status_code == 403
    assert approver.get(f"/desk/two-steps/{scene.city.pk}/").status_code == 404
    assert browse(scene.officer).get(f"/desk/two-steps/{scene.root.pk}/").status_code == 404


def test_off_costs_nothing_but_one_look(scene: Province, django_assert_num_queries: Any) -> None:
    file, _ = scenes.submitted(scene)
    fresh = Application.objects.for_list().get(pk=file.pk)
    why_not(fresh, "decline_by_county", user=scene.county_handler, at=JULY)
    with django_assert_num_queries(0):
        assert why_not(fresh, "decline_by_county", user=scene.county_handler, at=JULY) == []


@pytest.mark.django_db(transaction=True)
def test_two_approvers_at_once_sign_once() -> None:
    scene = scenes.province()
    second = scenes.official("second", "钱和", "county_approver", scene.county)
    turn_on(scene)
    file, _ = scenes.submitted(scene)
    proposal = propose(file, scene.county_handler)

    def sign(user: User) -> str:
        try:
            services.confirm(Proposal.objects.get(pk=proposal.pk), by=user, at=JULY)
        except Refused as refused:
            return str(refused)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(sign, (scene.county_approver, second)))
    assert said == ["", "该拟办意见已签批，不能再办理。"]
    assert file.opinions.count() == 1


def test_the_desk_and_the_home_page_show_what_waits_for_a_signature(
    scene: Province, file: Application, client: Client
) -> None:
    propose(file, scene.county_handler)
    client.force_login(scene.county_approver)
    page = client.get("/desk/?tab=signing").content.decode()
    assert "待签批" in page
    assert file.number in page
    assert "/desk/?tab=signing" in client.get("/home/").content.decode()
    client.force_login(scene.county_handler)
    assert "待签批" not in client.get("/desk/").content.decode()
    assert file.number not in client.get("/desk/?tab=signing").content.decode()
    assert "tab=signing" not in client.get("/home/").content.decode()
