"""What locks people out, as the security administrator sees it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts import access, services
from accounts.models import User
from workflow import Refused, clock

PEOPLE_ON_A_PAGE = 20


@access.holding("accounts.manage_security")
def security(request: access.SignedRequest) -> HttpResponse:
    waiting = User.objects.without_second_factor().with_posts().sorted_by("name")
    context = {
        "locks": services.standing_locks(),
        "rules": services.security_rules(),
        "page_obj": Paginator(waiting, PEOPLE_ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "accounts/security.html", context)


@access.holding("accounts.manage_security")
@access.confirmed
@require_POST
def unlock(request: access.SignedRequest) -> HttpResponse:
    kind, value = request.POST.get("kind", ""), request.POST.get("value", "")
    try:
        services.unlock(kind, value, by=request.user, at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"已解除锁定：{value}。")
    return redirect("security")
