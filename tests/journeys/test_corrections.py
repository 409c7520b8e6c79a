"""A return with typed corrections, the nursery's answers, what changed, and two steps to the end.

Real Chromium; JOURNEY_PICTURES=folder keeps a picture of every page.
"""

# ruff: noqa: F401, F811 - the fixtures of the other journey are asked for by their names
from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from applications import services
from applications.models import Application, Phrase, Proposal
from applications.statuses import ApplicationState, Step
from scoring import services as scoring
from scoring.models import Mark
from tests import scenes
from tests.conftest import PHONE
from tests.journeys.test_review_sheets import (
    Clock,
    clock,
    look_on_both,
    province,
    sign_in,
)
from tests.scenes import JULY, JUNE, Province

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., "Page"]
WORDS = "三个班，每班两名保育师。"


def ask(page: Page, number: int, place: str, kind: str, text: str) -> None:
    row = page.get_by_role("group", name=f"第 {number} 条补正要求")
    row.get_by_label("补正位置").select_option(place)
    row.get_by_label("类型").select_option(label=kind)
    row.get_by_label("具体要求").fill(text)


def handed_in(province: Province) -> tuple[Application, Any]:
    application, staff = scenes.drafted(province)
    mark = Mark.objects.get(sheet=application.self_sheet, indicator__code="2.1")
    scoring.add_evidence(mark, scenes.PDF, name="旧检查记录.pdf", by=staff, at=JUNE)
    scenes.perform(application, "submit", actor=staff, at=JUNE)
    return application, staff


def test_from_typed_corrections_to_the_approvers_signature(
    province: Province,
    sign_in: SignIn,
    clock: Clock,
) -> None:
    services.set_two_steps(
        province.county, True, by=province.county_approver, at=JUNE, reason="内控要求。"
    )
    Phrase.objects.create(purpose="return", text="材料不全，请补充。", order=1)
    application, staff = handed_in(province)
    clock("2023-07-20T09:00")
    handler = sign_in(province.county_handler)
    approver = sign_in(province.county_approver)
    nursery = sign_in(staff, PHONE)

    the_handler_proposes_a_return(handler, application)
    the_approver_signs(approver, application, "return")
    the_nursery_answers(nursery, application)
    the_county_sees_what_changed(handler, application)

    application.refresh_from_db()
    scenes.scored(application, Step.COUNTY, province.county_handler, when=JULY)
    handler.goto(application.get_absolute_url())
    handler.get_by_role("link", name="拟办：推荐至市级…").click()
    handler.get_by_label("推荐意见").fill("同意推荐。")
    handler.get_by_role("button", name="确认拟办：推荐至市级").click()
    expect(handler.get_by_text("待签批").first).to_be_visible()
    the_approver_signs(approver, application, "recommend")
    application.refresh_from_db()
    assert application.state == ApplicationState.CITY_REVIEW


def the_handler_proposes_a_return(page: Page, application: Application) -> None:
    page.goto(application.get_absolute_url())
    look_on_both(page, "file-of-two-steps")
    page.get_by_role("link", name=re.compile("就此项提出补正.*主要做法与成效")).click()
    expect(page.get_by_label("补正位置").first).to_have_value("field:practice")
    page.get_by_text("从常用语开始").click()
    page.get_by_role("link", name="材料不全，请补充。").click()
    expect(page.get_by_label("退回理由")).to_have_value("材料不全，请补充。")
    page.get_by_role("button", name="将已填内容存为常用语").click()
    expect(page.get_by_text("已存为常用语。")).to_be_visible()
    ask(page, 1, "field:practice", "缺失", "请写明家长满意度。")
    ask(page, 2, "field:introduction", "有误", "班级数与登记不符。")
    ask(page, 3, "indicator:2.1", "过期", "检查记录为去年，请更换。")
    page.get_by_role("button", name="再加一条").click()
    ask(page, 4, "indicator:2.3", "其他", "请说明保险公司名称。")
    look_on_both(page, "return-form")
    page.get_by_role("button", name="确认拟办：退回补正").click()
    expect(page.get_by_text("附补正要求 4 项")).to_be_visible()
    look_on_both(page, "file-proposed")
    assert Phrase.objects.filter(owner__isnull=False).count() == 1


def the_approver_signs(page: Page, application: Application, name: str) -> None:
    page.goto(application.get_absolute_url())
    look_on_both(page, f"approver-{name}")
    page.get_by_role("link", name="审阅并签批").click()
    look_on_both(page, f"proposal-{name}")
    page.get_by_role("button", name=re.compile("^同意，")).click()
    expect(page.get_by_text("已签批。")).to_be_visible()


def the_nursery_answers(page: Page, application: Application) -> None:
    application.refresh_from_db()
    page.goto(application.get_absolute_url())
    expect(page.get_by_text("待答复 4 项")).to_be_visible()
    look_on_both(page, "track-returned")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # its TypedDict is a dict
    page.locator("#corrections").get_by_role("link", name="机构简介").click()
    expect(page).to_have_url(re.compile("#id_introduction$"))
    note = page.locator(".remark", has_text="班级数与登记不符。")
    expect(note.get_by_text("有误")).to_be_visible()
    look_on_both(page, "form-with-corrections")
    page.get_by_label("机构简介").fill(WORDS)
    page.get_by_label("主要做法与成效").fill("坚持医育结合，家长满意度九成八。")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("申报表已保存。")).to_be_visible()
    page.goto(scoring.url_of(application.self_sheet, "2.1"))
    expect(page.get_by_text("检查记录为去年，请更换。")).to_be_visible()
    look_on_both(page, "sheet-with-corrections")
    page.goto(application.self_sheet.get_absolute_url())
    look_on_both(page, "overview-with-corrections")
    replaced(application)
    page.goto(f"/applications/{application.pk}/check/")
    expect(page.get_by_text("补正要求“机构简介”尚未答复。")).to_be_visible()
    page.get_by_role("link", name="补正要求“机构简介”尚未答复。").click()
    for group in page.get_by_role("group", name=re.compile("^答复")).all()[:3]:
        group.get_by_label("已补正").check()
    last = page.get_by_role("group", name=re.compile("^答复")).last
    last.get_by_label("说明情况").check()
    page.get_by_label("说明", exact=True).last.fill("保单由集团统一投保，保险公司见附件。")
    look_on_both(page, "answers")
    page.get_by_role("button", name="保存答复").click()
    page.goto(f"/applications/{application.pk}/check/")
    page.get_by_role("button", name="补正后重新提交").click()
    page.get_by_role("button", name="确认提交").click()
    expect(page.get_by_text("已办理：补正后重新提交。")).to_be_visible()


def replaced(application: Application) -> None:
    """Another file of evidence and a lower mark, as the sheet's own pages would write them."""
    mark = Mark.objects.get(sheet=application.self_sheet, indicator__code="2.1")
    by = application.submissions.get().by
    scoring.remove_evidence(mark.evidence.get())
    png = scenes.PDF.replace(b"%%EOF", b"% 2023\n%%EOF")
    scoring.add_evidence(mark, png, name="新检查记录.pdf", by=by, at=JULY)
    scenes.fill(application.self_sheet, "88", by, JULY)


def the_county_sees_what_changed(page: Page, application: Application) -> None:
    page.goto(application.get_absolute_url())
    expect(page.get_by_text("保单由集团统一投保")).to_be_visible()
    page.get_by_role("link", name="查看修改对照").click()
    expect(page.locator("ins", has_text="三个班")).to_be_visible()
    expect(page.get_by_text("新增 新检查记录.pdf")).to_be_visible()
    expect(page.get_by_text("删去 旧检查记录.pdf")).to_be_visible()
    look_on_both(page, "changes")
    page.get_by_role("link", name="第 1 次提交的自评分表").click()
    expect(page.get_by_text("不能再修改").first).to_be_visible()


def test_without_scripts(province: Province, sign_in: SignIn, clock: Clock) -> None:
    Phrase.objects.create(purpose="return", text="材料不全，请补充。", order=1)
    application, staff = handed_in(province)
    clock("2023-07-20T09:00")
    page = sign_in(province.county_handler, java_script_enabled=False)
    page.goto(application.get_absolute_url())
    page.get_by_role("link", name=re.compile("就此项提出补正.*主要做法与成效")).click()
    page.get_by_text("从常用语开始").click()
    page.get_by_role("link", name="材料不全，请补充。").click()
    expect(page.get_by_label("退回理由")).to_have_value("材料不全，请补充。")
    ask(page, 1, "field:practice", "缺失", "请写明家长满意度。")
    page.get_by_role("button", name="再加一条").click()
    expect(page.get_by_label("具体要求").first).to_have_value("请写明家长满意度。")
    ask(page, 4, "indicator:2.1", "过期", "请更换。")
    page.get_by_role("button", name="确认退回补正").click()
    expect(page.get_by_text("已办理：退回补正。")).to_be_visible()
    assert application.corrections.count() == 2

    nursery = sign_in(staff, PHONE, java_script_enabled=False)
    nursery.goto(application.get_absolute_url())
    nursery.get_by_role("link", name="逐项答复").click()
    for choice in nursery.get_by_label("已补正").all():
        choice.check()
    nursery.get_by_role("button", name="保存答复").click()
    expect(nursery.get_by_text("补正答复已保存。")).to_be_visible()
    assert not application.unanswered_corrections()


def test_declined_says_why_and_what_next(
    province: Province,
    sign_in: SignIn,
    clock: Clock,
) -> None:
    application, staff = handed_in(province)
    scenes.perform(
        application,
        "decline_by_county",
        actor=province.county_handler,
        at=JUNE,
        reason="现场核查与所报不符。",
    )
    page = sign_in(staff, PHONE)
    page.goto(application.get_absolute_url())
    expect(page.get_by_text("现场核查与所报不符。").first).to_be_visible()
    expect(page.get_by_role("link", name="重新申报")).to_be_visible()
    look_on_both(page, "declined")
    clock("2023-07-20T09:00")
    page.reload()
    expect(page.get_by_text("本周期现不能重新申报")).to_be_visible()


def test_the_pages_of_phrases_and_two_steps(
    province: Province,
    sign_in: SignIn,
    clock: Clock,
) -> None:
    Phrase.objects.create(purpose="return", text="材料不全，请补充。", order=1)
    page = sign_in(province.county_approver)
    page.goto("/desk/phrases/")
    page.get_by_label("内容").fill("请于三日内补正。")
    page.get_by_label("归属").select_option(label="和平区卫生健康委共用")
    page.get_by_role("button", name="添加").click()
    expect(page.get_by_text("常用语已保存。")).to_be_visible()
    look_on_both(page, "phrases")
    page.get_by_role("link", name="和平区卫生健康委：两级签批设置").click()
    page.get_by_label("启用").check()
    page.get_by_label("理由").fill("内控要求。")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("启用两级签批").first).to_be_visible()
    look_on_both(page, "two-steps")
    assert not Proposal.objects.exists()
