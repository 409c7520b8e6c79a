"""The sheet in a real browser: it saves itself, asks when two meet, and loses nothing typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from scoring import services
from scoring.arithmetic import Answer
from scoring.models import Evidence, Sheet
from tests import scenes
from tests.conftest import DESK, PHONE
from tests.scoring.conftest import NOW, Folder, mark
from tests.scoring.posting import PDF, beside, fill

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.django_db(transaction=True)
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
Open = Callable[..., "Page"]


@pytest.fixture
def expected_errors() -> list[str]:
    """What the console may complain of in this test: refusals and a network that is away."""
    return []


@pytest.fixture
def open_as(
    chromium: Browser, live_server: LiveServer, expected_errors: list[str]
) -> Iterator[Open]:
    """Opens a browser in which somebody is signed in already."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(user: User, viewport: Any = None, **options: Any) -> Page:
        context = chromium.new_context(
            base_url=live_server.url, locale="zh-CN", viewport=viewport or DESK, **options
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda line: complaints.append(line.text) if line.type == "error" else None
        )
        sign_in(page, user, live_server)
        return page

    yield open_one
    for context in contexts:
        context.close()
    unexpected = [c for c in complaints if not any(e in c for e in expected_errors)]
    assert unexpected == []


def sign_in(page: Page, user: User, live_server: LiveServer) -> None:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    value = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])


def card(page: Page, code: str) -> Any:
    return page.locator(f"[data-code='{code}']")


def saved(page: Page, code: str) -> None:
    card(page, code).locator("[data-saved]", has_text="已保存").wait_for()


def test_every_control_saves_itself(open_as: Open, sheet: Sheet, head: User) -> None:
    page = open_as(head)
    page.goto(f"/sheets/{sheet.pk}/?section=1")
    card(page, "1.2").get_by_text("尚可").click()
    saved(page, "1.2")
    expect(page.locator("#gauge strong")).to_have_text("25")
    assert mark(sheet, "1.2").answer == {"option": 2}
    card(page, "1.2").locator(".indicator-note summary").click()
    card(page, "1.2").get_by_role("textbox").fill("门厅偏小")
    card(page, "1.2").get_by_role("textbox").blur()
    card(page, "1.2").locator('[name$="-version"][value="2"]').wait_for(state="attached")
    assert mark(sheet, "1.2").note == "门厅偏小"
    card(page, "1.2").get_by_role("button", name="清除评分").click()
    page.locator("#state-1\\.2", has_text="未评").wait_for()
    assert mark(sheet, "1.2").answer is None
    assert mark(sheet, "1.2").note == "门厅偏小"


def test_counting_faults_on_a_phone(open_as: Open, sheet: Sheet, head: User) -> None:
    phone = open_as(head, PHONE, has_touch=True, is_mobile=True)
    phone.goto(f"/sheets/{sheet.pk}/?section=2")
    more = card(phone, "2.1").get_by_role("button", name="加一次：缺一次记录")
    more.tap()
    more.tap()
    phone.locator("#state-2\\.1", has_text="25 分").wait_for()
    none = card(phone, "2.1").get_by_label("无扣分情形")
    none.check()
    phone.locator("#state-2\\.1", has_text="30 分").wait_for()
    expect(card(phone, "2.1").get_by_role("spinbutton").first).to_have_value("")
    more.tap()
    phone.locator("#state-2\\.1", has_text="27.5 分").wait_for()
    expect(none).not_to_be_checked()
    saved(phone, "2.1")
    assert mark(sheet, "2.1").answer == {"counts": {"1": 1}}
    wide = phone.evaluate("document.documentElement.scrollWidth")
    assert wide == PHONE["width"]


def test_what_is_wrong_stands_beside_the_control(
    open_as: Open, sheet: Sheet, head: User, expected_errors: list[str]
) -> None:
    expected_errors.append("422")
    page = open_as(head)
    page.goto(f"/sheets/{sheet.pk}/?section=2")
    with page.expect_response(lambda reply: reply.status == 422):
        card(page, "2.1").get_by_role("spinbutton").first.fill("1000")
    page.locator("#error-2\\.1", has_text="次数应为 0 至 999 的整数").wait_for()


def test_files_are_uploaded_and_removed(
    open_as: Open, sheet: Sheet, head: User, tmp_path: Path
) -> None:
    (tmp_path / "回执.pdf").write_bytes(PDF)
    page = open_as(head)
    page.goto(f"/sheets/{sheet.pk}/?section=1")
    picker = card(page, "1.1").locator("input[multiple]")
    picker.set_input_files([tmp_path / "回执.pdf"])
    card(page, "1.1").locator(".file", has_text="回执.pdf").wait_for()
    assert Evidence.objects.get().file.size == len(PDF)
    remove = card(page, "1.1").get_by_role("button", name="删除 回执.pdf")
    remove.click()
    remove.get_by_text("确认删除").wait_for()
    remove.click()
    card(page, "1.1").locator(".file", has_text="回执.pdf").wait_for(state="detached")
    assert not Evidence.objects.exists()


def test_a_file_dropped_on_a_card(open_as: Open, sheet: Sheet, head: User) -> None:
    page = open_as(head)
    page.goto(f"/sheets/{sheet.pk}/?section=1")
    data = page.evaluate_handle(
        "() => { const d = new DataTransfer();"
        " d.items.add(new File(['%PDF-1.7'], '图.pdf')); return d; }"
    )
    card(page, "1.2").dispatch_event("drop", {"dataTransfer": data})
    card(page, "1.2").locator(".file", has_text="图.pdf").wait_for()


def test_two_browsers_meet_and_the_later_one_chooses(
    open_as: Open, sheet: Sheet, head: User, colleague: User, expected_errors: list[str]
) -> None:
    expected_errors.append("409")
    mine, hers = open_as(colleague), open_as(head)
    for page in (mine, hers):
        page.goto(f"/sheets/{sheet.pk}/?section=1")
    card(hers, "1.3").get_by_text("达标", exact=True).click()
    saved(hers, "1.3")
    card(mine, "1.3").get_by_text("不达标", exact=True).click()
    panel = card(mine, "1.3").get_by_role("alert")
    panel.get_by_text("王园长填写的").wait_for()
    expect(panel).to_contain_text("达标（20 分）")
    assert mark(sheet, "1.3").value == 20
    panel.get_by_role("button", name="改用我填写的").click()
    saved(mine, "1.3")
    assert mark(sheet, "1.3").by == colleague
    card(hers, "1.3").get_by_role("button", name="清除评分").click()
    panel = card(hers, "1.3").get_by_role("alert")
    panel.get_by_role("link", name="保留李老师的").click()
    card(hers, "1.3").get_by_text("已采用对方的评分").wait_for()
    expect(card(hers, "1.3").get_by_label("不达标")).to_be_checked()
    assert mark(sheet, "1.3").value == 0


def test_a_broken_network_is_waited_for(
    open_as: Open, sheet: Sheet, head: User, expected_errors: list[str]
) -> None:
    expected_errors.append("ERR_INTERNET_DISCONNECTED")
    page = open_as(head)
    page.goto(f"/sheets/{sheet.pk}/?section=1")
    page.context.set_offline(True)
    card(page, "1.3").get_by_text("达标", exact=True).click()
    card(page, "1.3").get_by_text("未发送，已暂存在本机").wait_for()
    page.context.set_offline(False)
    saved(page, "1.3")
    assert mark(sheet, "1.3").value == 20


def test_what_was_typed_survives_the_end_of_the_session(
    open_as: Open, sheet: Sheet, head: User, live_server: LiveServer
) -> None:
    page = open_as(head)
    page.goto(f"/sheets/{sheet.pk}/?section=1")
    page.context.clear_cookies(name="sessionid")
    card(page, "1.3").get_by_text("达标", exact=True).click()
    card(page, "1.3").get_by_role("link", name="重新登录（新窗口）").wait_for()
    assert mark(sheet, "1.3").answer is None
    sign_in(page, head, live_server)
    page.goto(f"/sheets/{sheet.pk}/?section=1")
    saved(page, "1.3")
    assert mark(sheet, "1.3").value == 20


def test_who_is_quicker_than_the_script_loses_nothing(
    open_as: Open, sheet: Sheet, head: User
) -> None:
    page = open_as(head)
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/js/sheet/card.js", hold)
    page.goto(f"/sheets/{sheet.pk}/?section=1", wait_until="commit")
    card(page, "1.3").get_by_text("达标", exact=True).click()
    assert mark(sheet, "1.3").answer is None
    held[0].continue_()
    saved(page, "1.3")
    assert mark(sheet, "1.3").value == 20


def test_where_the_device_keeps_nothing(
    open_as: Open, sheet: Sheet, head: User, expected_errors: list[str]
) -> None:
    """Saving works all the same; only what is not saved yet would be lost, and the browser asks."""
    expected_errors += ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED"]
    page = open_as(head)
    page.add_init_script("IDBFactory.prototype.open = () => { throw new Error('forbidden'); };")
    page.goto(f"/sheets/{sheet.pk}/?section=1")
    card(page, "1.3").get_by_text("达标", exact=True).click()
    saved(page, "1.3")
    page.context.set_offline(True)
    card(page, "1.2").get_by_text("尚可").click()
    card(page, "1.2").get_by_text("未发送，已暂存在本机").wait_for()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.context.set_offline(False)
    page.route("**/marks/**", lambda route: route.abort())
    page.reload()
    assert asked == ["beforeunload"]


def test_an_older_page_shows_what_was_entered_last(
    open_as: Open, sheet: Sheet, head: User, colleague: User
) -> None:
    """As a kept page or the back button may be; what is entered next is entered on top of it."""
    page = open_as(head)
    address = f"/sheets/{sheet.pk}/?section=1"
    page.goto(address)
    older = page.context.request.get(address).body()
    card(page, "1.3").get_by_text("达标", exact=True).click()
    saved(page, "1.3")
    page.route("**/?section=1", lambda route: route.fulfill(body=older, content_type="text/html"))
    page.goto(address)
    saved(page, "1.3")
    expect(card(page, "1.3").get_by_role("radio").first).to_be_checked()
    card(page, "1.3").get_by_text("不达标", exact=True).click()
    card(page, "1.3").locator('[name$="-version"][value="2"]').wait_for(state="attached")
    assert mark(sheet, "1.3").value == 0


def test_a_refused_file_can_be_left_out(
    open_as: Open, sheet: Sheet, head: User, expected_errors: list[str], tmp_path: Path
) -> None:
    expected_errors.append("422")
    (tmp_path / "程序.exe").write_bytes(b"MZ")
    page = open_as(head)
    page.goto(f"/sheets/{sheet.pk}/?section=1")
    card(page, "1.1").locator("input[multiple]").set_input_files([tmp_path / "程序.exe"])
    card(page, "1.1").locator(".uploading-failed").get_by_role("button", name="移除").click()
    page.locator("[data-words]", has_text="没有未发送的内容").wait_for()
    page.reload()
    page.locator("[data-words]", has_text="没有未发送的内容").wait_for()
    expect(card(page, "1.1").locator(".uploading")).to_have_count(0)


def test_everything_works_without_script(
    open_as: Open, sheet: Sheet, head: User, tmp_path: Path
) -> None:
    (tmp_path / "回执.pdf").write_bytes(PDF)
    page = open_as(head, java_script_enabled=False)
    page.goto(f"/sheets/{sheet.pk}/?section=1")
    card(page, "1.1").get_by_label("符合", exact=True).check()
    card(page, "1.1").locator("input[multiple]").set_input_files([tmp_path / "回执.pdf"])
    card(page, "1.2").get_by_label("很好").check()
    page.get_by_role("button", name="保存并继续：照护").click()
    card(page, "2.1").get_by_role("spinbutton").first.fill("2")
    card(page, "2.2").get_by_label("无加分项").check()
    page.get_by_role("button", name="保存并查看汇总").click()
    page.get_by_text("“1.3 有围护”未评。").click()
    card(page, "1.3").get_by_text("达标", exact=True).click()
    page.get_by_role("button", name="保存本页").last.click()
    page.get_by_text("“条件”已保存。").wait_for()
    result = services.tally(sheet)
    assert (result.total, result.complete, result.missing_evidence) == (85, True, ())
    page.get_by_role("button", name="删除 回执.pdf").click()
    page.get_by_text("“条件”已保存。").wait_for()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desk", "phone"])
def test_the_pages_are_accessible(
    *,
    open_as: Open,
    folders: dict[int, Folder],
    folder: Folder,
    head: User,
    stranger: User,
    viewport: dict[str, int] | None,
) -> None:
    fill(folder.sheet, head, **{"1_2": None})
    services.add_evidence(mark(folder.sheet, "1.1"), PDF, name="回执.pdf", by=head, at=NOW)
    scenes.inspected(NOW)
    ours = beside(folders, folder, stranger).sheet
    services.fill_sheet(ours, {"1.1": Answer(met=False)}, by=stranger, at=NOW)
    page = open_as(stranger, viewport)
    for address in (
        f"/sheets/{ours.pk}/",
        f"/sheets/{ours.pk}/?section=1",
        f"/sheets/{ours.pk}/?section=2",
        f"/sheets/{ours.pk}/whole/",
        f"/sheets/{folder.sheet.pk}/?section=1",
    ):
        page.goto(address)
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run()")["violations"]
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == [], address
