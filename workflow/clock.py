"""The one source of the present. In demo mode PORTAL_NOW moves it; it then runs on from there."""

import os
import time
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime


def now() -> datetime:
    """The present moment, aware. PORTAL_NOW (ISO, local time) counts in demo mode only."""
    moved = os.environ.get("PORTAL_NOW") if settings.DEMO else None
    if not moved:
        return timezone.now()
    start, ticks = _moved_start(moved)
    return start + timedelta(seconds=time.monotonic() - ticks)


def real() -> datetime:
    """The machine's own present, for locks and proofs of identity, which no demo may move."""
    return timezone.now()


@lru_cache(maxsize=8)
def _moved_start(moved: str) -> tuple[datetime, float]:
    start = parse_datetime(moved)
    if start is None:
        raise ValueError(f"PORTAL_NOW is not a date and time like 2023-09-27T09:00: {moved!r}")
    if timezone.is_naive(start):
        start = timezone.make_aware(start)
    return start, time.monotonic()
