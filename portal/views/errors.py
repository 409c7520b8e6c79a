"""Answers for what went wrong: the look of the site, a sentence, a way on; never a trace.

They carry no access rule: no address leads to them, and they answer also where the request broke
before anybody knew who asks.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import TemplateDoesNotExist, loader

PLAIN = "<!doctype html><meta charset=utf-8><title>系统繁忙</title><p>系统繁忙，请稍后再试。"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: a session that ended, or cookies that are blocked."""
    return render(request, "errors/csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", {"reason": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without any context, so that it also answers when database and sessions are away."""
    try:
        page = loader.get_template("errors/500.html").render()
    except (TemplateDoesNotExist, ValueError):
        page = PLAIN
    return HttpResponseServerError(page)
