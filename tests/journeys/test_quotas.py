"""Places on their way: the province gives and moves them, the city fills them, a county keeps to
its cap. Real Chromium; JOURNEY_PICTURES=folder keeps a picture of every page, wide and narrow.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from playwright.sync_api import expect

from applications.models import Application
from applications.statuses import Step
from tests import scenes
from tests.conftest import DESK, PHONE
from tests.quotas.test_spreadsheets import book
from tests.scenes import Province

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django import Settings

    from accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = os.environ.get("JOURNEY_PICTURES")
SCORED = scenes.at("2023-08-07 09:00")
WHY = "该机构所在区尚无示范机构，经集体研究优先推荐。"


@pytest.fixture
def province(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Province:
    """In August three files lie with the city: two scored alike, one not yet."""
    settings.DEMO = True
    monkeypatch.setenv("PORTAL_NOW", "2023-08-08T09:00")
    found = scenes.province(places=2)
    for name, total in (("晨曦托育园", "90"), ("星河托育园", "90"), ("海韵托育园", "")):
        file, _ = scenes.at_city(found, name=name, username=name)
        if total:
            scenes.scored(file, Step.CITY, found.city_handler, total=total, when=SCORED)
    return found


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


def test_from_the_provinces_table_to_a_recommendation_out_of_turn(
    province: Province, sign_in: Callable[[User], Page], tmp_path: Path
) -> None:
    officer = sign_in(province.officer)
    address = f"/cycles/{province.cycle.pk}/quotas/"
    edit(officer, address)
    import_numbers(officer, address, tmp_path)
    transfer(officer, address)
    ranking = recommend_out_of_turn(sign_in(province.city_handler), province)
    cap(sign_in(province.city_handler), ranking)
    county = sign_in(province.county_handler)
    county.goto("/desk/")
    expect(
        county.get_by_text("2023年和平区可推荐 4 件，已推荐 3 件，还可推荐 1 件。")
    ).to_be_visible()
    look(county, "county-desk")


def edit(page: Page, address: str) -> None:
    """The total follows what is typed; without the reason nothing is saved and nothing is lost."""
    page.goto(address)
    page.get_by_label("沈阳市名额").fill("4")
    page.get_by_label("鞍山市说明").fill("待核")
    expect(page.locator("[data-sum-of]")).to_have_text("6")
    page.get_by_role("button", name="保存名额").click()
    page.get_by_role("link", name=re.compile("周期已启动，调整名额须写明理由。")).wait_for()
    look(page, "quotas-refused")
    expect(page.get_by_label("沈阳市名额")).to_have_value("4")
    expect(page.get_by_label("鞍山市说明")).to_have_value("待核")
    page.get_by_label("调整理由").fill("沈阳市新增两区。")
    page.get_by_role("button", name="保存名额").click()
    page.get_by_text("沈阳市名额：2 → 4").wait_for()


def import_numbers(page: Page, address: str, folder: Path) -> None:
    """A bad cell is named; the right table fills the editor, where it is saved."""
    table = folder / "名额.xlsx"
    page.get_by_role("link", name="表格导入").click()
    for number in ("很多", 3):
        table.write_bytes(book(("沈阳市", number, "按申报数核定"), ("鞍山市", 2, None)))
        page.set_input_files("[name=file]", str(table))
        page.get_by_role("button", name="上传并核对").click()
        if number == "很多":
            page.get_by_text("B2：名额须为 0 至 999 的整数，现为“很多”。").wait_for()
            look(page, "import-refused")
    page.get_by_text("以下填入的是“名额.xlsx”中的数，合计 6 个，尚未保存。").wait_for()
    look(page, "import-filled")
    page.get_by_label("调整理由").fill("按名额表核定。")
    page.get_by_role("button", name="保存名额").click()
    page.get_by_text("沈阳市名额：4 → 3（按申报数核定）").wait_for()


def transfer(page: Page, address: str) -> None:
    page.get_by_role("link", name="调剂名额").click()
    page.get_by_label("调出").select_option(label="沈阳市（空闲 3 个）")
    page.get_by_label("调入").select_option(label="鞍山市")
    page.get_by_label("名额数").fill("2")
    page.get_by_label("理由").fill("沈阳市申报不足。")
    look(page, "transfer")
    page.get_by_role("button", name="确认调剂").click()
    page.get_by_text("已将 2 个名额由沈阳市调剂至鞍山市。").wait_for()
    look(page, "quotas")


def recommend_out_of_turn(page: Page, province: Province) -> str:
    """One place is left for two files with equal scores; the second one gets it, with a reason."""
    page.goto("/desk/")
    page.get_by_role("link", name="名额与推荐排序").click()
    expect(page.get_by_text("名额线上下两件（第 1 名与第 2 名）市级得分")).to_be_visible()
    expect(page.get_by_text("与鞍山市调剂后的名额：3 → 1")).to_be_visible()
    look(page, "ranking")
    ranking = page.url
    second = page.locator("tbody tr", has_text="名额外").get_by_role("link")
    name = second.first.inner_text()
    second.last.click()
    expect(page.get_by_text("尚未推荐，先推荐本件的，须写明理由。")).to_be_visible()
    page.get_by_label("推荐意见").fill("同意推荐。")
    look(page, "recommend")
    page.get_by_label("调整推荐次序的理由").fill(WHY)
    page.get_by_role("button", name="确认推荐至省级").click()
    page.wait_for_url(ranking)
    expect(page.get_by_text(WHY)).to_be_visible()
    expect(page.get_by_text("已没有空闲名额。")).to_be_visible()
    held = Application.objects.get(place__isnull=False)
    assert held.nursery.name == name
    page.goto(held.get_absolute_url())
    expect(page.get_by_text("调整推荐次序").first).to_be_visible()
    return ranking


def cap(page: Page, ranking: str) -> None:
    page.goto(ranking)
    page.get_by_label("和平区可推荐件数").fill("1")
    page.get_by_role("button", name="保存上限").click()
    page.get_by_role("link", name=re.compile("和平区已推荐 3 件，上限不能少于此数。")).wait_for()
    page.get_by_label("和平区可推荐件数").fill("4")
    page.get_by_role("button", name="保存上限").click()
    page.get_by_text("和平区可推荐件数：不限 → 4").wait_for()
    look(page, "ranking-after")
