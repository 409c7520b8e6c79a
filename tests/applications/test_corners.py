"""What the stories pass by: refusals inside the services, rules of other parts, the sweep."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts import services as accounts
from accounts.statuses import Level
from applications import eligibility, guards, services, sight, stages, tasks
from applications.models import Application, Opinion
from applications.sight import Sight
from applications.statuses import ApplicationState, Step
from scoring import services as scoring
from scoring.arithmetic import Answer
from tests import scenes
from tests.applications.browsing import Browse
from tests.applications.crowd import crowd
from tests.scenes import JULY, JUNE, SEPTEMBER, Province, at
from workflow import Move, Problem, Refused, perform, why_not


def test_nobody_sees_nothing(scene: Province) -> None:
    scenes.submitted(scene)
    for nobody in (None, AnonymousUser()):
        assert not Application.objects.visible_to(nobody).exists()


def test_nobody_begins_for_others(scene: Province) -> None:
    of = scenes.nursery(scene.county)
    with pytest.raises(PermissionDenied):
        services.draft(of, scene.cycle, by=scene.county_handler, at=JUNE)


def test_a_closed_cycle_takes_nothing(scene: Province) -> None:
    of = scenes.nursery(scene.county)
    by = scenes.staff(of)
    perform(scene.cycle, "close", actor=scene.officer, at=JUNE, reason="结束。")
    with pytest.raises(Refused, match="未在进行中"):
        services.draft(of, scene.cycle, by=by, at=JUNE)


def test_other_parts_add_rules_of_eligibility_once(
    scene: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eligibility, "_rules", {})

    def barred(application: Application, at: Any) -> list[Problem]:
        return [Problem(f"{application.nursery.name}被撤销称号，本周期不得申报。")]

    assert eligibility.rule(barred) is eligibility.rule(barred)
    application, by = _draft_past_rules(scene)
    said = [problem.text for problem in why_not(application, "submit", user=by, at=JUNE)]
    assert said == ["阳光托育园被撤销称号，本周期不得申报。"]
    assert eligibility.concerned({1, 2}) == {1, 2}


def _draft_past_rules(scene: Province) -> tuple[Application, Any]:
    """Begun before the rule came."""
    rules, eligibility._rules = eligibility._rules, {}
    try:
        return scenes.drafted(scene)
    finally:
        eligibility._rules = rules


def test_a_veto_and_missing_evidence_hold_the_submit_up(scene: Province) -> None:
    application, by = scenes.drafted(scene)
    layout = scoring.layout_of(scene.version)
    veto = next(spec for spec in layout.indicators() if spec.kind == "veto")
    scoring.fill_sheet(application.self_sheet, {veto.code: Answer(met=False)}, by=by, at=JUNE)
    application.refresh_from_db()
    move = Move("submit", by, JUNE)
    assert [p.text for p in guards.nothing_is_vetoed.problems(application, move)] == [
        f"一票否决项 {veto.code} 不符合要求，不能申报。"
    ]
    specs = tuple(layout.indicators())
    application.__dict__["self_tally"] = replace(application.self_tally, missing_evidence=specs)
    (said,) = guards.evidence_is_attached.problems(application, move)
    assert said.text.startswith(f"还有 {len(specs)} 项缺少必需的佐证材料：")
    assert said.text.endswith("等。")


def test_only_what_is_late_lapses(scene: Province) -> None:
    application, _ = scenes.drafted(scene)
    assert "尚未超过" in why_not(application, "lapse", user=None, at=JUNE)[0].text
    returned, _ = scenes.submitted(scene, name="补正园", username="b")
    perform(returned, "return_for_correction", actor=scene.county_handler, at=JULY, reason="补正。")
    assert services.lapse_overdue(at("2023-07-16 00:00")) == 1
    assert services.lapse_overdue(at("2023-08-11 00:00")) == 1
    returned.refresh_from_db()
    assert returned.state == ApplicationState.LAPSED
    judged, _ = scenes.at_province(scene, name="省评园", username="c")
    late = guards.overdue.problems(judged, Move("lapse", None, SEPTEMBER))
    assert [problem.text for problem in late] == ["该环节没有截止日期。"]


def test_the_sweep_leaves_what_was_extended_meanwhile(
    scene: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes.drafted(scene)
    rows = Application.objects.all()
    monkeypatch.setattr(type(rows), "past_deadline", lambda self, at: self)
    assert services.lapse_overdue(JUNE) == 0


def test_the_task_asks_the_clock(scene: Province) -> None:
    scenes.drafted(scene)
    assert tasks.lapse_overdue() == 1


def test_starting_twice_opens_one_sheet(scene: Province) -> None:
    application, _ = scenes.submitted(scene)
    first = services.start_review(application, Step.COUNTY, by=scene.county_handler, at=JULY)
    again = services.start_review(application, Step.COUNTY, by=scene.county_approver, at=JULY)
    assert first == again


def test_a_stranger_completes_no_sheet(scene: Province) -> None:
    application, _ = scenes.submitted(scene)
    review = services.start_review(application, Step.COUNTY, by=scene.county_handler, at=JULY)
    with pytest.raises(PermissionDenied):
        services.finish_review(review, by=scene.city_handler, at=JULY)


def test_a_task_is_taken_back_though_the_appointment_ended_before(scene: Province) -> None:
    application, _ = scenes.at_province(scene)
    expert = scene.experts[0]
    review = services.assign_expert(application, expert, Step.PAPER, by=scene.officer, at=SEPTEMBER)
    post = expert.appointments.current().on(application).get()
    accounts.end(post, by=None, at=SEPTEMBER)
    services.unassign_expert(review, by=scene.officer, at=SEPTEMBER, reason="停职。")
    assert not application.reviews.current().experts().exists()


def test_an_expert_is_told_no_opinions(scene: Province) -> None:
    application, _ = scenes.at_city(scene)
    assert sight.opinions(application, Sight.EXPERT) == []
    assert [str(opinion) for opinion in Opinion.objects.all()] == ["县级同意推荐"]
    review = application.reviews.get()
    assert (str(review), review.region_path) == (f"{application.pk} 县级初审", scene.county.path)
    assert not application.is_ended


def test_a_stage_without_a_known_day_stays_blank(scene: Province) -> None:
    (application,) = crowd(scene, 1, state="city_review")
    assert [s.note for s in stages.stages(application, [])][:2] == ["", ""]


def test_another_provinces_officer_judges_nothing_here(scene: Province, browse: Browse) -> None:
    elsewhere = scenes.region("220000", "吉林省", Level.PROVINCE, None)
    stranger = scene.experts[0]
    accounts.appoint(stranger, "province_officer", elsewhere, by=None, at=JUNE)
    application, _ = scenes.at_province(scene)
    services.assign_expert(application, stranger, Step.PAPER, by=scene.officer, at=SEPTEMBER)
    client = browse(stranger)
    for name, pk in (("decisions", scene.cycle.pk), ("panel", application.pk)):
        assert client.get(reverse(f"applications:{name}", args=[pk])).status_code == 403


def test_a_task_taken_back_between_page_and_click_is_told(scene: Province) -> None:
    application, _ = scenes.at_province(scene)
    review = services.assign_expert(
        application, scene.experts[0], Step.PAPER, by=scene.officer, at=SEPTEMBER
    )
    services.unassign_expert(review, by=scene.officer, at=SEPTEMBER, reason="改派。")
    with pytest.raises(Refused, match="不能撤回"):
        services.unassign_expert(review, by=scene.officer, at=SEPTEMBER, reason="再撤。")


def test_a_blank_phone_is_no_fault(scene: Province, browse: Browse) -> None:
    application, by = scenes.drafted(scene)
    url = reverse("applications:field", args=[application.pk])
    sent = {"contact_phone": "", "version": services.fingerprint(application.contact_phone)}
    assert browse(by).post(url, sent).status_code == 200
