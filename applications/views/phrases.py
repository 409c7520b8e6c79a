"""Phrases 常用语: one's own and those of the commissions where one approves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access
from accounts.access import SignedRequest, regions_held
from applications import services
from applications.forms import PhraseForm
from applications.models import Phrase
from applications.phrases import purpose_of
from workflow import Refused


@access.signed_in
@require_http_methods(["GET", "POST"])
def phrases(request: SignedRequest) -> HttpResponse:
    """All that are offered to this person; add one."""
    bodies = regions_held(request.user, "accounts.approve")
    if request.method == "GET":
        return _list(request, PhraseForm(bodies=bodies))
    form = PhraseForm(request.POST, bodies=bodies)
    if not form.is_valid():
        return _list(request, form, status=422)
    try:
        services.keep_phrase(by=request.user, **form.cleaned_data)
    except Refused as refused:
        form.add_error("text", str(refused))
        return _list(request, form, status=422)
    messages.success(request, "常用语已保存。")
    return redirect("applications:phrases")


def _list(request: SignedRequest, form: PhraseForm, status: int = 200) -> HttpResponse:
    kept = set(Phrase.objects.kept_by(request.user).values_list("pk", flat=True))
    bodies = [r for r in regions_held(request.user, "accounts.approve") if r.parent_id]
    context: dict[str, Any] = {
        "form": form,
        "lines": [(each, each.pk in kept) for each in Phrase.objects.offered_to(request.user)],
        "bodies": bodies,
    }
    return render(request, "applications/phrases.html", context, status=status)


@access.signed_in
@require_http_methods(["GET", "POST"])
def change(request: SignedRequest, pk: int) -> HttpResponse:
    """Reword a phrase that one keeps."""
    phrase = get_object_or_404(Phrase.objects.kept_by(request.user), pk=pk)
    first = {"text": phrase.text, "purpose": phrase.purpose, "order": phrase.order}
    form = PhraseForm(request.POST or None, bodies=[], initial=first)
    if request.method == "POST" and form.is_valid():
        services.change_phrase(phrase, by=request.user, **form.cleaned_data)
        messages.success(request, "常用语已保存。")
        return redirect("applications:phrases")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "phrase": phrase}
    return render(request, "applications/phrase.html", context, status=status)


@access.signed_in
@require_POST
def remove(request: SignedRequest, pk: int) -> HttpResponse:
    phrase = get_object_or_404(Phrase.objects.kept_by(request.user), pk=pk)
    services.drop_phrase(phrase, by=request.user)
    messages.success(request, "常用语已删除。")
    return redirect("applications:phrases")


@access.signed_in
@require_POST
def save(request: SignedRequest) -> HttpResponseBase:
    """Keep what is typed in a move's form as one's own phrase, without leaving that page."""
    sent = {
        "text": request.POST.get("text", ""),
        "purpose": purpose_of(request.POST.get("move", "")),
    }
    form = PhraseForm(sent, bodies=[])
    if not form.is_valid():
        return JsonResponse({"errors": [str(e) for e in form.errors["text"]]}, status=422)
    try:
        kept = services.keep_phrase(by=request.user, **form.cleaned_data)
    except Refused as refused:
        return JsonResponse({"errors": [str(refused)]}, status=422)
    return JsonResponse({"saved": kept.pk})
