"""A site visit in a nursery without a network: nothing is lost, and everything arrives once.

Real Chromium on a phone's screen with a storage of its own; the wire to the server is pulled.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from applications import services as applications
from applications.models import Review, Visit
from applications.statuses import Step
from portal import offline
from scoring.models import Evidence, Mark, Sheet
from tests import scenes
from tests.phones import Phone

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.django_db(transaction=True)
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
NOTE = "消防通道有杂物，已当场提醒。"


@pytest.fixture
def new_phone(
    chromium: Browser, live_server: LiveServer, tmp_path: Path
) -> Iterator[Callable[[], Phone]]:
    phones: list[Phone] = []

    def make() -> Phone:
        phones.append(Phone(chromium, live_server.url, tmp_path / f"phone{len(phones)}"))
        return phones[-1]

    yield make
    for phone in phones:
        phone.throw_away()
    assert [complaint for phone in phones for complaint in phone.complaints] == []


@pytest.fixture
def province() -> scenes.Province:
    return scenes.province()


@pytest.fixture
def expert(province: scenes.Province) -> User:
    return province.experts[0]


@pytest.fixture
def visit(province: scenes.Province, expert: User) -> Review:
    """A site visit that the expert has accepted."""
    application, _ = scenes.at_province(province)
    review = applications.assign_expert(
        application, expert, Step.SITE, by=province.officer, at=scenes.SEPTEMBER
    )
    applications.accept_task(review, by=expert, at=scenes.SEPTEMBER)
    return review


@pytest.fixture
def phone(new_phone: Callable[[], Phone], expert: User) -> Phone:
    """The expert's, signed in."""
    own = new_phone()
    own.sign_in(expert)
    return own


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "门厅.jpg"
    stream = io.BytesIO()
    Image.new("RGB", (640, 480), "#7a9a6b").save(stream, "JPEG")
    path.write_bytes(stream.getvalue())
    return path


def card(page: Page, code: str) -> Locator:
    return page.locator(f'article[data-code="{code}"]')


def choose(page: Page, code: str, label: str) -> None:
    words = page.get_by_text(label, exact=True)
    card(page, code).locator("label.level").filter(has=words).tap()


def says(page: Page, text: str) -> None:
    page.locator("[data-words]", has_text=text).wait_for()


def mark(sheet: Sheet, code: str) -> Mark:
    return Mark.objects.get(sheet=sheet, indicator__code=code)


def take_along(phone: Phone) -> None:
    """Download the task on the list, then go out of reach."""
    page = phone.page
    page.goto("/expert/")
    page.get_by_role("button", name="下载到本机，离线可用").tap()
    page.get_by_text("已可离线使用").wait_for()


def cached(page: Page) -> list[str]:
    """The addresses of all pages that the device keeps."""
    found = page.evaluate(
        """async () => {
          const names = (await caches.keys()).filter((name) => name.startsWith("pages "));
          const kept = async (name) => (await caches.open(name)).keys();
          const pages = await Promise.all(names.map(kept));
          return pages.flat().map(({url}) => new URL(url).pathname + new URL(url).search);
        }"""
    )
    return sorted(found)


def keeps(page: Page, addresses: list[str]) -> None:
    """Wait until the device keeps these pages and no other."""
    for _ in range(100):
        if cached(page) == addresses:
            return
        page.wait_for_timeout(100)
    assert cached(page) == addresses


def work_offline(page: Page, sheet: Sheet, photo: Path) -> None:
    """A visit: arrival, marks in two sections, a note, a photo."""
    page.get_by_role("button", name="到达现场，记录时间和位置").tap()
    page.get_by_text("位置已记录，误差约 18 米（未发送").wait_for()
    page.get_by_role("link", name="开始填写").tap()
    choose(page, "1.1", "符合")
    choose(page, "1.2", "良")
    card(page, "1.2").locator(".indicator-note summary").tap()
    card(page, "1.2").get_by_role("textbox").fill(NOTE)
    card(page, "1.2").locator("input[capture]").set_input_files(photo)
    card(page, "1.2").get_by_text("联网后自动上传").wait_for()
    page.get_by_role("button", name="保存并继续：安全卫生").tap()
    card(page, "2.1").get_by_role("button", name="加一次：缺 3 次").tap()
    choose(page, "2.3", "达标")
    says(page, "离线：6 项未发送（4 项评分、到场记录、1 个文件）")


def test_a_visit_without_a_network(phone: Phone, visit: Review, photo: Path) -> None:
    sheet = visit.sheet
    take_along(phone)
    phone.go_offline()
    page = phone.page
    page.get_by_role("link", name=re.compile("^开始评分")).tap()
    work_offline(page, sheet, photo)
    assert not Mark.objects.filter(sheet=sheet, version__gt=0).exists()
    phone.close()

    page = phone.open()
    page.goto(f"/sheets/{sheet.pk}/?section=1")
    says(page, "离线：6 项未发送")
    expect(card(page, "1.2").get_by_label("良")).to_be_checked()
    expect(card(page, "1.2").get_by_role("textbox")).to_have_value(NOTE)
    picture = card(page, "1.2").locator(".uploading img")
    assert picture.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 640
    page.locator(".outbox-left summary").tap()
    page.locator(".outbox-left a", has_text="2.1").tap()
    page.wait_for_url("**/?section=2#i2.1")
    expect(card(page, "2.1").get_by_role("spinbutton", name="缺 3 次")).to_have_value("1")
    page.goto("/expert/")
    page.get_by_text("6 项未发送", exact=True).wait_for()

    phone.go_online()
    says(page, "在线：全部已发送")
    assert {m.indicator.code: m.answer for m in Mark.objects.filter(sheet=sheet, version=1)} == {
        "1.1": {"met": True},
        "1.2": {"option": 2},
        "2.1": {"counts": {"3": 1}},
        "2.3": {"met": True},
    }
    assert Mark.objects.filter(sheet=sheet, version__gt=1).count() == 0
    assert mark(sheet, "1.2").note == NOTE
    assert Evidence.objects.get(mark__sheet=sheet).mark.indicator.code == "1.2"
    arrival = Visit.objects.get(review=visit)
    assert (float(arrival.latitude or 0), arrival.accuracy) == (41.80567, 18)


def test_another_device_was_quicker(
    phone: Phone, visit: Review, new_phone: Callable[[], Phone], expert: User
) -> None:
    sheet = visit.sheet
    take_along(phone)
    phone.go_offline()
    page = phone.page
    page.goto(f"/sheets/{sheet.pk}/?section=1")
    choose(page, "1.1", "符合")
    choose(page, "1.2", "良")
    says(page, "2 项未发送")
    page.goto(f"/sheets/{sheet.pk}/?section=2")

    other = new_phone()
    other.sign_in(expert)
    other.page.goto(f"/sheets/{sheet.pk}/?section=1")
    choose(other.page, "1.2", "中")
    card(other.page, "1.2").locator("[data-saved]", has_text="已保存").wait_for()

    phone.go_online()
    page.locator(".outbox-left summary").tap()
    page.get_by_text("已被改过，请选择保留哪一份").wait_for()
    page.locator(".outbox-left a", has_text="1.2").tap()
    page.wait_for_url("**/?section=1#i1.2")
    panel = card(page, "1.2").get_by_role("alert")
    expect(panel).to_contain_text("中（20 分）")
    expect(panel).to_contain_text("良（30 分）")
    assert mark(sheet, "1.1").answer == {"met": True}
    panel.get_by_role("button", name="改用我填写的").tap()
    says(page, "在线：全部已发送")
    assert (mark(sheet, "1.2").answer, mark(sheet, "1.2").version) == ({"option": 2}, 2)


def test_the_session_ends_on_the_way(phone: Phone, visit: Review, expert: User) -> None:
    sheet = visit.sheet
    take_along(phone)
    phone.go_offline()
    page = phone.page
    page.goto(f"/sheets/{sheet.pk}/?section=1")
    choose(page, "1.1", "符合")
    says(page, "1 项未发送")
    phone.context.clear_cookies(name="sessionid")
    phone.go_online()
    says(page, "登录已超时")
    page.locator("[data-words]").get_by_role("link", name="重新登录").wait_for()
    assert mark(sheet, "1.1").answer is None
    phone.sign_in(expert)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    says(page, "在线：全部已发送")
    assert mark(sheet, "1.1").answer == {"met": True}


def test_signing_out_leaves_nothing_to_others(
    phone: Phone, visit: Review, province: scenes.Province
) -> None:
    sheet = visit.sheet
    take_along(phone)
    page = phone.page
    assert f"/sheets/{sheet.pk}/?section=2" in cached(page)
    page.goto(f"/sheets/{sheet.pk}/?section=1")
    page.route("**/marks/**", lambda route: route.abort())
    choose(page, "1.1", "符合")
    says(page, "1 项未发送")
    page.get_by_label(re.compile("账户菜单")).tap()
    page.get_by_role("button", name="退出登录").tap()
    page.get_by_text("本机还有 1 项内容未发送").wait_for()
    page.get_by_role("button", name="仍要退出").tap()
    page.wait_for_url("**/")
    assert cached(page) == []
    page.unroute("**/marks/**")

    phone.sign_in(province.experts[1])
    page.goto("/expert/")
    says(page, "在线：没有未发送的内容")
    phone.go_offline()
    page.goto(f"/sheets/{sheet.pk}/?section=1")
    page.get_by_role("heading", name="没有网络").wait_for()
    phone.go_online()

    phone.sign_in(province.experts[0])
    page.goto("/home/")
    page.wait_for_function("!document.getElementById('left-here')")
    page.goto(f"/sheets/{sheet.pk}/?section=1")
    expect(card(page, "1.1").get_by_label("符合", exact=True)).to_be_checked()
    assert mark(sheet, "1.1").answer == {"met": True}


def test_somebody_else_signs_in(phone: Phone, visit: Review, province: scenes.Province) -> None:
    take_along(phone)
    phone.sign_in(province.county_handler)
    phone.page.goto("/home/")
    keeps(phone.page, [])


def test_a_recused_expert_keeps_nothing(phone: Phone, visit: Review, expert: User) -> None:
    sheet = visit.sheet
    take_along(phone)
    page = phone.page
    applications.recuse(visit, by=expert, at=scenes.at("2023-09-16 09:00"), reason="曾任顾问。")
    page.goto("/expert/")
    keeps(page, ["/expert/"])
    phone.go_offline()
    page.goto(f"/sheets/{sheet.pk}/?section=1")
    page.get_by_role("heading", name="没有网络").wait_for()
    expect(page.get_by_role("link", name="评审任务")).to_be_visible()


def caches_until(page: Page, done: Callable[[list[str]], bool]) -> list[str]:
    """The names of the worker's caches, once they are so or after half a minute."""
    for _ in range(300):
        names: list[str] = page.evaluate("caches.keys()")
        if done(names):
            break
        page.wait_for_timeout(100)
    return names


def test_a_new_release_takes_the_kept_pages_over(
    phone: Phone, visit: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_along(phone)
    page = phone.page
    before = cached(page)
    told = json.loads(offline.release())
    monkeypatch.setattr(offline, "release", lambda: json.dumps(told | {"version": "next"}))
    page.evaluate("navigator.serviceWorker.ready.then((worker) => worker.update())")
    caches_until(page, lambda names: any("next" in name for name in names))
    page.reload()
    names = caches_until(page, lambda names: all("next" in name for name in names))
    assert sorted(name.split()[0] for name in names) == ["assets", "pages"]
    assert cached(page) == before
    phone.go_offline()
    page.goto(f"/sheets/{visit.sheet_id}/?section=2")
    says(page, "离线：可继续填写")


def test_the_pages_are_accessible(phone: Phone, visit: Review, photo: Path) -> None:
    sheet = visit.sheet
    take_along(phone)
    found = [("/expert/", violations(phone.page))]
    phone.go_offline()
    page = phone.page
    for address in (f"/sheets/{sheet.pk}/", f"/sheets/{sheet.pk}/?section=1", "/nowhere/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        if "section" in address:
            choose(page, "1.2", "良")
            card(page, "1.2").locator("input[capture]").set_input_files(photo)
            says(page, "2 项未发送")
            page.locator(".outbox-left summary").tap()
        found.append((address, violations(page)))
    assert [each for each in found if each[1]] == []


def violations(page: Page) -> list[Any]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run()")["violations"]
    return [(v["id"], [n["html"] for n in v["nodes"]]) for v in found]
