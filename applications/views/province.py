"""The province's decision table of a cycle."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts import access
from accounts.access import SignedRequest
from applications import decisions as tables
from applications import policies, workbooks
from applications.desk import PER_PAGE
from applications.forms import DecisionFilter
from applications.models import Application, ApplicationQuerySet
from applications.views.desk import spreadsheet
from quotas.models import Cycle


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
        "may_assign": policies.may_plan(cycle, request.user),
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
