"""The page of one application: the nursery's, an office's or an expert's, by who looks at it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access
from accounts.access import SignedRequest
from applications import facts, policies, services, sight, stages
from applications.comparison import comparison
from applications.models import Application, Review
from applications.sight import OWN_STEP, Sight
from applications.statuses import ApplicationState, Step, Verdict
from workflow import Refused, checklist, clock, open_to
from workflow.models import Event

HAND_IN = ("submit", "resubmit")
TEMPLATES = {
    Sight.NURSERY: "applications/track.html",
    Sight.COUNTY: "applications/file.html",
    Sight.CITY: "applications/file.html",
    Sight.PROVINCE: "applications/file.html",
    Sight.EXPERT: "applications/expert_file.html",
}


def _visible(request: SignedRequest, pk: int) -> Application:
    seen = Application.objects.visible_to(request.user).for_list().with_reviews()
    application: Application = get_object_or_404(seen, pk=pk)
    return application


@access.signed_in
@require_GET
def application(request: SignedRequest, pk: int) -> HttpResponse:
    """One file; what the person may not see of it is not in the page's context."""
    found = _visible(request, pk)
    seen_as = sight.sight_of(found, request.user)
    if seen_as is None:
        raise Http404
    context: dict[str, Any] = {
        "application": found,
        "facts": facts.nursery_facts(found.nursery),
        "contact": facts.contact_facts(found),
        "declared": facts.declared(found),
        "scores": sight.scores(found, seen_as, request.user),
    }
    if seen_as is Sight.EXPERT:
        own = found.reviews.given_to(request.user).with_progress()
        context["tasks"] = own
    else:
        context |= _process(request, found, seen_as)
    if seen_as.is_official:
        context |= _office(request, found, seen_as, context["scores"])
    return render(request, TEMPLATES[seen_as], context)


def _process(request: SignedRequest, found: Application, seen_as: Sight) -> dict[str, Any]:
    """Where the file stands, what was said of it and what may be done with it."""
    at = clock.now()
    events = list(Event.objects.of(found).with_people())
    offers = open_to(request.user, found, at=at)
    hand_in = next((offer for offer in offers if offer.name in HAND_IN), None)
    opinions = sight.opinions(found, seen_as)
    names = sight.expert_names(found) if seen_as is Sight.PROVINCE else {}
    context: dict[str, Any] = {
        "steps": stages.stages(found, events),
        "history": sight.history(events, seen_as, names),
        "opinions": opinions,
        "offers": [offer for offer in offers if offer.name not in HAND_IN],
        "hand_in": hand_in,
    }
    if hand_in:
        context["checks"] = checklist(found, hand_in.name, user=request.user, at=at)
        context["tally"] = found.self_tally
    if found.state == ApplicationState.RETURNED:
        returns = [opinion for opinion in opinions if opinion.verdict == Verdict.RETURN]
        context["returned"] = returns[-1] if returns else None
    return context


def _office(
    request: SignedRequest, found: Application, seen_as: Sight, scores: list[sight.Score]
) -> dict[str, Any]:
    """What only the offices have: their own score sheet, the state of the panel."""
    context: dict[str, Any] = {
        "scoring": _scoring(request, found, seen_as),
        "comparison": comparison(found.cycle.version_id, scores),
    }
    if seen_as is Sight.PROVINCE and found.place:
        context["seats"] = sight.seats(found)
        context["result"] = sight.panel_result(found, seen_as)
        context["may_assign"] = policies.may_assign_experts(found, request.user)
    return context


def _scoring(request: SignedRequest, found: Application, seen_as: Sight) -> dict[str, Any] | None:
    """The button of the tier's own sheet: begin it, go on with it, or nothing."""
    step = OWN_STEP.get(seen_as)
    if step is None or not services.may_score(found, step, request.user):
        return None
    review = found.review_at(step)
    return {"step": step, "review": review}


@access.signed_in
@require_POST
def start_review(request: SignedRequest, pk: int, step: str) -> HttpResponse:
    """Open the county's or city's sheet and go there."""
    found = _visible(request, pk)
    if step not in services.SCORERS:
        raise Http404
    try:
        review = services.start_review(found, Step(step), by=request.user, at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(found)
    return redirect(review.sheet)


@access.signed_in
@require_http_methods(["GET", "POST"])
def finish_review(request: SignedRequest, pk: int, review_pk: int) -> HttpResponse:
    """Look at the sum of one's sheet once more, then complete it for good."""
    found = _visible(request, pk)
    review = get_object_or_404(Review.objects.of(found).for_sheet_page(), pk=review_pk)
    seen_as = sight.sight_of(found, request.user)
    if seen_as is None or not sight.may_see_review(review, seen_as, request.user):
        raise Http404
    if not services.is_reviewer(review, request.user):
        raise PermissionDenied
    if request.method == "POST":
        return _finish(request, review)
    context = {
        "application": found,
        "review": review,
        "closing": services.closing_of(review),
        "scores": sight.scores(found, seen_as, request.user),
    }
    return render(request, "applications/finish_review.html", context)


def _finish(request: SignedRequest, review: Review) -> HttpResponse:
    try:
        services.finish_review(review, by=request.user, at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("applications:finish_review", review.application_id, review.pk)
    messages.success(request, f"{review.get_step_display()}评分已完成。")
    return redirect(review.application)
