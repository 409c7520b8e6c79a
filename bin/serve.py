"""`bin/run`: everything the portal needs, started, watched and stopped in order."""

from __future__ import annotations

import base64
import os
import secrets
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType

from services import Child, Postgres, Redis, Unable, lock, spawn

ROOT = Path(__file__).resolve().parent.parent
PYTHON = str(ROOT / ".venv" / "bin" / "python")
PASSED_ON = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SEAL_KEYS", "DEMO", "SITE_URL")
DEATHS_ALLOWED = 3
DEATHS_WITHIN_SECONDS = 60
READY_SECONDS = 60


class Stop(BaseException):
    """Somebody asked everything to end."""


@dataclass
class Keeper:
    """Starts a child again when it dies, and gives up when it keeps dying."""

    start: Callable[[], Child]
    child: Child = field(init=False)
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS_ALLOWED))

    def __post_init__(self) -> None:
        self.child = self.start()

    def look(self) -> None:
        if not self.child.ended():
            return
        self.child.bury()
        code = self.child.process.returncode
        say(f"{self.child.name} ended by itself ({code}); the end of {self.child.log}:")
        say(self.child.last_words())
        now = time.monotonic()
        self.deaths.append(now)
        if len(self.deaths) == DEATHS_ALLOWED and now - self.deaths[0] < DEATHS_WITHIN_SECONDS:
            raise Unable(f"{self.child.name} keeps ending; everything stops.")
        self.child = self.start()
        say(f"{self.child.name} runs again.")

    def stop(self) -> None:
        self.child.stop()


def say(text: str) -> None:
    print(text, flush=True)


class Portal:
    def __init__(self) -> None:
        self.data = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()
        self.port = _port()
        self.keepers: list[Keeper] = []
        self.environment = dict(os.environ)

    def run(self) -> None:
        _refuse_busy(self.port)
        with ExitStack() as stack:
            stack.enter_context(lock(self.data))
            self._start_servers(stack)
            self._settle_environment()
            self._prepare()
            self._start_portal(stack)
            self._wait_until_ready()
            self._tell()
            while True:
                for keeper in self.keepers:
                    keeper.look()
                time.sleep(0.5)

    def _log(self, name: str) -> Path:
        return self.data / "log" / f"{name}.log"

    def _keep(self, stack: ExitStack, start: Callable[[], Child]) -> None:
        keeper = Keeper(start)
        stack.callback(keeper.stop)
        self.keepers.append(keeper)

    def _start_servers(self, stack: ExitStack) -> None:
        if not self.environment.get("DATABASE_URL"):
            postgres = Postgres(self.data / "postgres", log=self._log("postgres"))
            self._keep(stack, postgres.start)
            postgres.ensure_database("portal")
            self.environment["DATABASE_URL"] = postgres.url("portal")
        if not self.environment.get("REDIS_URL"):
            redis = Redis(self.data / "redis", log=self._log("redis"))
            self._keep(stack, redis.start)
            self.environment["REDIS_URL"] = redis.url

    def _settle_environment(self) -> None:
        """What `manage.py` needs to work beside a running portal lies in DATA_DIR/environment."""
        self.environment["DATA_DIR"] = str(self.data)
        self.environment["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        self.environment.setdefault("SECRET_KEY", _remembered(self.data / "secret_key", _new_key))
        self.environment.setdefault("SEAL_KEYS", _remembered(self.data / "seal_keys", _seal_key))
        # Data once begun as real never turn into a demonstration because a variable was forgotten.
        demo = self.environment.get("DEMO")
        kept = self.data / "demo"
        self.environment["DEMO"] = _write(kept, demo) if demo else _remembered(kept, lambda: "1")
        self.environment.setdefault("SITE_URL", f"http://localhost:{self.port}")
        lines = [f"{name}={self.environment[name]}\n" for name in PASSED_ON]
        _write(self.data / "environment", "".join(lines))

    def _prepare(self) -> None:
        say("Preparing the database and the static files …")
        child = self._python("prepare", [str(ROOT / "bin" / "prepare.py")])
        try:
            while not child.ended():
                time.sleep(0.1)
        finally:
            child.stop()
        if child.process.returncode:
            raise Unable(f"The preparation failed:\n{child.last_words(40)}")

    def _start_portal(self, stack: ExitStack) -> None:
        web = ["gunicorn", "portal.wsgi:application", "--bind", f"127.0.0.1:{self.port}"]
        web += ["--workers", self.environment.get("WEB_WORKERS", "2"), "--threads", "4"]
        # A desk's choice of 300 files travels in the address.
        web += ["--no-control-socket", "--limit-request-line=8190"]
        worker = ["celery", "-A", "portal", "worker", "--loglevel=info", "--without-gossip"]
        worker += ["--without-mingle", "--concurrency", self.environment.get("TASK_WORKERS", "2")]
        beat = ["celery", "-A", "portal", "beat", "--loglevel=info", "--pidfile="]
        beat += ["--schedule", str(self.data / "beat-schedule")]
        for name, module in (("web", web), ("worker", worker), ("beat", beat)):
            self._keep(stack, partial(self._python, name, ["-m", *module]))
        # All three are asked at once; the servers end after the last of them.
        stack.callback(self._ask_to_end)

    def _ask_to_end(self) -> None:
        for keeper in reversed(self.keepers[-3:]):
            keeper.child.ask_to_end()

    def _python(self, name: str, arguments: list[str]) -> Child:
        return spawn(
            name,
            [PYTHON, *arguments],
            log=self._log(name),
            cwd=ROOT,
            env=self.environment,
            patience=30,
        )

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + READY_SECONDS
        while not _ready(self.port):
            for keeper in self.keepers:
                keeper.look()
            if time.monotonic() > end:
                raise Unable(f"The portal does not get ready; see {self.data / 'log'}.")
            time.sleep(0.2)

    def _tell(self) -> None:
        say(f"\nThe portal is at http://localhost:{self.port}/  (data and logs in {self.data})")
        if self.environment["DEMO"] == "1":
            say(
                "Demo logins, password Demo-2026-portal:\n"
                "  nursery  nursery2  county  county-approver  city  city-approver  province\n"
                "  expert1  expert2  expert3  sysadmin  secadmin  auditor\n"
                "Officials are asked for a code next; the page shows it in demo mode."
            )
        else:
            say("The first account: .venv/bin/python manage.py first_administrator USERNAME 姓名")
        say("Ctrl-C stops everything.")


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Unable(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _refuse_busy(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Unable(
                f"Port {port} cannot be used ({error.strerror}); stop what holds it, "
                "or choose another one: PORT=8001 bin/run"
            ) from None


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _new_key() -> str:
    return secrets.token_urlsafe(50)


def _seal_key() -> str:
    """A Fernet key: 32 bytes, written in base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _write(path: Path, text: str) -> str:
    path.touch(mode=0o600)
    path.write_text(text)
    return text


def _remembered(path: Path, default: Callable[[], str]) -> str:
    return path.read_text() if path.exists() else _write(path, default())


def _on_signal(number: int, frame: FrameType | None) -> None:
    # One request is enough; the stopping itself is not interrupted.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Stop


def main() -> int:
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, _on_signal)
    try:
        Portal().run()
    except Stop:
        say("\nStopped.")
        return 0
    except Unable as reason:
        print(reason, file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
