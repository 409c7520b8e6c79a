"""Evidence in a real browser: inspected by a real worker, looked at beside the mark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from scoring import services
from scoring.models import Sheet
from tests import scenes
from tests.conftest import PHONE
from tests.files import samples
from tests.scoring.conftest import NOW, Folder, mark
from tests.scoring.posting import beside
from tests.scoring.test_browser import AXE, card, sign_in

if TYPE_CHECKING:
    from subprocess import Popen

    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., "Page"]


@pytest.fixture
def open_as(open_browser: Open, live_server: LiveServer) -> Open:
    def open_one(user: User, *viewport: Any, **options: Any) -> Page:
        page = open_browser(*viewport, **options)
        sign_in(page, user, live_server)
        return page

    return open_one


def attached(sheet: Sheet, head: User) -> None:
    """Two pictures, a paper and a document, all of them inspected."""
    for name, content in (
        ("正门.png", samples.picture("steelblue")),
        ("走廊.png", samples.picture("seagreen", size=(400, 800))),
        ("回执.pdf", samples.pdf()),
        ("制度.docx", samples.document()),
    ):
        services.add_evidence(mark(sheet, "1.1"), content, name=name, by=head, at=NOW)
    scenes.inspected(NOW)


def accessible(page: Page) -> None:
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run()")["violations"]
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []


def test_a_picture_is_released_and_looked_at_without_a_reload(
    open_as: Open, sheet: Sheet, head: User, worker: Popen[bytes], tmp_path: Path
) -> None:
    page = open_as(head)
    page.goto(f"/sheets/{sheet.pk}/?section=1")
    for name, colour in (("正门.png", "steelblue"), ("走廊.png", "seagreen")):
        (tmp_path / name).write_bytes(samples.picture(colour))
    (tmp_path / "方案.pdf").write_bytes(samples.pdf_with_script())
    picker = card(page, "1.1").locator("input[type=file][multiple]")
    picker.set_input_files([tmp_path / name for name in ("正门.png", "走廊.png", "方案.pdf")])
    lines = card(page, "1.1").locator(".file")
    expect(lines).to_have_count(3)
    expect(lines.locator("img")).to_have_count(2, timeout=20_000)
    expect(lines.nth(2)).to_contain_text("未通过安全检查：PDF 含有脚本")
    expect(card(page, "1.1").locator("[data-waiting]")).to_have_count(0)
    first = lines.locator("img").first
    expect(first).to_have_js_property("complete", value=True)
    assert first.evaluate("image => image.naturalWidth") == 320
    lines.first.get_by_role("link").click()
    expect(page.get_by_role("dialog", name="正门.png")).to_be_visible()


def test_an_upload_says_that_it_is_being_inspected(
    open_as: Open, sheet: Sheet, head: User, tmp_path: Path
) -> None:
    """No worker runs: the file is there, nobody can open it, and the page says so."""
    (tmp_path / "正门.png").write_bytes(samples.picture())
    page = open_as(head)
    page.goto(f"/sheets/{sheet.pk}/?section=1")
    card(page, "1.1").locator("input[type=file][multiple]").set_input_files([tmp_path / "正门.png"])
    line = card(page, "1.1").locator(".file")
    expect(line).to_contain_text("安全检查中，通过后可以打开")
    expect(line.get_by_role("link")).to_have_count(0)
    accessible(page)
    page.reload()
    expect(line).to_contain_text("安全检查中，通过后可以打开")
    scenes.inspected(NOW)
    expect(line.get_by_role("link", name="正门.png")).to_be_visible()


def test_files_are_leafed_through_beside_the_mark(
    open_as: Open, folders: dict[int, Folder], folder: Folder, head: User, stranger: User
) -> None:
    attached(folder.sheet, head)
    ours = beside(folders, folder, stranger).sheet
    page = open_as(stranger)
    page.goto(f"/sheets/{ours.pk}/?section=1")
    page.evaluate("window.scrollTo({ top: 300, behavior: 'instant' })")
    link = card(page, "1.1").get_by_role("link", name="正门.png")
    before = link.bounding_box()
    link.click()
    viewer = page.get_by_role("dialog")
    expect(viewer).to_contain_text("第 1 个，共 4 个")
    after = link.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) < 2
    picture = viewer.get_by_role("img", name="正门.png")
    expect(picture).to_be_visible()
    small = picture.bounding_box()
    viewer.get_by_role("button", name="放大").click()
    large = picture.bounding_box()
    assert small is not None
    assert large is not None
    assert large["width"] == pytest.approx(small["width"] * 1.5, abs=2)
    viewer.get_by_role("button", name="旋转").click()
    turned = picture.bounding_box()
    assert turned is not None
    assert turned["height"] > turned["width"]
    accessible(page)
    # The mark is given while the file is in sight.
    card(page, "1.1").get_by_text("符合", exact=True).click()
    card(page, "1.1").locator("[data-saved]", has_text="已保存").wait_for()
    viewer.get_by_role("button", name="下一个文件").click()
    expect(viewer.get_by_role("img", name="走廊.png")).to_be_visible()
    viewer.get_by_role("button", name="下一个文件").click()
    expect(viewer).to_contain_text("回执.pdf")
    viewer.get_by_role("button", name="下一个文件").click()
    expect(viewer).to_contain_text("此类文件不能在页面中显示，请下载后打开。")
    expect(viewer.get_by_role("button", name="下一个文件")).to_be_disabled()
    viewer.get_by_role("button", name="关闭材料").focus()
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(card(page, "1.1").get_by_role("link", name="制度.docx")).to_be_focused()


def test_on_a_phone_a_file_covers_the_page(open_as: Open, sheet: Sheet, head: User) -> None:
    attached(sheet, head)
    phone = open_as(head, PHONE, has_touch=True, is_mobile=True)
    phone.goto(f"/sheets/{sheet.pk}/?section=1")
    card(phone, "1.1").get_by_role("link", name="走廊.png").tap()
    viewer = phone.get_by_role("dialog", name="走廊.png")
    expect(viewer.get_by_role("img")).to_be_visible()
    box = viewer.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (PHONE["width"], PHONE["height"])
    accessible(phone)
    viewer.get_by_role("button", name="下一个文件").tap()
    expect(phone.get_by_role("dialog")).to_contain_text("请在新窗口打开")
    phone.keyboard.press("Escape")
    expect(phone.get_by_role("dialog")).to_be_hidden()
    expect(card(phone, "1.1").get_by_role("link", name="回执.pdf")).to_be_focused()


def test_without_script_a_file_opens_in_a_window_of_its_own(
    open_as: Open, sheet: Sheet, head: User
) -> None:
    attached(sheet, head)
    page = open_as(head, java_script_enabled=False)
    page.goto(f"/sheets/{sheet.pk}/?section=1")
    with page.context.expect_page() as opened:
        card(page, "1.1").get_by_role("link", name="（在新窗口打开）").first.click()
    assert "/evidence/" in opened.value.url
