"""The register of titles."""

from __future__ import annotations

from datetime import date
from tempfile import TemporaryFile
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import access
from accounts.models import Region
from publicity.forms.register import RegisterSearch
from publicity.models import Title
from publicity.public_pages import kept_for_strangers
from publicity.register import write_register
from quotas.models import Cycle
from workflow import clock
from workflow.models import Event

PER_PAGE = 50
CHUNK = 2000


@require_safe
@access.public(why="who holds the title is public")
@kept_for_strangers
def titles(request: HttpRequest) -> HttpResponse:
    """The register with its search, and how many titles stand in every city."""
    today = timezone.localdate(clock.now())
    search = _search(request)
    page = Paginator(_found(request, search, today), PER_PAGE).get_page(request.GET.get("page"))
    counts = Title.objects.counts_by_city(today)
    context = {
        "search": search,
        "page_obj": page,
        "rows": [(title, title.standing(today)) for title in page],
        "counts": counts,
        "total": sum(n for _, n in counts),
    }
    return render(request, "publicity/titles.html", context)


@require_safe
@access.public(why="who holds the title is public")
def export(request: HttpRequest) -> FileResponse:
    """The register as it is searched, as a spreadsheet."""
    today = timezone.localdate(clock.now())
    book = TemporaryFile()  # noqa: SIM115 - the response closes it
    rows = _found(request, _search(request), today).iterator(chunk_size=CHUNK)
    write_register(rows, today=today, to=book)
    book.seek(0)
    name = f"省级示范托育机构名单{today:%Y%m%d}.xlsx"
    return FileResponse(book, as_attachment=True, filename=name)


def _search(request: HttpRequest) -> RegisterSearch:
    areas = Region.objects.select_related("parent").order_by("code")
    years = Cycle.objects.public().newest_first().values_list("year", flat=True)
    return RegisterSearch(request.GET, areas=areas, years=years)


def _found(request: HttpRequest, search: RegisterSearch, today: date) -> Any:
    wanted = search.wanted
    found = Title.objects.for_list().sorted_by(request.GET.get("sort", ""))
    if "q" in wanted:
        found = found.matching(wanted["q"])
    if "area" in wanted:
        found = found.in_area(search.areas[wanted["area"]].path)
    if "state" in wanted:
        found = found.standing_as(wanted["state"], today)
    if "year" in wanted:
        found = found.awarded_in(wanted["year"])
    return found


@require_safe
@access.public(why="who holds the title is public")
@kept_for_strangers
def title(request: HttpRequest, pk: int) -> HttpResponse:
    """One title with what became of it: dates and facts, no persons."""
    shown = get_object_or_404(Title.objects.for_list(), pk=pk)
    context = {
        "title": shown,
        "standing": shown.standing(timezone.localdate(clock.now())),
        "facts": shown.facts,
        "events": Event.objects.of(shown),
    }
    return render(request, "publicity/title.html", context)
