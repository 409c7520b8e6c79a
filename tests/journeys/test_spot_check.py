"""A campaign drawn by lot, its check made on a phone, the nursery told: real Chromium.

JOURNEY_PICTURES=folder keeps a picture of every page, wide and narrow.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from playwright.sync_api import expect

from applications import services as applications
from supervision.models import Campaign, SpotCheck
from tests import scenes
from tests.conftest import PHONE
from tests.journeys.test_quotas import look
from tests.journeys.test_review_sheets import score
from tests.publicity import crowd
from tests.scenes import Province
from tests.supervision import checking
from tests.supervision.checking import NOVEMBER

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django import Settings

    from accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)
FOUND = "二楼活动室窗户未装限位器。"
CONCLUSION = "场地安全存在隐患，须限期整改。"


@pytest.fixture
def province(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Province:
    """In November three titles of 沈阳市 are in force."""
    settings.DEMO = True
    monkeypatch.setenv("PORTAL_NOW", "2023-11-01T09:00")
    found = scenes.province()
    crowd.concluded(found, 3)
    return found


@pytest.fixture
def sign_in(open_browser: Callable[..., Page], live_server: Any) -> Callable[..., Page]:
    def open_one(user: User, **options: Any) -> Page:
        page = open_browser(**options)
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        value = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        return page

    return open_one


def test_from_the_lot_to_the_result(
    province: Province, sign_in: Callable[..., Page], tmp_path: Path
) -> None:
    officer = sign_in(province.officer)
    prepare(officer)
    draw(officer)
    check = SpotCheck.objects.get()
    appoint(officer, province, check)
    phone = sign_in(province.experts[1], viewport=PHONE, has_touch=True, is_mobile=True)
    inspect(phone, check, tmp_path)
    finish(phone, check)
    staff = scenes.staff(check.title.nursery)
    read(sign_in(staff, viewport=PHONE, has_touch=True, is_mobile=True), check)
    officer.goto(f"/supervision/campaigns/{Campaign.objects.get().pk}/")
    expect(officer.get_by_text("已办结").first).to_be_visible()
    look(officer, "campaign-running")
    officer.locator("summary", has_text="结束抽查").click()
    officer.get_by_label("抽查总结").fill("抽查 1 家，发现问题 1 家，已责令整改。")
    officer.get_by_role("button", name="确认结束抽查").click()
    expect(officer.get_by_role("heading", name="抽查总结")).to_be_visible()
    officer.goto("/supervision/checks/")
    look(officer, "checks")


def prepare(officer: Page) -> None:
    """Over everybody, by city, one of three."""
    officer.goto("/supervision/checks/")
    officer.get_by_role("link", name="抽查", exact=True).click()
    look(officer, "campaigns-none")
    officer.get_by_role("link", name="建立抽查").first.click()
    officer.get_by_label("名称").fill("2023年度示范托育机构抽查")
    officer.get_by_label("抽取数量").fill("1")
    officer.get_by_label("完成期限").fill("2023-12-15")
    officer.get_by_label("市", exact=True).check()
    look(officer, "campaign-form")
    officer.get_by_role("button", name="保存").click()
    expect(officer.get_by_text("有效称号 3 个，将抽取 1 家")).to_be_visible()


def draw(officer: Page) -> None:
    """The seed was drawn in public; then everything stands."""
    look(officer, "campaign-plan")
    officer.get_by_role("textbox", name="随机种子").fill("472")
    officer.get_by_role("textbox", name="种子来源").fill("福彩3D 2023292期")
    officer.get_by_role("button", name="确定种子").click()
    officer.get_by_role("dialog").get_by_role("button", name="确定种子").click()
    expect(officer.get_by_text("随机种子已确定为")).to_be_visible()
    look(officer, "campaign-seed")
    officer.get_by_role("button", name="抽取").click()
    expect(officer.get_by_text("从 3 个有效称号中抽中 1 家")).to_be_visible()
    officer.get_by_role("link", name="抽取对象").click()
    look(officer, "campaign-population")
    officer.go_back()


def appoint(officer: Page, province: Province, check: SpotCheck) -> None:
    """One has declared a tie since the page was opened, and is refused."""
    officer.goto(check.team_url)
    tied = scenes.profile(province, province.experts[0])
    applications.declare_tie(
        tied, check.title.nursery, what="理事", by=province.officer, at=NOVEMBER
    )
    officer.get_by_role("button", name=re.compile(r"指派\s*专家1")).click()
    expect(
        officer.get_by_text("专家1申报与该机构有利害关系（理事），应当回避。").first
    ).to_be_visible()
    for name in ("专家2", "专家3"):
        officer.get_by_role("button", name=re.compile(rf"指派\s*{name}")).click()
    expect(officer.get_by_text("专家2（组长）")).to_be_visible()
    look(officer, "check-team")
    officer.goto(f"/supervision/campaigns/{check.campaign_id}/")
    officer.get_by_role("button", name="开始检查").click()
    expect(officer.get_by_text("检查中").first).to_be_visible()


def inspect(phone: Page, check: SpotCheck, tmp_path: Path) -> None:
    """On site, one-handed: the sheet, then what is wrong with a photo of it."""
    phone.goto("/home/")
    phone.get_by_role("link", name=re.compile("我的检查")).first.tap()
    phone.get_by_role("link", name=check.title.nursery.name).tap()
    phone.get_by_role("button", name="开始检查").tap()
    phone.get_by_role("link", name="开始评分").tap()
    phone.get_by_role("link", name=re.compile("办托条件")).first.tap()
    score(phone, "良", tap=True)
    check.refresh_from_db()
    phone.goto(check.seal_url)
    look(phone, "check-seal")
    phone.set_viewport_size(PHONE)  # type: ignore[arg-type]  # its TypedDict is a dict
    phone.get_by_role("button", name="完成评分").tap()
    phone.get_by_role("button", name="确认完成").tap()
    expect(phone.get_by_text("现场评分已完成。")).to_be_visible()
    photo = tmp_path / "窗户.jpg"
    photo.write_bytes(checking.jpeg())
    phone.get_by_role("link", name="记录问题").first.tap()
    phone.get_by_role("textbox", name="问题").fill(FOUND)
    phone.get_by_label("严重").check()
    phone.get_by_label("对应指标").select_option(label="1.2 场地")
    phone.get_by_label("照片").set_input_files(photo)
    look(phone, "check-finding")
    phone.set_viewport_size(PHONE)  # type: ignore[arg-type]  # as above
    phone.get_by_role("button", name="保存").tap()
    expect(phone.get_by_text(FOUND)).to_be_visible()
    scenes.inspected(NOVEMBER)


def finish(phone: Page, check: SpotCheck) -> None:
    phone.get_by_role("link", name="填写检查结果").tap()
    phone.get_by_label("发现问题", exact=True).check()
    phone.get_by_role("textbox", name="检查结论").fill(CONCLUSION)
    look(phone, "check-outcome")
    phone.set_viewport_size(PHONE)  # type: ignore[arg-type]  # as above
    phone.get_by_role("button", name="保存").tap()
    expect(phone.get_by_text(CONCLUSION)).to_be_visible()
    look(phone, "check-work")
    phone.set_viewport_size(PHONE)  # type: ignore[arg-type]  # as above
    phone.get_by_role("button", name="完成检查").tap()
    expect(phone.get_by_role("heading", name="检查结果")).to_be_visible()
    phone.goto("/supervision/my-checks/")
    look(phone, "my-checks")
    check.refresh_from_db()
    assert check.is_finished
    assert check.total == 90


def read(staff: Page, check: SpotCheck) -> None:
    """The nursery reads what was found, and nothing of who came."""
    staff.goto(check.get_absolute_url())
    for told in (FOUND, CONCLUSION, "90"):
        expect(staff.get_by_text(told).first).to_be_visible()
    expect(staff.get_by_role("link", name=re.compile("窗户.jpg"))).to_be_visible()
    expect(staff.get_by_text(re.compile("专家[123]"))).to_have_count(0)
    look(staff, "check-nursery")
