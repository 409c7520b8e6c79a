"""The register, its coverage, a title and the open data in real Chromium: axe, a phone, a desk.

JOURNEY_PICTURES=folder keeps a picture of every page, wide and narrow.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from publicity import services
from publicity.models import Title
from publicity.statuses import RevocationGround
from tests import scenes
from tests.conftest import DESK, PHONE
from tests.portal.looking import Looker
from tests.publicity import crowd
from tests.publicity.crowd import CONCLUDED
from tests.publicity.test_eligibility import cycle_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("JOURNEY_PICTURES")


@pytest.fixture
def looker(chromium: Browser, set_clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Looker]:
    # Playwright runs an event loop in this thread; the pages are answered by Django's client.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    set_clock("2023-11-20 09:00")
    found = Looker(chromium)
    yield found
    found.context.close()


@pytest.fixture
def title(scene) -> Title:
    """Of a nursery with a long name that has had another; beside it revoked and ordered ones."""
    scenes.region("211400", "朝阳市", "city", scene.root)
    kept, lost, ordered, *_ = crowd.concluded(scene, 6)
    crowd.concluded(scene, 2, scene.other_county)
    nursery = kept.nursery
    nursery.name = "喀喇沁左翼蒙古族自治县第一实验幼儿园附属普惠托育服务中心"
    nursery.save()
    ground, officer = RevocationGround.FRAUD, scene.officer
    services.revoke_title(lost, ground=ground, actor=officer, at=CONCLUDED, reason="假证。")
    services.order_rectification(ordered, actor=officer, at=CONCLUDED, reason="师幼比不足。")
    before = replace(scene, cycle=cycle_of(scene, 2021))
    crowd.titles(before, before.cycle, 1, date(2021, 10, 10))
    Title.objects.filter(valid_from=date(2021, 10, 10)).update(nursery=nursery)
    return kept


def keep(looker: Looker, name: str) -> None:
    for size, kind in ((DESK, "desk"), (PHONE, "phone")):
        looker.page.set_viewport_size(size)  # type: ignore[arg-type]
        if PICTURES:
            path = Path(PICTURES) / f"{name}-{kind}.png"
            looker.page.screenshot(path=path, full_page=True)


def test_every_page_of_the_register_passes_axe_and_fits(looker, title):
    pages = {
        "register": "/titles/",
        "register-found": "/titles/?area=210100&state=revoked&sort=-until",
        "coverage": "/titles/coverage/",
        "title": title.get_absolute_url(),
        "lost": Title.objects.standing_as("revoked", date(2023, 11, 20))[0].get_absolute_url(),
        "api": "/api/v1/",
    }
    found = []
    for name, address in pages.items():
        found += looker.faults(address)
        keep(looker, name)
    assert found == []


def test_a_reader_searches_sorts_and_opens_the_table(looker, title):
    page = looker.page
    page.goto("/titles/")
    page.get_by_text("以表格查看，并按市查找").click()
    page.get_by_role("link", name="鞍山市").click()
    assert page.locator("tbody").first.get_by_role("row").count() == 2
    page.get_by_role("link", name="有效期至").click()
    assert "area=210300" in page.url
    assert "sort=until" in page.url
    page.get_by_label("状态").select_option("revoked")
    page.get_by_role("button", name="查找").click()
    assert "sort=until" in page.url
    page.get_by_text("没有符合条件的机构").wait_for()


def test_home_shows_the_title(looker, title):
    user = scenes.staff(title.nursery)
    looker.client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    found = list(looker.faults("/home/"))
    keep(looker, "home")
    assert found == []
    looker.page.get_by_text(f"证书编号 {title.number}").first.wait_for()
