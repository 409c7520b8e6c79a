"""A city's page in a cycle: its places, the order proposed for them, its counties' caps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts import access
from accounts.access import SignedRequest
from accounts.models import Region
from applications import standings
from applications.caps import uses_in_city
from applications.desk import PER_PAGE
from applications.forms import CapsForm
from applications.models import Application
from applications.services import set_caps
from quotas import policies
from quotas.models import Quota
from quotas.wording import history
from workflow import Refused, clock
from workflow.models import Event

EVENTS_ON_A_PAGE = 10


@access.holding("accounts.decide_city", "accounts.run_cycle")
@require_GET
def ranking(request: SignedRequest, pk: int) -> HttpResponse:
    """Which file holds which place, and which of those that wait are proposed for the free ones."""
    quota = _quota(request, pk)
    return _page(request, quota, _caps_form(quota))


@access.holding("accounts.decide_city")
@require_POST
def caps(request: SignedRequest, pk: int) -> HttpResponse:
    """Say how many files each county may recommend."""
    quota = _quota(request, pk)
    if not policies.may_fill(quota, request.user):
        raise PermissionDenied
    form = _caps_form(quota, request.POST)
    if form.is_valid():
        try:
            set_caps(
                quota,
                form.sizes,
                by=request.user,
                at=clock.now(),
                reason=form.cleaned_data["reason"],
            )
        except Refused as refused:
            form.show(refused)
        else:
            messages.success(request, "县级推荐上限已保存。")
            return redirect("applications:ranking", pk)
    return _page(request, quota, form)


def _quota(request: SignedRequest, pk: int) -> Quota:
    seen = Quota.objects.visible_to(request.user).with_counts().select_related("cycle")
    quota: Quota = get_object_or_404(seen, pk=pk)
    return quota


def _caps_form(quota: Quota, data: Any = None) -> CapsForm:
    counties = Region.objects.counties_of(quota.region)
    return CapsForm(data, uses=uses_in_city(Application.objects.all(), quota, counties))


def _page(request: SignedRequest, quota: Quota, form: CapsForm) -> HttpResponse:
    files = Application.objects.all()
    waiting = files.waiting_at_city(quota.cycle, quota.region)
    proposal = standings.standings(waiting, quota.free)
    ranked = _part(request, proposal.standings, "page")
    unscored = _part(request, waiting.unscored_by_city().for_list(), "unscored")
    held = _part(request, files.in_places_of(quota).for_list(), "places")
    events = _part(
        request, Event.objects.of(quota).newest_first().with_people(), "events", EVENTS_ON_A_PAGE
    )
    context = {
        "quota": quota,
        "cycle": quota.cycle,
        "may_fill": policies.may_fill(quota, request.user),
        "proposal": proposal,
        "ranked": ranked,
        "rows": standings.with_files(ranked.object_list, waiting.for_list()),
        "unscored": unscored,
        "held": held,
        "seats": standings.seats(held.object_list),
        "caps": form,
        "history": history(events.object_list),
        "page_obj": events,
    }
    return render(request, "applications/ranking.html", context)


def _part(request: HttpRequest, found: Any, name: str, per_page: int = PER_PAGE) -> Any:
    """One page of one of the lists; each has its own number in the address."""
    return Paginator(found, per_page).get_page(request.GET.get(name))
