"""`bin/run`, `bin/backup` and `bin/restore` as a person at a terminal uses them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg2
import pytest
from django.conf import settings

# One start for the whole file, so its tests stay in one process.
pytestmark = pytest.mark.xdist_group("run")

BIN = Path(settings.BASE_DIR) / "bin"
START_SECONDS = 90
OF_TESTS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "PORTAL_NOW")


def environment(data: Path, port: int, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in OF_TESTS}
    return kept | {"DATA_DIR": str(data), "PORT": str(port), **more}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Running:
    process: subprocess.Popen[bytes]
    data: Path
    port: int
    out: Path

    def said(self) -> str:
        return self.out.read_text()

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz") as answer:
                return answer.status == 200
        except OSError:
            return False

    def wait_for(self, sentence: str) -> None:
        end = time.monotonic() + START_SECONDS
        while sentence not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < end, self.said()
            time.sleep(0.2)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=60)

    def regions(self) -> int:
        database = psycopg2.connect(
            host=str(self.data / "postgres"), user="postgres", dbname="portal"
        )
        with database.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM accounts_region")
            count = int(cursor.fetchall()[0][0])
        database.close()
        return count


@contextmanager
def running(data: Path) -> Iterator[Running]:
    port = free_port()
    out = data.with_name(f"{data.name}-{port}.out")
    with out.open("wb") as stream:
        process = subprocess.Popen(
            [str(BIN / "run")],
            env=environment(data, port, DEMO="0"),
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    run = Running(process, data, port, out)
    try:
        run.wait_for("Ctrl-C stops everything.")
        yield run
    finally:
        run.stop()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Short, for the sockets in it, and reachable for the user that PostgreSQL runs as."""
    with tempfile.TemporaryDirectory(prefix="portal-run-") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def first(folder: Path) -> Iterator[Running]:
    """One start serves all questions that leave it as it was."""
    with running(folder / "data") as run:
        yield run


def call(program: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN / program), *arguments], env=env, capture_output=True, text=True, check=False
    )


def test_a_start_says_where_it_is_and_serves(first):
    assert f"http://localhost:{first.port}/" in first.said()
    assert first.is_ready()
    assert first.regions() > 100


def test_a_second_start_on_the_same_port_or_data_says_what_is_wrong(first, folder):
    port = call("run", **environment(folder / "other", first.port))
    assert port.returncode == 1
    assert f"Port {first.port} cannot be used" in port.stderr
    data = call("run", **environment(first.data, free_port()))
    assert data.returncode == 1
    assert f"in use by another start (process {first.process.pid})" in data.stderr
    assert first.is_ready()


def test_a_killed_worker_is_started_again(first):
    (worker,) = [
        child
        for child in psutil.Process(first.process.pid).children()
        if "worker" in child.cmdline()
    ]
    worker.kill()
    first.wait_for("worker runs again.")
    assert first.process.poll() is None


def test_a_backup_comes_back_and_a_stop_keeps_the_data(first, folder):
    (first.data / "files").mkdir(exist_ok=True)
    (first.data / "files" / "evidence").write_bytes(b"a picture")
    saved, restored = folder / "saved", folder / "restored"
    done = call("backup", str(saved), **environment(first.data, first.port))
    assert done.returncode == 0, done.stderr

    done = call("restore", str(saved), **environment(restored, first.port))
    assert done.returncode == 0, done.stderr
    assert (restored / "files" / "evidence").read_bytes() == b"a picture"
    assert (restored / "secret_key").read_text() == (first.data / "secret_key").read_text()
    again = call("restore", str(saved), **environment(restored, first.port))
    assert "holds data already" in again.stderr

    for _ in range(2):
        with running(restored) as run:
            assert run.regions() == first.regions()
        assert run.process.returncode == 0
        assert run.said().endswith("Stopped.\n")
