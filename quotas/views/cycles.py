"""The cycles: where each stands, and by what rules it runs."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts import access
from quotas import policies, services
from quotas.forms import CycleForm, SettingsForm, show_refusal
from quotas.models import Cycle
from quotas.wording import history, settings_in_words
from workflow import Refused, clock, open_to
from workflow.models import Event

CYCLES_ON_A_PAGE = 20
EVENTS_ON_A_PAGE = 20


@access.holding("accounts.see_files", "accounts.run_cycle")
def cycles(request: access.SignedRequest) -> HttpResponse:
    found = Cycle.objects.visible_to(request.user).with_counts().newest_first()
    page = Paginator(found, CYCLES_ON_A_PAGE).get_page(request.GET.get("page"))
    may_run = access.holds_anywhere(request.user, "accounts.run_cycle")
    return render(request, "quotas/cycles.html", {"page_obj": page, "may_run": may_run})


@access.holding("accounts.see_files", "accounts.run_cycle")
def cycle(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Deadlines, settings in words, who has used how many places, and what was changed."""
    shown = get_object_or_404(Cycle.objects.visible_to(request.user).for_page(), pk=pk)
    events = Event.objects.of(shown).newest_first().with_people()
    page = Paginator(events, EVENTS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "cycle": shown,
        "settings": settings_in_words(shown),
        "quotas": shown.quotas.with_counts(),
        "offers": open_to(request.user, shown, at=clock.now()),
        "may_run": policies.may_run_cycle(shown, request.user),
        "history": history(page.object_list),
        "page_obj": page,
    }
    return render(request, "quotas/cycle.html", context)


@access.holding("accounts.run_cycle")
def new(request: access.SignedRequest) -> HttpResponse:
    province = access.regions_held(request.user, "accounts.run_cycle")[0]
    form = CycleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = services.create_cycle(
            province,
            form.cleaned_data,
            by=request.user,
            at=clock.now(),
        )
        messages.success(request, f"已建立{made}。请分配名额后启动。")
        return redirect("quotas:quotas", made.pk)
    return render(request, "quotas/settings.html", {"form": form, "cycle": None})


@access.holding("accounts.run_cycle")
def settings(request: access.SignedRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Cycle.objects.visible_to(request.user).for_page(), pk=pk)
    form = SettingsForm(request.POST or None, instance=shown)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_settings(
                shown,
                form.changes,
                by=request.user,
                at=clock.now(),
                reason=form.cleaned_data["reason"],
            )
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, "设置已保存。")
            return redirect(shown)
    return render(request, "quotas/settings.html", {"form": form, "cycle": shown})
