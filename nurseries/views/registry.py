from __future__ import annotations

from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import access
from accounts.access import SignedRequest
from nurseries import policies, services, spreadsheets
from nurseries.cards import Card
from nurseries.filters import NurseryFilter
from nurseries.forms import RecordPage
from nurseries.models import Nursery
from workflow import Refused, clock

if TYPE_CHECKING:
    from collections.abc import Callable

PER_PAGE = 50
CHUNK = 2000


@require_safe
@access.signed_in
def registry(request: SignedRequest) -> HttpResponse:
    """The registry of one's area; who acts for a single nursery is led to its record."""
    if not access.holds_anywhere(request.user, "accounts.see_files"):
        own = list(Nursery.objects.acted_for_by(request.user)[:2])
        if not own:
            raise PermissionDenied
        if len(own) == 1:
            return redirect(own[0])
    shown = NurseryFilter(request.GET, user=request.user)
    page = Paginator(shown.rows, PER_PAGE).get_page(request.GET.get("page"))
    keeper = bool(policies.areas_kept_by(request.user))
    context = {"filter": shown, "page_obj": page, "keeper": keeper}
    return render(request, "nurseries/registry.html", context)


@require_safe
@access.holding("accounts.see_files")
def export(request: SignedRequest) -> FileResponse:
    """The list as it is shown, every page of it."""
    shown = NurseryFilter(request.GET, user=request.user)
    book = TemporaryFile()  # noqa: SIM115 - the response closes it
    spreadsheets.write_list(
        shown.rows.iterator(chunk_size=CHUNK), local=timezone.localtime, to=book
    )
    book.seek(0)
    day = timezone.localdate(clock.now())
    return FileResponse(book, as_attachment=True, filename=f"托育机构名录-{day:%Y%m%d}.xlsx")


@require_safe
@access.signed_in
def card(request: SignedRequest, pk: int) -> HttpResponse:
    nursery = get_object_or_404(Nursery.objects.visible_to(request.user).with_places(), pk=pk)
    return render(request, "nurseries/card.html", {"card": Card(nursery, request.user)})


@access.signed_in
def edit(request: SignedRequest, pk: int) -> HttpResponse:
    """The staff of the nursery keep its record; the office may correct all of it."""
    nursery = get_object_or_404(Nursery.objects.visible_to(request.user).with_places(), pk=pk)
    if not policies.may_edit(nursery, request.user):
        raise PermissionDenied
    at = clock.now()
    name = nursery.name
    page = RecordPage(_sent(request), nursery=nursery, user=request.user, at=at)

    def save() -> Nursery:
        return services.update(
            nursery,
            page.values,
            page.parts,
            seen_version=page.seen_version,
            by=request.user,
            at=at,
        )

    saved = _saved(request, page, save)
    if saved:
        messages.success(request, "登记已保存。")
        return redirect(saved)
    context = {"page": page, "nursery": nursery, "name": name}
    return render(request, "nurseries/edit.html", context)


@access.holding(*policies.KEEPERS)
def register(request: SignedRequest) -> HttpResponse:
    at = clock.now()
    page = RecordPage(_sent(request), nursery=None, user=request.user, at=at)

    def save() -> Nursery:
        return services.create(page.values, page.parts, by=request.user, at=at)

    saved = _saved(request, page, save)
    if saved:
        messages.success(request, f"“{saved.name}”已登记。")
        return redirect(saved)
    return render(request, "nurseries/register.html", {"page": page})


def _sent(request: SignedRequest) -> QueryDict | None:
    """What a form sent; a POST without a single field is an answer too."""
    return request.POST if request.method == "POST" else None


def _saved(request: SignedRequest, page: RecordPage, save: Callable[[], Nursery]) -> Nursery | None:
    """The record when it went through; None when the page is to be shown (again)."""
    if request.method != "POST" or not page.is_valid():
        return None
    try:
        return save()
    except services.Conflict as conflict:
        page.show_conflict(conflict.current)
    except Refused as refused:
        page.refuse(refused)
    return None
