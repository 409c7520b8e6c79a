"""The province's side: seating experts, the decision table, the experts' own list."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts import services as accounts
from applications import services
from applications.models import Application, Review
from applications.statuses import Step
from tests import scenes
from tests.applications.browsing import Browse, words
from tests.applications.crowd import crowd, seat
from tests.scenes import AUGUST, SEPTEMBER, Province
from workflow import Refused, perform


@pytest.fixture
def judged(scene: Province) -> Any:
    application, _ = scenes.at_province(scene)
    return application


def finish(review: Any) -> None:
    services.finish_review(review, by=review.reviewer, at=SEPTEMBER)


def url_of(application: Application) -> Any:
    return reverse("applications:panel", args=[application.pk])


def assign(client: Any, application: Application, experts: Any, steps: Any = "both") -> Any:
    sent = {"experts": [expert.pk for expert in experts], "steps": steps}
    return client.post(url_of(application), sent, follow=True)


def seated(application: Application) -> Any:
    return sorted(
        (review.step, review.reviewer.name)
        for review in application.reviews.current()
        if review.reviewer
    )


def test_three_experts_sit_at_both_steps_in_one_go(
    scene: Province, judged: Application, browse: Browse
) -> None:
    answer = assign(browse(scene.officer), judged, scene.experts[:3])
    assert "已分配 3 名专家，待本人接受任务。" in answer.content.decode()
    names = ["专家1", "专家2", "专家3"]
    assert seated(judged) == [(step, name) for step in ("paper", "site") for name in names]
    assert [table.free for table in answer.context["tables"]] == [0, 0]


def test_the_loads_of_the_pool_are_shown_the_freest_first(
    scene: Province, judged: Application, browse: Browse
) -> None:
    services.assign_expert(judged, scene.experts[0], Step.PAPER, by=scene.officer, at=SEPTEMBER)
    candidates = browse(scene.officer).get(url_of(judged)).context["candidates"]
    assert [(c.expert.name, c.load, c.at) for c in candidates] == [
        ("专家2", 0, []),
        ("专家3", 0, []),
        ("专家4", 0, []),
        ("专家1", 1, ["书面评审"]),
    ]


def test_an_expert_of_the_nursery_stands_aside(
    scene: Province, judged: Application, browse: Browse
) -> None:
    employed = scene.experts[0]
    employed.employer = judged.nursery.name
    employed.save()
    client = browse(scene.officer)
    assert "专家1在该机构任职，应当回避。" in client.get(url_of(judged)).content.decode()
    answer = assign(client, judged, scene.experts[:3])
    assert answer.status_code == 422
    assert "专家1在该机构任职，应当回避。" in answer.content.decode()
    assert seated(judged) == []
    ticked = [c.expert.name for c in answer.context["candidates"] if c.ticked]
    assert sorted(ticked) == ["专家1", "专家2", "专家3"]


@pytest.mark.parametrize(
    ("people", "steps", "sentence"),
    [
        ([0, 1, 2, 3], "paper", "书面评审须有 3 名专家，已有 0 名，不能再分配 4 名。"),
        ([], "paper", "请至少选择一名专家。"),
        ([0], "moderation", "选择一个有效的选项"),
    ],
)
def test_what_cannot_be_assigned_is_said(
    scene: Province, judged: Application, browse: Browse, people: Any, steps: Any, sentence: Any
) -> None:
    experts = [scene.experts[n] for n in people]
    answer = assign(browse(scene.officer), judged, experts, steps)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert seated(judged) == []


def test_the_rules_of_seating(scene: Province, judged: Application) -> None:
    def refuse(match: Any, experts: Any, steps: Any, application: Application = judged) -> None:
        with pytest.raises(Refused, match=match):
            services.assign_experts(application, experts, steps, by=scene.officer, at=SEPTEMBER)

    services.assign_expert(judged, scene.experts[0], Step.PAPER, by=scene.officer, at=SEPTEMBER)
    refuse("专家1已被分配到书面评审", [scene.experts[0]], [Step.PAPER, Step.SITE])
    refuse("请至少选择一名专家", [], [Step.PAPER])
    refuse("不在专家库中", [scene.county_handler], [Step.SITE])
    refuse("县级初审不由专家评分", [scene.experts[1]], [Step.COUNTY])
    refuse("才需要复核评审", [scene.experts[1]], [Step.MODERATION])
    with pytest.raises(PermissionDenied):
        services.assign_expert(
            judged, scene.experts[1], Step.PAPER, by=scene.city_handler, at=SEPTEMBER
        )
    early, _ = scenes.at_city(scene, name="另一家", username="other")
    refuse("目前为“市级审核”，不能分配专家", [scene.experts[1]], [Step.PAPER], early)
    assert seated(judged) == [("paper", "专家1")]


def test_a_task_is_taken_back_with_a_reason(
    scene: Province, judged: Application, browse: Browse
) -> None:
    review = services.assign_expert(
        judged, scene.experts[0], Step.PAPER, by=scene.officer, at=SEPTEMBER
    )
    client = browse(scene.officer)
    url = reverse("applications:unassign", args=[judged.pk, review.pk])
    assert "请写明撤回理由。" in client.post(url, {"reason": " "}, follow=True).content.decode()
    assert seated(judged) == [("paper", "专家1")]

    page = client.post(url, {"reason": "本人申请回避。"}, follow=True).content.decode()

    assert "已撤回专家1的书面评审任务。" in page
    assert seated(judged) == []
    assert browse(scene.experts[0]).get(judged.get_absolute_url()).status_code == 404
    assert client.post(url, {"reason": "再来"}).status_code == 404


def test_a_task_taken_back_leaves_the_other_step_open(scene: Province, judged: Application) -> None:
    expert = scene.experts[0]
    paper, _ = services.assign_experts(
        judged, [expert], [Step.PAPER, Step.SITE], by=scene.officer, at=SEPTEMBER
    )
    services.unassign_expert(paper, by=scene.officer, at=SEPTEMBER, reason="改派。")
    assert judged in type(judged).objects.visible_to(expert)
    with pytest.raises(Refused, match="请写明理由"):
        services.unassign_expert(paper, by=scene.officer, at=SEPTEMBER, reason=" ")
    with pytest.raises(PermissionDenied):
        services.unassign_expert(paper, by=expert, at=SEPTEMBER, reason="自撤。")


def test_a_sealed_sheet_is_not_taken_back(
    scene: Province, judged: Application, browse: Browse
) -> None:
    review = scenes.seat_panel(scene, judged)[0]
    client = browse(scene.officer)
    url = reverse("applications:unassign", args=[judged.pk, review.pk])
    page = client.post(url, {"reason": "换人。"}, follow=True).content.decode()
    assert "该专家已完成评分或任务已取消，不能撤回。" in page
    assert len(seated(judged)) == 6


def test_marks_show_on_the_panel_only_when_all_have_sealed(
    scene: Province, judged: Application, browse: Browse
) -> None:
    reviews = scenes.seat_panel(
        scene, judged, paper=("88.5", "90", "89"), site=("90", "90", "90"), sealed=False
    )
    for review in reviews[:-1]:
        finish(review)
    client = browse(scene.officer)
    assert "88.5" not in client.get(url_of(judged)).content.decode()
    finish(reviews[-1])
    assert "88.5" in client.get(url_of(judged)).content.decode()


def test_a_panel_that_is_not_whole_gives_nothing_away(
    scene: Province, judged: Application, browse: Browse
) -> None:
    """One expert on paper and one on site have sealed; four chairs are still empty."""
    for step, total in ((Step.PAPER, "71.5"), (Step.SITE, "72.5")):
        review = services.assign_expert(
            judged, scene.experts[0], step, by=scene.officer, at=SEPTEMBER
        )
        scenes.accept([review])
        scenes.fill(review.sheet, total, scene.experts[0], SEPTEMBER)
        finish(review)
    client = browse(scene.officer)
    for url in (judged.get_absolute_url(), url_of(judged), table_url(scene)):
        page = words(client.get(url))
        assert not [mark for mark in ("71.5", "72.5", "72.1") if mark in page]


def test_where_the_experts_disagree_one_more_is_asked(
    scene: Province, judged: Application, browse: Browse
) -> None:
    scenes.seat_panel(scene, judged, paper=("70", "95", "95"), site=("90", "90", "90"))
    client = browse(scene.officer)
    assert "须由一名专家复核评审" in client.get(url_of(judged)).content.decode()
    two = assign(client, judged, scene.experts[2:4], "moderation")
    assert "复核评审由一名专家承担。" in two.content.decode()

    assign(client, judged, scene.experts[3:4], "moderation")

    assert ("moderation", "专家4") in seated(judged)
    page = client.get(url_of(judged)).content.decode()
    assert "复核评审" in page
    assert "须由一名专家复核评审" not in page


def test_only_the_province_seats_experts(
    scene: Province, judged: Application, browse: Browse
) -> None:
    for user in (scene.city_handler, scene.county_handler, scene.experts[0]):
        assert browse(user).get(url_of(judged)).status_code == 403


# The decision table


def table_url(scene: Province, name: Any = "decisions") -> Any:
    return reverse(f"applications:{name}", args=[scene.cycle.pk])


def test_the_table_shows_counts_before_and_marks_after(
    scene: Province, judged: Application, browse: Browse
) -> None:
    reviews = scenes.seat_panel(scene, judged, sealed=False)
    finish(reviews[0])
    client = browse(scene.officer)
    row = client.get(table_url(scene)).context["rows"][0]
    assert [(s.sealed, s.size) for s in row.seats] == [(1, 3), (0, 3)]
    assert row.result is None
    assert "等待评分" in client.get(table_url(scene)).content.decode()

    for review in reviews[1:]:
        finish(review)
    answer = client.get(table_url(scene))
    result = answer.context["rows"][0].result
    # 书面 (88+90+89)/3 × 40% + 实地 (91+90+92)/3 × 60%
    assert (str(result.paper.mean), str(result.site.mean)) == ("89.00", "91.00")
    assert str(result.final) == "90.20"
    assert "作出结论" in answer.content.decode()


def test_the_table_leads_to_what_is_to_be_done(
    scene: Province, judged: Application, browse: Browse
) -> None:
    client = browse(scene.officer)
    assert "分配专家" in client.get(table_url(scene)).content.decode()
    scenes.seat_panel(scene, judged, paper=("70", "95", "95"), site=("90", "90", "90"))
    assert "安排复核" in client.get(table_url(scene)).content.decode()


def test_the_table_is_filtered_and_counted(scene: Province, browse: Browse) -> None:
    scenes.at_province(scene, name="甲园", username="a")
    scenes.passed(scene, name="乙园", username="b")
    client = browse(scene.officer)
    answer = client.get(table_url(scene), {"state": "passed"})
    assert [row.application.nursery.name for row in answer.context["rows"]] == ["乙园"]
    assert dict(answer.context["figures"])["省级评审"] == 1
    none = client.get(table_url(scene), {"q": "没有"}).content.decode()
    assert "没有符合条件的申报" in none


def test_an_empty_table_says_what_will_come(scene: Province, browse: Browse) -> None:
    assert "暂无推荐到省的申报" in browse(scene.officer).get(table_url(scene)).content.decode()


@pytest.mark.parametrize("size", [1, 3, 300])
def test_the_table_costs_the_same_however_long(
    scene: Province, browse: Browse, size: int, django_assert_num_queries: Any
) -> None:
    files = crowd(scene, size, state="provincial_review")
    for step in (Step.PAPER, Step.SITE):
        for expert in scene.experts[:3]:
            seat(scene, files, step, expert)
    client = browse(scene.officer)
    client.get(table_url(scene))
    with django_assert_num_queries(TABLE_QUERIES):
        answer = client.get(table_url(scene))
    assert answer.context["rows"][0].result is not None


TABLE_QUERIES = 11


def test_the_table_as_a_spreadsheet(scene: Province, judged: Application, browse: Browse) -> None:
    scenes.seat_panel(scene, judged)
    scenes.at_province(scene, name="未评园", username="other")
    answer = browse(scene.officer).get(table_url(scene, "decisions_export"), {"sort": "-result"})
    book: Any = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    rows = list(book.active.values)
    by_name = {row[1]: row for row in rows[1:]}
    assert rows[0][8:16] == (
        "书面平均分",
        "实地平均分",
        "加权平均分",
        "中位数",
        "分差",
        "是否复核",
        "否决",
        "最终得分",
    )
    assert by_name["阳光托育园"][8:16] == (89, 91, 90.2, 90, 2, "无需复核", "无", 90.2)
    assert by_name["未评园"][8:16] == (None,) * 8


def test_the_table_is_the_provinces(scene: Province, browse: Browse) -> None:
    for name in ("decisions", "decisions_export"):
        for user in (scene.city_handler, scene.county_handler, scene.experts[0]):
            assert browse(user).get(table_url(scene, name)).status_code == 403
    gone = reverse("applications:decisions", args=[scene.cycle.pk + 1])
    assert browse(scene.officer).get(gone).status_code == 404


# The experts' list


def test_open_tasks_come_first_with_their_progress(
    scene: Province, judged: Application, browse: Browse
) -> None:
    reviews = scenes.seat_panel(scene, judged, sealed=False)
    expert = scene.experts[0]
    mine = [review for review in reviews if review.reviewer == expert]
    services.finish_review(mine[0], by=expert, at=SEPTEMBER)
    answer = browse(expert).get(reverse("applications:expert"))
    tasks = list(answer.context["page_obj"])
    assert [(t.step, t.asked, t.answered) for t in tasks] == [("site", 6, 6), ("paper", 6, 6)]
    assert answer.context["unfinished"] == 1
    page = answer.content.decode()
    assert "继续评分" in page
    assert "已完成" in page


def test_without_tasks_the_list_says_what_will_come(scene: Province, browse: Browse) -> None:
    page = browse(scene.experts[0]).get(reverse("applications:expert")).content.decode()
    assert "暂无评审任务" in page
    assert browse(scene.county_handler).get(reverse("applications:expert")).status_code == 403


@pytest.mark.parametrize("size", [1, 3, 300])
def test_the_experts_list_costs_the_same_however_long(
    scene: Province, browse: Browse, size: int, django_assert_num_queries: Any
) -> None:
    expert = scene.experts[0]
    seat(scene, crowd(scene, size, state="provincial_review"), Step.PAPER, expert, total=None)
    client = browse(expert)
    client.get(reverse("applications:expert"))
    with django_assert_num_queries(TASK_QUERIES):
        answer = client.get(reverse("applications:expert"))
    assert answer.context["unfinished"] == size


TASK_QUERIES = 7


def test_a_task_of_a_round_sent_back_is_gone(
    scene: Province, judged: Application, browse: Browse
) -> None:
    scenes.seat_panel(scene, judged, sealed=False)
    perform(judged, "send_back_to_city", actor=scene.officer, at=AUGUST, reason="请复核。")
    answer = browse(scene.experts[0]).get(reverse("applications:expert"))
    assert list(answer.context["page_obj"]) == []


def test_an_ended_expert_is_no_longer_in_the_pool(
    scene: Province, judged: Application, browse: Browse
) -> None:
    post = scene.experts[0].appointments.current().get()
    accounts.end(post, by=None, at=SEPTEMBER)
    candidates = browse(scene.officer).get(url_of(judged)).context["candidates"]
    assert "专家1" not in [candidate.expert.name for candidate in candidates]
    assert Review.objects.count() == 2
