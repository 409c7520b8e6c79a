"""The request's number: one for every request, in its answer and on every line logged for it."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase

HEADER = "X-Request-Id"
# What a proxy may hand on; anything else could break a line of the log.
SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")

_request_id: ContextVar[str] = ContextVar("request_id", default="-")


def current_request_id() -> str:
    """The number of the request being answered, `-` outside of one."""
    return _request_id.get()


class RequestIdMiddleware:
    """Takes the number from the proxy when it is a sane one, else makes one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "")
        number = given if SANE.fullmatch(given) else uuid.uuid4().hex
        token = _request_id.set(number)
        try:
            response = self.get_response(request)
        finally:
            _request_id.reset(token)
        response[HEADER] = number
        return response


class RequestIdFilter(logging.Filter):
    """Puts the number on the record for the formatter."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id()
        return True
