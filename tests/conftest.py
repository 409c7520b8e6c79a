"""What every test stands on: real servers, an empty cache, no way out of this machine."""

from __future__ import annotations

import ipaddress
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import redis
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from portal.celery import app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

    from tests.scenes import Province

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
WORKER_SECONDS = 30


def _is_near(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a socket file
    host = address[0]
    return host == "localhost" or ipaddress.ip_address(host).is_loopback


KEPT_FILE = re.compile(r"/applications/\d+/$")


@pytest.fixture(scope="session", autouse=True)
def no_way_out() -> Iterator[None]:
    """Connections leave this machine nowhere; a test that tries fails with the address."""
    real = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}

    def guarded(name: str) -> Callable[[socket.socket, Any], Any]:
        def connect(self: socket.socket, address: Any) -> Any:
            assert _is_near(address), f"a test reached out to {address}"
            return real[name](self, address)

        return connect

    with pytest.MonkeyPatch.context() as patch:
        for name in real:
            patch.setattr(socket.socket, name, guarded(name))
        yield


@pytest.fixture(autouse=True)
def own_files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    settings.PACKAGES_ROOT = str(tmp_path / "packages")


@pytest.fixture(autouse=True)
def empty_redis() -> None:
    """No session, lock-out or waiting task of an earlier test is left."""
    cache.clear()
    with app.connection_for_write() as broker:
        broker.default_channel.client.flushdb()


@pytest.fixture(autouse=True)
def forced_logins_count_as_both_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """`client.force_login` of an official stands for password and code; the code itself, and what
    a session without it may not do, are tested in tests/accounts.
    """
    from accounts import access, proof
    from accounts.models import User
    from workflow import clock

    password_only: Any = Client._login  # type: ignore[attr-defined]  # force_login stands on it

    def both_steps(client: Client, user: User, backend: str | None = None) -> None:
        password_only(client, user, backend)
        if access.is_official(User.objects.get(pk=user.pk)):
            session = client.session
            proof.code_given(session, at=clock.real())
            session.save()

    monkeypatch.setattr(Client, "_login", both_steps)


@pytest.fixture
def broker() -> redis.Redis:
    """The broker itself, to see what waits in it."""
    url = django_settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://")
    return redis.Redis.from_url(url.replace("virtual_host", "db"))


def environment_of_this_test(**more: str) -> dict[str, str]:
    """For processes a test starts: they use its database, its Redis numbers and its files."""
    database = connection.settings_dict
    address = f"postgres://{database['USER']}@/{database['HOST']}/{database['NAME']}"
    if not database["HOST"].startswith("/"):
        address = f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}/{database['NAME']}"
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": address,
        "TEST_MEDIA_ROOT": str(django_settings.MEDIA_ROOT),
        **more,
    }


@pytest.fixture
def start_worker(
    transactional_db: None, tmp_path: Path
) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts a Celery worker on the test database and waits until it answers."""
    started: list[subprocess.Popen[bytes]] = []

    def start(**environment: str) -> subprocess.Popen[bytes]:
        name = f"test{len(started)}@here"
        options = ["--concurrency=1", "--without-gossip", "--without-mingle", f"--hostname={name}"]
        log = tmp_path / f"{name}.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "portal", "worker", *options],
                env=environment_of_this_test(**environment),
                stdout=stream,
                stderr=subprocess.STDOUT,
            )
        started.append(process)
        end = time.monotonic() + WORKER_SECONDS
        while not app.control.ping(destination=[name], timeout=0.5):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
        return process

    yield start
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.wait(WORKER_SECONDS)
        except subprocess.TimeoutExpired:
            # It fails this test, and must not spoil the next.
            process.kill()
            process.wait()
            raise


@pytest.fixture
def worker(start_worker: Callable[..., subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    """One real Celery worker on the test database, for tests of what happens after the commit."""
    return start_worker()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run: Debian's, or the one playwright brought."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop on this thread; a test's queries are synchronous all the same.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def open_browser(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Opens a browser of one person: own cookies, Chinese, at home on the live server.

    A script error or a refused resource on any page fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(page: Page, line: ConsoleMessage) -> None:
        # A device asks again for a file that it has kept; 404 is how it learns to drop it.
        asked_again = KEPT_FILE.search(line.location["url"]) and "404" in line.text
        if line.type == "error" and not asked_again:
            complaints.append(f"{page.url}: {line.text}")

    def open_one(viewport: dict[str, int] | None = None, **options: Any) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport=viewport or DESK,  # type: ignore[arg-type]  # its TypedDict is a dict
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda line: complain(page, line))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(open_browser: Callable[..., Page]) -> Page:
    return open_browser()


@pytest.fixture
def phone(open_browser: Callable[..., Page]) -> Page:
    return open_browser(PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def scene(db: None) -> Province:
    """A province in miniature with an open cycle."""
    from tests import scenes

    return scenes.province()
