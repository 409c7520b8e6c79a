"""The doors of the API: its addresses under the portal's rules, its document, its page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import conditional_page, require_safe

from accounts import access
from publicity.public_pages import kept_for_strangers
from publicity.throttle import Limit
from publicity.views.api import faults, reading
from publicity.views.api.operations import api

BASE = "/api/v1/"
WHY = "open data: what the public pages say, and nothing else"
# Generous: two a second on average, for who reads the whole register at once.
QUESTIONS = Limit("open-data", times=600, seconds=300)
View = Callable[..., HttpResponse]


def opened(view: Callable[..., Any]) -> Callable[..., Any]:
    """For everyone to read from anywhere: kept, compared by ETag, limited, never written to."""
    answer: View = conditional_page(view)

    @access.public(why=WHY)
    @kept_for_strangers
    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = _through(request, lambda: answer(request, *args, **kwargs))
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Retry-After"
        return response

    return door


def _through(request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    if request.method == "OPTIONS":
        allowed = {"Allow": faults.METHODS, "Access-Control-Allow-Methods": faults.METHODS}
        return HttpResponse(status=204, headers=allowed)
    if request.method not in {"GET", "HEAD"}:
        return faults.not_allowed()
    if not QUESTIONS.takes(request):
        return faults.too_many(QUESTIONS.seconds)
    # Answered as a GET; the server leaves the body out.
    request.method = "GET"
    return answer()


def openapi() -> dict[str, Any]:
    """The document (OpenAPI 3.1), from the declarations that also check the answers."""
    return {**api.get_openapi_schema(path_prefix=BASE), "servers": [{"url": settings.SITE_URL}]}


@opened
def document(request: HttpRequest) -> HttpResponse:
    return JsonResponse(openapi(), json_dumps_params={"ensure_ascii": False})


@require_safe
@access.public(why=WHY)
@kept_for_strangers
def description(request: HttpRequest) -> HttpResponse:
    """The document as a page, drawn from it."""
    described = openapi()
    context = {
        "info": described["info"],
        "operations": list(reading.operations(described)),
        "shapes": reading.shapes(described),
        "site_url": settings.SITE_URL,
        "limit": QUESTIONS,
    }
    return render(request, "publicity/api.html", context)


def _addresses() -> Iterator[URLPattern]:
    """Those of the operations; the library's start page is left out, ours is `description`."""
    for pattern in api.urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            route = f"api/v1/{pattern.pattern}"
            yield path(route, opened(pattern.callback), name=pattern.name)


urls = [
    path("api/v1/", description, name="api"),
    path("api/v1/openapi.json", document, name="openapi"),
    *_addresses(),
]
