"""Taking a file on, handing it over, stepping out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import SignedRequest
from applications import services, sight
from applications.forms import HandOverForm
from applications.models import Application
from applications.sight import TIERS
from applications.statuses import Tier
from applications.views.file import visible_file
from workflow import Refused, clock


@access.signed_in
@require_POST
def take_on(request: SignedRequest, pk: int) -> HttpResponse:
    """Become the handler."""
    found, tier = _at_own_tier(request, pk)

    def act() -> str:
        services.take_on(found, tier, by=request.user, at=clock.now())
        return "本件现由您经办。"

    return _done(request, found, act)


@access.signed_in
@require_POST
def hand_over(request: SignedRequest, pk: int) -> HttpResponse:
    """Make a colleague the handler."""
    found, tier = _at_own_tier(request, pk)
    form = HandOverForm(request.POST, people=services.colleagues(found, tier))

    def act() -> str:
        if not form.is_valid():
            raise Refused("".join(map(str, form.errors["to"])))
        to = form.cleaned_data["to"]
        services.hand_over(found, tier, to, by=request.user, at=clock.now())
        return f"本件已转交{to}经办。"

    return _done(request, found, act)


@access.signed_in
@require_POST
def step_out(request: SignedRequest, pk: int) -> HttpResponse:
    """Not handle it any longer."""
    found, tier = _at_own_tier(request, pk)

    def act() -> str:
        services.step_out(found, tier, by=request.user, at=clock.now())
        return "您已退出经办。"

    return _done(request, found, act)


def _at_own_tier(request: SignedRequest, pk: int) -> tuple[Application, Tier]:
    """The file and the tier at which the person looks at it; 403 for who is of no office."""
    found = visible_file(request, pk)
    seen_as: Any = sight.sight_of(found, request.user)
    if seen_as not in TIERS:
        raise PermissionDenied
    return found, TIERS[seen_as]


def _done(request: SignedRequest, found: Application, act: Callable[[], str]) -> HttpResponse:
    """Say what came of it, on the page on which it was asked for."""
    try:
        messages.success(request, act())
    except Refused as refused:
        messages.error(request, str(refused))
    wanted = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return redirect(wanted if here else found)
