"""The texts of papers: changed, compared, and seen as the paper they make."""

from __future__ import annotations

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access
from documents import services
from documents.forms import PaperTextForm
from documents.papers import examples
from documents.statuses import TextKind
from workflow import clock

RUN_CYCLE = "accounts.run_cycle"


@require_safe
@access.holding(RUN_CYCLE)
def wordings(request: HttpRequest) -> HttpResponse:
    """Every kind of paper with who changed its texts last."""
    return render(request, "documents/wordings.html", {"wordings": services.wordings()})


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding(RUN_CYCLE)
def texts(request: access.SignedRequest, kind: str) -> HttpResponse:
    """The texts of one kind of paper; `?from=3` begins with those of version 3, 0 the defaults."""
    wanted = _kind(kind)
    current = services.texts_of(wanted)
    source = _number(request.GET.get("from"))
    shown = current if source is None else services.texts_of(wanted, source)
    form = PaperTextForm.of(wanted, shown, current.number)
    status = 200
    if request.method == "POST":
        form, status = PaperTextForm(wanted, request.POST), 422
        if form.is_valid():
            try:
                saved = services.reword(
                    wanted,
                    form.texts,
                    seen=form.cleaned_data["seen"],
                    by=request.user,
                    at=clock.now(),
                )
            except services.Conflict as conflict:
                form, status = _overtaken(wanted, request, conflict.current), 409
            else:
                messages.success(request, f"已保存，现行文字为第 {saved.number} 版。")
                return redirect("documents:texts", wanted.value)
    context = {"kind": wanted, "current": current, "shown": shown, "form": form}
    return render(request, "documents/texts.html", context, status=status)


def _overtaken(kind: TextKind, request: HttpRequest, current: services.Version) -> PaperTextForm:
    """What was typed, to be saved after the version that came first, if it still shall be."""
    data: Any = request.POST.copy()
    data["seen"] = current.number
    form = PaperTextForm(kind, data)
    form.add_error(
        None,
        f"{current.by}已先保存了第 {current.number} 版。您填写的文字保留如下，请核对后再保存。",
    )
    return form


@require_safe
@access.holding(RUN_CYCLE)
def history(request: HttpRequest, kind: str) -> HttpResponse:
    """All versions of the texts, each with what it changed."""
    wanted = _kind(kind)
    context = {"kind": wanted, "versions": services.history(wanted)}
    return render(request, "documents/history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding(RUN_CYCLE)
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]
def preview(request: HttpRequest, kind: str) -> HttpResponse:
    """The paper with example data, in the texts that were typed or in the current ones; nothing is
    saved.
    """
    wanted = _kind(kind)
    shown = services.texts_of(wanted, _number(request.GET.get("version"))).texts
    if request.method == "POST":
        form = PaperTextForm(wanted, request.POST)
        if not form.is_valid():
            return render(request, "documents/preview_faults.html", {"form": form}, status=422)
        shown = form.texts
    content = examples.draw(wanted, shown, at=clock.now())
    return HttpResponse(content, content_type="application/pdf")


def _kind(text: str) -> TextKind:
    try:
        return TextKind(text)
    except ValueError:
        raise Http404 from None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 6 else None
