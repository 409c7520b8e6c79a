"""A phone in an expert's hand: storage that survives the browser, and a network that goes away."""

from __future__ import annotations

import contextlib
import selectors
import shutil
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.test import Client

from accounts.models import User

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

SIZE = {"width": 390, "height": 844}
HERE = {"latitude": 41.80567, "longitude": 123.43144, "accuracy": 18}


class Cable:
    """The wire between browser and server. Pulled, nothing gets through, for the browser's workers
    neither, and what runs over it breaks off.
    """

    def __init__(self, server: str) -> None:
        self.server = (urlsplit(server).hostname or "localhost", urlsplit(server).port or 80)
        self.port = 0
        self.listener: socket.socket | None = None
        self.ends: set[socket.socket] = set()
        self.hand = threading.Lock()
        self.plug()

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def plug(self) -> None:
        self.listener = socket.create_server(("localhost", self.port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=[self.listener], daemon=True).start()

    def pull(self) -> None:
        with self.hand:
            listener, self.listener = self.listener, None
            for end in [listener, *self.ends]:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]  # it is plugged in
        listener.close()  # type: ignore[union-attr]  # as above

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                browser, _ = listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.server)
            with self.hand:
                if self.listener is not listener:  # pulled in this very moment
                    browser.close()
                    server.close()
                    return
                self.ends |= {browser, server}
            threading.Thread(target=self._carry, args=[browser, server], daemon=True).start()

    def _carry(self, *pair: socket.socket) -> None:
        with contextlib.suppress(OSError), selectors.DefaultSelector() as ready:
            ready.register(pair[0], selectors.EVENT_READ, pair[1])
            ready.register(pair[1], selectors.EVENT_READ, pair[0])
            while True:
                for key, _ in ready.select():
                    piece = key.fileobj.recv(65536)  # type: ignore[union-attr]
                    if not piece:
                        raise OSError("one end has hung up")
                    key.data.sendall(piece)
        self.ends -= set(pair)
        for end in pair:
            end.close()


class Phone:
    """One phone: a folder for what it keeps, a browser that can be closed and opened again."""

    def __init__(self, chromium: Browser, server: str, folder: Path) -> None:
        self.chromium = chromium
        self.folder = folder
        self.cable = Cable(server)
        self.complaints: list[str] = []
        self.offline = False
        self.context: BrowserContext
        self.page: Page
        self.open()

    def open(self) -> Page:
        self.context = self.chromium.browser_type.launch_persistent_context(
            self.folder,
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            base_url=self.cable.address,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport=SIZE,  # type: ignore[arg-type]  # its TypedDict is a dict
            has_touch=True,
            is_mobile=True,
            permissions=["geolocation"],
            geolocation=HERE,  # type: ignore[arg-type]  # as above
            offline=self.offline,
        )
        self.context.set_default_timeout(10_000)
        self.page = self.context.pages[0]
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return self.page

    def close(self) -> None:
        self.context.close()

    def sign_in(self, user: User) -> None:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        cookie: Any = {
            "name": "sessionid",
            "value": client.cookies["sessionid"].value,
            "url": self.cable.address,
            "expires": 4_000_000_000,
        }
        self.context.add_cookies([cookie])

    def go_offline(self) -> None:
        """Out of reach: the browser knows it, and even what does not ask it gets nothing."""
        self.offline = True
        self.cable.pull()
        self.context.set_offline(True)

    def go_online(self) -> None:
        self.offline = False
        self.cable.plug()
        self.context.set_offline(False)

    def throw_away(self) -> None:
        self.close()
        if not self.offline:
            self.cable.pull()
