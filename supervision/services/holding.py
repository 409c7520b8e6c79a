"""What the services of a title share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.files import File

from accounts.models import User
from files import services as files
from files.models import StoredFile
from publicity.models import Title

Uploads = Iterable[File[Any]]


def hold(title_id: int) -> Title:
    """Lock a title: it is locked first, whatever about it is locked next. Call in a transaction."""
    return Title.objects.select_for_update(of=("self",)).get(pk=title_id)


def kept(uploads: Uploads, *, by: User | None, at: datetime) -> list[StoredFile]:
    """The uploads as stored. Raises files.services.Rejected for a file that is not taken."""
    return [files.store(each, name=each.name or "", by=by, at=at) for each in uploads]
