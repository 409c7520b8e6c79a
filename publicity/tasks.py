from celery import shared_task

from publicity import services
from workflow import clock


@shared_task
def settle() -> None:
    services.settle(clock.now())


@shared_task
def publish_due() -> None:
    services.publish_due(clock.now())
