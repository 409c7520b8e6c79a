"""The desks of county, city and province: the queue, and the same as a spreadsheet."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import access
from accounts.access import SignedRequest
from applications import desk as desks
from applications import workbooks
from applications.forms import QueueFilter
from applications.models import Application, ApplicationQuerySet
from quotas.models import Cycle
from workflow import clock


@access.holding("accounts.see_files")
@require_GET
def desk(request: SignedRequest) -> HttpResponse:
    """What waits for this office first; every file of its area behind the tabs."""
    at = clock.now()
    found = _filtered(request)
    counts = found.qs.counted(request.user)
    tab = desks.tab_named(request.GET.get("tab", ""), counts)
    queue = _queue(request, found, tab)
    keys = Paginator(queue.values_list("pk", flat=True), desks.PER_PAGE)
    page = keys.get_page(request.GET.get("page"))
    shown = Application.objects.for_desk(request.user).in_order_of(list(page))
    open_cycles = list(Cycle.objects.open().newest_first())
    context = {
        "filter": found,
        "tabs": desks.tabs(counts, tab),
        "tab": tab,
        "page_obj": page,
        "rows": desks.rows(shown, at),
        "shows_city_marks": desks.shows_city_marks(request.user),
        "deadlines": desks.deadlines(request.user, open_cycles),
        "judged": desks.cycles_judged_by(request.user, open_cycles),
        "quotas": desks.quotas_of(request.user, open_cycles),
        "caps": desks.caps_of(request.user, open_cycles),
        "is_filtered": found.form.has_changed(),
    }
    return render(request, "applications/desk.html", context)


@access.holding("accounts.see_files")
@require_GET
def desk_export(request: SignedRequest) -> FileResponse:
    """The rows that the desk shows with the same address, all pages of them, as xlsx."""
    found = _filtered(request)
    tab = desks.tab_named(request.GET.get("tab", ""), found.qs.counted(request.user))
    queue = _queue(request, found, tab).for_desk(request.user)
    stream = workbooks.written(
        "申报", desks.headings(request.user), desks.lines(queue, request.user)
    )
    return spreadsheet(stream, f"申报_{timezone.localdate(clock.now()):%Y%m%d}.xlsx")


def spreadsheet(stream: workbooks.Stream, name: str) -> FileResponse:
    answer = FileResponse(
        stream, as_attachment=True, filename=name, content_type=workbooks.MEDIA_TYPE
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


def _filtered(request: SignedRequest) -> QueueFilter:
    seen = Application.objects.visible_to(request.user)
    return QueueFilter(request.GET, seen, user=request.user)


def _queue(request: SignedRequest, found: QueueFilter, tab: str) -> ApplicationQuerySet:
    queue = desks.narrowed(found.qs, tab, request.user)
    sort = request.GET.get("sort", "")
    return queue.ordered_by(sort, request.user, otherwise=desks.usual_order(tab))
