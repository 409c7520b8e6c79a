"""Carrying events to their subscribers."""

import logging
from datetime import timedelta

from celery import shared_task
from django.db import transaction

from workflow import clock
from workflow.models import Delivery
from workflow.subscriptions import handler_named

logger = logging.getLogger(__name__)

# Waits between tries; after the last one the delivery is tried once a day.
BACKOFF = [timedelta(minutes=m) for m in (1, 5, 30, 120)]
A_DAY = timedelta(days=1)
# The sweep leaves fresh deliveries to the task sent at the commit.
GRACE = timedelta(seconds=30)
AT_ONCE = 500


@shared_task
def deliver(delivery_id: int) -> None:
    """Run one handler once. Its writes and the note that it ran are one transaction."""
    try:
        with transaction.atomic():
            delivery = (
                Delivery.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("event__actor")
                .filter(pk=delivery_id, done_at=None)
                .first()
            )
            if delivery is None:
                return
            handler_named(delivery.subscriber)(delivery.event)
            delivery.done_at = clock.now()
            delivery.fault = ""
            delivery.save()
    except Exception as fault:
        logger.exception("delivery %s failed", delivery_id)
        _postpone(delivery_id, fault)


def _postpone(delivery_id: int, fault: Exception) -> None:
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
        wait = BACKOFF[delivery.attempts] if delivery.attempts < len(BACKOFF) else A_DAY
        delivery.attempts += 1
        delivery.next_at = clock.now() + wait
        delivery.fault = type(fault).__name__
        delivery.save()


@shared_task
def redeliver() -> int:
    """Sweep up what got lost between commit and broker, or failed and is due again."""
    due = Delivery.objects.waiting(clock.now() - GRACE).order_by("pk")[:AT_ONCE]
    ids = list(due.values_list("pk", flat=True))
    for pk in ids:
        deliver.delay(pk)
    return len(ids)
