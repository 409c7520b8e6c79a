"""The form in a real browser: fields save themselves, and two tabs never overwrite each other."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.models import User
from applications import services
from applications.models import Application
from tests import scenes
from tests.applications.browsing import Browse
from tests.scenes import JUNE, Province


@pytest.fixture
def draft(scene: Province) -> Any:
    of = scenes.nursery(scene.county)
    by = scenes.staff(of)
    return services.draft(of, scene.cycle, by=by, at=JUNE), by


@pytest.fixture
def sign_in(browse: Browse, live_server: Any) -> Any:
    def put_cookie(page: Any, user: Any) -> Any:
        key = browse(user).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}]
        )
        return page

    return put_cookie


def test_what_is_typed_is_saved_and_the_button_still_works(
    draft: tuple[Application, User], sign_in: Any, phone: Any
) -> None:
    application, by = draft
    sign_in(phone, by).goto(reverse("applications:form", args=[application.pk]))
    phone.fill("#id_introduction", "三个班。")
    phone.check("#id_declares_true")
    phone.get_by_text("已保存").first.wait_for()
    phone.fill("#id_practice", "医育结合。")
    with phone.expect_response("**/field/"):
        phone.locator("#id_practice").blur()
    phone.get_by_role("button", name="保存并检查").click()
    phone.wait_for_url("**/check/")
    application.refresh_from_db()
    assert (application.introduction, application.practice) == ("三个班。", "医育结合。")
    assert application.declares_true
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_second_tab_is_asked_which_text_stays(
    draft: tuple[Application, User], sign_in: Any, chromium: Any, live_server: Any
) -> None:
    application, by = draft
    # A window of its own: the browser itself writes each refused save to its console.
    context = chromium.new_context(base_url=live_server.url)
    page = sign_in(context.new_page(), by)
    page.goto(reverse("applications:form", args=[application.pk]))
    services.save_form(application, {"practice": "别处的做法"}, by=by)
    with page.expect_response("**/field/") as answered:
        page.fill("#id_practice", "这里的做法")
        page.locator("#id_practice").blur()
    assert answered.value.status == 409
    page.get_by_text("别处的做法").first.wait_for()
    application.refresh_from_db()
    assert application.practice == "别处的做法"
    context.close()
