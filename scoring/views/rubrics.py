"""The score tables themselves, to look at."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import access
from scoring import services
from scoring.models import RubricVersion

PER_PAGE = 50


@require_safe
@access.holding("accounts.run_cycle")
def rubrics(request: HttpRequest) -> HttpResponse:
    """All versions of all rubrics, newest first."""
    listed = RubricVersion.objects.for_list()
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "scoring/rubrics.html", {"page_obj": page})


@require_safe
@access.holding("accounts.run_cycle")
def rubric(request: HttpRequest, pk: int) -> HttpResponse:
    """One version with everything in it."""
    version = get_object_or_404(RubricVersion.objects.for_list(), pk=pk)
    context = {"version": version, "layout": services.layout_of(version)}
    return render(request, "scoring/rubric.html", context)
