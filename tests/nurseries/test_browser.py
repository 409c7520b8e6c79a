"""The registry in a real browser: the whole way of an import, a form without scripts, axe."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import expect

from nurseries import services
from nurseries.models import Nursery
from nurseries.parts import ClassLine, FeeLine, Parts, StaffLine
from tests import scenes
from tests.conftest import DESK, PHONE
from tests.nurseries.sheets import ROW, rows, xlsx
from tests.nurseries.town import Town, town

pytestmark = pytest.mark.django_db(transaction=True)
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(name="town")
def town_that_the_server_sees(transactional_db) -> Town:
    return town()


@pytest.fixture
def nursery(town):
    lines = Parts(
        classes=(ClassLine("infant", 2, 18), ClassLine("older", 2, 30)),
        staff=(StaffLine("head", 1, 1), StaffLine("carer", 16, 14)),
        fees=(FeeLine("保育费", scenes.Decimal(1800), "month"),),
    )
    made = scenes.nursery(town.county, "阳光托育园")
    return services.update(made, {"capacity": 40}, lines, seen_version=1, by=None, at=scenes.JUNE)


@pytest.fixture
def open_as(open_browser, live_server):
    """A browser in which somebody is signed in already."""

    def open_one(user, viewport=None, **options):
        page = open_browser(viewport, **options)
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        value = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        return page

    return open_one


def sheet(folder: Path, *lines) -> str:
    target = folder / "机构.xlsx"
    target.write_bytes(xlsx(*lines))
    return str(target)


def upload(page, file: str) -> None:
    page.goto("/nurseries/import/")
    page.set_input_files("[name=file]", file)
    page.get_by_role("button", name="上传并核对").click()
    page.get_by_role("heading", name="核对导入").wait_for()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_import_goes_its_whole_way(open_as, town, nursery, tmp_path, scripts):
    page = open_as(town.wang, java_script_enabled=scripts)
    wrong = rows(2)
    wrong[1]["capacity"] = "很多"
    upload(page, sheet(tmp_path, *wrong))
    expect(page.get_by_role("button", name="确认导入")).to_have_count(0)
    row = page.get_by_role("row", name="Q 列「托位数」")
    expect(row).to_contain_text("“很多”不是数字。")
    right = [ROW | {"credit_code": nursery.credit_code, "capacity": 45}, *rows(2)]
    upload(page, sheet(tmp_path, *right))
    expect(page.locator("main")).to_contain_text("托位数：40 → 45")
    page.get_by_role("button", name="确认导入 3 家").click()
    page.get_by_role("heading", name="导入结果").wait_for()
    expect(page.locator("main")).to_contain_text("已导入：新增 2 家，更新 1 家。")
    page.get_by_role("link", name="查看机构名录").click()
    expect(page.locator("main")).to_contain_text("共 3 家机构")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_staff_correct_their_record_and_lose_nothing_typed(open_as, nursery, scripts):
    chen = scenes.staff(nursery)
    page = open_as(chen, PHONE, java_script_enabled=scripts)
    page.goto("/nurseries/")
    page.get_by_role("link", name="修改登记").click()
    page.get_by_label("托位数").fill("0")
    page.get_by_label("机构负责人").fill("周园")
    page.get_by_label("收费项目").nth(1).fill("餐费")
    page.get_by_label("金额（元）").nth(1).fill("15.5")
    page.get_by_role("button", name="保存登记").click()
    page.get_by_role("link", name="托位数：托位数应大于 0。").wait_for()
    expect(page.get_by_label("机构负责人")).to_have_value("周园")
    page.get_by_label("托位数").fill("60")
    page.get_by_role("button", name="保存登记").click()
    page.get_by_text("登记已保存。").wait_for()
    saved = Nursery.objects.get(pk=nursery.pk)
    assert (saved.capacity, saved.head) == (60, "周园")
    assert [str(fee) for fee in services.parts_of(saved).fees] == [
        "保育费 1800 元/月",
        "餐费 15.5 元/月",
    ]


def test_a_sheet_is_given_up_only_after_a_question(open_as, town, tmp_path):
    page = open_as(town.wang)
    upload(page, sheet(tmp_path, ROW))
    page.get_by_role("button", name="放弃").click()
    page.get_by_role("dialog").get_by_role("button", name="确认放弃").click()
    page.get_by_text("没有导入任何内容").wait_for()


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_pages_are_accessible(open_as, town, nursery, tmp_path, viewport):
    page = open_as(town.wang, viewport)

    def check(name: str) -> None:
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run()")["violations"]
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == [], name
        wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wider), f"{name} is wider than the window"

    card = nursery.get_absolute_url()
    for address in ("/nurseries/", card, f"{card}staff/", "/nurseries/new/", "/nurseries/import/"):
        page.goto(address)
        check(address)
    page.goto(f"{card}edit/")
    page.get_by_label("托位数").fill("0")
    page.get_by_role("button", name="保存登记").click()
    page.get_by_text("内容未能保存").wait_for()
    check("edit with faults")
    upload(page, sheet(tmp_path, ROW | {"capacity": "很多"}))
    check("import with faults")
    upload(page, sheet(tmp_path, ROW | {"capacity": 90}, *rows(2)))
    check("import")
    page.get_by_role("button", name="确认导入").click()
    page.get_by_role("heading", name="导入结果").wait_for()
    check("import done")
