"""Inspecting what lies in quarantine."""

import logging
from datetime import timedelta

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.core.cache import cache

from files import clamav, services
from files.models import StoredFile
from workflow import clock

logger = logging.getLogger(__name__)

# Longer than the scanner may think about a file.
SECONDS = 90
# The sweep leaves fresh uploads to the task sent at the commit.
GRACE = timedelta(minutes=1)
SWEEP_SECONDS = 60
AT_ONCE = 500
# A file that has so often taken its worker with it is refused; tries are remembered for a day.
MOST_TRIES = 3
REMEMBERED = 24 * 3600


@shared_task(soft_time_limit=SECONDS, time_limit=SECONDS + 30)
def inspect(file_id: int) -> None:
    """Settle one file. Without an answer of the scanner it stays where it is until the sweep."""
    stored = StoredFile.objects.waiting().filter(pk=file_id).first()
    if stored is None:
        return
    tries = f"inspections-begun:{file_id}"
    begun = cache.get(tries, 0)
    if begun >= MOST_TRIES:
        services.give_up(stored, at=clock.now())
        return
    cache.set(tries, begun + 1, REMEMBERED)
    try:
        services.inspect(stored, at=clock.now())
    except clamav.Away as fault:
        cache.set(tries, begun, REMEMBERED)
        logger.warning("file %s stays in quarantine: %s", file_id, fault)
    except SoftTimeLimitExceeded:
        services.give_up(stored, at=clock.now())


@shared_task
def sweep() -> int:
    """Sweep up what nobody has settled: a message got lost, a worker, or the scanner was away.

    A message that is not worked on before the next sweep expires, so that none pile up.
    """
    waiting = StoredFile.objects.waiting().stored_before(clock.now() - GRACE).order_by("pk")
    ids = list(waiting.values_list("pk", flat=True)[:AT_ONCE])
    for file_id in ids:
        inspect.apply_async((file_id,), expires=SWEEP_SECONDS)
    return len(ids)
