from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import SignedRequest
from nurseries import policies, services
from nurseries.forms import StaffAccountForm
from nurseries.models import Nursery
from workflow import Refused, clock


@access.holding(*policies.KEEPERS)
def staff(request: SignedRequest, pk: int) -> HttpResponse:
    """Who acts for the nursery; the office that keeps its record appoints them."""
    nursery = _kept(request, pk)
    posted = request.method == "POST"
    form = StaffAccountForm(request.POST) if posted else StaffAccountForm()
    if posted and form.is_valid():
        try:
            services.appoint_staff(
                nursery,
                form.cleaned_data["username"],
                by=request.user,
                at=clock.now(),
                until=form.cleaned_data["until"],
            )
            messages.success(request, "已开通，该人员登录后即可为本机构办理。")
            return redirect("nurseries:staff", pk=nursery.pk)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"nursery": nursery, "form": form, "appointments": services.staff_of(nursery)}
    return render(request, "nurseries/staff.html", context)


@require_POST
@access.holding(*policies.KEEPERS)
def dismiss(request: SignedRequest, pk: int, appointment: int) -> HttpResponse:
    nursery = _kept(request, pk)
    held = get_object_or_404(services.staff_of(nursery), pk=appointment)
    services.dismiss_staff(nursery, held, by=request.user, at=clock.now())
    messages.success(request, f"{held.user.name}不再代表本机构办理。")
    return redirect("nurseries:staff", pk=nursery.pk)


def _kept(request: SignedRequest, pk: int) -> Nursery:
    nursery = get_object_or_404(Nursery.objects.visible_to(request.user).with_places(), pk=pk)
    if not policies.may_keep(nursery, request.user):
        raise PermissionDenied
    return nursery
