"""Setting the second factor up and coming in with it: real Chromium, a phone and a desk."""

from __future__ import annotations

import os
import re
from base64 import b32decode
from pathlib import Path

import pytest
from django_otp.oath import TOTP, hotp

from tests import doors, scenes
from tests.conftest import DESK, PHONE

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = os.environ.get("JOURNEY_PICTURES")

# Not what merely ends so, like /login/?next=/cycles/.
CYCLES = re.compile(r"//[^/]+/cycles/$")

pytestmark = pytest.mark.django_db(transaction=True)


def look(page, name):
    """No violation of the accessibility rules, nothing wider than the window."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run()")["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if PICTURES:
        width = page.viewport_size["width"]
        page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)


def give_password(page):
    page.goto("/login/?next=/cycles/")
    page.locator("#id_username").fill("officer")
    page.locator("#id_password").fill(scenes.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_from_the_first_login_to_the_second_with_a_code(open_browser, size):
    province = scenes.province()
    page = open_browser(size)
    give_password(page)
    page.wait_for_url("**/account/factor/**")
    page.get_by_text("不便扫描，手工输入密钥").click()
    look(page, "factor")
    key = b32decode(page.locator(".secret").inner_text().replace(" ", ""))
    page.get_by_label("验证码").fill("000000")
    page.get_by_role("button", name="确认启用").click()
    assert "验证码不正确" in page.locator("#id_code_error").inner_text()
    page.get_by_label("验证码").fill(f"{hotp(key, TOTP(key).t()):06}")
    page.get_by_role("button", name="确认启用").click()
    look(page, "codes")
    codes = [text.replace(" ", "") for text in page.locator(".codes code").all_inner_texts()]
    assert len(codes) == 10
    page.get_by_role("link", name="已妥善保存，继续").click()
    page.wait_for_url(CYCLES)
    page.goto("/account/")
    look(page, "account")

    page.context.clear_cookies()
    give_password(page)
    page.wait_for_url("**/login/second/**")
    assert page.evaluate("document.activeElement.id") == "id_code"
    look(page, "second")
    page.keyboard.type(doors.code_of(province.officer))
    page.keyboard.press("Enter")
    page.wait_for_url(CYCLES)

    page.context.clear_cookies()
    give_password(page)
    page.get_by_label("验证码").fill(f"{codes[0][:5]} {codes[0][5:]}")
    page.get_by_role("button", name="继续", exact=True).click()
    page.wait_for_url(CYCLES)
    assert re.search("还剩 9 个", page.locator("main").inner_text())


def test_in_demo_mode_one_click_leads_on(page, settings):
    settings.DEMO = True
    province = scenes.province()
    doors.give_app(province.officer)
    for _ in range(3):
        page.context.clear_cookies()
        doors.sign_in(page, "officer")
    page.goto("/login/confirm/?next=/account/")
    look(page, "confirm")
    page.get_by_role("button", name="验证", exact=True).click()
    page.wait_for_url("**/account/")
