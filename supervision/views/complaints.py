"""The desk of complaints: only who supervises for the province comes here."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from applications.workbooks import written
from supervision import services
from supervision.forms.complaints import ComplaintSearch
from supervision.models import Complaint
from supervision.models.complaints import ComplaintQuerySet
from supervision.overview import COMPLAINT_HEADINGS, complaint_lines
from supervision.views.files import handed_out
from workflow import Refused, clock, open_to
from workflow.models import Event

PER_PAGE = 50
CHUNK = 2000


@require_safe
@access.holding("accounts.supervise")
def complaints(request: access.SignedRequest) -> HttpResponse:
    """What waits, the most urgent first, then what is settled; or as searched and sorted."""
    search = ComplaintSearch(request.GET)
    page = Paginator(_found(request, search), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "supervision/complaints.html", {"search": search, "page_obj": page})


@require_safe
@access.holding("accounts.supervise")
def export(request: access.SignedRequest) -> FileResponse:
    """The list as it is searched, as a spreadsheet that names nobody who complained."""
    found = _found(request, ComplaintSearch(request.GET)).iterator(chunk_size=CHUNK)
    today = timezone.localdate(clock.now())
    book = written("举报", COMPLAINT_HEADINGS, complaint_lines(found, today))
    return FileResponse(book, as_attachment=True, filename=f"举报{today:%Y%m%d}.xlsx")


def _found(request: access.SignedRequest, search: ComplaintSearch) -> ComplaintQuerySet:
    _require_province(request)
    rows = Complaint.objects.visible_to(request.user).sorted_by(request.GET.get("sort", ""))
    return search.narrow(rows, timezone.localdate(clock.now()))


@require_safe
@access.holding("accounts.supervise")
def complaint(request: access.SignedRequest, pk: int) -> HttpResponse:
    """One complaint with who made it, the moves on it and what it led to."""
    shown = _complaint(request, pk)
    context = {
        "complaint": shown,
        "evidence": shown.evidence.with_inspection().order_by("pk"),
        "offers": open_to(request.user, shown, at=clock.now()),
        "led_to": [each for each in (shown.spot_check, shown.prompt, shown.order) if each],
        "events": Event.objects.of(shown).with_people(),
    }
    return render(request, "supervision/complaint.html", context)


@require_POST
@access.holding("accounts.supervise")
def check(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Open a spot check on account of a complaint; its reason says nothing of it."""
    shown = _complaint(request, pk)
    try:
        opened = services.check_complaint(shown, by=request.user, at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(shown)
    messages.success(request, "已立项专项检查。")
    return redirect(opened)


@require_safe
@access.holding("accounts.supervise")
def evidence(request: access.SignedRequest, pk: int, file: int) -> HttpResponseBase:
    """One file that came with the complaint."""
    return handed_out(request, Complaint.objects.visible_to(request.user), pk, file)


def _complaint(request: access.SignedRequest, pk: int) -> Complaint:
    rows = Complaint.objects.visible_to(request.user).for_list()
    return get_object_or_404(rows.with_followings(), pk=pk)


def _require_province(request: access.SignedRequest) -> None:
    if not access.holds_province(request.user, "accounts.supervise"):
        raise PermissionDenied
