"""Good practice 经验做法: written by nurseries and commissions, published by the province (S0)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction

from accounts.models import Region, User
from files import pictures as drawing
from files import services as files
from files.types import JPEG, PNG
from nurseries.models import Nursery
from publicity import policies, public_pages
from publicity.models import Practice, PracticePicture
from publicity.models.practices import MAX_PICTURES
from workflow import Problem, Refused, perform, record

# What a browser can show as it is.
PICTURES = frozenset({JPEG, PNG})
OVERTAKEN = "其他页面或同事已保存过本篇。请核对下方内容后再次保存，将以您填写的内容为准。"


@dataclass(frozen=True)
class Writing:
    """What the author typed: the words, the captions of pictures by key, which pictures go, what
    is new.
    """

    title: str
    summary: str
    text: str
    consents: bool
    captions: Mapping[int, str] = field(default_factory=dict)
    dropped: frozenset[int] = frozenset()
    uploads: Iterable[File[Any]] = ()


class Overtaken(Exception):
    """Somebody saved meanwhile; `version` is the newest, and nothing was kept of this saving."""

    def __init__(self, version: int) -> None:
        self.version = version
        super().__init__(OVERTAKEN)


@transaction.atomic
def draft_practice(
    author: Nursery | Region, written: Writing, *, by: User, at: datetime
) -> Practice:
    """Begin a good practice for a nursery or a commission. Raises PermissionDenied,
    files.services.Rejected for a picture that is not taken.
    """
    nursery = author if isinstance(author, Nursery) else None
    region = author if isinstance(author, Region) else author.region
    practice = Practice(
        nursery=nursery,
        region=region,
        region_path=region.path,
        written_by=by,
        created_at=at,
        **_words(written),
    )
    if not policies.may_write_practice(practice, by):
        raise PermissionDenied
    practice.save()
    _hang(practice, written.uploads, by=by, at=at)
    record(practice, "draft", actor=by, at=at)
    return practice


@transaction.atomic
def edit_practice(
    practice: Practice, written: Writing, *, seen_version: int, by: User, at: datetime
) -> None:
    """Save what the author typed, with its pictures, or nothing at all.

    Raises PermissionDenied, Refused once it is handed in, Overtaken, files.services.Rejected.
    """
    held = Practice.objects.select_for_update(of=("self",)).get(pk=practice.pk)
    if not policies.may_write_practice(held, by):
        raise PermissionDenied
    if not held.is_writable:
        raise Refused(f"本篇为“{held.get_state_display()}”，不能修改。")
    if held.version != seen_version:
        raise Overtaken(held.version)
    for name, value in _words(written).items():
        setattr(held, name, value)
    held.version += 1
    held.written_by = by
    held.save()
    _take_down(held, written.dropped)
    _describe(held, written.captions)
    _hang(held, written.uploads, by=by, at=at)
    record(held, "edit", actor=by, at=at)


def publish_practice(practice: Practice, *, actor: User, at: datetime, **data: Any) -> None:
    """On the public site from now on."""
    perform(practice, "publish", actor=actor, at=at)
    public_pages.changed()


def withdraw_practice(
    practice: Practice, *, actor: User, at: datetime, reason: str, **data: Any
) -> None:
    """Off the public site at once."""
    perform(practice, "withdraw", actor=actor, at=at, reason=reason)
    public_pages.changed()


def _words(written: Writing) -> dict[str, Any]:
    return {
        "title": written.title,
        "summary": written.summary,
        "text": written.text,
        "consents": written.consents,
    }


def _take_down(practice: Practice, dropped: Iterable[int]) -> None:
    """Forget the pictures with these keys, content and all; the others move up."""
    for picture in practice.pictures.filter(pk__in=list(dropped)).select_related("file"):
        picture.delete()
        files.discard(picture.file)
    for place, picture in enumerate(practice.pictures.order_by("place"), start=1):
        if picture.place != place:
            picture.place = place
            picture.save(update_fields=["place"])


def _describe(practice: Practice, captions: Mapping[int, str]) -> None:
    for picture in practice.pictures.all():
        caption = captions.get(picture.pk, picture.caption)
        if caption != picture.caption:
            picture.caption = caption
            picture.save(update_fields=["caption"])


def _hang(practice: Practice, uploads: Iterable[File[Any]], *, by: User, at: datetime) -> None:
    """Put new pictures into the next places; who writes is held, so two never take one place."""
    new = list(uploads)
    first = practice.pictures.count() + 1
    if first + len(new) - 1 > MAX_PICTURES:
        text = f"最多 {MAX_PICTURES} 张图片，现有 {first - 1} 张，又选 {len(new)} 张。"
        raise Refused([Problem(text, "uploads")])
    for place, upload in enumerate(new, start=first):
        stored = files.store(upload, name=upload.name or "", by=by, at=at, allowed=PICTURES)
        with files.opened(stored) as content:
            width, height = drawing.thumbnail_size(content.read())
        PracticePicture.objects.create(
            practice=practice, place=place, file=stored, width=width, height=height
        )
