"""Giving out the places of a cycle."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts import access
from accounts.models import Region
from quotas import services
from quotas.forms import ProposalForm, QuotaForm, show_refusal
from quotas.models import Cycle
from quotas.statuses import Basis
from workflow import Refused, clock


@access.holding("accounts.run_cycle")
def quotas(request: access.SignedRequest, pk: int) -> HttpResponse:
    """One row for each city-level unit; saved all or none. `?total=&basis=` fills in a proposal."""
    cycle = get_object_or_404(Cycle.objects.visible_to(request.user).for_page(), pk=pk)
    given = {quota.region_id: quota for quota in cycle.quotas.with_counts()}
    units = list(Region.objects.city_units().within(cycle.province.path).order_by("code"))
    asked = ProposalForm(request.GET if "total" in request.GET else None)
    proposed = _proposal(cycle, asked)
    sizes = proposed or {key: quota.size for key, quota in given.items()}
    form = QuotaForm(request.POST or None, units=units, sizes=sizes)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_quotas(cycle, form.sizes, by=request.user, at=clock.now())
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, "名额已保存。")
            return redirect(cycle)
    context = {
        "cycle": cycle,
        "form": form,
        "asked": asked,
        "proposed": proposed,
        "rows": [(unit, given.get(unit.pk), form.row(unit)) for unit in units],
        "total": sum(sizes.values()),
    }
    return render(request, "quotas/quotas.html", context)


def _proposal(cycle: Cycle, asked: ProposalForm) -> dict[int, int]:
    """The proposed sizes by unit; empty when none was asked for or none is possible."""
    if not asked.is_valid():
        return {}
    try:
        return services.propose_quotas(
            cycle, asked.cleaned_data["total"], Basis(asked.cleaned_data["basis"])
        )
    except Refused as refused:
        show_refusal(asked, refused)
        return {}
