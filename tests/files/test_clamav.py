"""Talking to a virus scanner, to one that answers, one that does not, and one that lies."""

from __future__ import annotations

import socket
import struct
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from pytest_django import Settings

from files import clamav, inspectors
from files.clamav import Away, virus_in
from files.types import PDF
from tests import scenes
from tests.files.samples import EICAR

Say = Callable[[bytes], bytes]


def judge(content: bytes) -> bytes:
    """As clamd does."""
    return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


def received(connection: socket.socket) -> bytes:
    """The content of one INSTREAM command."""
    stream = connection.makefile("rb")
    assert stream.read(len(b"zINSTREAM\0")) == b"zINSTREAM\0"
    content = b""
    while size := struct.unpack(">I", stream.read(4))[0]:
        content += stream.read(size)
    stream.close()
    return content


class Scanner(Thread):
    """A scanner that answers one question, on a port or a socket file."""

    def __init__(self, say: Say, listener: socket.socket) -> None:
        super().__init__(daemon=True)
        self.say = say
        self.listener = listener
        self.heard = b""

    def run(self) -> None:
        connection, _ = self.listener.accept()
        with connection:
            self.heard = received(connection)
            connection.sendall(self.say(self.heard))


@pytest.fixture
def start() -> Iterator[Callable[..., tuple[Scanner, str]]]:
    started: list[Scanner] = []
    with tempfile.TemporaryDirectory() as folder:

        def start_one(say: Say = judge, *, path: bool = False) -> tuple[Scanner, str]:
            if path:
                listener = socket.socket(socket.AF_UNIX)
                address = str(Path(folder) / "clamd.sock")
                listener.bind(address)
                listener.listen()
            else:
                listener = socket.create_server(("127.0.0.1", 0))
                address = f"127.0.0.1:{listener.getsockname()[1]}"
            scanner = Scanner(say, listener)
            scanner.start()
            started.append(scanner)
            return scanner, address

        yield start_one
        for scanner in started:
            scanner.join(5)
            scanner.listener.close()


@pytest.mark.parametrize("path", [False, True], ids=["port", "socket file"])
def test_clean_content_is_sent_whole(start: Callable[..., tuple[Scanner, str]], path: bool) -> None:
    scanner, address = start(path=path)
    content = bytes(range(256)) * 1000
    assert len(content) > 3 * clamav.CHUNK
    assert virus_in(content, address) == ""
    assert scanner.heard == content


def test_a_virus_is_named(start: Callable[..., tuple[Scanner, str]]) -> None:
    _, address = start()
    assert virus_in(EICAR, address) == "Eicar-Test-Signature"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"stream: O",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"UNKNOWN COMMAND\0",
        b"x" * 10_000,
    ],
)
def test_no_clear_answer_is_never_clean(
    start: Callable[..., tuple[Scanner, str]], answer: bytes
) -> None:
    _, address = start(lambda content: answer)
    with pytest.raises(Away, match=r"127\.0\.0\.1"):
        virus_in(b"x", address)


def test_a_scanner_that_thinks_too_long_is_away(start: Callable[..., tuple[Scanner, str]]) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    with listener, pytest.raises(Away, match="timed out"):
        virus_in(b"x", f"127.0.0.1:{listener.getsockname()[1]}", seconds=0.1)


@pytest.mark.parametrize(
    "address", ["127.0.0.1:1", "/nonexistent/clamd.sock", "nonsense", "[::1]:1"]
)
def test_a_scanner_that_is_not_there_is_away(address: str) -> None:
    with pytest.raises(Away):
        virus_in(b"x", address)


def test_the_scanner_is_the_last_inspector(
    start: Callable[..., tuple[Scanner, str]], settings: Settings
) -> None:
    infected = scenes.PDF + b"\n%" + EICAR
    assert inspectors.finding(infected, PDF) == ""
    _, settings.CLAMD_ADDRESS = start()
    assert inspectors.finding(infected, PDF) == "发现病毒 Eicar-Test-Signature"
    _, settings.CLAMD_ADDRESS = start()
    assert inspectors.finding(scenes.PDF, PDF) == ""
