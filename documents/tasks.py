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


@shared_task
def pack(package_id: int) -> None:
    """Write one package; it may take minutes."""
    services.build_package(package_id, now=clock.now)


@shared_task
def resume_packages() -> int:
    """Sweep up packages whose message or worker got lost; run every minute."""
    waiting = services.waiting_packages(clock.now())
    for package_id in waiting:
        pack.delay(package_id)
    return len(waiting)


@shared_task
def drop_packages() -> int:
    """Delete what is older than its time; run every hour."""
    return services.drop_packages(at=clock.now())
