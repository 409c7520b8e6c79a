"""Plans of the automatic assignment: making one, looking at it, editing it, carrying it out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access
from accounts.access import SignedRequest
from applications import plans, policies, services
from applications.forms import DiscardForm, PlanFilter, PlanForm, SeatForm
from applications.models import Application, AssignmentPlan, PlannedSeat
from applications.queues import experts_of
from quotas.models import Cycle
from workflow import Refused, clock

OFFICER = "accounts.assign_experts"


@access.holding(OFFICER)
@require_http_methods(["GET", "POST"])
def new(request: SignedRequest, pk: int) -> HttpResponse:
    """What waits for experts in a cycle, and the options of a plan; former plans below."""
    cycle = _cycle(request, pk)
    at = clock.now()
    today = timezone.localdate(at)
    form = PlanForm(
        request.POST or None, today=today, initial={"seed": f"{today:%y%m%d}{at:%H%M}"[:9]}
    )
    if request.method == "POST" and form.is_valid():
        try:
            plan = services.make_plan(
                cycle, form.options, seed=form.cleaned_data["seed"], by=request.user, at=at
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(plan)
    files = Application.objects.in_cycle(cycle).short_of_experts()
    context = {
        "cycle": cycle,
        "form": form,
        "waiting": plans.waiting(files.for_list().with_reviews()),
        "pool": plans.pool_figures(cycle),
        "plans": AssignmentPlan.objects.of_cycle(cycle).for_list(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/plan_new.html", context, status=status)


def _cycle(request: SignedRequest, pk: int) -> Cycle:
    cycle: Cycle = get_object_or_404(
        Cycle.objects.visible_to(request.user).select_related("province"), pk=pk
    )
    if not policies.may_plan(cycle, request.user):
        raise PermissionDenied
    return cycle


def _plan(request: SignedRequest, pk: int) -> AssignmentPlan:
    plan: AssignmentPlan = get_object_or_404(
        AssignmentPlan.objects.visible_to(request.user).with_people(), pk=pk
    )
    return plan


@access.holding(OFFICER)
@require_GET
def plan(request: SignedRequest, pk: int) -> HttpResponse:
    """The proposal file by file, or how far its carrying out is; `?recompute` works it out anew."""
    found = _plan(request, pk)
    context: dict[str, Any] = {"plan": found, "sums": plans.sums(found)}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "applications/parts/plan_state.html", context)
    loads = plans.Loads(found)
    filtered = PlanFilter(request.GET, found.seats.all())
    keys = Paginator(plans.files_in_order(filtered.qs), plans.PER_PAGE)
    page = keys.get_page(request.GET.get("page"))
    context |= {
        "filter": filtered,
        "is_filtered": filtered.form.has_changed(),
        "page_obj": page,
        "rows": plans.rows(found, list(page), loads),
        "loads": loads,
    }
    if "recompute" in request.GET:
        context["differences"] = plans.differences(found)
    return render(request, "applications/plan.html", context)


@access.holding(OFFICER)
@require_http_methods(["GET", "POST"])
def seat(request: SignedRequest, pk: int, seat_pk: int) -> HttpResponse:
    """Propose somebody else for one seat of a plan, or leave it empty."""
    found = _plan(request, pk)
    held = get_object_or_404(PlannedSeat.objects.of_plan(found).for_page(), pk=seat_pk)
    problems = []
    if request.method == "POST":
        form = SeatForm(request.POST, pool=experts_of(found.cycle.province))
        try:
            _replace(request, held, form)
        except Refused as refused:
            problems = refused.problems
        else:
            messages.success(request, "席位已调整。")
            return redirect(f"{found.get_absolute_url()}?q={held.application.number}")
    context = {
        "plan": found,
        "seat": held,
        "problems": problems,
        "candidates": plans.candidates(held, plans.Loads(found)),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/plan_seat.html", context, status=status)


def _replace(request: SignedRequest, held: PlannedSeat, form: SeatForm) -> None:
    if not form.is_valid():
        raise Refused("请在专家库中选择一名专家，或留空。")
    services.replace_seat(held, form.cleaned_data["expert"], by=request.user, at=clock.now())


@access.holding(OFFICER)
@require_POST
def carry_out(request: SignedRequest, pk: int) -> HttpResponse:
    """Begin, or go on with, the assignment; the page then shows how far it is."""
    found = _plan(request, pk)
    try:
        services.carry_out(found, by=request.user, at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(found)


@access.holding(OFFICER)
@require_POST
def discard(request: SignedRequest, pk: int) -> HttpResponse:
    found = _plan(request, pk)
    form = DiscardForm(request.POST)
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        services.discard_plan(found, by=request.user, at=clock.now(), reason=reason)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(found)
    messages.success(request, "方案已放弃，可以重新生成。")
    return redirect("applications:plan_new", found.cycle_id)
