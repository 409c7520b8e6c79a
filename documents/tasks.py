from celery import shared_task

from documents import services
from workflow import clock


@shared_task
def work(job_id: int) -> None:
    """Make one paper that somebody asked for."""
    services.work(job_id, now=clock.now)


@shared_task
def resume() -> int:
    """Sweep up requests whose message or worker got lost; run every minute."""
    waiting = services.waiting_jobs(clock.now())
    for job_id in waiting:
        work.delay(job_id)
    return len(waiting)
