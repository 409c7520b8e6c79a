"""The public pages, kept ready for strangers, so that a rush of readers costs next to nothing.

A view says with `kept_for_strangers` that its page is the same for all of them. The middleware
stands before everything else and keeps whole answers in the memory of its process: for a short
time, for one local day, and until something public changes. The process where it changes knows at
once, the others within LOOK seconds. Whoever is signed in, or carries a message from the last
page, always gets a fresh one.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from workflow import clock

SECONDS = 30
LOOK = 0.2
# Beyond so many pages a process forgets them all and begins anew.
MOST = 500
GENERATION = "public-pages"
MARK = "kept_for_strangers"

View = Callable[..., HttpResponse]


def changed() -> None:
    """What is kept no longer holds: at once for this transaction's own reader, and at its commit
    for a page that somebody else draws from the old rows meanwhile.
    """
    _generation.begin()
    transaction.on_commit(_generation.begin, robust=True)


class Generation:
    """What the kept pages have to agree with: one word for all processes, in the cache."""

    def __init__(self) -> None:
        self.known = ""
        self.until = 0.0

    def begin(self) -> None:
        """Begin a new one; nothing kept before holds any longer."""
        cache.set(GENERATION, secrets.token_hex(8), None)
        self.until = 0.0

    def now(self) -> str:
        """The present one; the cache is asked when the last answer is older than LOOK."""
        moment = time.monotonic()
        if moment >= self.until:
            found = cache.get(GENERATION)
            if found is None:
                self.begin()
                found = cache.get(GENERATION)
            self.known, self.until = str(found), moment + LOOK
        return self.known


_generation = Generation()


def kept_for_strangers(view: View) -> View:
    """Mark the answers of a view: a page that is the same for everyone not signed in."""

    @wraps(view)
    def marking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        # A page with a form's token is one reader's own.
        if response.status_code == 200 and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
            setattr(response, MARK, True)
        return response

    return marking


@dataclass(frozen=True)
class Page:
    """A whole answer and how long it holds."""

    body: bytes
    headers: dict[str, str]
    generation: str
    day: date
    until: float

    def holds(self, generation: str, day: date) -> bool:
        return self.generation == generation and self.day == day and time.monotonic() < self.until


class KeptPagesMiddleware:
    """Stands first; what it answers from memory reaches no other middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.pages: dict[str, Page] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seconds = getattr(settings, "PUBLIC_PAGE_SECONDS", SECONDS)
        if not seconds or not _is_plain(request):
            return self.get_response(request)
        key = f"{request.scheme}:{request.path}"
        if key not in self.pages:
            return self._drawn(request, key, seconds)
        day = timezone.localdate(clock.now())
        page = self.pages[key]
        if page.holds(_generation.now(), day):
            return _compared(request, HttpResponse(page.body, headers=page.headers))
        return self._drawn(request, key, seconds)

    def _drawn(self, request: HttpRequest, key: str, seconds: int) -> HttpResponse:
        day, generation = timezone.localdate(clock.now()), _generation.now()
        response = self.get_response(request)
        if getattr(response, MARK, False) and not response.cookies:
            if len(self.pages) >= MOST:
                self.pages.clear()
            headers = {n: v for n, v in response.items() if n != "X-Request-Id"}
            until = time.monotonic() + seconds
            self.pages[key] = Page(response.content, headers, generation, day, until)
        return response


def _compared(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Not sent again to who has it already, where the page says how to tell."""
    etag = answer.get("ETag")
    return get_conditional_response(request, etag=etag, response=answer) if etag else answer  # type: ignore[return-value]


def _is_plain(request: HttpRequest) -> bool:
    """Nobody signed in, no message waiting to be shown, nothing asked for in particular."""
    personal = {settings.SESSION_COOKIE_NAME, "messages"} & set(request.COOKIES)
    return request.method == "GET" and not request.META.get("QUERY_STRING") and not personal
