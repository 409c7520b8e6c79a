"""The main job through the pages alone: from a nursery's draft to its title in the register.

Real Chromium, a real worker, the clock moved by PORTAL_NOW. JOURNEY_PICTURES=folder keeps a picture
of every page on the way.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from accounts.models import User
from publicity.tasks import settle
from tests import doors, scenes
from tests.puzzling import answer_to

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page
    from pytest_django import Settings

pytestmark = pytest.mark.django_db(transaction=True)

PICTURES = os.environ.get("JOURNEY_PICTURES")
REASON = "请补充消防检查记录后重新提交。"
OPINION = "经评审，该机构符合条件，同意推荐。"
OBJECTOR = "林异议"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Callable[[str], None]:
    """Moves the portal's clock, as an operator does for a walk-through."""
    settings.DEMO = True

    def move(moment: str) -> None:
        monkeypatch.setenv("PORTAL_NOW", moment)

    return move


@pytest.fixture
def journey(
    open_browser: Callable[..., Page], clock: Callable[[str], None], worker: Any
) -> Journey:
    clock("2023-06-10T09:00")
    province = scenes.province()
    scenes.staff(scenes.nursery(province.county), "nursery", "陈园长")
    doors.give_app(*User.objects.without_second_factor())
    return Journey(open_browser, province)


class Journey:
    """The people, each in a browser of their own."""

    def __init__(self, open_browser: Callable[..., Page], province: scenes.Province) -> None:
        self.open_browser = open_browser
        self.province = province
        self.pages: dict[str, Page] = {}
        self.shown = 0

    def sign_in(self, username: str, **options: Any) -> Page:
        """A page of this person, signed in anew: an idle session has ended since last time."""
        if username not in self.pages:
            self.pages[username] = self.open_browser(**options)
        page = self.pages[username]
        page.context.clear_cookies()
        doors.sign_in(page, username)
        self.look(page, f"home-{username}")
        return page

    def look(self, page: Page, name: str) -> None:
        self.shown += 1
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{PICTURES}/{self.shown:02}-{name}.png", full_page=True)


def card(page: Page, code: str) -> Locator:
    return page.locator(f'article[data-code="{code}"]')


def choose(page: Page, code: str, label: str) -> None:
    words = page.get_by_text(label, exact=True)
    card(page, code).locator("label.level").filter(has=words).click()


def count(page: Page, code: str, label: str, times: int) -> None:
    box = card(page, code).locator(".counter", has_text=label).locator("input")
    box.fill(str(times))
    box.blur()


def saved(page: Page, code: str) -> None:
    card(page, code).locator("[data-saved]", has_text="已保存").wait_for()


def score(page: Page, *, missing: str, untidy: bool) -> None:
    """Fill in the open sheet: full marks but for `missing` checks and an untidy ledger."""
    page.get_by_role("link", name="办托条件").first.click()
    choose(page, "1.1", "符合")
    choose(page, "1.2", "优")
    page.get_by_role("button", name=re.compile("^保存并继续")).click()
    if missing:
        count(page, "2.1", f"缺 {missing} 次", 1)
    else:
        card(page, "2.1").locator("[data-none]").check()
    saved(page, "2.1")
    if untidy:
        count(page, "2.4", "不完整", 1)
    else:
        card(page, "2.4").locator("[data-none]").check()
    saved(page, "2.4")
    count(page, "2.2", "一项", 2)
    choose(page, "2.3", "达标")
    page.get_by_role("button", name="保存并查看汇总").click()
    page.wait_for_url(re.compile(r"/sheets/\d+/$"))


def name_team(page: Page) -> None:
    """From the filled sheet to the team that filled it in, and back to the sum."""
    page.get_by_role("link", name=re.compile("完成评分")).first.click()
    page.get_by_role("link", name="填写成员").click()
    page.get_by_label("姓名").first.fill("冯组长")
    page.get_by_label("工作单位").first.fill("妇幼保健院")
    page.get_by_label("组长", exact=True).first.check()
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**/finish/")


def finish(page: Page) -> None:
    """From the filled sheet to its seal."""
    if not page.url.endswith("/finish/"):
        page.get_by_role("link", name=re.compile("完成评分")).first.click()
        page.wait_for_url("**/finish/")
    page.get_by_role("button", name="完成评分").click()
    with page.expect_navigation():
        page.get_by_role("button", name="确认完成").click()


def make_move(page: Page, label: str, text: str = "") -> None:
    """Make a move from where the page offers it, with its reason if it wants one."""
    offer = page.locator("details.move", has=page.locator("summary", has_text=label))
    with_form = page.locator("a.move", has_text=f"{label}…")
    if with_form.count():
        with_form.click()
        page.locator("[name=reason]").fill(text)
        page.get_by_role("button", name=f"确认{label}").click()
    elif text:
        offer.locator("> summary").click()
        offer.locator("textarea").fill(text)
        offer.get_by_role("button", name=f"确认{label}").click()
    else:
        page.get_by_role("button", name=label, exact=True).click()
    page.get_by_text(f"已办理：{label}").wait_for()


def test_from_draft_to_title(journey: Journey, clock: Callable[[str], None]) -> None:
    address = draft_and_be_refused(journey)
    hand_in(journey, address)
    return_and_resubmit(journey, address, clock)
    recommend(journey, address, clock)
    review_by_experts(journey, address, clock)
    notice = publish(journey, address, clock)
    object_and_overrule(journey, notice, clock)
    conclude(journey, notice, clock)


def draft_and_be_refused(journey: Journey) -> str:
    """The nursery drafts, scores 84.5 and finds the button closed."""
    page = journey.sign_in("nursery")
    page.goto("/applications/")
    journey.look(page, "my-applications")
    page.get_by_role("button", name="开始申报").click()
    page.wait_for_url(re.compile(r"/applications/\d+/"))
    address = re.search(r"/applications/\d+/", page.url)
    assert address
    page.goto(f"{address[0]}form/")
    page.get_by_label("联系人").fill("陈园长")
    page.get_by_label("联系电话").fill("13900001234")
    page.get_by_label("机构简介").fill("本园于 2021 年开办，现有托位 60 个。")
    page.get_by_label("主要做法与成效").fill("坚持医育结合，每日户外活动不少于两小时。")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_text(re.compile(r"已保存 \d\d:\d\d")).first.wait_for()
    journey.look(page, "form")
    page.get_by_role("link", name="去填自评分表").click()
    page.wait_for_url(re.compile("/sheets/"))
    journey.look(page, "sheet")
    score(page, missing="15", untidy=True)
    journey.look(page, "self-score-84.5")
    page.goto(f"{address[0]}check/")
    journey.look(page, "check-refused")
    expect(page.get_by_text("自评得分 84.5 分，未达到申报线 85 分。")).to_be_visible()
    expect(page.get_by_role("button", name="提交申报")).to_be_disabled()
    return address[0]


def hand_in(journey: Journey, address: str) -> None:
    """It improves one mark, which saves itself, and submits."""
    page = journey.pages["nursery"]
    page.get_by_role("link", name=re.compile("自评得分 84.5 分")).click()
    page.get_by_role("link", name="安全卫生").first.click()
    count(page, "2.1", "缺 15 次", 0)
    count(page, "2.1", "缺 9 次", 1)
    saved(page, "2.1")
    journey.look(page, "self-score-90.5")
    page.goto(f"{address}check/")
    journey.look(page, "check-met")
    page.get_by_role("button", name="提交申报").click()
    page.get_by_role("button", name="确认提交").click()
    page.get_by_text("已办理：提交申报").wait_for()
    journey.look(page, "submitted")


def return_and_resubmit(journey: Journey, address: str, clock: Callable[[str], None]) -> None:
    """The county returns it with a reason; the nursery reads it and resubmits."""
    clock("2023-07-17T09:00")
    county = journey.sign_in("county")
    county.goto("/desk/")
    journey.look(county, "county-desk")
    county.get_by_role("link", name="阳光托育园").first.click()
    journey.look(county, "county-file")
    make_move(county, "退回补正", REASON)
    nursery = journey.sign_in("nursery", viewport={"width": 390, "height": 844})
    nursery.goto(address)
    journey.look(nursery, "returned")
    expect(nursery.get_by_text(REASON).first).to_be_visible()
    nursery.goto(f"{address}check/")
    nursery.get_by_role("button", name="补正后重新提交").click()
    nursery.get_by_role("button", name="确认提交").click()
    nursery.get_by_text("已办理：补正后重新提交").wait_for()


def recommend(journey: Journey, address: str, clock: Callable[[str], None]) -> None:
    """County and city score by the same table and recommend; the city uses a place."""
    clock("2023-07-20T09:00")
    for who, move, day in (
        ("county", "推荐至市级", "2023-08-12T09:00"),
        ("city", "推荐至省级", "2023-09-12T09:00"),
    ):
        page = journey.sign_in(who)
        page.goto(address)
        page.get_by_role("button", name="开始评分").click()
        score(page, missing="9", untidy=True)
        journey.look(page, f"{who}-sheet")
        name_team(page)
        journey.look(page, f"{who}-finish")
        finish(page)
        page.goto(address)
        make_move(page, move, OPINION)
        journey.look(page, f"{who}-recommended")
        page.goto("/desk/")
        journey.look(page, f"{who}-desk-after")
        clock(day)


def review_by_experts(journey: Journey, address: str, clock: Callable[[str], None]) -> None:
    """The province seats three experts; each scores on paper and on site, on a phone."""
    officer = journey.sign_in("officer")
    officer.goto(address)
    officer.get_by_role("link", name="分配专家").click()
    for box in (
        officer.get_by_role("checkbox", name="书面评审").all()
        + officer.get_by_role("checkbox", name="实地评审").all()
    ):
        box.check()
    for expert in ("专家1", "专家2", "专家3"):
        officer.get_by_label(expert, exact=True).check()
    officer.get_by_role("button", name="分配所选专家").click()
    officer.get_by_text("已分配 3 / 3").first.wait_for()
    journey.look(officer, "panel")
    for n in (1, 2, 3):
        expert = journey.sign_in(f"expert{n}", viewport={"width": 390, "height": 844})
        for _ in range(2):
            expert.goto("/expert/")
            journey.look(expert, "expert-tasks")
            accept = expert.get_by_role("link", name=re.compile("^查看并接受任务"))
            if accept.count():
                accept.first.click()
                journey.look(expert, "expert-task")
                expert.get_by_role("button", name="没有上述情形，接受任务").click()
                expert.goto("/expert/")
            expert.get_by_role("link", name=re.compile("^开始评分")).first.click()
            score(expert, missing=str(n), untidy=False)
            journey.look(expert, "expert-sheet")
            finish(expert)
    officer.goto(address)
    journey.look(officer, "province-file")
    make_move(officer, "评审通过")


def publish(journey: Journey, address: str, clock: Callable[[str], None]) -> str:
    """The notice opens on 27 September 2023 and ends, over the National Day, on 9 October."""
    clock("2023-09-27T09:00")
    officer = journey.sign_in("officer")
    officer.goto("/desk/notices/new/")
    officer.get_by_label("文号").fill("示例〔2023〕1号")
    officer.get_by_label("联系方式").fill("省卫生健康委人口家庭处 024-00000000")
    journey.look(officer, "compose")
    officer.get_by_role("button", name="保存草稿").click()
    officer.wait_for_url(re.compile(r"/desk/notices/\d+/"))
    make_move(officer, "发布公示")
    journey.look(officer, "notice-desk")
    number = re.search(r"/desk/notices/(\d+)/", officer.url)
    assert number
    return f"/notices/{number[1]}/"


def object_and_overrule(journey: Journey, notice: str, clock: Callable[[str], None]) -> None:
    """A citizen objects under real name; the province overrules with an answer."""
    citizen = journey.open_browser(viewport={"width": 390, "height": 844})
    citizen.goto(notice)
    journey.look(citizen, "notice-public")
    for day in ("9月27日", "9月28日", "10月7日", "10月8日", "10月9日"):
        expect(citizen.get_by_text(day).first).to_be_visible()
    citizen.get_by_role("link", name=re.compile("提出异议")).first.click()
    citizen.get_by_role("textbox", name="姓名或单位名称").fill(OBJECTOR)
    citizen.get_by_role("textbox", name="联系方式").fill("13700000000")
    citizen.get_by_label("异议事项").select_option(label="安全与卫生")
    citizen.get_by_role("textbox", name="异议内容").fill("该机构宣传的师资与实际不符，请予核查。")
    citizen.get_by_label(re.compile("我以真实姓名")).check()
    question = citizen.inner_text("main")
    citizen.get_by_label(re.compile("^验证问题")).fill(answer_to(question))
    citizen.get_by_role("button", name="提交异议").click()
    citizen.get_by_text("查询码只显示这一次").wait_for()
    journey.look(citizen, "receipt")
    receipt = citizen.url
    clock("2023-10-08T09:00")
    officer = journey.sign_in("officer")
    officer.goto("/desk/objections/")
    journey.look(officer, "objections")
    officer.locator("tbody a").first.click()
    make_move(officer, "受理")
    make_move(officer, "异议不成立", "经现场核查，师资与申报一致，异议不成立。")
    journey.look(officer, "objection-answered")
    citizen.goto(receipt)
    expect(citizen.get_by_text("师资与申报一致")).to_be_visible()


def conclude(journey: Journey, notice: str, clock: Callable[[str], None]) -> None:
    """Past the window the notice is concluded, and the title stands in the public register."""
    clock("2023-10-10T09:00")
    settle()
    officer = journey.sign_in("officer")
    officer.goto(f"/desk{notice}")
    officer.get_by_role("link", name="公布结果并授予称号").click()
    officer.get_by_label("授予决定文号").fill("示例〔2023〕2号")
    journey.look(officer, "conclude")
    officer.get_by_role("button", name="确认公布").click()
    officer.wait_for_url(f"**/desk{notice}")
    journey.look(officer, "concluded")
    anyone = journey.open_browser()
    anyone.goto("/titles/")
    journey.look(anyone, "register")
    anyone.get_by_role("link", name="阳光托育园").first.click()
    journey.look(anyone, "title")
    expect(anyone.get_by_text("2025年10月9日").first).to_be_visible()
    assert OBJECTOR not in anyone.content()
    anyone.goto("/")
    journey.look(anyone, "front")
