"""Nurseries that may not apply 停止申报, without ever having held a title."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import access
from nurseries.models import Nursery
from quotas.models import Cycle
from supervision import services
from supervision.forms.following import BarForm
from supervision.models import Bar
from workflow import Refused, clock

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding("accounts.supervise")
def bars(request: access.SignedRequest) -> HttpResponse:
    """Those that stand, and the form that adds one."""
    if not access.holds_province(request.user, "accounts.supervise"):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    cycles = Cycle.objects.visible_to(request.user).newest_first()
    nurseries = Nursery.objects.visible_to(request.user)
    form = BarForm(data, cycles=cycles, nurseries=nurseries)
    if form.is_valid() and _barred(request, form):
        return redirect("supervision:bars")
    rows = Bar.objects.visible_to(request.user).for_list()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page}
    status = 422 if request.method == "POST" else 200
    return render(request, "supervision/bars.html", context, status=status)


def _barred(request: access.SignedRequest, form: BarForm) -> bool:
    values = form.cleaned_data
    try:
        services.bar(
            form.nursery,
            cycle=values["cycle"],
            reason=values["reason"],
            by=request.user,
            at=clock.now(),
        )
    except Refused as refused:
        form.add_error(None, [problem.text for problem in refused.problems])
        return False
    messages.success(request, "已办理：停止申报。")
    return True
