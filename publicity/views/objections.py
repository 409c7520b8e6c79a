"""The desk of objections: only who handles them for the province comes here."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import access
from files.services import response
from publicity.forms.objections import ObjectionSearch
from publicity.models import Objection
from workflow import clock, open_to
from workflow.models import Event

PER_PAGE = 50


@require_safe
@access.holding("accounts.handle_objections")
def objections(request: access.SignedRequest) -> HttpResponse:
    """What waits, the most urgent first, then what is settled."""
    search = ObjectionSearch(request.GET)
    found = Objection.objects.visible_to(request.user).in_state(search.chosen).by_urgency()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "publicity/objections.html", {"search": search, "page_obj": page})


@require_safe
@access.holding("accounts.handle_objections")
def objection(request: access.SignedRequest, pk: int) -> HttpResponse:
    """One objection with who raised it, and the moves on it."""
    shown = _objection(request, pk)
    context = {
        "objection": shown,
        "evidence": shown.evidence.with_inspection().order_by("pk"),
        "offers": open_to(request.user, shown, at=clock.now()),
        "events": Event.objects.of(shown).with_people(),
    }
    return render(request, "publicity/objection.html", context)


@require_safe
@access.holding("accounts.handle_objections")
def evidence(request: access.SignedRequest, pk: int, file: int) -> FileResponse:
    """One file that came with the objection."""
    kept = get_object_or_404(_objection(request, pk).evidence, pk=file)
    return response(kept, inline=True)


def _objection(request: access.SignedRequest, pk: int) -> Objection:
    return get_object_or_404(Objection.objects.visible_to(request.user).for_list(), pk=pk)
