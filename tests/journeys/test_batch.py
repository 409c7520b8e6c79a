"""Thirty files at once: chosen, looked over, confirmed, moved by a real worker; three of them
cannot be done and say why. JOURNEY_PICTURES=folder keeps a picture of every page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from applications.models import Application, Batch
from portal import invariants
from quotas.models import CountyCap, Cycle, Quota
from quotas.services import set_quotas
from tests import scenes
from tests.applications.crowd import crowd
from tests.journeys.test_quotas import look
from tests.scenes import Province
from workflow import clock, perform

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

CHOSEN = 30
DONE = 27


@pytest.fixture
def province() -> Province:
    """The deadlines are still to come for the worker's own clock."""
    found = scenes.province(places=2)
    today = timezone.localdate(clock.now())
    Cycle.objects.update(
        county_deadline=today + timedelta(days=12), city_deadline=today + timedelta(days=30)
    )
    found.cycle.refresh_from_db()
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


def chosen(files: list[Application]) -> str:
    return "/desk/batch/?" + "&".join(f"file={file.pk}" for file in files[:CHOSEN])


def test_a_county_recommends_thirty_of_sixty(
    province: Province, sign_in: Callable[[User], Page], start_worker: Callable[..., Any]
) -> None:
    """One is not scored, one is declined by somebody else meanwhile, the cap leaves one over."""
    files = crowd(province, 60)
    files[3].reviews.update(superseded=True)
    quota = Quota.objects.get(cycle=province.cycle, region=province.city)
    CountyCap.objects.create(quota=quota, region=province.county, size=DONE)
    page = sign_in(province.county_handler)
    choose_at_the_desk(page)
    expect(page.get_by_text("已选 30 件：县级初审 30 件。")).to_be_visible()
    page.get_by_label("推荐至市级").check()
    look(page, "batch-new")
    page.get_by_label("意见或理由").fill("经审核，同意推荐。")
    page.get_by_role("button", name="下一步：逐件核对").click()
    expect(page.get_by_text("和平区还可推荐 27 件，排在第 28 件之后的将不能办理。")).to_be_visible()
    expect(page.locator("tbody .badge", has_text="将办理")).to_have_count(DONE)
    page.locator("tbody tr").nth(1).get_by_text("另写…").click()
    page.get_by_label("第1托育园的推荐意见").fill("普惠机构，同意推荐。")
    look(page, "batch-preview")
    tick(page)
    page.get_by_role("button", name="确认办理 30 件").click()
    expect(page.get_by_text("已处理 0 件，共 30 件。")).to_be_visible()
    look(page, "batch-progress")
    perform(
        files[5],
        "decline_by_county",
        actor=province.county_approver,
        at=clock.now(),
        reason="材料不实。",
    )
    start_worker()
    expect(page.get_by_text("已办理 27 件，未办理 3 件，原因见下表。")).to_be_visible(
        timeout=60_000
    )
    look(page, "batch-results")
    results(page)
    assert Application.objects.in_state("city_review").count() == DONE
    assert files[1].opinions.get().text == "普惠机构，同意推荐。"
    assert list(invariants.filing.batches_are_settled()) == []
    page.goto("/desk/?tab=waiting&sort=number")
    expect(page.get_by_text("尚未选择")).to_be_visible()


def choose_at_the_desk(page: Page) -> None:
    page.goto("/desk/?tab=waiting&sort=number")
    boxes = page.locator("input[name=file]")
    for place in range(CHOSEN):
        boxes.nth(place).check()
    look(page, "batch-desk")
    page.get_by_role("button", name="批量办理").click()


def ended(page: Page) -> None:
    said = page.get_by_text("已办理 27 件，未办理 3 件，原因见下表。")
    expect(said).to_be_visible(timeout=60_000)


def tick(page: Page) -> None:
    """The box at the top ticks all; the number follows."""
    box = page.get_by_label("办理 第0托育园")
    box.uncheck()
    expect(page.get_by_role("button", name="确认办理 29 件")).to_be_visible()
    page.get_by_label("全部办理").check()
    expect(box).to_be_checked()


def results(page: Page) -> None:
    page.get_by_role("link", name="未办理 3").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    for sentence in (
        "县级初审评分尚未完成。",
        "该申报目前为“县级不予推荐”，不能“推荐至市级”。",
        "本周期和平区可推荐 27 件，已推荐 27 件，不能再推荐。",
    ):
        expect(page.get_by_text(sentence)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="导出结果").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    page.get_by_role("button", name="对未办理的再试一次").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    look(page, "batch-again")
    page.get_by_role("button", name="放弃本批").click()
    expect(page.get_by_text("本批已放弃，未办理任何申报。")).to_be_visible()
    look(page, "batches")


def test_a_city_recommends_until_its_places_are_used_up(
    province: Province, sign_in: Callable[[User], Page], worker: Any
) -> None:
    """Forty lie with the city; it has places for 27 of the thirty that are ranked first."""
    files = crowd(province, 40, state="city_review", where=province.next_county)
    set_quotas(
        province.cycle,
        {province.city: DONE},
        by=province.officer,
        at=clock.now(),
        reason="按申报数核定。",
    )
    page = sign_in(province.city_handler)
    page.goto(chosen(files))
    page.get_by_label("推荐至省级").check()
    page.get_by_label("意见或理由").fill("经审核，同意推荐。")
    page.get_by_role("button", name="下一步：逐件核对").click()
    note = "沈阳市名额只剩 27 个，排在第 27 件之后的将不能办理。"
    expect(page.get_by_text(note)).to_be_visible()
    look(page, "batch-city-preview")
    page.get_by_role("button", name="确认办理 30 件").click()
    expect(page.get_by_text("已办理 27 件，未办理 3 件，原因见下表。")).to_be_visible(
        timeout=60_000
    )
    page.get_by_role("link", name="未办理 3").click()
    expect(page.get_by_text("沈阳市本周期的名额已用完，不能再推荐。")).to_have_count(3)
    expect(page.get_by_text("尚未推荐，先推荐本件的，须写明理由。")).to_have_count(2)
    held = Application.objects.filter(place__isnull=False)
    assert set(held) == set(files[:DONE])
    assert Batch.objects.get().done_at
    assert list(invariants.filing.batches_are_settled()) == []
