"""Files in and out: checked by content, stored by digest, served so that nothing runs.

An upload lies in quarantine until a worker has inspected it; what is refused loses its content.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

from celery import current_app
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from kombu.exceptions import OperationalError

from files import clamav, inspectors, types
from files.models import MAX_FINDING, Inspection, StoredFile, path_of, thumbnail_path_of
from files.names import cleaned
from files.pictures import Broken, redrawn, thumbnail

if TYPE_CHECKING:
    from files.types import FileType

logger = logging.getLogger(__name__)

MAX_BYTES = 20 * 1024 * 1024
TOO_LARGE = f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请压缩或拆分后再上传。"
# Kinds that a browser may show in its own window; everything else is only handed over.
SHOWN_INLINE = {"application/pdf", "image/jpeg", "image/png"}
# A thumbnail never changes: its address is one file's, and a file is written once.
KEPT_BY_BROWSERS = "private, max-age=604800, immutable"
CHANGED = "文件内容与存入时不一致"
TOO_COMPLEX = "文件过于复杂，无法在规定时间内检查完毕"


class Withheld(PermissionDenied):
    """The file is in quarantine or refused: nobody gets it. The text is a sentence for people."""


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
    trusted: bool = False,
    at_once: bool = False,
) -> StoredFile:
    """Check `content` and keep it under its digest. `by` is None for the portal's own papers.

    Pictures are drawn anew, which drops the place they were taken at; HEIC becomes JPEG.
    A worker inspects it after the commit. `trusted` is for what the portal itself has made: it is
    released as it comes. `at_once` inspects it before it is kept.
    Raises Rejected with a sentence. A rollback leaves at most content that no row names.
    """
    kept, kind = _checked(_read(content), allowed)
    if at_once:
        _require_harmless(kept, kind)
    digest = hashlib.sha256(kept).hexdigest()
    with transaction.atomic():
        _hold(digest)
        if not default_storage.exists(path_of(digest)):
            default_storage.save(path_of(digest), ContentFile(kept))
        stored = StoredFile.objects.create(
            digest=digest,
            name=cleaned(name, kind.ending),
            media_type=kind.media_type,
            size=len(kept),
            created_at=at,
            created_by=by,
        )
        if trusted or at_once:
            _release(stored, kept, at)
        else:
            transaction.on_commit(partial(_send, stored.pk))
        return stored


def inspect(stored: StoredFile, *, at: datetime) -> Inspection | None:
    """Release a file from quarantine, or refuse it and let its content go.

    None when it is settled already or was taken away meanwhile. Raises clamav.Away when the
    scanner gives no answer; the file then stays in quarantine.
    """
    with opened(stored) as content:
        raw = content.read()
    finding = _changed(stored, raw) or inspectors.finding(raw, types.of(stored.media_type))
    return _settle(stored, raw, finding, at)


def give_up(stored: StoredFile, *, at: datetime) -> Inspection | None:
    """Refuse a file whose inspection does not come to an end."""
    return _settle(stored, b"", TOO_COMPLEX, at)


def discard(stored: StoredFile) -> None:
    """Forget a file that nothing refers to any more, its content with the last row of its digest.

    Raises ProtectedError when something still refers to it.
    """
    digest = stored.digest
    stored.delete()
    transaction.on_commit(partial(_discard_content, digest))


def opened(stored: StoredFile) -> File[Any]:
    """The content, to be read by the portal and closed by the caller; not for handing out."""
    return default_storage.open(stored.path, "rb")


def response(stored: StoredFile, *, inline: bool = False) -> FileResponse:
    """The file for a browser, with headers that keep it from running, being guessed or cached.

    `inline` shows pictures and PDF in the browser; other kinds are handed over all the same.
    Raises Withheld for a file that is not released.
    """
    _require_released(stored)
    shown = inline and stored.media_type in SHOWN_INLINE
    reply = FileResponse(
        opened(stored),
        as_attachment=not shown,
        filename=stored.name,
        content_type=stored.media_type,
    )
    reply["Cache-Control"] = "private, no-store"
    if shown and stored.media_type == types.PDF.media_type:
        # Browsers refuse to show a PDF inside a sandbox, and a PDF runs nothing of ours anyway.
        # Pages of ours show it beside a mark; nobody else may frame it.
        reply["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'self'"
        reply["X-Frame-Options"] = "SAMEORIGIN"
    _disarm(reply)
    return reply


def thumbnail_response(stored: StoredFile) -> HttpResponse:
    """A picture made small. Raises Withheld as `response` does, Http404 for other kinds."""
    _require_released(stored)
    if not stored.is_picture:
        raise Http404
    with default_storage.open(thumbnail_path_of(stored.digest), "rb") as small:
        reply = HttpResponse(small.read(), content_type=types.JPEG.media_type)
    reply["Cache-Control"] = KEPT_BY_BROWSERS
    reply["ETag"] = f'"{stored.digest}"'
    _disarm(reply)
    return reply


def _disarm(reply: HttpResponseBase) -> None:
    reply["X-Content-Type-Options"] = "nosniff"
    reply["Cross-Origin-Resource-Policy"] = "same-origin"
    reply.setdefault("Content-Security-Policy", "default-src 'none'; sandbox")


def _require_released(stored: StoredFile) -> None:
    if stored.is_waiting:
        raise Withheld("文件正在进行安全检查，请稍候。")
    if stored.is_refused:
        raise Withheld(f"文件未通过安全检查：{stored.inspection.finding}。")


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


def _changed(stored: StoredFile, raw: bytes) -> str:
    same = hashlib.sha256(raw).hexdigest() == stored.digest
    kind = types.sniff(raw) if same else None
    return "" if kind and kind.media_type == stored.media_type else CHANGED


def _require_harmless(content: bytes, kind: FileType) -> None:
    try:
        finding = inspectors.finding(content, kind)
    except clamav.Away:
        logger.exception("the virus scanner does not answer")
        raise Rejected("安全检查服务暂时没有响应，请稍后再上传。") from None
    if finding:
        raise Rejected(f"未通过安全检查：{finding}。")


def _send(file_id: int) -> None:
    """Hand over to the workers. When the broker is away the sweep does it later."""
    try:
        current_app.send_task("files.tasks.inspect", (file_id,), retry=False)
    except OperationalError:
        logger.warning("broker away; file %s waits for the sweep", file_id)


@transaction.atomic
def _settle(stored: StoredFile, raw: bytes, finding: str, at: datetime) -> Inspection | None:
    _hold(stored.digest)
    waiting = StoredFile.objects.waiting().select_for_update(of=("self",), no_key=True)
    if waiting.filter(pk=stored.pk).first() is None:
        return None
    if not finding:
        return _release(stored, raw, at)
    transaction.on_commit(partial(_discard_content, stored.digest))
    return Inspection.objects.create(
        file=stored, passed=False, finding=finding[:MAX_FINDING], inspected_at=at
    )


def _release(stored: StoredFile, content: bytes, at: datetime) -> Inspection:
    path = thumbnail_path_of(stored.digest)
    if stored.is_picture and not default_storage.exists(path):
        default_storage.save(path, ContentFile(thumbnail(content)))
    return Inspection.objects.create(file=stored, passed=True, inspected_at=at)


def _discard_content(digest: str) -> None:
    """Equal contents lie in one place: it is emptied when nobody can want it any more."""
    with transaction.atomic():
        _hold(digest)
        if not StoredFile.objects.with_digest(digest).not_refused().exists():
            default_storage.delete(path_of(digest))
            default_storage.delete(thumbnail_path_of(digest))
