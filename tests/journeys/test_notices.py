"""A notice through the pages: over the National Day, over the Spring Festival, refused in December.

Real Chromium; JOURNEY_PICTURES=folder keeps a picture of every page.
"""

# ruff: noqa: F401, F811 - the fixtures of the other journey are asked for by their names
from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from publicity.models import Notice
from publicity.tasks import publish_due, settle
from tests.conftest import DESK, PHONE
from tests.journeys.test_review_sheets import (
    Clock,
    clock,
    look_on_both,
    province,
    sign_in,
)
from tests.publicity import crowd
from tests.scenes import Province

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., "Page"]
WHY = "国务院办公厅调整放假安排。"


def days(page: Page) -> list[str]:
    """The counted days as the public page prints them."""
    times = page.locator(".window-days time").all()
    return [str(each.get_attribute("datetime"))[5:] for each in times]


def draft(page: Page, number: str) -> str:
    """A draft over everything that passed; the address of its desk page."""
    page.goto("/desk/notices/new/")
    page.get_by_label("文号").first.fill(number)
    page.get_by_label("依据").fill("《关于开展省级示范托育机构创建活动的通知》")
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_text("已建立草稿").wait_for()
    return page.url


def test_over_the_national_day(
    province: Province,
    sign_in: SignIn,
    clock: Clock,
    open_browser: Callable[..., Page],
) -> None:
    crowd.passed(province, 1, province.other_county)
    crowd.passed(province, 3)
    desk = set_for_the_27th(sign_in, clock, province)
    clock("2023-09-27T09:00")
    publish_due()
    publish_due()
    notice = Notice.objects.get()
    public = open_browser(PHONE)
    public.goto(notice.get_absolute_url())
    expect(
        public.get_by_text("公示期：2023年9月27日至2023年10月9日，共 5 个工作日")
    ).to_be_visible()
    assert days(public) == ["09-27", "09-28", "10-07", "10-08", "10-09"]
    look_on_both(public, "notice-open")
    move_a_day(sign_in, clock, province)
    public.goto(notice.get_absolute_url())
    expect(public.get_by_text("补充说明第 1 号")).to_be_visible()
    assert days(public)[-1] == "10-10"
    look_on_both(public, "notice-with-supplement")
    public.emulate_media(media="print")
    expect(public.get_by_role("link", name=re.compile("提出异议")).first).to_be_hidden()
    expect(public.locator(".digest")).to_be_visible()
    look_on_both(public, "notice-printed")
    public.emulate_media(media="screen")
    announce(sign_in, clock, province, desk)
    public.goto("/notices/")
    look_on_both(public, "notices")
    public.get_by_role("link", name=re.compile("^结果公告")).click()
    expect(public.get_by_text("示例〔2023〕2号")).to_be_visible()
    look_on_both(public, "announcement")


def set_for_the_27th(sign_in: SignIn, clock: Clock, province: Province) -> str:
    clock("2023-09-20T09:00")
    page = sign_in(province.officer)
    desk = draft(page, "示例〔2023〕1号")
    look_on_both(page, "desk-draft")
    page.get_by_label("发布时间").fill("2023-09-27T09:00")
    page.get_by_role("button", name="设定时发布").click()
    expect(page.get_by_text("2023年9月27日 09:00").first).to_be_visible()
    expect(page.get_by_role("link", name="修改")).to_have_count(0)
    look_on_both(page, "desk-scheduled")
    page.get_by_role("link", name="预览").click()
    expect(page.get_by_text("草稿预览")).to_be_visible()
    look_on_both(page, "preview")
    return desk


def move_a_day(sign_in: SignIn, clock: Clock, province: Province) -> None:
    """8 October becomes a holiday while the notice is open."""
    clock("2023-09-28T10:00")
    page = sign_in(province.officer)
    page.goto("/desk/calendar/")
    look_on_both(page, "calendar")
    page.get_by_label("首日").fill("2023-10-08")
    page.get_by_label("依据").first.fill("国办发明电（示例）")
    page.get_by_role("button", name="录入", exact=True).click()
    expect(page.get_by_text("末日顺延至2023年10月10日")).to_be_visible()
    look_on_both(page, "affected")
    page.get_by_label("调整原因").fill(WHY)
    page.get_by_role("button", name="确认调整").click()
    expect(page.get_by_text("已录入 1 天")).to_be_visible()


def announce(sign_in: SignIn, clock: Clock, province: Province, desk: str) -> None:
    clock("2023-10-11T09:00")
    settle()
    page = sign_in(province.officer)
    page.goto(desk)
    page.get_by_role("link", name="公布结果并授予称号").click()
    page.get_by_label("授予决定文号").fill("示例〔2023〕2号")
    look_on_both(page, "conclude")
    page.get_by_role("button", name="确认公布").click()
    expect(page.get_by_text("授予 4 家机构称号")).to_be_visible()
    expect(page.get_by_text("与发布时一致")).to_be_visible()
    look_on_both(page, "desk-concluded")


def test_over_the_spring_festival(province: Province, sign_in: SignIn, clock: Clock) -> None:
    crowd.passed(province, 1)
    clock("2025-01-24T09:00")
    page = sign_in(province.officer)
    desk = draft(page, "示例〔2025〕1号")
    page.get_by_role("button", name="发布公示").click()
    page.get_by_text("已办理：发布公示").wait_for()
    page.goto(Notice.objects.get().get_absolute_url())
    assert days(page) == ["01-24", "01-26", "01-27", "02-05", "02-06"]
    clock("2025-02-06T23:59")
    page = sign_in(province.officer)
    page.goto(desk)
    expect(page.get_by_role("link", name="公布结果并授予称号")).to_have_count(0)
    clock("2025-02-07T00:00")
    page.reload()
    expect(page.get_by_role("link", name="公布结果并授予称号")).to_be_visible()


def test_refused_at_the_end_of_the_last_known_year(
    province: Province, sign_in: SignIn, clock: Clock
) -> None:
    crowd.passed(province, 1)
    clock("2026-12-29T09:00")
    page = sign_in(province.officer)
    page.goto("/desk/notices/new/")
    expect(page.get_by_text("2027年的放假安排尚未录入")).to_be_visible()
    look_on_both(page, "compose-unknown-year")
    draft(page, "示例〔2026〕1号")
    expect(page.get_by_role("button", name="发布公示")).to_be_disabled()
    look_on_both(page, "draft-unknown-year")
    page.goto("/desk/calendar/?year=2026")
    expect(page.get_by_text("2026年12月26日起发布的公示")).to_be_visible()
    page.goto("/desk/calendar/?year=2027")
    look_on_both(page, "calendar-unknown-year")
    page.goto("/desk/calendar/2027/import/")
    look_on_both(page, "import-year")
    assert Notice.objects.get().is_draft
