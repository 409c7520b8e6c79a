"""The desks of county, city and province: the queue, and the same as a spreadsheet."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import access
from accounts.access import SignedRequest
from applications import columns, workbooks
from applications import desk as desks
from applications.forms import Queue
from applications.models import Application, SavedFilter
from quotas.models import Cycle
from workflow import clock


@access.holding("accounts.see_files")
@require_GET
def desk(request: SignedRequest) -> HttpResponse:
    """What waits for this office first; every file of its area behind the tabs.

    Asked for without any condition it leads to the person's default filter, if there is one.
    """
    saved = list(SavedFilter.objects.visible_to(request.user))
    default = next((each for each in saved if each.is_default), None)
    if default and not request.GET:
        return redirect(default)
    at = clock.now()
    queue = Queue(request.GET, request.user, at)
    page = queue.pages.get_page(request.GET.get("page"))
    shown = Application.objects.for_desk(request.user).in_order_of(list(page))
    open_cycles = list(Cycle.objects.open().newest_first())
    context = {
        "queue": queue,
        "tabs": desks.tabs(queue.counts, queue.tab),
        "tab": queue.tab,
        "page_obj": page,
        "rows": desks.rows(shown, at, queue.address, page.start_index()),
        "shows_city_marks": desks.shows_city_marks(request.user),
        "chooses": desks.decides_here(request.user, queue.tab),
        "deadlines": desks.deadlines(request.user, open_cycles),
        "judged": desks.cycles_judged_by(request.user, open_cycles),
        "quotas": desks.quotas_of(request.user, open_cycles),
        "caps": desks.caps_of(request.user, open_cycles),
        "saved": saved,
        "in_use": desks.in_use(saved, request.GET),
        "columns": columns.offered(request.user, request.GET.getlist("col")),
    }
    return render(request, "applications/desk.html", context)


@access.holding("accounts.see_files")
@require_GET
def desk_export(request: SignedRequest) -> FileResponse:
    """The rows that the desk shows with the same address, all pages of them, as xlsx."""
    at = clock.now()
    files = Queue(request.GET, request.user, at).files.for_desk(request.user)
    chosen = columns.chosen(request.user, request.GET.getlist("col"))
    headings = [column.label for column in chosen]
    stream = workbooks.written("申报", headings, columns.lines(files, chosen))
    return spreadsheet(stream, f"申报_{timezone.localdate(at):%Y%m%d}.xlsx")


def spreadsheet(stream: workbooks.Stream, name: str) -> FileResponse:
    answer = FileResponse(
        stream, as_attachment=True, filename=name, content_type=workbooks.MEDIA_TYPE
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
