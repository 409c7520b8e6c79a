"""The expert's own pages: the list of tasks, the arrival on site."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import access
from accounts.access import SignedRequest
from accounts.device import may_keep
from applications import services
from applications.forms import VisitForm
from applications.models import Review
from workflow import Refused, clock

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
    return may_keep(render(request, "applications/expert.html", context), request.user)


@access.holding("accounts.be_expert")
@require_POST
def record_visit(request: SignedRequest, pk: int, review_pk: int) -> HttpResponse:
    """Write down the arrival. Answers JSON to who asks for it, else leads back to the sheet."""
    own = Review.objects.given_to(request.user)
    review = get_object_or_404(own, pk=review_pk, application=pk)
    form = VisitForm(request.POST)
    if not form.is_valid():
        sentences = [str(text) for texts in form.errors.values() for text in texts]
        return _not_recorded(request, review, sentences)
    at = clock.now()
    arrived_at = form.cleaned_data["arrived_at"] or at
    try:
        visit = services.record_visit(
            review, by=request.user, at=at, arrived_at=arrived_at, place=form.place
        )
    except Refused as refused:
        return _not_recorded(request, review, [str(refused)])
    recorded = f"{timezone.localtime(visit.arrived_at):%H:%M}"
    if _wants_json(request):
        return JsonResponse({"recorded": recorded, "has_place": visit.has_place})
    messages.success(request, f"已记录到场时间 {recorded}。")
    return redirect(review.sheet)


def _not_recorded(request: SignedRequest, review: Review, sentences: list[str]) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"errors": sentences}, status=422)
    messages.error(request, " ".join(sentences))
    return redirect(review.sheet)


def _wants_json(request: SignedRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")
