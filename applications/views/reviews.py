"""A commission's or an expert's own sheet: beginning it, naming the team, completing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access
from accounts.access import SignedRequest
from applications import services, sight
from applications.forms import team_lines
from applications.models import Application, Review
from applications.statuses import COMMISSION_STEPS, Step
from applications.views.file import visible_file
from workflow import Problem, Refused, clock


@access.signed_in
@require_POST
def start_review(request: SignedRequest, pk: int, step: str) -> HttpResponse:
    """Open the county's or city's sheet and go there."""
    found = visible_file(request, pk)
    if step not in services.SCORERS:
        raise Http404
    try:
        review = services.start_review(found, Step(step), by=request.user, at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(found)
    return redirect(review.sheet)


def _own_review(request: SignedRequest, found: Application, review_pk: int) -> Review:
    """A sheet that is the person's to complete; 404 for who may not know of it, 403 for others."""
    review = get_object_or_404(Review.objects.of(found).for_sheet_page(), pk=review_pk)
    if not sight.may_see_review(review, sight.sight_of(found, request.user), request.user):
        raise Http404
    if not services.is_reviewer(review, request.user):
        raise PermissionDenied
    return review


@access.signed_in
@require_http_methods(["GET", "POST"])
def finish_review(request: SignedRequest, pk: int, review_pk: int) -> HttpResponse:
    """Look at the sum of one's sheet once more, then complete it for good."""
    found = visible_file(request, pk)
    review = _own_review(request, found, review_pk)
    if request.method == "POST":
        return _finish(request, review)
    context = {
        "application": found,
        "review": review,
        "has_team": review.step in COMMISSION_STEPS,
        "team": review.team.all(),
        "closing": services.closing_of(review),
        "self_total": found.self_sheet.total,
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


@access.signed_in
@require_http_methods(["GET", "POST"])
def team(request: SignedRequest, pk: int, review_pk: int) -> HttpResponse:
    """Who is in the review team 评审组 (S0, three (二)(三)); open as long as the sheet is."""
    found = visible_file(request, pk)
    review = _own_review(request, found, review_pk)
    if review.step not in COMMISSION_STEPS:
        raise Http404
    lines = team_lines(review.team.all(), request.POST if request.method == "POST" else None)
    if request.method != "POST" or "more" in request.POST:
        return _team_page(request, review, lines)
    try:
        if "former" in request.POST:
            services.take_former_team(review, by=request.user)
            return redirect("applications:team", pk, review_pk)
        if not lines.is_valid():
            return _team_page(request, review, lines, status=422)
        services.name_team(review, lines.members, by=request.user)
    except Refused as refused:
        return _team_page(request, review, lines, refused.problems, status=422)
    messages.success(request, "评审组成员已保存。")
    return redirect("applications:finish_review", pk, review_pk)


def _team_page(
    request: SignedRequest,
    review: Review,
    lines: Any,
    problems: Sequence[Problem] = (),
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "application": review.application,
        "review": review,
        "lines": lines,
        "problems": problems,
        "former": services.former_team(review),
        "known": services.known_people(review),
    }
    return render(request, "applications/team.html", context, status=status)
