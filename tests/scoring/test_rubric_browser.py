"""The rubric editor in a real browser: from a blank page to a published table and the next."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from scoring import services
from scoring.models import RubricVersion
from scoring.services import drafts, rubric_imports
from scoring.statuses import KIND_LABELS, Kind
from tests.conftest import DESK, PHONE
from tests.scoring.conftest import NOW
from tests.scoring.rubric_texts import ODD
from tests.scoring.test_spreadsheets import exported, setting

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
OpenPage = Callable[..., "Page"]


@pytest.fixture
def open_desk(
    open_browser: OpenPage, live_server: LiveServer, officer: User
) -> Callable[..., Page]:
    """A browser in which the provincial officer is signed in."""

    def open_one(viewport: dict[str, int] = DESK, **options: Any) -> Page:
        client = Client()
        client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
        page = open_browser(viewport, **options)
        value = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        return page

    return open_one


def add_section(page: Page, code: str, name: str) -> None:
    page.get_by_role("link", name="添加一级指标").click()
    page.get_by_label("编号").fill(code)
    page.get_by_label("名称").fill(name)
    page.get_by_role("button", name="保存").last.click()


def add_indicator(page: Page, to: str, title: str, kind: Kind, mark: str, *options: str) -> None:
    """Options are written as 很好 4."""
    page.get_by_role("link", name=re.compile(f"添加指标.*到{to}")).click()
    page.locator("#id_title").fill(title)
    page.get_by_label(KIND_LABELS[kind]).check()
    if kind == Kind.VETO:
        assert page.locator("#id_mark").is_hidden()
    else:
        page.locator("#id_mark").fill(mark)
    for number, option in enumerate(options):
        label, value = option.split()
        if not page.locator(f"#id_options-{number}-label").count():
            page.get_by_role("button", name="添加一个选项").click()
        page.locator(f"#id_options-{number}-label").fill(label)
        page.locator(f"#id_options-{number}-value").fill(value)
    page.get_by_role("button", name="保存").last.click()
    page.get_by_role("link", name=title).wait_for()


def test_from_a_blank_page_to_the_next_version(open_desk: Callable[..., Page]) -> None:
    page = open_desk()
    page.goto("/scoring/")
    page.get_by_role("link", name="新建评分表").first.click()
    page.get_by_label("名称").fill("试用表")
    page.get_by_label("编号").fill("trial")
    page.get_by_label("满分").fill("20")
    page.get_by_role("button", name="建立草稿").click()
    add_section(page, "1", "条件")
    add_indicator(page, "条件", "已备案", Kind.VETO, "")
    add_indicator(page, "条件", "场地", Kind.SCALE, "4", "很好 4", "较好 3", "一般 2", "没有 0")
    add_section(page, "2", "照护")
    add_indicator(page, "照护", "晨检", Kind.DEDUCT, "6", "缺一次记录 0.5")
    add_indicator(page, "照护", "家长活动", Kind.AWARD, "5", "一次家长会 2.5")
    page.get_by_text("各指标分值合计 15 分，应为满分 20 分。").wait_for()
    add_indicator(page, "照护", "保险", Kind.ALL_OR_NOTHING, "5")
    page.get_by_role("button", name=re.compile(r"上移.*2\.3")).click()
    page.wait_for_url("**/#indicator-*")
    assert page.locator(".rubric-line .indicator-code").all_inner_texts() == [
        "1.1",
        "1.2",
        "2.1",
        "2.3",
        "2.2",
    ]
    page.get_by_text("合计与满分一致").wait_for()
    page.get_by_role("link", name="核对并发布").click()
    page.get_by_role("button", name="发布第 1 版").click()
    page.get_by_text("第 1 版已发布，评选周期可以选用。").wait_for()

    page.get_by_role("button", name="复制为新版本").click()
    page.get_by_role("link", name="晨检").click()
    page.locator("#id_mark").fill("5.5")
    page.get_by_role("button", name="保存").last.click()
    page.get_by_role("link", name=re.compile("对比.*第 1 版")).click()
    assert page.locator(".rubric-fields").inner_text().split() == [
        "分值",
        "6",
        "分",
        "→",
        "5.5",
        "分",
    ]
    page.get_by_text("第 1 版 → 第 2 版").wait_for()
    first, second = RubricVersion.objects.order_by("number")
    assert {spec.kind for spec in services.layout_of(first).indicators()} == set(Kind)
    assert (first.is_published, second.is_published) == (True, False)


def test_an_indicator_is_edited_on_a_phone(
    open_desk: Callable[..., Page], version: RubricVersion, officer: User
) -> None:
    draft = drafts.copy_version(version, by=officer, at=NOW)
    phone = open_desk(PHONE, has_touch=True, is_mobile=True)
    phone.goto(f"/scoring/{draft.pk}/")
    phone.get_by_role("link", name="场地").tap()
    phone.get_by_role("button", name=re.compile("删除.*选项 4")).tap()
    phone.get_by_role("button", name="添加一个选项").tap()
    phone.locator("#id_options-3-label").fill("毫无场地")
    phone.locator("#id_options-3-value").fill("0")
    phone.get_by_role("button", name="保存").last.tap()
    phone.get_by_role("link", name="场地").wait_for()
    assert services.layout_of(draft).by_code()["1.2"].options[3].label == "毫无场地"


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_violates_axe_or_overflows(
    open_desk: Callable[..., Page],
    version: RubricVersion,
    officer: User,
    viewport: dict[str, int],
) -> None:
    draft = drafts.copy_version(version, by=officer, at=NOW)
    drafts.save_section(draft, None, code="3", name="空", by=officer, at=NOW)
    new, bad = (
        rubric_imports.hand_in(exported(ODD, change), name="表.xlsx", by=officer, at=NOW)
        for change in (None, setting("F3", "abc"))
    )
    section = draft.sections.get(code="1")
    indicator = section.indicators.get(code="1.2")
    head = f"/scoring/{draft.pk}"
    page = open_desk(viewport, bypass_csp=True)
    for url in (
        "/scoring/",
        "/scoring/new/",
        "/scoring/imports/",
        new.get_absolute_url(),
        bad.get_absolute_url(),
        f"/scoring/{version.pk}/",
        f"{head}/",
        f"{head}/head/",
        f"{head}/sections/{section.pk}/",
        f"{head}/indicators/{indicator.pk}/",
        f"{head}/publish/",
        f"{head}/differences/",
    ):
        page.goto(url)
        page.add_script_tag(path=AXE)
        found = page.evaluate("axe.run()")["violations"]
        assert [(url, rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"], url
