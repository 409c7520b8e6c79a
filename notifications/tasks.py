from celery import shared_task

from notifications import outbox, reminders
from workflow import clock


@shared_task
def remind() -> int:
    """Run several times a day, so that a morning's outage is made up the same day."""
    return reminders.remind(clock.now())


@shared_task
def send_waiting_mail() -> int:
    return outbox.send_waiting(now=clock.now)
