"""What a load balancer asks: does the process live, and can it serve?"""

from __future__ import annotations

import logging

from celery import current_app
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from accounts import access

logger = logging.getLogger(__name__)

WORKER_SEEN = "health:worker"
WORKER_SEEN_SECONDS = 5


@access.public(why="负载均衡器探测进程是否存活，不读取任何数据")
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@access.public(why="负载均衡器探测服务是否就绪，只返回各部件的通断")
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    broker = _broker_answers()
    parts = {
        "database": _database_answers(),
        "broker": broker,
        "worker": broker and _worker_answers(),
    }
    missing = [name for name, answers in parts.items() if not answers]
    status = "unavailable" if missing else "ok"
    return JsonResponse(
        {"status": status, "missing": missing, "parts": parts}, status=503 if missing else 200
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("The database does not answer")
        return False
    return True


def _broker_answers() -> bool:
    try:
        with current_app.connection_for_read() as broker:
            broker.ensure_connection(max_retries=1, timeout=1)
    except (OperationalError, RedisError):
        logger.exception("The broker does not answer")
        return False
    return True


def _worker_answers() -> bool:
    """An answer counts for a few seconds, so that probes do not become the workers' load."""
    if cache.get(WORKER_SEEN):
        return True
    if not current_app.control.ping(timeout=1, limit=1):
        logger.error("No worker answers")
        return False
    cache.set(WORKER_SEEN, True, WORKER_SEEN_SECONDS)
    return True
