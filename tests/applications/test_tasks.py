"""What an expert says to a task: accepting it, standing aside from it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from applications import services
from applications.models import Application, Review
from applications.statuses import EXPERT_STEPS, Recusal, Step, TaskState
from scoring import services as scoring
from tests import scenes
from tests.applications.browsing import Browse, words
from tests.scenes import AUGUST, SEPTEMBER, Province
from workflow import Refused, perform
from workflow.models import Event

REASON = "配偶在该机构任职。"


@pytest.fixture
def judged(scene: Province) -> Application:
    application, _ = scenes.at_province(scene)
    return application


@pytest.fixture
def tasks(scene: Province, judged: Application) -> list[Review]:
    """Paper and site of one expert, not yet accepted."""
    given = [scene.experts[0]]
    return services.assign_experts(judged, given, EXPERT_STEPS, by=scene.officer, at=SEPTEMBER)


def facts(application: Application, verb: str) -> list[tuple[int, str]]:
    events = Event.objects.of(application).filter(verb=verb)
    return [(event.data["expert"], event.data["step"]) for event in events]


def url_of(name: str, review: Review) -> str:
    return reverse(f"applications:{name}", args=[review.application_id, review.pk])


def test_both_steps_are_accepted_at_once(
    scene: Province, judged: Application, tasks: list[Review]
) -> None:
    expert = scene.experts[0]
    assert [task.task_state for task in tasks] == [TaskState.OFFERED] * 2
    accepted = services.accept_task(tasks[1], by=expert, at=SEPTEMBER)
    assert [task.task_state for task in accepted] == [TaskState.SCORING] * 2
    assert facts(judged, "accept_task") == [(expert.pk, "paper"), (expert.pk, "site")]
    assert services.accept_task(tasks[0], by=expert, at=SEPTEMBER) == []


def test_before_that_nothing_is_filled_in_or_finished(
    scene: Province, judged: Application, tasks: list[Review]
) -> None:
    expert, paper = scene.experts[0], tasks[0]
    assert not services.may_fill_review(paper, expert)
    with pytest.raises(Refused, match="请先接受评审任务"):
        services.finish_review(paper, by=expert, at=SEPTEMBER)
    with pytest.raises(Refused, match="目前不能记录到场"):
        services.record_visit(tasks[1], by=expert, at=SEPTEMBER, arrived_at=SEPTEMBER)
    services.accept_task(paper, by=expert, at=SEPTEMBER)
    paper.refresh_from_db()
    assert services.may_fill_review(paper, expert)


def test_only_the_expert_answers(scene: Province, tasks: list[Review]) -> None:
    for other in (scene.experts[1], scene.officer):
        with pytest.raises(PermissionDenied):
            services.accept_task(tasks[0], by=other, at=SEPTEMBER)
        with pytest.raises(PermissionDenied):
            services.recuse(tasks[0], by=other, at=SEPTEMBER, reason=REASON)


def test_a_file_sent_back_wants_no_answer(
    scene: Province, judged: Application, tasks: list[Review]
) -> None:
    judged.__dict__["state"] = "passed"
    Application.objects.filter(pk=judged.pk).update(state="passed", decided_at=SEPTEMBER, result=90)
    with pytest.raises(Refused, match="目前为“评审通过”，无需再评审"):
        services.accept_task(tasks[0], by=scene.experts[0], at=SEPTEMBER)


def test_a_conflict_forbids_to_accept(
    scene: Province, judged: Application, tasks: list[Review]
) -> None:
    """What others said of the expert is not told; what one knows of oneself is."""
    expert = scene.experts[0]
    profile = scenes.profile(scene, expert)
    services.declare_tie(profile, judged.nursery, "曾任顾问", by=expert, at=SEPTEMBER)
    judged.relations.create(name=expert.name, what="负责人的兄弟")
    with pytest.raises(Refused) as refused:
        services.accept_task(tasks[0], by=expert, at=SEPTEMBER)
    assert str(refused.value) == (
        "您与该机构存在应当回避的情形（申报利害关系、其他情形），请申请回避。"
    )


def test_a_commissions_sheet_has_no_expert_to_ask(scene: Province, judged: Application) -> None:
    county = judged.reviews.get(step=Step.COUNTY)
    assert services.stands_aside(county) == []
    with pytest.raises(PermissionDenied):
        services.accept_task(county, by=scene.county_handler, at=SEPTEMBER)


def test_who_recuses_is_off_the_file_at_once(
    scene: Province, judged: Application, tasks: list[Review]
) -> None:
    expert = scene.experts[0]
    services.accept_task(tasks[0], by=expert, at=SEPTEMBER)
    with pytest.raises(Refused, match="请写明回避理由"):
        services.recuse(tasks[0], by=expert, at=SEPTEMBER, reason=" ")

    gone = services.recuse(tasks[0], by=expert, at=SEPTEMBER, reason=REASON, kind=Recusal.FAMILY)

    assert [task.task_state for task in gone] == [TaskState.RECUSED] * 2
    assert {task.recusal_reason for task in gone} == {f"与该机构人员有亲属关系：{REASON}"}
    assert facts(judged, "recuse") == [(expert.pk, "paper"), (expert.pk, "site")]
    assert judged not in Application.objects.visible_to(expert)
    assert not judged.reviews.current().filter(reviewer=expert).exists()
    with pytest.raises(Refused, match="专家1已就本件申请回避"):
        services.assign_expert(judged, expert, Step.SITE, by=scene.officer, at=SEPTEMBER)
    expert.forget_grants()
    with pytest.raises(PermissionDenied):
        services.recuse(tasks[0], by=expert, at=SEPTEMBER, reason=REASON)


def test_a_sealed_sheet_stays(scene: Province, judged: Application, tasks: list[Review]) -> None:
    """Found out on site: the visit goes to somebody else, what was scored on paper counts."""
    expert, (paper, site) = scene.experts[0], tasks
    services.accept_task(paper, by=expert, at=SEPTEMBER)
    scenes.fill(paper.sheet, "90", expert, SEPTEMBER)
    scoring.seal(paper.sheet, by=expert, at=SEPTEMBER)
    with pytest.raises(Refused, match="已完成评分或已取消"):
        services.recuse(paper, by=expert, at=SEPTEMBER, reason=REASON)
    gone = services.recuse(site, by=expert, at=SEPTEMBER, reason=REASON)
    assert [task.step for task in gone] == ["site"]
    assert list(judged.reviews.current().filter(reviewer=expert)) == [paper]
    assert judged in Application.objects.visible_to(expert)


def test_the_states_of_a_task_that_is_over(
    scene: Province, judged: Application, tasks: list[Review]
) -> None:
    services.unassign_expert(tasks[0], by=scene.officer, at=SEPTEMBER, reason="改派。")
    scoring_services_seal(tasks[1])
    found = judged.reviews.experts().with_sheets()
    assert [task.task_state for task in found] == [TaskState.TAKEN_BACK, TaskState.SEALED]
    assert TaskState.SEALED.tone == "good"


def scoring_services_seal(task: Review) -> None:
    assert task.reviewer
    scenes.fill(task.sheet, "90", task.reviewer, SEPTEMBER)
    scoring.seal(task.sheet, by=task.reviewer, at=SEPTEMBER)


# The pages


def test_the_experts_file_asks_the_question(
    scene: Province, judged: Application, tasks: list[Review], browse: Browse
) -> None:
    client = browse(scene.experts[0])
    assert "待接受" in words(client.get(reverse("applications:expert")))
    page = words(client.get(judged.get_absolute_url()))
    assert "请先确认是否接受任务" in page
    assert "开始评分" not in page
    sheet = words(client.get(tasks[0].sheet.get_absolute_url()))
    assert "请先接受评审任务" in sheet
    assert "接受任务或申请回避" in sheet

    answer = client.post(url_of("accept_task", tasks[0]), follow=True)

    assert "已接受书面评审和实地评审任务，可以开始评分。" in words(answer)
    assert "开始评分" in words(answer)
    assert "请先接受" not in words(client.get(tasks[0].sheet.get_absolute_url()))
    again = client.post(url_of("accept_task", tasks[0]), follow=True)
    assert "已接受该任务" in words(again)


def test_a_recusal_by_the_page(
    scene: Province, judged: Application, tasks: list[Review], browse: Browse
) -> None:
    client = browse(scene.experts[0])
    url = url_of("recuse", tasks[0])
    assert "提交后立即生效，不能撤销" in words(client.get(url))
    empty = client.post(url, {"kind": "family", "reason": " "})
    assert empty.status_code == 422
    assert "请填写此项。" in words(empty)

    answer = client.post(url, {"kind": "family", "reason": REASON}, follow=True)

    assert "已申请回避，不再承担阳光托育园的评审。" in words(answer)
    sheets = [judged.self_sheet, *(task.sheet for task in tasks)]
    mine = [judged.get_absolute_url(), *(sheet.get_absolute_url() for sheet in sheets), url]
    assert [client.get(address).status_code for address in mine] == [404] * 5
    assert client.post(url_of("accept_task", tasks[0])).status_code == 404


def test_a_tie_declared_later_asks_for_recusal(
    scene: Province, judged: Application, tasks: list[Review], browse: Browse
) -> None:
    expert = scene.experts[0]
    client = browse(expert)
    services.accept_task(tasks[0], by=expert, at=SEPTEMBER)
    assert "存在应当回避的情形" not in words(client.get(judged.get_absolute_url()))
    profile = scenes.profile(scene, expert)
    services.declare_tie(profile, judged.nursery, "曾任顾问", by=expert, at=SEPTEMBER)
    page = words(client.get(judged.get_absolute_url()))
    assert "您与该机构存在应当回避的情形（申报利害关系），请申请回避。" in page


def test_a_refusal_is_said_on_the_file(
    scene: Province, judged: Application, tasks: list[Review], browse: Browse
) -> None:
    expert = scene.experts[0]
    client = browse(expert)
    profile = scenes.profile(scene, expert)
    services.declare_tie(profile, judged.nursery, "曾任顾问", by=expert, at=SEPTEMBER)
    page = words(client.get(judged.get_absolute_url()))
    assert "不能接受本任务，请申请回避" in page
    answer = client.post(url_of("accept_task", tasks[0]), follow=True)
    assert "您与该机构存在应当回避的情形" in words(answer)
    scoring_services_seal(tasks[0])
    sealed = client.post(
        url_of("recuse", tasks[0]), {"kind": "other", "reason": REASON}, follow=True
    )
    assert "该任务已完成评分或已取消" in words(sealed)


@pytest.mark.parametrize("who", ["county_handler", "city_handler", "officer", "staff"])
def test_nobody_else_answers_for_an_expert(
    scene: Province, tasks: list[Review], browse: Browse, who: str
) -> None:
    user = tasks[0].application.nursery if who == "staff" else getattr(scene, who)
    if who == "staff":
        user = scenes.User.objects.get(username="staff")
    client = browse(user)
    for name in ("accept_task", "recuse"):
        assert client.post(url_of(name, tasks[0])).status_code == 403


def test_another_expert_does_not_know_of_the_task(
    scene: Province, tasks: list[Review], browse: Browse
) -> None:
    client = browse(scene.experts[1])
    for name in ("accept_task", "recuse"):
        assert client.post(url_of(name, tasks[0])).status_code == 404


def test_the_province_sees_the_vacancy(
    scene: Province, judged: Application, tasks: list[Review], browse: Browse
) -> None:
    services.recuse(tasks[0], by=scene.experts[0], at=SEPTEMBER, reason=REASON)
    client = browse(scene.officer)
    panel = words(client.get(reverse("applications:panel", args=[judged.pk])))
    assert "已回避" in panel
    assert f"其他原因：{REASON}" in panel
    table = words(client.get(reverse("applications:decisions", args=[scene.cycle.pk])))
    assert "补派专家" in table
    home = words(client.get("/home/"))
    assert "有专家回避，席位空缺" in home


def test_other_experts_learn_nothing_of_a_recusal(
    scene: Province, judged: Application, tasks: list[Review], browse: Browse
) -> None:
    other = scene.experts[1]
    services.assign_experts(judged, [other], EXPERT_STEPS, by=scene.officer, at=SEPTEMBER)
    services.recuse(tasks[0], by=scene.experts[0], at=SEPTEMBER, reason=REASON)
    client = browse(other)
    pages = [
        client.get(url)
        for url in ("/home/", reverse("applications:expert"), judged.get_absolute_url())
    ]
    for page in pages:
        text = words(page)
        assert not [word for word in ("专家1", REASON, "空缺", "补派") if word in text]


def test_a_round_sent_back_takes_the_tasks_along(
    scene: Province, judged: Application, tasks: list[Review], browse: Browse
) -> None:
    perform(judged, "send_back_to_city", actor=scene.officer, at=AUGUST, reason="请复核。")
    client: Any = browse(scene.experts[0])
    assert client.post(url_of("accept_task", tasks[0])).status_code == 404
