"""The result page: every number of a decision down to its marks."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from applications import services
from applications.models import Application, Review
from applications.results import outcome
from applications.statuses import Step
from scoring import services as scoring
from scoring.arithmetic import Answer
from tests import scenes
from tests.applications.browsing import Browse, words
from tests.scenes import SEPTEMBER, Province

D = Decimal
SPLIT = ("70", "95", "95")


def url_of(application: Application, name: str = "result") -> Any:
    return reverse(f"applications:{name}", args=[application.pk])


@pytest.fixture
def judged(scene: Province) -> Application:
    application, _ = scenes.at_province(scene)
    return application


def moderated(scene: Province, application: Application, **answers: Answer) -> Review:
    """The lead expert's sheet with 86 points, sealed."""
    by = scene.experts[3]
    review = services.assign_expert(
        application, by, Step.MODERATION, by=scene.officer, at=SEPTEMBER
    )
    scenes.fill(review.sheet, "86", by, SEPTEMBER)
    given = {code[1:].replace("_", "."): answer for code, answer in answers.items()}
    scoring.fill_sheet(review.sheet, given, by=by, at=SEPTEMBER)
    scoring.seal(review.sheet, by=by, at=SEPTEMBER)
    application.refresh_from_db()
    return review


def test_the_whole_computation_is_shown(
    scene: Province, judged: Application, browse: Browse
) -> None:
    reviews = scenes.seat_panel(scene, judged)
    page = browse(scene.officer).get(url_of(judged))
    text = " ".join(words(page).split())
    for sentence in (
        "书面评审平均 89 × 40% ＋ 实地评审平均 91 × 60% ＝ 90.2 分",
        "全部 6 份专家评分的中位数为 90 分；同一环节最高与最低最多相差 2 分，上限 10 分",
        "无需复核",
        "各份专家评分均无不符合的否决项",
        "综合得分 90.2 分，通过线 85 分：达到，可以评审通过",
        "达到通过线",
    ):
        assert sentence in text
    for review in reviews:
        assert f'href="/sheets/{review.sheet_id}/"' in page.content.decode()


def test_before_all_have_sealed_there_is_no_result(
    scene: Province, judged: Application, browse: Browse
) -> None:
    client = browse(scene.officer)
    assert client.get(url_of(judged)).status_code == 404
    reviews = scenes.seat_panel(scene, judged, sealed=False)
    for review in reviews[:-1]:
        scoring.seal(review.sheet, by=review.reviewer, at=SEPTEMBER)
    for name in ("result", "result_export"):
        assert client.get(url_of(judged, name)).status_code == 404
    scoring.seal(reviews[-1].sheet, by=reviews[-1].reviewer, at=SEPTEMBER)
    assert client.get(url_of(judged)).status_code == 200


def test_it_is_the_provinces_alone(scene: Province, judged: Application, browse: Browse) -> None:
    scenes.seat_panel(scene, judged)
    for user in (scene.city_handler, scene.county_handler, scene.experts[0]):
        for name in ("result", "result_export"):
            assert browse(user).get(url_of(judged, name)).status_code == 403


def test_a_moderated_mark_decides_and_the_others_stay(
    scene: Province, judged: Application, browse: Browse
) -> None:
    scenes.seat_panel(scene, judged, paper=SPLIT, site=("90", "91", "92"))
    client = browse(scene.officer)
    assert "须先完成复核评审" in words(client.get(url_of(judged)))
    assert "须复核" in words(client.get(reverse("applications:decisions", args=[scene.cycle.pk])))

    moderated(scene, judged)

    found = outcome(judged)
    assert found
    assert (found.result.final, found.result.is_moderated) == (D("86.00"), True)
    assert found.result.mean == D("89.27")
    assert len(found.columns) == 7
    assert [len(step.columns) for step in found.steps] == [3, 3]
    page = " ".join(words(client.get(url_of(judged))).split())
    assert "得 86 分 ，以复核得分为准" in page or "得 86 分，以复核得分为准" in page
    assert "复核得分 86 分，通过线 85 分：达到" in page
    table = words(client.get(reverse("applications:decisions", args=[scene.cycle.pk])))
    assert "已复核" in table


@pytest.mark.parametrize("by_the_moderator", [True, False])
def test_a_veto_on_any_sheet_blocks_whatever_moderation_says(
    scene: Province, judged: Application, browse: Browse, *, by_the_moderator: bool
) -> None:
    reviews = scenes.seat_panel(scene, judged, paper=SPLIT, sealed=False)
    if not by_the_moderator:
        expert = reviews[0].reviewer
        veto = {"1.1": Answer(met=False)}
        scoring.fill_sheet(reviews[0].sheet, veto, by=expert, at=SEPTEMBER)
    for review in reviews:
        scoring.seal(review.sheet, by=review.reviewer, at=SEPTEMBER)
    judged.refresh_from_db()
    moderated(scene, judged, **({"_1_1": Answer(met=False)} if by_the_moderator else {}))
    found = outcome(judged)
    assert found
    assert found.result.final == D("86.00")
    assert not found.result.passed
    assert [(veto.spec.code, len(veto.by)) for veto in found.vetoes] == [("1.1", 1)]
    page = words(browse(scene.officer).get(url_of(judged)))
    assert "任何一份已封存的专家评分评为不符合，即不予通过，不论总分，复核也不能改变。" in page


def test_the_indicators_side_by_side_the_widest_first(
    scene: Province, judged: Application, browse: Browse
) -> None:
    reviews = scenes.seat_panel(scene, judged, paper=("90", "90", "90"), sealed=False)
    for review in reviews:
        by = review.reviewer
        given = {"2.1": Answer(), "2.4": Answer(), "2.3": Answer(met=True), "1.2": Answer(option=1)}
        given["2.2"] = Answer(counts={1: 2})
        notes = {}
        if review == reviews[0]:
            given |= {"1.2": Answer(option=3), "2.4": Answer(counts={1: 1})}
            notes = {"1.2": "场地偏小。"}
        scoring.fill_sheet(review.sheet, given, by=by, at=SEPTEMBER, notes=notes)
        scoring.seal(review.sheet, by=by, at=SEPTEMBER)
    judged.refresh_from_db()
    found = outcome(judged)
    assert found
    assert [row.spec.code for row in found.widest] == ["1.2", "2.4"]
    space = found.widest[0]
    assert (space.mean, space.spread) == (D("36.67"), D(20))
    assert [cell.mark for cell in space.cells] == [20, 40, 40, 40, 40, 40]
    assert [cell.note for cell in space.notes] == ["场地偏小。"]
    client = browse(scene.officer)
    assert "场地偏小。" in words(client.get(url_of(judged)))
    widest = client.get(url_of(judged), {"show": "widest"}).context["groups"]
    assert [(name, len(rows)) for name, rows in widest] == [("分差最大的指标", 2)]


def test_where_all_agree_it_is_said(scene: Province, judged: Application, browse: Browse) -> None:
    scenes.seat_panel(scene, judged, paper=("100",) * 3, site=("100",) * 3)
    page = words(browse(scene.officer).get(url_of(judged), {"show": "widest"}))
    assert "各份专家评分在所有指标上一致。" in page


def test_a_veto_answered_both_ways_is_among_the_widest(
    scene: Province, judged: Application
) -> None:
    reviews = scenes.seat_panel(scene, judged, sealed=False)
    veto = {"1.1": Answer(met=False)}
    scoring.fill_sheet(reviews[0].sheet, veto, by=scene.experts[0], at=SEPTEMBER)
    for review in reviews:
        scoring.seal(review.sheet, by=review.reviewer, at=SEPTEMBER)
    judged.refresh_from_db()
    found = outcome(judged)
    assert found
    assert found.widest[0].spec.code == "1.1"
    assert found.widest[0].split


def test_the_marks_as_a_spreadsheet(scene: Province, judged: Application, browse: Browse) -> None:
    reviews = scenes.seat_panel(scene, judged, sealed=False)
    by = scene.experts[0]
    scoring.fill_sheet(
        reviews[0].sheet, {"2.3": Answer(met=True)}, by=by, at=SEPTEMBER, notes={"2.3": "=1+1"}
    )
    for review in reviews:
        scoring.seal(review.sheet, by=review.reviewer, at=SEPTEMBER)
    answer = browse(scene.officer).get(url_of(judged, "result_export"))
    book: Any = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    rows = list(book.active.values)
    assert rows[0][:5] == ("部分", "编号", "指标", "分值", "书面 专家1")
    assert len(rows) == 1 + 6 + 1
    assert rows[1][3:6] == (None, "符合", "符合")
    assert rows[-1][0] == "合计"
    assert rows[-1][5:10] == (90, 89, 91, 90, 92)


@pytest.mark.parametrize("size", [1, 3, 300])
def test_the_page_costs_the_same_however_long_the_rubric(
    db: None,
    browse: Browse,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Any,
    size: int,
) -> None:
    monkeypatch.setattr(scenes, "SMALL_RUBRIC", rubric(size))
    scene = scenes.province()
    application, _ = scenes.at_province(scene, total="100")
    scenes.seat_panel(scene, application, paper=("90", "91", "92"))
    client = browse(scene.officer)
    client.get(url_of(application))
    with django_assert_num_queries(PAGE_QUERIES):
        answer = client.get(url_of(application))
    assert sum(len(rows) for _, rows in answer.context["groups"]) == size


# Session, user, posts and unread messages of the frame; regions held, province; file, reviews and
# all their marks.
PAGE_QUERIES = 8


def rubric(size: int) -> dict[str, Any]:
    """So many indicators, 100 points in all: a tenth of a point each, the rest for one of them."""
    rows = [indicator(n, "0.1", ["0.1"]) for n in range(2, size + 1)]
    faults = [str(lost) for lost in range(1, 16)]
    rows.append(indicator(1, str(D(100) - D("0.1") * (size - 1)), faults))
    section = {"code": "1", "name": "全部", "indicators": rows}
    return {"code": "sized", "name": "大表", "full_mark": "100", "sections": [section]}


def indicator(n: int, mark: str, faults: list[str]) -> dict[str, Any]:
    options = [{"label": f"缺{lost}", "value": lost} for lost in faults]
    return {
        "code": f"1.{n}",
        "title": f"指标{n}",
        "kind": "deduct",
        "mark": mark,
        "options": options,
    }
