"""Which bytes of a file somebody asks for (RFC 9110, 14). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


@dataclass(frozen=True)
class Span:
    """The bytes from `start` up to `end`, both included, of `size`."""

    start: int
    end: int
    size: int

    @property
    def length(self) -> int:
        return self.end - self.start + 1

    @property
    def is_whole(self) -> bool:
        return self.length == self.size

    def __str__(self) -> str:
        return f"bytes {self.start}-{self.end}/{self.size}"


def span_of(header: str, size: int) -> Span | None:
    """What the Range header asks of a file with `size` bytes; None where nothing of it is there.

    A header that cannot be understood, or asks for several ranges, asks for everything.
    """
    whole = Span(0, size - 1, size)
    asked = ONE_RANGE.match(header.replace(" ", ""))
    if asked is None or asked.group(0) == "bytes=-":
        return whole
    first, last = asked.groups()
    if not first:
        start, end = max(size - int(last), 0), size - 1
    else:
        start, end = int(first), min(int(last or size), size - 1)
        if last and int(last) < start:
            return whole
    return Span(start, end, size) if start <= end and start < size else None
