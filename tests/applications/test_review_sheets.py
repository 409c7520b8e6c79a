"""A commission's sheet: reasons where it is lower, the team, the seal, what stands beside it."""

from __future__ import annotations

from typing import Any

import pgtrigger
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from applications import services
from applications.models import Application, Review, TeamMember
from applications.statuses import Step
from scoring import services as scoring
from scoring.arithmetic import Answer
from scoring.holders import holder_of
from scoring.models import Mark, Sheet
from tests import scenes
from tests.applications.browsing import Browse, words
from tests.scenes import AUGUST, JULY, SEPTEMBER, Province
from workflow import Refused, perform
from workflow.models import Event


@pytest.fixture
def review(scene: Province) -> Review:
    """The county's sheet, filled in below the self-score; neither reasons nor team yet."""
    application, _ = scenes.submitted(scene, total="100")
    found = services.start_review(application, Step.COUNTY, by=scene.county_handler, at=JULY)
    scenes.fill(found.sheet, "88", scene.county_handler, JULY)
    return found


def members(*names: str, leads: int = 0) -> list[TeamMember]:
    return [
        TeamMember(name=name, employer="区妇幼保健院", position="医师", leads=n == leads)
        for n, name in enumerate(names)
    ]


def url_of(review: Review, name: str = "team") -> Any:
    return reverse(f"applications:{name}", args=[review.application_id, review.pk])


def typed(*lines: tuple[str, str], leader: int | None = None, **more: Any) -> dict[str, Any]:
    """The lines of the team as a browser posts them."""
    data: dict[str, Any] = {"form-TOTAL_FORMS": len(lines), "form-INITIAL_FORMS": 0, **more}
    for n, (name, employer) in enumerate(lines):
        data |= {f"form-{n}-name": name, f"form-{n}-employer": employer}
    if leader is not None:
        data[f"form-{leader}-leads"] = "on"
    return data


# Reasons


def test_completing_names_every_mark_that_lacks_its_reason(scene: Province, review: Review) -> None:
    services.name_team(review, members("冯组长"), by=scene.county_handler)
    with pytest.raises(Refused) as refused:
        services.finish_review(review, by=scene.county_handler, at=JULY)
    assert refused.value.problems
    for problem in refused.value.problems:
        assert problem.text.endswith("低于机构自评，请写明理由。")
        assert problem.url.startswith(f"/sheets/{review.sheet_id}/?section=")
    assert Sheet.objects.get(pk=review.sheet_id).sealed_at is None
    assert not Event.objects.filter(verb="finish_review").exists()

    by = scene.county_handler
    scenes.fill(review.sheet, "88", by, JULY, review.application.self_sheet)
    sealed = services.finish_review(review, by=by, at=JULY)
    assert sealed.sheet.sealed_by == by
    event = Event.objects.get(verb="finish_review")
    assert event.data == {"step": "county", "team": ["冯组长（组长）"]}


def test_a_veto_found_against_the_nursery_wants_its_reason(scene: Province, review: Review) -> None:
    by = scene.county_handler
    scenes.fill(review.sheet, "100", by, JULY)
    scoring.fill_sheet(review.sheet, {"1.1": Answer(met=False)}, by=by, at=JULY)
    texts = [problem.text for problem in services.closing_of(review).problems]
    assert texts == [
        "“1.1 备案回执在有效期内”评为不符合，而机构自评为符合，请写明理由。",
        "请填写评审组成员。",
    ]


def test_an_expert_owes_neither_reasons_nor_a_team(scene: Province) -> None:
    application, _ = scenes.at_province(scene)
    task = scenes.seat_panel(scene, application, paper=("70", "90", "90"), sealed=False)[0]
    assert services.closing_of(task).problems == []


def test_nothing_is_said_of_a_correction_under_way(scene: Province, review: Review) -> None:
    by = scene.county_handler
    perform(review.application, "return_for_correction", actor=by, at=JULY, reason="补正。")
    old = Review.objects.for_sheet_page().get(pk=review.pk)
    assert services.closing_of(old).problems == []


def test_the_overview_lists_and_filters_the_differences(
    scene: Province, review: Review, browse: Browse
) -> None:
    by = scene.county_handler
    scoring.fill_sheet(
        review.sheet, {"2.3": Answer(met=False)}, by=by, at=JULY, notes={"2.3": "保单已过期。"}
    )
    client, sheet = browse(by), reverse("scoring:sheet", args=[review.sheet_id])
    answer = client.get(sheet)
    found = answer.context["differences"]
    assert found.count >= found.lower > found.unexplained > 0
    assert "保单已过期。" in words(answer)
    owed = client.get(sheet, {"show": "unexplained"}).context["differences"].shown
    assert "2.3" not in [line.spec.code for line, _ in owed]
    assert len(owed) == found.unexplained
    section = client.get(sheet, {"section": "2", "show": "lower"})
    codes = [card.spec.code for card in section.context["cards"]]
    assert "2.3" in codes
    assert all(card.state.is_lower for card in section.context["cards"])
    assert "低于自评" in words(section)


def test_a_saved_mark_asks_for_its_reason_at_once(
    scene: Province, review: Review, browse: Browse
) -> None:
    mark = Mark.objects.get(sheet=review.sheet, indicator__code="2.3")
    url = reverse("scoring:save_mark", args=[review.sheet_id, mark.indicator_id])
    key = f"m{mark.indicator_id}"
    for note, asks in (("", True), ("保单已过期。", False)):
        mark.refresh_from_db()
        data = {f"{key}-version": mark.version, f"{key}-met": "no", f"{key}-note": note}
        headers = {"Accept": "application/json"}
        answer = browse(scene.county_handler).post(url, data, headers=headers)
        state = answer.json()["html"]["state-2.3"]
        assert ("低于机构自评，请写明理由" in state) is asks
        assert ("data-asks" in state) is asks


# The team


def test_a_team_is_named_without_script(scene: Province, review: Review, browse: Browse) -> None:
    client = browse(scene.county_handler)
    page = client.get(url_of(review))
    assert "评审组成员" in words(page)
    lines = [("冯组长", "区妇幼保健院"), ("", ""), ("蒋组员", "区疾控中心")]
    answer = client.post(url_of(review), typed(*lines, leader=0))
    assert answer.url == url_of(review, "finish_review")
    team = list(review.team.values_list("order", "name", "leads"))
    assert team == [(1, "冯组长", True), (2, "蒋组员", False)]
    finish = words(client.get(answer.url))
    assert "冯组长（组长）" in finish
    assert "区疾控中心" in finish

    # A cleared line takes the member off.
    data = typed(("冯组长", "区妇幼保健院"), ("", ""), leader=0)
    client.post(url_of(review), data | {"form-INITIAL_FORMS": 2})
    assert [str(member) for member in review.team.all()] == ["冯组长（组长）"]


def test_what_is_wrong_is_said_and_what_was_typed_stays(
    scene: Province, review: Review, browse: Browse
) -> None:
    client = browse(scene.county_handler)
    half = client.post(url_of(review), typed(("冯组长", ""), ("", "区疾控中心")))
    assert half.status_code == 422
    page = half.content.decode()
    for sentence in ("请填写工作单位。", "请填写姓名。", 'value="冯组长"', 'value="区疾控中心"'):
        assert sentence in page
    same = ("冯组长", "区妇幼保健院")
    twice = client.post(url_of(review), typed(same, same, leader=0))
    assert "冯组长（区妇幼保健院）重复填写。" in words(twice)
    both = typed(same, ("蒋组员", "区疾控中心"), leader=0) | {"form-1-leads": "on"}
    assert "评审组只有一名组长。" in words(client.post(url_of(review), both))
    assert not review.team.exists()


def test_more_lines_are_given_and_nothing_is_lost(
    scene: Province, review: Review, browse: Browse
) -> None:
    client = browse(scene.county_handler)
    for sent, lines in (("1", 4), ("19", 20), ("x", 3)):
        data = typed(("冯组长", "区妇幼保健院"), more="1") | {"form-TOTAL_FORMS": sent}
        answer = client.post(url_of(review), data)
        assert answer.status_code == 200
        assert answer.content.decode().count("team-line") == lines
        assert 'value="冯组长"' in answer.content.decode()
    assert not review.team.exists()


def test_the_last_team_is_taken_over_with_one_press(
    scene: Province, review: Review, browse: Browse
) -> None:
    by = scene.county_handler
    client = browse(by)
    assert "沿用上次评审组" not in words(client.get(url_of(review)))
    with pytest.raises(Refused, match="没有可沿用的评审组"):
        services.take_former_team(review, by=by)
    services.name_team(review, members("冯组长", "蒋组员"), by=by)
    other, _ = scenes.submitted(scene, name="另一园", username="other")
    next_review = services.start_review(other, Step.COUNTY, by=by, at=JULY)
    page = client.get(url_of(next_review))
    assert "上次评审组　冯组长（组长）、蒋组员" in words(page)
    assert '<option value="蒋组员">' in page.content.decode()
    client.post(url_of(next_review), {"former": "1"})
    assert next_review.team_words == "冯组长（组长）、蒋组员"


def test_another_offices_people_are_not_offered(scene: Province, review: Review) -> None:
    services.name_team(review, members("冯组长"), by=scene.county_handler)
    elsewhere, _ = scenes.submitted(scene, scene.other_county, name="鞍山园", username="other")
    by = scene.other_county_handler
    theirs = services.start_review(elsewhere, Step.COUNTY, by=by, at=JULY)
    assert services.former_team(theirs) is None
    assert services.known_people(theirs).names == []


def test_a_step_begun_anew_has_the_same_team(scene: Province) -> None:
    application, _ = scenes.at_province(scene)
    perform(application, "send_back_to_city", actor=scene.officer, at=AUGUST, reason="请复核。")
    review = services.start_review(application, Step.CITY, by=scene.city_handler, at=AUGUST)
    assert review.team_words == "冯组长（组长）、蒋组员"


def test_who_may_name_a_team_and_when(scene: Province, review: Review, browse: Browse) -> None:
    for user in (scene.city_handler, scene.officer):
        with pytest.raises(PermissionDenied):
            services.name_team(review, members("冯组长"), by=user)
        assert browse(user).get(url_of(review)).status_code == 403
    assert browse(scene.other_county_handler).get(url_of(review)).status_code == 404
    perform(
        review.application,
        "return_for_correction",
        actor=scene.county_handler,
        at=JULY,
        reason="补正。",
    )
    with pytest.raises(Refused, match="不能评分"):
        services.name_team(review, members("冯组长"), by=scene.county_handler)


def test_an_expert_has_no_team(scene: Province, browse: Browse) -> None:
    application, _ = scenes.at_province(scene)
    task = scenes.seat_panel(scene, application, sealed=False)[0]
    assert browse(scene.experts[0]).get(url_of(task)).status_code == 404
    with pytest.raises(PermissionDenied):
        services.name_team(task, members("冯组长"), by=scene.experts[0])


def test_a_sealed_team_never_changes(scene: Province, browse: Browse) -> None:
    application, _ = scenes.submitted(scene)
    review = scenes.scored(application, Step.COUNTY, scene.county_handler, when=JULY)
    with pytest.raises(Refused, match="评审组不能再修改"):
        services.name_team(review, members("冯组长"), by=scene.county_handler)
    for change in (
        lambda: review.team.all().delete(),
        lambda: review.team.update(name="别人"),
        lambda: TeamMember.objects.create(review=review, order=9, name="外人", employer="某处"),
    ):
        with pytest.raises(IntegrityError, match="sealed sheet"), transaction.atomic():
            change()
    client = browse(scene.county_handler)
    assert "评审组不能再修改" in words(client.get(url_of(review)))
    answer = client.post(url_of(review), typed(("别人", "某处")))
    assert answer.status_code == 422
    assert review.team_words == "冯组长（组长）、蒋组员"


def test_the_team_is_shown_to_the_offices_and_not_to_the_nursery(
    scene: Province, browse: Browse
) -> None:
    application, by = scenes.at_city(scene)
    for user in (scene.county_handler, scene.city_handler, scene.officer):
        page = words(browse(user).get(application.get_absolute_url()))
        assert "评审组：冯组长（组长）、蒋组员" in page
    assert "冯组长" not in words(browse(by).get(application.get_absolute_url()))


# The seal


def test_a_sealed_sheet_says_who_sealed_it_and_can_be_checked(
    scene: Province, browse: Browse, django_assert_max_num_queries: Any
) -> None:
    application, _ = scenes.submitted(scene)
    review = scenes.scored(application, Step.COUNTY, scene.county_handler, when=JULY)
    client = browse(scene.county_handler)
    sheet = reverse("scoring:sheet", args=[review.sheet_id])
    page = words(client.get(sheet))
    digest = Sheet.objects.get(pk=review.sheet_id).digest
    for sentence in ("冯组长（组长）、蒋组员", "王和", digest, "核对摘要"):
        assert sentence in page
    with django_assert_max_num_queries(16):
        assert "摘要一致" in words(client.get(sheet, {"check": ""}))
    tamper(review)
    assert "摘要不一致" in words(client.get(sheet, {"check": ""}))
    assert "评审组" in words(client.get(reverse("scoring:whole", args=[review.sheet_id])))


def tamper(review: Review) -> None:
    """As somebody at the database itself could, past every trigger."""
    with pgtrigger.ignore("scoring.Mark:sealed_mark"):
        Mark.objects.filter(sheet=review.sheet).update(note="改")


def test_an_open_sheet_has_nothing_to_check(
    scene: Province, review: Review, browse: Browse
) -> None:
    sheet = reverse("scoring:sheet", args=[review.sheet_id])
    answer = browse(scene.county_handler).get(sheet, {"check": ""})
    assert answer.context["digest"] is None


# What stands beside


def beside(review: Review) -> list[str]:
    return [name for name, _ in holder_of(Sheet.objects.get(pk=review.sheet_id)).beside]


def test_the_citys_sheet_has_the_countys_beside(scene: Province, browse: Browse) -> None:
    application, _ = scenes.at_city(scene)
    review = services.start_review(application, Step.CITY, by=scene.city_handler, at=AUGUST)
    assert beside(review) == ["县级初审"]
    url = reverse("scoring:sheet", args=[review.sheet_id])
    cards = browse(scene.city_handler).get(url, {"section": "2"}).context["cards"]
    assert {card.beside[0].name for card in cards} == {"县级初审"}
    reasons = {card.beside[0].note for card in cards} - {""}
    assert reasons <= {"现场核查与自评不符。"}


def test_the_moderator_sees_the_panel_without_names(scene: Province, browse: Browse) -> None:
    application, _ = scenes.at_province(scene)
    panel = scenes.seat_panel(scene, application, paper=("70", "95", "95"), site=("90", "91", "92"))
    review = moderation(scene, application)
    names = beside(review)
    assert names == [f"{step}专家{n}" for step in ("书面评审", "实地评审") for n in (1, 2, 3)]
    shown = {sheet.pk for _, sheet in holder_of(review.sheet).beside}
    assert shown == {other.sheet_id for other in panel}
    url = reverse("scoring:sheet", args=[review.sheet_id])
    client = browse(scene.experts[3])
    page = words(client.get(url, {"section": "2"}))
    assert "书面评审专家3" in page
    for other in panel:
        assert client.get(reverse("scoring:sheet", args=[other.sheet_id])).status_code == 404
        assert beside(other) == []


def moderation(scene: Province, application: Application) -> Review:
    review = services.assign_expert(
        application, scene.experts[3], Step.MODERATION, by=scene.officer, at=SEPTEMBER
    )
    Review.objects.filter(pk=review.pk, accepted_at=None).update(accepted_at=SEPTEMBER)
    review.refresh_from_db()
    return review


def test_the_moderated_mark_is_open_to_the_province_when_it_is_sealed(
    scene: Province, browse: Browse
) -> None:
    application, _ = scenes.at_province(scene)
    scenes.seat_panel(scene, application, paper=("70", "95", "95"), site=("90", "91", "92"))
    review = moderation(scene, application)
    url = reverse("scoring:sheet", args=[review.sheet_id])
    assert browse(scene.officer).get(url).status_code == 404
    scenes.fill(review.sheet, "86", scene.experts[3], SEPTEMBER)
    services.finish_review(review, by=scene.experts[3], at=SEPTEMBER)
    assert browse(scene.officer).get(url).status_code == 200
