"""Where a request comes from, for the lock after failed logins."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address of the browser; None where it cannot be told.

    PROXY_COUNT says how many proxies of our own stand in front. Each appends to X-Forwarded-For
    whom it saw, so only that many entries from the end are true: what stands before them is what
    the browser says of itself.
    """
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.PROXY_COUNT:
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        seen = hops[-settings.PROXY_COUNT] if len(hops) >= settings.PROXY_COUNT else ""
    try:
        return str(ip_address(seen.strip()))
    except ValueError:
        return None
