"""Files in and out: checked by content, stored by digest, served so that nothing runs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.http import FileResponse

from files import types
from files.models import StoredFile, path_of
from files.names import cleaned
from files.pictures import Broken, redrawn

if TYPE_CHECKING:
    from files.types import FileType

MAX_BYTES = 20 * 1024 * 1024
TOO_LARGE = f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请压缩或拆分后再上传。"
# Kinds that a browser may show in its own window; everything else is only handed over.
SHOWN_INLINE = {"application/pdf", "image/jpeg", "image/png"}


class Rejected(Exception):
    """The file is not taken; `sentence` says why, for people. Nothing was kept."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def limits(allowed: Iterable[FileType] = types.EVIDENCE) -> str:
    """What may be uploaded, said before anyone tries."""
    return f"可上传 {types.labels(frozenset(allowed))}，每个不超过 {MAX_BYTES // 1024 // 1024} MB。"


def store(
    content: bytes | File[Any] | BinaryIO,
    *,
    name: str,
    by: Any,
    at: datetime,
    allowed: frozenset[FileType] = types.EVIDENCE,
) -> StoredFile:
    """Check `content` and keep it under its digest. `by` is None for the portal's own papers.

    Pictures are drawn anew, which drops the place they were taken at; HEIC becomes JPEG.
    Raises Rejected with a sentence. A rollback leaves at most content that no row names.
    """
    kept, kind = _checked(_read(content), allowed)
    digest = hashlib.sha256(kept).hexdigest()
    with transaction.atomic():
        _hold(digest)
        if not default_storage.exists(path_of(digest)):
            default_storage.save(path_of(digest), ContentFile(kept))
        return StoredFile.objects.create(
            digest=digest,
            name=cleaned(name, kind.ending),
            media_type=kind.media_type,
            size=len(kept),
            created_at=at,
            created_by=by,
        )


def discard(stored: StoredFile) -> None:
    """Forget a file that nothing refers to any more, its content with the last row of its digest.

    Raises ProtectedError when something still refers to it.
    """
    digest = stored.digest
    stored.delete()
    transaction.on_commit(partial(_discard_content, digest))


def opened(stored: StoredFile) -> File[Any]:
    """The content, to be read and closed by the caller."""
    return default_storage.open(stored.path, "rb")


def response(stored: StoredFile, *, inline: bool = False) -> FileResponse:
    """The file for a browser, with headers that keep it from running, being guessed or cached.

    `inline` shows pictures and PDF in the browser; other kinds are handed over all the same.
    """
    shown = inline and stored.media_type in SHOWN_INLINE
    reply = FileResponse(
        opened(stored),
        as_attachment=not shown,
        filename=stored.name,
        content_type=stored.media_type,
    )
    reply["X-Content-Type-Options"] = "nosniff"
    reply["Cache-Control"] = "private, no-store"
    # Browsers refuse to show a PDF inside a sandbox, and a PDF runs nothing of ours anyway.
    is_pdf = shown and stored.media_type == "application/pdf"
    reply["Content-Security-Policy"] = "default-src 'none'" + ("" if is_pdf else "; sandbox")
    reply["Cross-Origin-Resource-Policy"] = "same-origin"
    return reply


def _read(content: bytes | File[Any] | BinaryIO) -> bytes:
    raw = content if isinstance(content, bytes) else content.read(MAX_BYTES + 1)
    if not raw:
        raise Rejected("文件是空的。")
    if len(raw) > MAX_BYTES:
        raise Rejected(TOO_LARGE)
    return bytes(raw)


def _checked(raw: bytes, allowed: frozenset[FileType]) -> tuple[bytes, FileType]:
    kind = types.sniff(raw)
    if kind is None or kind not in allowed:
        raise Rejected(f"文件内容不是可接受的类型，{limits(allowed)}")
    if not kind.is_picture:
        return raw, kind
    try:
        return redrawn(raw, kind)
    except Broken as broken:
        raise Rejected(broken.sentence) from None


def _hold(digest: str) -> None:
    """One writer or remover per digest, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(digest[:15], 16)])


def _discard_content(digest: str) -> None:
    with transaction.atomic():
        _hold(digest)
        if not StoredFile.objects.with_digest(digest).exists():
            default_storage.delete(path_of(digest))
