"""Objections from the public's phone to the handlers' desk and back, in real Chromium.

JOURNEY_PICTURES=folder keeps a picture of every page.
"""

# ruff: noqa: F401, F811 - the fixtures of the other journey are asked for by their names
from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from publicity import services
from publicity.models import Notice, Objection, StatementRequest, Title
from publicity.statuses import EntryOutcome, ObjectionState
from tests import scenes
from tests.conftest import DESK, PHONE
from tests.journeys.test_review_sheets import (
    Clock,
    clock,
    enter,
    look_on_both,
    province,
    sign_in,
)
from tests.publicity import crowd
from tests.puzzling import answer_to
from tests.scenes import PDF, Province, at
from workflow import perform

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., "Page"]
Browsers = Callable[..., "Page"]
WORDS = "该机构二楼活动室未设安全护栏，九月十二日曾有幼儿跌落。"
LETTER = {"name": "盖章函.pdf", "mimeType": "application/pdf", "buffer": PDF}


def write(page: Page, *, unit: bool = False) -> None:
    """The form from its first field to its question, whatever it kept."""
    if unit:
        page.get_by_label("单位", exact=True).check()
        page.get_by_label("联系人（单位）").fill("褚联系")
        page.get_by_label("加盖公章的书面材料（单位）").set_input_files([LETTER])
    page.get_by_label(re.compile("^姓名或单位名称")).fill(
        "某某社区居民委员会" if unit else "冯异议"
    )
    page.get_by_label(re.compile("^联系方式")).fill("13711112222")
    page.get_by_label("异议事项").select_option(label="安全与卫生")
    page.get_by_label(re.compile("^异议内容")).fill(WORDS)
    page.get_by_label(re.compile("我以真实姓名")).check()
    solve(page)


def solve(page: Page) -> None:
    page.get_by_label(re.compile("^验证问题")).fill(answer_to(page.inner_text("main")))


def send(page: Page) -> tuple[str, str]:
    """Send it; the number and the code that the page shows this once."""
    page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_text("查询码只显示这一次")).to_be_visible()
    receipt, code = page.locator(".receipt-number").all_inner_texts()
    return receipt, code


def follow(page: Page, receipt: str, code: str) -> None:
    page.goto("/objections/")
    page.get_by_label("回执号").fill(receipt.lower())
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("heading", name="办理进度")).to_be_visible()
    assert code not in page.url


def decide(page: Page, label: str, answer: str) -> None:
    page.locator("summary", has_text=re.compile(f"^{label}…$")).click()
    page.locator("details[open]").get_by_label("核查结论").fill(answer)
    page.get_by_role("button", name=f"确认{label}").click()
    expect(page.get_by_text(f"已办理：{label}。")).to_be_visible()


@pytest.fixture
def refused(chromium: Browser, live_server: LiveServer) -> Iterator[Browsers]:
    """Browsers whose console may complain of a form that was refused; somebody's or nobody's."""
    contexts: list[BrowserContext] = []

    def open_one(user: Any = None, viewport: Any = DESK) -> Page:
        context = chromium.new_context(base_url=live_server.url, locale="zh-CN", viewport=viewport)
        contexts.append(context)
        context.set_default_timeout(10_000)
        if user is not None:
            enter(context, user, live_server)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def notice(province: Province, clock: Clock) -> Notice:
    clock("2023-09-27T10:00")
    return crowd.opened(province, 2)


def form_of(notice: Notice) -> str:
    entry = notice.entries.order_by("pk")[0]
    return f"/notices/{notice.pk}/entries/{entry.pk}/object/"


def test_upheld_after_the_nursery_was_asked(
    province: Province, notice: Notice, sign_in: SignIn, refused: Browsers
) -> None:
    public = refused(viewport=PHONE)
    receipt, code = the_public_objects(public, notice)
    objection = Objection.objects.get()
    staff = scenes.staff(objection.entry.application.nursery)
    desk = refused(province.officer)
    the_desk_looks_into_it(desk, receipt)
    the_nursery_explains_itself(sign_in(staff, PHONE))
    desk.goto(objection.get_absolute_url())
    expect(desk.get_by_text("护栏正在更换")).to_be_visible()
    decide(desk, "异议成立", "护栏高度不足，异议成立。")
    look_on_both(desk, "objection-upheld")
    follow(public, receipt, code)
    expect(public.get_by_text("护栏高度不足，异议成立。")).to_be_visible()
    look_on_both(public, "receipt-upheld")
    public.goto(notice.get_absolute_url())
    expect(public.get_by_text("经核查，异议成立。")).to_be_visible()


def the_public_objects(page: Page, notice: Notice) -> tuple[str, str]:
    """With a wrong answer to the question at first, which loses nothing."""
    page.goto(form_of(notice))
    look_on_both(page, "object")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # its TypedDict is a dict
    expect(page.get_by_label("联系人（单位）")).to_be_hidden()
    write(page)
    page.get_by_label(re.compile("^验证问题")).fill("九百")
    page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_text("回答不对，请回答新的问题。").first).to_be_visible()
    expect(page.get_by_label(re.compile("^异议内容"))).to_have_value(WORDS)
    look_on_both(page, "object-wrong")
    solve(page)
    receipt, code = send(page)
    look_on_both(page, "receipt-code")
    page.get_by_role("button", name="我已记下").click()
    expect(page.get_by_text(code)).to_have_count(0)
    return receipt, code


def the_desk_looks_into_it(page: Page, receipt: str) -> None:
    page.goto("/desk/objections/")
    look_on_both(page, "objections")
    page.get_by_role("link", name=receipt).click()
    page.get_by_role("button", name="受理", exact=True).click()
    expect(page.get_by_text("已办理：受理。")).to_be_visible()
    page.get_by_text("记录核查情况…").click()
    page.get_by_label("核查情况").fill("九月二十八日到场，护栏高 60 厘米。")
    page.get_by_role("button", name="保存记录").click()
    expect(page.get_by_text("核查情况已记录。")).to_be_visible()
    page.get_by_text("请机构说明…").click()
    ask = page.get_by_label("请机构说明的事项")
    ask.fill("冯异议反映护栏未设，请说明。")
    page.get_by_role("button", name="发给机构").click()
    expect(page.get_by_text("不得向机构透露异议人").first).to_be_visible()
    ask.fill("请说明二楼活动室护栏的设置情况。")
    page.get_by_role("button", name="发给机构").click()
    expect(page.get_by_text("已请机构作出说明")).to_be_visible()
    look_on_both(page, "objection")


def the_nursery_explains_itself(page: Page) -> None:
    page.goto("/home/")
    page.get_by_role("link", name="作出说明").first.click()
    look_on_both(page, "statement")
    page.get_by_label("情况说明").fill("护栏正在更换，十月底前完成。")
    page.get_by_role("button", name="提交说明").click()
    page.get_by_role("button", name="确认提交").click()
    expect(page.get_by_text("情况说明已提交。")).to_be_visible()


def test_a_units_is_open_at_the_close_then_overruled_and_awarded_later(
    province: Province,
    notice: Notice,
    sign_in: SignIn,
    open_browser: Browsers,
    clock: Clock,
) -> None:
    public = open_browser(PHONE)
    public.goto(form_of(notice))
    write(public, unit=True)
    look_on_both(public, "object-unit")
    receipt, code = send(public)
    objection = Objection.objects.get()
    assert objection.is_of_unit
    assert objection.sealed_letter

    clock("2023-10-10T09:00")
    services.conclude(
        Notice.objects.get(pk=notice.pk),
        actor=province.officer,
        at=at("2023-10-10 09:00"),
        decision_number="示例〔2023〕2号",
    )
    assert Title.objects.count() == 1
    scenes.inspected(at("2023-10-10 09:00"))
    desk = sign_in(province.officer)
    desk.goto(objection.get_absolute_url())
    expect(desk.get_by_text("褚联系")).to_be_visible()
    expect(desk.get_by_role("link", name="盖章函.pdf")).to_be_visible()
    desk.get_by_role("button", name="受理", exact=True).click()
    decide(desk, "异议不成立", "经现场核查，护栏符合要求。")
    desk.goto(f"/desk/notices/{notice.pk}/")
    look_on_both(desk, "held-free")
    services.award_held(
        Notice.objects.get(pk=notice.pk),
        actor=province.officer,
        at=at("2023-10-11 09:00"),
        decision_number="示例〔2023〕3号",
    )
    assert Title.objects.count() == 2
    follow(public, receipt, code)
    expect(public.get_by_text("经现场核查，护栏符合要求。")).to_be_visible()


def test_without_scripts(notice: Notice, open_browser: Browsers) -> None:
    public = open_browser(PHONE, java_script_enabled=False)
    public.goto(form_of(notice))
    write(public, unit=True)
    receipt, code = send(public)
    public.get_by_role("button", name="我已记下").click()
    public.context.clear_cookies()
    follow(public, receipt, code)
    expect(public.get_by_text("等待受理")).to_be_visible()
