"""Good practice from the nursery's desk to a parent's phone, and the archive that tells of it.
Real Chromium; JOURNEY_PICTURES=folder keeps a picture of every page, wide and narrow.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from PIL import Image
from playwright.sync_api import expect

from publicity.models import Practice
from tests import scenes
from tests.conftest import DESK, PHONE
from tests.documents import archiving
from tests.documents.archiving import Life

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django import Settings

    from accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = os.environ.get("JOURNEY_PICTURES")
TITLE = "医育结合守护婴幼儿健康"
TEXT = (
    "一、做法\n（一）签约共建\n与社区卫生服务中心签订协议，医生每周到园巡诊。\n"
    "二、成效\n晨午检记录完整率提高到 100%。"
)


@pytest.fixture
def life(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Life:
    """In January the nursery has its title, and a proposal to revoke it is under way."""
    settings.DEMO = True
    monkeypatch.setenv("PORTAL_NOW", "2024-01-08T09:00")
    return archiving.lived(scenes.province())


@pytest.fixture
def sign_in(open_browser: Callable[..., Page], live_server: Any) -> Callable[[User], Page]:
    def open_one(user: User) -> Page:
        page = open_browser()
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        value = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        return page

    return open_one


def look(page: Page, name: str) -> None:
    """No violation of the accessibility rules, nothing wider than a desk's or a phone's window."""
    for size in (PHONE, DESK):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # its TypedDict is a dict
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run()")["violations"]
        assert [(one["id"], [n["html"] for n in one["nodes"]]) for one in found] == [], name
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"], f"{name} is {wide} px wide"
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{PICTURES}/{name}-{size['width']}.png", full_page=True)


def photo(folder: Path, name: str, colour: tuple[int, int, int]) -> str:
    path = folder / name
    out = io.BytesIO()
    Image.new("RGB", (1600, 1200), colour).save(out, "JPEG")
    path.write_bytes(out.getvalue())
    return str(path)


def test_written_returned_written_again_published_and_read(
    life: Life,
    sign_in: Callable[[User], Page],
    open_browser: Callable[..., Page],
    tmp_path: Path,
) -> None:
    nursery, officer = sign_in(life.staff), sign_in(life.scene.officer)
    write(nursery, tmp_path)
    give_back(officer)
    correct(nursery)
    publish(officer)
    read(open_browser(viewport=PHONE))


def write(page: Page, folder: Path) -> None:
    """First a draft whose page says what is missing, then whole."""
    page.goto("/practices/mine/")
    look(page, "own")
    page.get_by_role("link", name="撰写").click()
    page.get_by_label("标题").fill(TITLE)
    page.get_by_label("摘要").fill("医生每周到园巡诊。")
    page.get_by_label("正文").fill(TEXT)
    photos = [photo(folder, "一.jpg", (120, 160, 130)), photo(folder, "二.jpg", (180, 140, 110))]
    page.set_input_files("[name=uploads]", photos)
    page.get_by_role("button", name="存为草稿").click()
    page.get_by_text("已保存草稿。").wait_for()
    look(page, "draft-with-problems")
    scenes.inspected(scenes.SEPTEMBER)
    page.get_by_role("link", name="修改").first.click()
    page.get_by_label("图 1 的说明").fill("晨检角")
    page.get_by_label("图 2 的说明").fill("保健室")
    page.get_by_label("我已确认").check()
    look(page, "edit")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("button", name="报送").click()
    page.get_by_text("已办理：报送。").wait_for()
    look(page, "handed-in")


def give_back(page: Page) -> None:
    page.goto("/desk/practices/")
    look(page, "desk")
    page.get_by_role("link", name=TITLE).click()
    page.locator("summary", has_text="退回修改").click()
    page.get_by_label("退回理由和修改要求").fill("请补充成效数据。")
    look(page, "officer")
    page.get_by_role("button", name="确认退回修改").click()
    page.get_by_text("已办理：退回修改。").wait_for()


def correct(page: Page) -> None:
    page.goto("/home/")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_text("请补充成效数据。").first).to_be_visible()
    look(page, "returned")
    page.get_by_role("link", name="修改").first.click()
    page.get_by_label("正文").fill(f"{TEXT}\n因病缺勤天数下降三成。")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("button", name="报送").click()
    page.get_by_text("已办理：报送。").wait_for()


def publish(page: Page) -> None:
    page.goto("/home/")
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_role("button", name="发布").click()
    page.get_by_text("已办理：发布。").wait_for()
    assert Practice.objects.get(title=TITLE).is_published


def read(page: Page) -> None:
    """A parent on a phone: the pictures are there, and stand apart from anybody's names."""
    page.goto("/")
    page.get_by_role("link", name="经验做法").first.click()
    look(page, "public-list")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # its TypedDict is a dict
    page.get_by_role("link", name=TITLE).click()
    for caption in ("晨检角", "保健室"):
        shown = page.get_by_role("img", name=caption)
        shown.scroll_into_view_if_needed()
        expect(shown).to_be_visible()
        expect(shown).to_have_js_property("naturalWidth", 320)
    expect(page.get_by_text("因病缺勤天数下降三成。")).to_be_visible()
    look(page, "public-page")


def test_the_archive_as_each_reads_it(life: Life, sign_in: Callable[[User], Page]) -> None:
    people = {
        "province": life.scene.officer,
        "city": life.scene.city_handler,
        "county": life.scene.county_handler,
        "nursery": life.staff,
    }
    for name, user in people.items():
        page = sign_in(user)
        page.goto("/archives/")
        page.get_by_role("link", name=life.nursery.name).click()
        expect(page.get_by_role("heading", name=life.scene.cycle.name)).to_be_visible()
        look(page, f"archive-{name}")
    page = sign_in(life.scene.officer)
    page.goto("/archives/")
    look(page, "archives")
    page.get_by_role("link", name=life.nursery.name).click()
    page.get_by_role("button", name="生成签章档案").click()
    page.get_by_text("已提交，正在等待处理。").wait_for()
