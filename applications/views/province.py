"""The province's pages: the decision table of a cycle, the panel of experts of a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access
from accounts.access import SignedRequest
from applications import decisions as tables
from applications import panels, policies, services, workbooks
from applications.desk import PER_PAGE
from applications.forms import DecisionFilter, PanelForm, UnassignForm
from applications.models import Application, ApplicationQuerySet, Review
from applications.queues import experts_of
from applications.views.desk import spreadsheet
from quotas.models import Cycle
from workflow import Refused, clock


@access.holding("accounts.decide_province", "accounts.assign_experts")
@require_GET
def decisions(request: SignedRequest, pk: int) -> HttpResponse:
    """Every recommended file of a cycle with its marks, its panel and the result."""
    cycle = _cycle(request, pk)
    found = _filtered(request, cycle)
    keys = Paginator(_ordered(request, found).values_list("pk", flat=True), PER_PAGE)
    page = keys.get_page(request.GET.get("page"))
    shown = tables.table(Application.objects.all(), request.user).in_order_of(list(page))
    context = {
        "cycle": cycle,
        "filter": found,
        "page_obj": page,
        "rows": tables.decisions(shown),
        "figures": tables.figures(cycle),
        "is_filtered": found.form.has_changed(),
    }
    return render(request, "applications/decisions.html", context)


@access.holding("accounts.decide_province", "accounts.assign_experts")
@require_GET
def decisions_export(request: SignedRequest, pk: int) -> FileResponse:
    """The same table, all pages of it, as xlsx."""
    cycle = _cycle(request, pk)
    found = _filtered(request, cycle)
    rows = tables.table(_ordered(request, found), request.user).iterator(chunk_size=500)
    stream = workbooks.written("评审结论", tables.HEADINGS, tables.lines(rows))
    return spreadsheet(stream, f"{cycle.name}评审结论.xlsx")


def _cycle(request: SignedRequest, pk: int) -> Cycle:
    cycle: Cycle = get_object_or_404(
        Cycle.objects.visible_to(request.user).select_related("province"), pk=pk
    )
    if not policies.may_judge(cycle, request.user):
        raise PermissionDenied
    return cycle


def _filtered(request: SignedRequest, cycle: Cycle) -> DecisionFilter:
    seen = Application.objects.visible_to(request.user).in_cycle(cycle).judged_by_province()
    return DecisionFilter(request.GET, seen, user=request.user)


def _ordered(request: SignedRequest, found: DecisionFilter) -> ApplicationQuerySet:
    return found.qs.ordered_by(request.GET.get("sort", ""), request.user, otherwise="area")


def _panel_file(request: SignedRequest, pk: int) -> Application:
    seen = Application.objects.visible_to(request.user).for_list().with_reviews()
    application: Application = get_object_or_404(seen, pk=pk)
    if not policies.may_assign_experts(application, request.user):
        raise PermissionDenied
    return application


@access.holding("accounts.assign_experts")
@require_http_methods(["GET", "POST"])
def panel(request: SignedRequest, pk: int) -> HttpResponse:
    """Who scores this file on paper and on site; giving tasks out by hand."""
    application = _panel_file(request, pk)
    pool = experts_of(application.cycle.province)
    form = PanelForm(
        request.POST or None, pool=pool, moderation=panels.wants_moderation(application)
    )
    problems: list[Any] = []
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            services.assign_experts(
                application, chosen["experts"], chosen["steps"], by=request.user, at=clock.now()
            )
        except Refused as refused:
            problems = refused.problems
        else:
            messages.success(request, f"已分配 {len(chosen['experts'])} 名专家。")
            return redirect("applications:panel", pk)
    context = {
        "application": application,
        "form": form,
        "problems": problems,
        "tables": panels.tables(application),
        "candidates": panels.candidates(application, pool, _ticked(form)),
        "wants_moderation": panels.wants_moderation(application),
        "has_room": panels.has_room(application),
        "result": panels.result(application),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/panel.html", context, status=status)


def _ticked(form: PanelForm) -> set[str]:
    """The experts that were ticked before a refusal: what was entered stays."""
    return set(form.ticked) if form.is_bound else set()


@access.holding("accounts.assign_experts")
@require_POST
def unassign(request: SignedRequest, pk: int, review_pk: int) -> HttpResponse:
    """Take a task back, with the reason."""
    application = _panel_file(request, pk)
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
