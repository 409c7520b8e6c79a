"""What locks people out, as the security administrator sees it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts import access, services
from workflow import Refused, clock


@access.holding("accounts.manage_security")
def security(request: access.SignedRequest) -> HttpResponse:
    context = {"locks": services.standing_locks(), "rules": services.security_rules()}
    return render(request, "accounts/security.html", context)


@access.holding("accounts.manage_security")
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
