"""What the portal itself settles when a day is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.utils import timezone

from publicity import public_pages
from publicity.models import Notice, Title
from publicity.services.titles import expire_title
from workflow import Refused, perform


def settle(at: datetime) -> None:
    """Close notices whose days are over and expire titles. Repeatable; run by beat."""
    today = timezone.localdate(at)
    for notice in Notice.objects.over_by(today):
        _quietly(partial(perform, notice, "close", actor=None, at=at))
    for title in Title.objects.over_by(today):
        _quietly(partial(expire_title, title, at=at))


def _quietly(settle_one: Callable[[], object]) -> None:
    """Another worker may have been faster; the machine has decided."""
    try:
        settle_one()
    except Refused:
        return
    public_pages.changed()
