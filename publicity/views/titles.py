"""The register of titles: its search, its files, the coverage, one title."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from tempfile import TemporaryFile
from typing import IO

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import access
from accounts.models import Region
from publicity import records
from publicity.charts import chart
from publicity.coverage import CITY_GOAL, COUNTY_GOAL, Coverage, coverage
from publicity.forms.register import RegisterSearch
from publicity.models import Title
from publicity.public_pages import kept_for_strangers
from publicity.register import write_coverage, write_register
from publicity.searching import find
from quotas.models import Cycle
from workflow import clock
from workflow.models import Event

PER_PAGE = 50
CHUNK = 2000
WHY = "who holds the title is public"


@require_safe
@access.public(why=WHY)
@kept_for_strangers
def titles(request: HttpRequest) -> HttpResponse:
    """The register with its search, and how many nurseries hold a title in every city."""
    today = _today()
    search = _search(request)
    page = Paginator(find(search.wanted, today), PER_PAGE).get_page(request.GET.get("page"))
    counts = Title.objects.counts_by_city(today)
    context = {
        "search": search,
        "page_obj": page,
        "rows": [(title, title.standing(today)) for title in page],
        "counts": counts,
        "chart": chart([(unit.name, n) for unit, n in counts]),
        "total": sum(n for _, n in counts),
    }
    return render(request, "publicity/titles.html", context)


@require_safe
@access.public(why=WHY)
def export(request: HttpRequest) -> FileResponse:
    """The register as it is searched, as a spreadsheet."""
    return _exported(request, write_register, "xlsx")


@require_safe
@access.public(why=WHY)
def export_json(request: HttpRequest) -> FileResponse:
    """The register as it is searched, with the fields of the API."""
    return _exported(request, records.write_titles, "json")


def _exported(request: HttpRequest, write: Callable[..., None], ending: str) -> FileResponse:
    today = _today()
    rows = find(_search(request).wanted, today).iterator(chunk_size=CHUNK)
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    write(rows, today=today, to=file)
    return _download(file, f"省级示范托育机构名单{today:%Y%m%d}.{ending}")


def _download(file: IO[bytes], name: str) -> FileResponse:
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name)


@require_safe
@access.public(why=WHY)
@kept_for_strangers
def covered(request: HttpRequest) -> HttpResponse:
    """How far the two goals are reached: three in every city, one in every county (S2)."""
    context = {
        "coverage": _coverage(_today()),
        "city_goal": CITY_GOAL,
        "county_goal": COUNTY_GOAL,
    }
    return render(request, "publicity/coverage.html", context)


@require_safe
@access.public(why=WHY)
def export_coverage(request: HttpRequest) -> FileResponse:
    today = _today()
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    write_coverage(_coverage(today), to=file)
    return _download(file, f"省级示范托育机构覆盖情况{today:%Y%m%d}.xlsx")


@require_safe
@access.public(why=WHY)
@kept_for_strangers
def title(request: HttpRequest, pk: int) -> HttpResponse:
    """One title with what became of it: dates and facts, no persons."""
    today = _today()
    shown = get_object_or_404(Title.objects.for_list(), pk=pk)
    others = Title.objects.others_of(shown)
    context = {
        "title": shown,
        "standing": shown.standing(today),
        "facts": shown.facts,
        "history": records.history(Event.objects.of(shown)),
        "others": [(other, other.standing(today)) for other in others],
    }
    return render(request, "publicity/title.html", context)


def _search(request: HttpRequest) -> RegisterSearch:
    areas = Region.objects.select_related("parent").order_by("code")
    years = Cycle.objects.public().newest_first().values_list("year", flat=True)
    return RegisterSearch(request.GET, areas=areas, years=years)


def _coverage(today: date) -> Coverage:
    return coverage(Region.objects.order_by("code"), Title.objects.counts_by_area(today))


def _today() -> date:
    return timezone.localdate(clock.now())
