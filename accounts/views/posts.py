"""Posts on regions: given and ended by the system administrator."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts import access, roles, services
from accounts.forms import AppointForm, ReasonForm, show_refusal
from accounts.models import User
from workflow import Refused, clock

ADMIN = "accounts.manage_accounts"


@access.holding(ADMIN)
@access.confirmed
def appoint(request: access.SignedRequest, pk: int) -> HttpResponse:
    """First the role (`?role=`), then the region of its level and the time."""
    shown = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    role = next((r for r in roles.ON_REGIONS if r.code == request.GET.get("role")), None)
    context = {"person": shown, "roles": roles.ON_REGIONS, "role": role, "form": None}
    if role is None:
        return render(request, "accounts/appoint.html", context)
    form = AppointForm(request.POST or None, role=role)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = services.appoint(
                shown,
                role.code,
                values["region"],
                by=request.user,
                at=clock.now(),
                starts=values["starts"],
                until=values["until"],
            )
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, f"已任命{shown}为{made}。")
            return redirect("person", pk)
    return render(request, "accounts/appoint.html", context | {"form": form})


@access.holding(ADMIN)
def end(request: access.SignedRequest, pk: int, post: int) -> HttpResponse:
    shown = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    held = get_object_or_404(shown.appointments.standing().on_regions(), pk=post)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.end(held, by=request.user, at=clock.now(), **form.cleaned_data)
        messages.success(request, f"已终止{shown}的任职：{held}。")
        return redirect("person", pk)
    context = {
        "person": shown,
        "form": form,
        "label": "终止任职",
        "text": f"终止“{held}”，相应权限立即收回。",
        "tone": "danger",
    }
    return render(request, "accounts/person_confirm.html", context)
