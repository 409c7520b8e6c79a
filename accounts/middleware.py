from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from accounts import access, proof

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
WRITES = ("INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE")
ALWAYS_OPEN = ("/password/", "/logout/", "/static/", "/healthz", "/readyz")


class WriteOnGetError(Exception):
    """A page that should only read tried to write."""


class ReadOnlyGetMiddleware:
    """A GET cannot write: a link, a prefetch or a back button never changes anything."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS:
            return self.get_response(request)
        with connection.execute_wrapper(_refuse_writes):
            return self.get_response(request)


def _refuse_writes(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if sql.lstrip().upper().startswith(WRITES):
        raise WriteOnGetError(sql.split(None, 3)[:3])
    return execute(sql, params, many, context)


class FirstPasswordMiddleware:
    """Whoever signs in with a password given by an administrator changes it first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(ALWAYS_OPEN):
            return self.get_response(request)
        user = request.user
        if user.is_authenticated and user.must_change_password:
            return access.lead_to("password", access.way_back(request))
        return self.get_response(request)


class SecondFactorMiddleware:
    """Before the second factor an official reaches nothing but the pages where it is given."""

    OPEN = (*ALWAYS_OPEN, "/login/confirm/", "/account/factor/")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(self.OPEN) or proof.is_verified(request.session):
            return self.get_response(request)
        if access.is_official(request.user):
            return access.lead_to("confirm", access.way_back(request))
        return self.get_response(request)
