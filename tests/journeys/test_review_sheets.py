"""The sheets of county, city and panel through the pages: reasons, teams, seals, a moderated mark.

Real Chromium; JOURNEY_PICTURES=folder keeps a picture of every page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from playwright.sync_api import expect

from accounts.models import User
from applications import services
from applications.models import Application
from applications.statuses import Step
from tests import scenes
from tests.conftest import DESK, PHONE
from tests.scenes import JULY, SEPTEMBER, Province
from workflow import perform

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = os.environ.get("JOURNEY_PICTURES")
Clock = Callable[[str], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Clock:
    settings.DEMO = True

    def move(moment: str) -> None:
        monkeypatch.setenv("PORTAL_NOW", moment)

    return move


@pytest.fixture
def province(clock: Clock) -> Province:
    clock("2023-06-10T09:00")
    return scenes.province()


@pytest.fixture
def sign_in(open_browser: Callable[..., Page], live_server: LiveServer) -> Callable[..., Page]:
    def open_one(user: User, viewport: Any = None, **options: Any) -> Page:
        page = open_browser(viewport or DESK, **options)
        enter(page.context, user, live_server)
        return page

    return open_one


def enter(context: BrowserContext, user: User, live_server: LiveServer) -> None:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    value = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])


@pytest.fixture
def beside_each_other(
    chromium: Browser, live_server: LiveServer
) -> Iterator[Callable[[User], Page]]:
    """Browsers whose console may complain of a refused save."""
    contexts: list[BrowserContext] = []

    def open_one(user: User) -> Page:
        context = chromium.new_context(base_url=live_server.url, locale="zh-CN")
        contexts.append(context)
        enter(context, user, live_server)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


def look(page: Page, name: str) -> None:
    """No violation of the accessibility rules, nothing wider than the window, a picture."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run()")["violations"]
    assert [(one["id"], [n["html"] for n in one["nodes"]]) for one in found] == [], name
    wide, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= window, f"{name} is {wide} px wide"
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{PICTURES}/{name}-{window}.png", full_page=True)


def look_on_both(page: Page, name: str) -> None:
    for size in (PHONE, DESK):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # its TypedDict is a dict
        look(page, name)


def card(page: Page, code: str) -> Locator:
    return page.locator(f'article[data-code="{code}"]')


def choose(page: Page, code: str, label: str) -> None:
    words = page.get_by_text(label, exact=True)
    card(page, code).locator("label.level").filter(has=words).click()


def saved(page: Page, code: str) -> None:
    card(page, code).locator("[data-saved]", has_text="已保存").wait_for()


def explain(page: Page, code: str, why: str) -> None:
    """Write the reason that the card asks for; it saves itself and asks no longer."""
    note = card(page, code).get_by_role("textbox")
    note.fill(why)
    note.blur()
    card(page, code).locator("[data-asks]").wait_for(state="detached")


def score(page: Page, space: str, tap: bool = False) -> None:
    """Everything at its best but for the space."""
    choose(page, "1.1", "符合")
    choose(page, "1.2", space)
    saved(page, "1.2")
    page.locator("#tabs").get_by_role("link", name=re.compile("安全卫生")).click()
    card(page, "2.1").locator("[data-none]").check()
    card(page, "2.4").locator("[data-none]").check()
    more = card(page, "2.2").get_by_role("button", name="加一次：一项")
    for _ in range(2):
        more.tap() if tap else more.click()
    choose(page, "2.3", "达标")
    for code in ("2.1", "2.4", "2.2", "2.3"):
        saved(page, code)


def seal(page: Page) -> None:
    page.get_by_role("button", name="完成评分").click()
    with page.expect_navigation():
        page.get_by_role("button", name="确认完成").click()


def test_the_county_explains_names_its_team_and_seals(
    province: Province, sign_in: Callable[..., Page], clock: Clock
) -> None:
    application, _ = scenes.submitted(province, total="100")
    clock("2023-07-20T09:00")
    page = sign_in(province.county_handler)
    page.goto(application.get_absolute_url())
    page.get_by_role("button", name="开始评分").click()
    page.get_by_role("link", name=re.compile("办托条件")).first.click()
    choose(page, "1.2", "良")
    card(page, "1.2").get_by_text("低于机构自评，请写明理由").wait_for()
    note = card(page, "1.2").get_by_role("textbox")
    assert note.evaluate("one => one === document.activeElement")
    look_on_both(page, "county-section")
    score(page, "良")
    page.goto(review_url(application, "finish_review"))
    expect(page.get_by_role("button", name="完成评分")).to_be_disabled()
    look_on_both(page, "county-refused")
    page.get_by_role("link", name="“1.2 场地”低于机构自评，请写明理由。").click()
    page.get_by_role("link", name=re.compile("^低于自评")).click()
    expect(page.locator("article.indicator")).to_have_count(1)
    explain(page, "1.2", "户外场地不足 2 平方米/人。")
    page.get_by_role("link", name=re.compile("^全表差异")).click()
    expect(page.get_by_text("户外场地不足")).to_be_visible()
    look_on_both(page, "county-differences")
    page.goto(review_url(application, "team"))
    fill_team(page)
    seal(page)
    expect(page.get_by_text("评审组：冯组长（组长）、蒋组员")).to_be_visible()
    look_on_both(page, "county-file")
    page.get_by_role("link", name=re.compile("查看评分表.*县级初审")).click()
    page.get_by_role("link", name="核对摘要").click()
    page.get_by_text("摘要一致").wait_for()
    facts = page.locator("#seal").inner_text()
    for sentence in ("90 分", "王和", "2023年7月20日", "冯组长（组长）、蒋组员"):
        assert sentence in facts
    look_on_both(page, "county-sealed")


def review_url(application: Application, name: str) -> str:
    step = "county" if application.state == "county_review" else "city"
    review = application.reviews.get(step=step)
    last = {"finish_review": "finish", "team": "team"}[name]
    return f"/applications/{application.pk}/reviews/{review.pk}/{last}/"


def fill_team(page: Page) -> None:
    people = (("冯组长", "区妇幼保健院"), ("蒋组员", "区疾病预防控制中心"))
    for n, (name, employer) in enumerate(people):
        page.get_by_label("姓名").nth(n).fill(name)
        page.get_by_label("工作单位").nth(n).fill(employer)
    page.get_by_label("组长", exact=True).first.check()
    look_on_both(page, "team")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**/finish/")
    look_on_both(page, "finish")


def test_the_city_sees_the_countys_marks_beside(
    province: Province, sign_in: Callable[..., Page], clock: Clock
) -> None:
    application, _ = scenes.submitted(province, total="100")
    county = province.county_handler
    scenes.scored(application, Step.COUNTY, county, total="88", when=JULY)
    perform(application, "recommend_to_city", actor=county, at=JULY, reason="同意推荐。")
    clock("2023-08-15T09:00")
    page = sign_in(province.city_handler)
    page.goto(application.get_absolute_url())
    page.get_by_role("button", name="开始评分").click()
    page.get_by_role("link", name=re.compile("办托条件")).first.click()
    card(page, "1.2").locator(".beside").get_by_text("县级初审").wait_for()
    score(page, "良")
    look_on_both(page, "city-section")
    page.get_by_role("link", name="办托条件").first.click()
    explain(page, "1.2", "户外场地不足。")
    page.goto(review_url(application, "team"))
    fill_team(page)
    seal(page)
    expect(page.get_by_text("市级审核评分已完成。")).to_be_visible()


def test_two_colleagues_of_a_county_never_overwrite_each_other(
    province: Province, beside_each_other: Callable[[User], Page], clock: Clock
) -> None:
    application, _ = scenes.submitted(province, total="100")
    by = province.county_handler
    review = services.start_review(application, Step.COUNTY, by=by, at=JULY)
    clock("2023-07-20T09:00")
    first, second = (beside_each_other(each) for each in (by, province.county_approver))
    for page in (first, second):
        page.goto(f"/sheets/{review.sheet_id}/?section=1")
    choose(first, "1.2", "良")
    saved(first, "1.2")
    with second.expect_response(lambda answer: answer.status == 409):
        choose(second, "1.2", "中")
    dialog = card(second, "1.2").get_by_role("alert")
    expect(dialog).to_contain_text("王和")
    look_on_both(second, "conflict")
    card(second, "1.2").get_by_role("button", name="改用我填写的").click()
    saved(second, "1.2")
    assert review.sheet.marks.get(indicator__code="1.2").value == 20


def test_a_split_panel_is_moderated_and_opened_down_to_its_marks(
    province: Province, sign_in: Callable[..., Page], clock: Clock
) -> None:
    application, _ = scenes.at_province(province)
    scenes.seat_panel(province, application, paper=("70", "95", "95"), site=("90", "91", "92"))
    clock("2023-09-15T09:00")
    officer = sign_in(province.officer)
    officer.goto(f"/cycles/{province.cycle.pk}/decisions/")
    expect(officer.get_by_text("须复核")).to_be_visible()
    look_on_both(officer, "decisions")
    officer.get_by_role("link", name="安排复核").click()
    officer.get_by_label("专家4", exact=True).check()
    officer.get_by_role("button", name="分配所选专家").click()
    officer.get_by_role("heading", name="复核评审").wait_for()

    moderate(sign_in(province.experts[3], PHONE, has_touch=True, is_mobile=True), application)

    officer.goto(f"/cycles/{province.cycle.pk}/decisions/")
    expect(officer.get_by_text("已复核")).to_be_visible()
    row = officer.get_by_role("row", name=re.compile("阳光托育园"))
    row.get_by_role("link", name="90", exact=True).last.click()
    officer.wait_for_url(re.compile("/result/"))
    expect(officer.get_by_text("以复核得分为准")).to_be_visible()
    look_on_both(officer, "result")
    officer.get_by_role("link", name=re.compile("^分差最大的指标")).click()
    look_on_both(officer, "result-widest")
    officer.get_by_role("link", name=re.compile(r"^70\s*分，查看书面 专家1")).click()
    officer.get_by_text("此评分已由专家1").wait_for()


def moderate(phone: Page, application: Application) -> None:
    """The lead expert, on a phone: the panel's marks stand beside, whose they are is not said."""
    review = application.reviews.get(step=Step.MODERATION)
    services.accept_task(review, by=review.reviewer, at=SEPTEMBER)  # type: ignore[arg-type]
    phone.goto("/expert/")
    phone.get_by_role("link", name=re.compile("^开始评分")).first.tap()
    phone.get_by_role("link", name=re.compile("办托条件")).first.tap()
    space = card(phone, "1.2").locator(".beside")
    space.get_by_text("书面评审专家3").wait_for()
    space.get_by_text("实地评审专家3").wait_for()
    score(phone, "良", tap=True)
    look(phone, "moderation")
    assert not phone.get_by_text(re.compile("^专家[123]$")).count()
    phone.goto(f"/applications/{application.pk}/reviews/{review.pk}/finish/")
    seal(phone)
