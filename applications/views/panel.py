"""The panel of experts of one file: who sits there, seating somebody, taking a task back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access
from accounts.access import SignedRequest
from applications import panels, policies, services
from applications.forms import PanelForm, UnassignForm
from applications.models import Application, Review
from applications.queues import experts_of
from workflow import Problem, Refused, clock


def _file(request: SignedRequest, pk: int) -> Application:
    seen = Application.objects.visible_to(request.user).for_list().with_reviews()
    application: Application = get_object_or_404(seen, pk=pk)
    if not policies.may_assign_experts(application, request.user):
        raise PermissionDenied
    return application


@access.holding("accounts.assign_experts")
@require_http_methods(["GET", "POST"])
def panel(request: SignedRequest, pk: int) -> HttpResponse:
    """Who scores this file on paper and on site; giving tasks out by hand or as proposed."""
    application = _file(request, pk)
    pool = experts_of(application.cycle.province)
    form = PanelForm(
        request.POST or None, pool=pool, moderation=panels.wants_moderation(application)
    )
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            services.assign_experts(
                application, chosen["experts"], chosen["steps"], by=request.user, at=clock.now()
            )
        except Refused as refused:
            problems = refused.problems
        else:
            messages.success(request, f"已分配 {len(chosen['experts'])} 名专家，待本人接受任务。")
            return redirect("applications:panel", pk)
    context = _context(application, form, list(pool))
    status = 422 if request.method == "POST" else 200
    return render(
        request, "applications/panel.html", {**context, "problems": problems}, status=status
    )


def _context(application: Application, form: PanelForm, pool: list[Any]) -> dict[str, Any]:
    today = timezone.localdate(clock.now())
    has_room = panels.has_room(application)
    moderated = panels.wants_moderation(application)
    return {
        "application": application,
        "form": form,
        "tables": panels.tables(application),
        "candidates": panels.candidates(application, pool, _ticked(form)) if has_room else [],
        "proposals": panels.proposals(application, pool, today) if has_room else [],
        "wants_moderation": moderated,
        "has_room": has_room,
        "result": panels.result(application),
        "relations": application.relations.all(),
    }


def _ticked(form: PanelForm) -> set[str]:
    """The experts that were ticked before a refusal: what was entered stays."""
    return set(form.ticked) if form.is_bound else set()


@access.holding("accounts.assign_experts")
@require_POST
def unassign(request: SignedRequest, pk: int, review_pk: int) -> HttpResponse:
    """Take a task back, with the reason."""
    application = _file(request, pk)
    review = get_object_or_404(Review.objects.of(application).current().with_sheets(), pk=review_pk)
    form = UnassignForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请写明撤回理由。")
        return redirect("applications:panel", pk)
    try:
        services.unassign_expert(
            review, by=request.user, at=clock.now(), reason=form.cleaned_data["reason"]
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"已撤回{review.reviewer}的{review.get_step_display()}任务。")
    return redirect("applications:panel", pk)
