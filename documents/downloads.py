"""Handing over a large file so that a broken download can go on (RFC 9110, 13 and 14)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.http import FileResponse, HttpResponse
from django.utils.http import http_date

from documents.ranges import Span, span_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

    from documents.models import Package

PIECE = 64 * 1024


class Part(io.RawIOBase):
    """The bytes of a span, read piece by piece; closing it closes the file."""

    def __init__(self, stream: IO[bytes], span: Span) -> None:
        super().__init__()
        self._stream, self._left = stream, span.length
        stream.seek(span.start)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        piece = self._stream.read(wanted)
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._stream.close()
        super().close()


class PartResponse(FileResponse):
    """In pieces large enough for a large file."""

    block_size = PIECE


def response(request: HttpRequest, package: Package) -> HttpResponseBase:
    """The file of a package, or the part that is asked for; the access is the caller's matter.

    Raises FileNotFoundError.
    """
    etag = f'"{package.sha256}"'
    modified = http_date(package.done_at.timestamp()) if package.done_at else ""
    span = span_of(_range(request, {etag, modified}), package.size)
    reply: HttpResponseBase
    if span is None:
        reply = HttpResponse(status=416)
        reply["Content-Range"] = f"bytes */{package.size}"
    else:
        reply = _part(package.path, span, package.file_name)
    reply["Accept-Ranges"] = "bytes"
    reply["ETag"], reply["Last-Modified"] = etag, modified
    reply["Cache-Control"] = "private, no-store"
    reply["X-Content-Type-Options"] = "nosniff"
    reply["Cross-Origin-Resource-Policy"] = "same-origin"
    reply["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return reply


def _range(request: HttpRequest, same: set[str]) -> str:
    """The range that is asked for, unless what the reader has a part of was another file."""
    condition = request.headers.get("If-Range", "")
    return request.headers.get("Range", "") if not condition or condition in same else ""


def _part(path: Path, span: Span, name: str) -> FileResponse:
    reply = PartResponse(
        Part(path.open("rb"), span),
        as_attachment=True,
        filename=name,
        content_type="application/zip",
        status=200 if span.is_whole else 206,
    )
    reply["Content-Length"] = str(span.length)
    if not span.is_whole:
        reply["Content-Range"] = str(span)
    return reply
