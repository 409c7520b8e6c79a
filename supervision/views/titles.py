from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access
from publicity.models import Title
from publicity.policies import may_supervise
from publicity.statuses import RevocationGround
from supervision import services
from supervision.forms.titles import ReasonForm, TitleSearch
from supervision.models import RectificationOrder, supervised_titles
from workflow import Refused, clock, open_to, why_not
from workflow.models import Event

PER_PAGE = 50


@require_safe
@access.holding("accounts.supervise")
def titles(request: access.SignedRequest) -> HttpResponse:
    """The titles of one's area; those under an order first, the nearest limit on top."""
    today = timezone.localdate(clock.now())
    search = TitleSearch(request.GET)
    found = supervised_titles(request.user).matching(search.asked("q"))  # type: ignore[attr-defined]
    if search.asked("state"):
        found = found.standing_as(search.asked("state"), today)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(title, title.standing(today)) for title in page]
    context = {"search": search, "page_obj": page, "rows": rows}
    return render(request, "supervision/titles.html", context)


@require_safe
@access.holding("accounts.supervise")
def title(request: access.SignedRequest, pk: int) -> HttpResponse:
    """One title with its orders and history; the province may order and revoke."""
    shown = _title(request, pk)
    at = clock.now()
    decides = may_supervise(shown, request.user)
    context = {
        "title": shown,
        "standing": shown.standing(timezone.localdate(at)),
        "orders": RectificationOrder.objects.of(shown),
        "decides": decides,
        "may_order": decides
        and not why_not(shown, "order_rectification", user=request.user, at=at),
        "may_revoke": decides and not why_not(shown, "revoke", user=request.user, at=at),
        "events": Event.objects.of(shown).with_people(),
    }
    return render(request, "supervision/title.html", context)


@require_safe
@access.signed_in
def order(request: access.SignedRequest, pk: int) -> HttpResponse:
    """One order; the nursery reports here, the province decides here."""
    visible = RectificationOrder.objects.visible_to(request.user).with_title()
    shown = get_object_or_404(visible, pk=pk)
    context = {
        "order": shown,
        "offers": open_to(request.user, shown, at=clock.now()),
        "supervises": access.holds_anywhere(request.user, "accounts.supervise"),
        "events": Event.objects.of(shown).with_people(),
    }
    return render(request, "supervision/order.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding("accounts.supervise")
def order_rectification(request: access.SignedRequest, pk: int) -> HttpResponse:
    def act(shown: Title, reason: str) -> str:
        issued = services.order_rectification(
            shown,
            problem=reason,
            by=request.user,
            at=clock.now(),
        )
        return issued.get_absolute_url()

    return _decide(request, pk, act, heading="责令限期整改", label="存在的问题和整改要求")


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding("accounts.supervise")
def revoke(request: access.SignedRequest, pk: int) -> HttpResponse:
    def act(shown: Title, reason: str) -> str:
        services.revoke(
            shown,
            ground=RevocationGround.FRAUD,
            actor=request.user,
            at=clock.now(),
            reason=reason,
        )
        return request.path.removesuffix("revoke/")

    return _decide(request, pk, act, heading="撤销称号", label="撤销的事实和依据")


def _decide(
    request: access.SignedRequest,
    pk: int,
    act: Callable[[Title, str], str],
    *,
    heading: str,
    label: str,
) -> HttpResponse:
    """Ask for the reason, then act; a refusal keeps what was typed."""
    shown = _title(request, pk)
    if not may_supervise(shown, request.user):
        raise PermissionDenied
    form = ReasonForm(request.POST if request.method == "POST" else None)
    form.fields["reason"].label = label
    if form.is_valid():
        try:
            address = act(shown, form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, [problem.text for problem in refused.problems])
        else:
            messages.success(request, f"已办理：{heading}。")
            return redirect(address)
    context = {"title": shown, "form": form, "heading": heading}
    status = 422 if request.method == "POST" else 200
    return render(request, "supervision/decide.html", context, status=status)


def _title(request: access.SignedRequest, pk: int) -> Title:
    return get_object_or_404(supervised_titles(request.user), pk=pk)
