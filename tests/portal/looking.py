"""The pages of a test's own data in a real browser, without a server: Django's client answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.test import Client

from tests.conftest import DESK, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

AXE = (Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js").read_text()

RUN = "axe.run({resultTypes: ['violations'], preload: false})"


class Looker:
    """One browser page; `client` is who looks, and may be another person for every page."""

    def __init__(self, chromium: Browser) -> None:
        self.client = Client()
        self.context = chromium.new_context(
            base_url="http://testserver", locale="zh-CN", service_workers="block"
        )
        self.context.route("**/*", self._answer)
        self.page: Page = self.context.new_page()

    def faults(self, address: str) -> Iterator[str]:
        """What axe finds on the page, and whether it is wider than a phone or a desk."""
        self.page.goto(address)
        for size in (PHONE, DESK):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]  # its TypedDict is a dict
            self.page.evaluate(AXE)
            for found in self.page.evaluate(RUN)["violations"]:
                yield f"{address}: {found['id']} {found['nodes'][0]['html']}"
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            if wide > size["width"]:
                yield f"{address}: {wide} px wide where {size['width']} are"

    def _answer(self, route: Route) -> None:
        parts = urlsplit(route.request.url)
        if parts.path.startswith("/static/"):
            route.fulfill(path=str(finders.find(parts.path.removeprefix("/static/"))))
            return
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        # A browser would look for the host of a redirection, which is not there.
        answer: Any = self.client.get(address, follow=True)
        body = answer.getvalue() if answer.streaming else answer.content
        route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=body)
