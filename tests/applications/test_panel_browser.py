"""The expert panel in a real browser: a plan carried out by a real worker, a task accepted and one
recused from on a phone, the replacement by one click; axe on every page on the way.

PANEL_PICTURES=folder keeps a picture of each page, on a desk and on a phone.
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from applications import services
from applications.models import Application, AssignmentPlan, Review
from applications.statuses import EXPERT_STEPS
from tests import scenes
from tests.applications.browsing import Browse
from tests.applications.crowd import crowd
from tests.applications.test_pool import many_experts
from tests.conftest import DESK, PHONE
from tests.scenes import SEPTEMBER, Province

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = os.environ.get("PANEL_PICTURES")


@pytest.fixture
def sign_in(browse: Browse, live_server: Any) -> Any:
    def put_cookie(page: Page, user: User) -> Page:
        key = browse(user).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}]
        )
        return page

    return put_cookie


def sound(page: Page, name: str) -> None:
    """No violation of axe, and not wider than the window."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        width = (page.viewport_size or DESK)["width"]
        page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run()")["violations"]
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == [], name
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wider), f"{name} is wider than the window"


def test_a_plan_is_made_edited_and_carried_out(
    scene: Province, sign_in: Any, page: Page, worker: Any
) -> None:
    for expert, field in zip(scene.experts, ("health", "nutrition", "safety", "care"), strict=True):
        scenes.profile(scene, expert, field=field)
    crowd(scene, 3, state="provincial_review")
    sign_in(page, scene.officer).goto(reverse("applications:decisions", args=[scene.cycle.pk]))
    page.get_by_role("link", name="自动分配专家").click()
    sound(page, "plan-new")
    page.get_by_label("随机种子").fill("7")
    page.get_by_role("button", name="生成方案").click()
    page.get_by_role("heading", name="专家分配方案").wait_for()
    sound(page, "plan")
    page.get_by_role("link", name="按种子复算").click()
    page.get_by_text("按种子重新计算，结果与方案一致。").wait_for()

    page.get_by_role("link", name=re.compile("^换人")).first.click()
    sound(page, "plan-seat")
    page.locator("input[name=expert]:enabled").first.check()
    page.get_by_role("button", name="改派").click()
    page.get_by_text("席位已调整。").wait_for()
    expect(page.get_by_text("人工调整", exact=True).first).to_be_visible()

    page.get_by_role("button", name="执行方案").click()
    page.get_by_role("button", name="确认执行").click()
    page.get_by_text("已分配 18 个席位").wait_for()
    sound(page, "plan-done")
    plan = AssignmentPlan.objects.get()
    assert plan.done_at
    given = Review.objects.current().experts()
    assert given.count() == 18
    assert plan.seats.filter(by_hand=True).exclude(review=None).count() == 2


def test_an_expert_answers_on_a_phone_and_the_province_replaces(
    scene: Province, sign_in: Any, phone: Page, page: Page
) -> None:
    expert, *others = scene.experts
    for person in scene.experts:
        scenes.profile(scene, person)
    kept, _ = scenes.at_province(scene)
    left, _ = scenes.at_province(scene, name="晨曦托育园", username="other")
    for application in (kept, left):
        services.assign_experts(
            application, scene.experts[:3], EXPERT_STEPS, by=scene.officer, at=scenes.JUNE
        )
    sign_in(phone, expert).goto("/expert/")
    sound(phone, "expert-offered")
    accept(phone, kept)
    leave(phone, left)
    sign_in(page, scene.officer).goto(reverse("applications:panel", args=[left.pk]))
    sound(page, "panel-vacancy")
    expect(page.get_by_text("其他原因：曾为该机构提供收费培训。").first).to_be_visible()
    page.get_by_role("button", name=re.compile("按建议补派 1 人")).click()
    page.get_by_text("已分配 1 名专家，待本人接受任务。").wait_for()
    seated = left.reviews.current().experts().values_list("reviewer", flat=True)
    assert set(seated) == {person.pk for person in others}


def offered_link(phone: Page, application: Application) -> Locator:
    links = phone.get_by_role("link", name="查看并接受任务")
    return links.filter(has_text=application.nursery.name).first


def accept(phone: Page, application: Application) -> None:
    offered_link(phone, application).tap()
    accepting = phone.get_by_role("button", name="没有上述情形，接受任务")
    accepting.wait_for()
    sound(phone, "expert-answer")
    accepting.tap()
    phone.get_by_text("已接受书面评审和实地评审任务，可以开始评分。").wait_for()


def leave(phone: Page, application: Application) -> None:
    phone.goto("/expert/")
    offered_link(phone, application).tap()
    phone.get_by_role("link", name="申请回避").first.tap()
    phone.get_by_label("其他原因").wait_for()
    sound(phone, "recuse")
    phone.get_by_label("其他原因").check()
    phone.get_by_label("回避理由").fill("曾为该机构提供收费培训。")
    phone.get_by_role("button", name="提交回避申请").tap()
    phone.get_by_text("已申请回避").wait_for()
    expect(phone.get_by_role("link", name=application.nursery.name)).to_have_count(0)
    address = application.get_absolute_url()
    assert phone.request.get(address).status == 404
    # Nor does the device keep what it had of it.
    phone.wait_for_function(
        "async address => !(await caches.match(address, { ignoreVary: true }))", arg=address
    )


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_pages_are_accessible(
    scene: Province, sign_in: Any, open_browser: Any, viewport: dict[str, int]
) -> None:
    draft, staff = scenes.drafted(scene)
    services.add_relation(draft, name="张专家", employer="示例大学", what="负责人的兄弟", by=staff)
    expert = scene.experts[0]
    many_experts(scene, 60)
    profile = scenes.profile(scene, expert, title="主任医师")
    services.add_days(profile, date(2023, 9, 18), date(2023, 9, 30), by=expert)
    services.declare_tie(profile, draft.nursery, "配偶任该园顾问", by=expert, at=SEPTEMBER)
    files = crowd(scene, 8, state="provincial_review", where=scene.other_county)
    plan = services.make_plan(
        scene.cycle, services.planning.Options(), seed=7, by=scene.officer, at=SEPTEMBER
    )
    seat = plan.seats.order_by("pk")[0]
    for user, addresses in (
        (
            scene.officer,
            (
                reverse("applications:pool"),
                reverse("applications:pool_expert", args=[expert.pk]),
                reverse("applications:plan_new", args=[scene.cycle.pk]),
                plan.get_absolute_url(),
                reverse("applications:plan_seat", args=[plan.pk, seat.pk]),
                reverse("applications:panel", args=[files[0].pk]),
            ),
        ),
        (expert, (reverse("applications:own_profile"),)),
        (staff, (reverse("applications:relations", args=[draft.pk]),)),
    ):
        page = sign_in(open_browser(viewport), user)
        for address in addresses:
            page.goto(address)
            sound(page, re.sub(r"\W+|\d+", "-", address).strip("-"))
