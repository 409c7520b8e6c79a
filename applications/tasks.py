from celery import shared_task

from applications import services
from workflow import clock


@shared_task
def lapse_overdue() -> int:
    return services.lapse_overdue(clock.now())
