"""A commission's day at the desk in a real browser: narrowing, keeping a filter, going through the
queue by keys, deciding and going on; axe on every page on the way, at both widths.

DESK_PICTURES=folder keeps a picture of each page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import expect

from accounts.models import User
from applications.models import Application, SavedFilter
from applications.statuses import Step
from scoring import services as scoring
from scoring.models import Mark
from tests import scenes
from tests.applications.browsing import Browse
from tests.applications.crowd import crowd
from tests.conftest import DESK
from tests.scenes import JULY, JUNE, Province

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = os.environ.get("DESK_PICTURES")


@pytest.fixture
def sign_in(browse: Browse, live_server: Any) -> Any:
    def put_cookie(page: Page, user: User) -> Page:
        key = browse(user).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}]
        )
        return page

    return put_cookie


def sound(page: Page, name: str, *, whole: bool = True) -> None:
    """No violation of axe, and not wider than the window."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        width = (page.viewport_size or DESK)["width"]
        page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=whole)
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run()")["violations"]
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == [], name
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wider), f"{name} is wider than the window"


def picture(folder: Path) -> bytes:
    path = folder / "room.png"
    Image.new("RGB", (320, 240), "#7fa8c9").save(path)
    return path.read_bytes()


def a_scored_file(scene: Province, folder: Path) -> Application:
    """Handed in with evidence, scored lower by the county, which has not decided yet."""
    application, staff = scenes.drafted(scene, name="和平示范园", total="92")
    for n, mark in enumerate(Mark.objects.of(application.self_sheet.pk)[:3]):
        scoring.add_evidence(mark, scenes.PDF, name=f"制度{n}.pdf", by=staff, at=JUNE)
        scoring.add_evidence(mark, picture(folder), name=f"活动室{n}.png", by=staff, at=JUNE)
    scenes.inspected(JUNE)
    scenes.perform(application, "submit", actor=staff, at=JUNE)
    scenes.scored(application, Step.COUNTY, scene.county_handler, total="87.5", when=JULY)
    return application


def test_files_are_chosen_over_the_pages(
    scene: Province, sign_in: Any, page: Page, it_is: Callable[[str], None]
) -> None:
    crowd(scene, 61)
    sign_in(page, scene.county_handler)
    it_is("2023-07-20 09:00")
    page.goto("/desk/")
    page.get_by_label("全选本页").check()
    told = page.get_by_role("status").filter(has_text="选")
    expect(told).to_have_text("已选 50 件")
    page.get_by_role("link", name="下一页").click()
    expect(told).to_have_text("已选 50 件（其他页 50 件）")
    page.get_by_label(re.compile("^选择第")).first.check()
    expect(told).to_have_text("已选 51 件（其他页 50 件）")
    page.get_by_role("button", name="清空").click()
    expect(told).to_have_text("尚未选择")
    page.get_by_label("选择全部 61 件（含其他页）").check()
    expect(told).to_have_text("已选全部 61 件")
    sound(page, "desk")


def test_what_is_chosen_goes_with_the_form(
    scene: Province, sign_in: Any, page: Page, it_is: Callable[[str], None]
) -> None:
    crowd(scene, 51)
    sign_in(page, scene.county_handler)
    it_is("2023-07-20 09:00")
    page.goto("/desk/?tab=waiting")
    page.get_by_label("全选本页").check()
    page.get_by_role("link", name="下一页").click()
    page.get_by_label("全选本页").check()
    page.get_by_role("button", name="批量办理").click()
    page.wait_for_url(re.compile("/desk/batch/"))
    assert page.url.count("file=") == 51
    assert "tab=waiting" in page.url


def test_a_filter_is_kept_and_changed(
    scene: Province, sign_in: Any, page: Page, it_is: Callable[[str], None]
) -> None:
    scenes.submitted(scene, name="和平示范园", username="a")
    crowd(scene, 3)
    sign_in(page, scene.county_handler)
    it_is("2023-07-20 09:00")
    page.goto("/desk/")
    page.get_by_label("机构名称、信用代码或编号").fill("示范")
    page.get_by_text("更多条件").click()
    page.get_by_label("已等待天数不少于").fill("10")
    page.get_by_role("button", name="筛选", exact=True).click()
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_text("保存当前筛选").click()
    page.get_by_label("名称", exact=True).fill("久等的示范园")
    page.get_by_label("打开“申报审核”时默认使用").check()
    sound(page, "desk-saving")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("已保存筛选“久等的示范园”。").wait_for()

    page.goto("/desk/")
    chip = page.get_by_role("link", name="久等的示范园")
    expect(chip).to_have_attribute("aria-current", "true")
    assert "days=10" in page.url
    page.get_by_text("导出 Excel").click()
    page.get_by_role("checkbox", name="经办人", exact=True).check()
    sound(page, "desk-columns")
    page.get_by_role("button", name="记住所选列").click()
    page.wait_for_url(re.compile("col=handler"))
    page.get_by_role("link", name="管理", exact=True).click()
    sound(page, "saved-filters")
    page.get_by_role("link", name=re.compile("^修改")).click()
    page.get_by_label("名称").fill("示范园")
    sound(page, "saved-filter")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("已更新筛选“示范园”。").wait_for()
    assert SavedFilter.objects.get().name == "示范园"


@pytest.fixture
def queued(
    scene: Province, sign_in: Any, page: Page, it_is: Callable[[str], None], tmp_path: Path
) -> Page:
    """The first of four files of a queue, opened from the desk."""
    a_scored_file(scene, tmp_path)
    crowd(scene, 3)
    sign_in(page, scene.county_handler)
    it_is("2023-07-21 09:00")
    page.goto("/desk/?tab=waiting&sort=-self")
    page.get_by_role("link", name="和平示范园").click()
    return page


def stands(page: Page, words: str) -> None:
    """The place in the queue; the keys listen once their button is there."""
    expect(page.locator("[data-shortcuts]")).to_be_visible()
    expect(page.get_by_role("navigation", name="队列").locator(".queue-place")).to_have_text(words)


def test_the_queue_is_gone_through_by_keys(queued: Page) -> None:
    stands(queued, "第 1 件，共 4 件")
    sound(queued, "file")
    for key, words in (
        ("j", "第 2 件，共 4 件"),
        ("ArrowRight", "第 3 件，共 4 件"),
        ("k", "第 2 件，共 4 件"),
        ("ArrowLeft", "第 1 件，共 4 件"),
    ):
        queued.keyboard.press(key)
        stands(queued, words)
    queued.keyboard.press("o")
    expect(queued.locator("#moves")).to_be_focused()
    queued.keyboard.press("u")
    queued.wait_for_url(re.compile(r"/desk/\?tab=waiting&sort=-self"))


def test_keys_rest_where_they_would_disturb_and_can_be_switched_off(queued: Page) -> None:
    queued.get_by_role("link", name=re.compile("活动室0")).click()
    expect(queued.get_by_role("dialog").get_by_role("img", name="活动室0.png")).to_be_visible()
    sound(queued, "file-evidence", whole=False)
    queued.keyboard.press("j")
    queued.get_by_role("button", name="关闭材料").click()
    stands(queued, "第 1 件，共 4 件")

    queued.keyboard.press("?")
    explained = queued.get_by_role("dialog", name="快捷键")
    expect(explained).to_be_visible()
    sound(queued, "file-keys", whole=False)
    explained.get_by_label("启用快捷键").uncheck()
    explained.get_by_role("button", name="关闭").click()
    queued.keyboard.press("j")
    queued.reload()
    stands(queued, "第 1 件，共 4 件")
    following = queued.get_by_role("link", name="下一件")
    assert following.get_attribute("aria-keyshortcuts") is None
    queued.get_by_role("button", name="快捷键").click()
    explained.get_by_label("启用快捷键").check()
    queued.keyboard.press("Escape")
    assert following.get_attribute("aria-keyshortcuts") == "J ArrowRight"


def test_the_way_back_from_the_sheet_leads_into_the_queue(queued: Page) -> None:
    stands(queued, "第 1 件，共 4 件")
    file = queued.url.partition("?")[0]
    queued.keyboard.press("s")
    queued.wait_for_url(re.compile("/sheets/"))
    queued.goto(file)
    queued.get_by_role("link", name="继续原队列").click()
    stands(queued, "第 1 件，共 4 件")


def test_after_a_decision_the_next_file_is_at_hand(queued: Page) -> None:
    move = queued.locator("details.move").filter(has_text="推荐至市级")
    move.locator("> summary").click()
    queued.locator("#reason-recommend_to_city").press_sequentially("同意推荐。jjk")
    stands(queued, "第 1 件，共 4 件")
    queued.get_by_role("button", name="确认推荐至市级").click()
    queued.get_by_text("已办理：推荐至市级。").wait_for()
    expect(queued.get_by_text("本件已不在原队列中")).to_be_visible()
    sound(queued, "file-decided")
    queued.get_by_role("link", name=re.compile("^办理下一件")).click()
    stands(queued, "第 1 件，共 3 件")
    assert Application.objects.get(nursery__name="和平示范园").state == "city_review"


def test_a_phone_can_do_it_too(
    scene: Province, sign_in: Any, phone: Page, it_is: Callable[[str], None], tmp_path: Path
) -> None:
    a_scored_file(scene, tmp_path)
    crowd(scene, 2)
    sign_in(phone, scene.county_handler)
    it_is("2023-07-21 09:00")
    phone.goto("/desk/?tab=waiting&sort=-self")
    sound(phone, "desk")
    phone.get_by_role("link", name="和平示范园").click()
    phone.get_by_text("第 1 件，共 3 件").wait_for()
    sound(phone, "file")
    phone.get_by_role("link", name="下一件").click()
    phone.get_by_text("第 2 件，共 3 件").wait_for()
    phone.get_by_role("button", name="由我经办").click()
    phone.get_by_text("本件现由您经办。").wait_for()
    expect(phone.get_by_text("第 2 件，共 3 件")).to_be_visible()
