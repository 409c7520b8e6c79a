"""The expert's own list of tasks."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import access
from accounts.access import SignedRequest
from applications.models import Review

PER_PAGE = 50


@access.holding("accounts.be_expert")
@require_GET
def tasks(request: SignedRequest) -> HttpResponse:
    """What is still to be scored first, what is finished after it."""
    own = Review.objects.given_to(request.user)
    page = Paginator(own.with_progress(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "todo": [task for task in page if not task.sheet.sealed_at],
        "done": [task for task in page if task.sheet.sealed_at],
        "unfinished": own.unfinished().count(),
    }
    return render(request, "applications/expert.html", context)
