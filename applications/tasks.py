from celery import shared_task

from applications import services
from workflow import clock


@shared_task
def lapse_overdue() -> int:
    return services.lapse_overdue(clock.now())


@shared_task
def carry_on(plan_id: int) -> None:
    """Carry out a plan of the automatic assignment, from where it stands."""
    services.carry_on(plan_id, now=clock.now)


@shared_task
def resume_plans() -> int:
    """Sweep up plans whose message or worker got lost; run every minute."""
    waiting = services.unfinished_plans()
    for plan_id in waiting:
        carry_on.delay(plan_id)
    return len(waiting)


@shared_task
def carry_on_batch(batch_id: int) -> None:
    """Move the files of a confirmed batch, from where it stands."""
    services.carry_on_batch(batch_id, now=clock.now)


@shared_task
def resume_batches() -> int:
    """Sweep up batches whose message or worker got lost; run every minute."""
    waiting = services.unfinished_batches()
    for batch_id in waiting:
        carry_on_batch.delay(batch_id)
    return len(waiting)
