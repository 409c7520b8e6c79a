"""Coming in through the door, with both steps, for the tests that do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.test import Client
from django_otp.oath import TOTP, hotp
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User
from tests import scenes

if TYPE_CHECKING:
    from playwright.sync_api import Page


def give_app(*people: User) -> None:
    """An authenticator for each of these people."""
    TOTPDevice.objects.bulk_create(TOTPDevice(user=user) for user in people)


def code_of(user: User, *, later: int = 0) -> str:
    """What the app of this person shows now, or so many half minutes later; never a used one."""
    device = TOTPDevice.objects.get(user=user)
    step = max(TOTP(device.bin_key, drift=device.drift).t() + later, device.last_t + 1)
    return f"{hotp(device.bin_key, step):06}"


def forget_the_wait() -> None:
    """As if the seconds were over that a failure makes one wait."""
    TOTPDevice.objects.update(throttling_failure_timestamp=None)


def give_password(client: Client, username: str, **data: Any) -> HttpResponse:
    values = {"username": username, "password": scenes.PASSWORD, **data}
    return client.post("/login/", values)


def sign_in(page: Page, username: str, password: str = scenes.PASSWORD) -> None:
    """Through the pages of demo mode, which show the code."""
    page.goto("/login/")
    page.locator("#id_username").fill(username)
    page.locator("#id_password").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_load_state()
    if "/login/second/" in page.url:
        page.get_by_role("button", name="继续", exact=True).click()
    page.wait_for_url("**/home/")
