from celery import shared_task

from accounts import services
from workflow import clock


@shared_task
def settle_appointments() -> None:
    services.settle_appointments(clock.now())
