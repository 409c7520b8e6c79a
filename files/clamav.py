"""A virus scanner asked over its own protocol (clamd, INSTREAM)."""

from __future__ import annotations

import socket
import struct
from contextlib import closing

CHUNK = 64 * 1024
SECONDS = 30
LONGEST_ANSWER = 4096


class Away(Exception):
    """The scanner gave no answer, or none that says whether the content is clean."""


def virus_in(content: bytes, address: str, *, seconds: float = SECONDS) -> str:
    """The name of the virus found, "" for clean content.

    `address` is host:port or the path of a socket. Raises Away: no answer is never "clean".
    """
    try:
        with closing(_connected(address, seconds)) as scanner:
            scanner.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                part = content[start : start + CHUNK]
                scanner.sendall(struct.pack(">I", len(part)) + part)
            scanner.sendall(struct.pack(">I", 0))
            answer = _answer(scanner)
    except (OSError, ValueError) as fault:
        raise Away(f"{address}: {fault}") from fault
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    raise Away(f"{address}: {answer or 'no answer'}")


def _connected(address: str, seconds: float) -> socket.socket:
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(seconds)
    try:
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


def _answer(scanner: socket.socket) -> str:
    """What the scanner says up to the zero byte, or as much as came before it hung up."""
    heard = b""
    while not heard.endswith(b"\0") and len(heard) < LONGEST_ANSWER:
        part = scanner.recv(LONGEST_ANSWER)
        if not part:
            break
        heard += part
    return heard.rstrip(b"\0\n").decode(errors="replace")
