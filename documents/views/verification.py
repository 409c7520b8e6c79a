"""Checking a paper: by the code that is printed on it, or by the file itself."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access
from documents import uploads, verification
from documents.forms import CheckedFileForm, CodeForm
from documents.validation import validate
from documents.verification import Finding
from files import types
from publicity import throttle
from publicity.numbers import as_typed
from workflow import clock

WHY = "anyone who holds a paper in hand may check it"


@require_http_methods(["GET", "HEAD", "POST"])
@access.public(why=WHY)
@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """Where a code is typed in or a file handed over."""
    if request.method == "POST":
        return _checked(request)
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("documents:verified", as_typed(form.cleaned_data["code"]) or "-")
    return _page(request, form=form)


@require_safe
@access.public(why=WHY)
@never_cache
def verified(request: HttpRequest, code: str) -> HttpResponse:
    """What the paper with this code says, in words, and whether that still holds."""
    if not throttle.may_try(request):
        return throttle.too_many(request)
    finding = verification.with_code(code, _today())
    if finding is None:
        throttle.was_wrong(request)
        return _page(request, status=404, typed=code[:40])
    return _result(request, "documents/verified.html", finding=finding)


def _checked(request: HttpRequest) -> HttpResponse:
    form = CheckedFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, status=422, file_form=form)
    if not throttle.may_try(request):
        return throttle.too_many(request)
    content = _content(form.cleaned_data["file"])
    finding = verification.with_digest(hashlib.sha256(content).hexdigest(), _today())
    if finding:
        return _result(request, "documents/checked.html", finding=finding, unchanged=True)
    if types.sniff(content) != types.PDF:
        return _result(request, "documents/checked.html", finding=None, readable=True)
    if not (throttle.READ_FILES.takes(request) and throttle.ALL_READ_FILES.takes(request)):
        return throttle.too_many(request)
    words = uploads.words_in(content)
    finding = _named(request, uploads.code_in(words or ""), _today())
    signature = validate(content) if finding else None
    more = {"readable": words is not None, "signature": signature}
    return _result(request, "documents/checked.html", finding=finding, **more)


def _named(request: HttpRequest, code: str, today: date) -> Finding | None:
    """The paper that a file says it is; a code that does not exist is a wrong try like any."""
    finding = verification.with_code(code, today) if code else None
    if code and finding is None:
        throttle.was_wrong(request)
    return finding


def _content(upload: UploadedFile[Any]) -> bytes:
    content: bytes = upload.read()
    return content


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"form": CodeForm(), "file_form": CheckedFileForm()} | more
    return render(request, "documents/verify.html", context, status=status)


def _result(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """A result is for who asked: no search engine keeps it."""
    finding: Finding | None = context["finding"]
    standing = finding.title.standing(_today()) if finding and finding.title else None
    answer = render(request, template, context | {"standing": standing})
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _today() -> date:
    return timezone.localdate(clock.now())
