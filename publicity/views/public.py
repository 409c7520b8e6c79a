"""Notices and objections as everyone sees them: no login, nothing personal."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import access
from publicity import calendar, drafting, listing
from publicity.forms.notices import CycleForm
from publicity.models import Notice
from publicity.public_pages import kept_for_strangers
from publicity.views.notices import tried
from quotas.models import Cycle
from workflow import clock

PER_PAGE = 20


@require_safe
@access.public(why="a notice is for everyone to read (S0, three (四))")
@kept_for_strangers
def notices(request: HttpRequest) -> HttpResponse:
    """All notices that were ever opened, the latest first."""
    today = timezone.localdate(clock.now())
    search = CycleForm(request.GET, cycles=Cycle.objects.public().newest_first())
    found = Notice.objects.public().in_cycle(search.chosen).with_counts()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(notice, notice.standing(today)) for notice in page]
    context = {"search": search, "page_obj": page, "rows": rows}
    return render(request, "publicity/notices.html", context)


@require_safe
@access.public(why="a notice is for everyone to read (S0, three (四))")
@kept_for_strangers
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice with its days and its list; a draft is shown to its officers as a preview."""
    visible = Notice.objects.visible_to(request.user).with_cycle()
    shown = get_object_or_404(visible.prefetch_related("supplements"), pk=pk)
    today = timezone.localdate(clock.now())
    preview = tried(shown, today)
    window = shown.window_words if not preview else _tried(preview)
    cities = listing.by_city(shown, today)
    context = {
        "notice": shown,
        "standing": shown.standing(today),
        "preview": preview,
        "days": preview.days if preview else shown.days,
        "window": window,
        "supplements": sorted(shown.supplements.all(), key=lambda each: each.number),
        "cities": cities,
        "count": listing.count(cities),
        "accepts_objections": shown.accepts_objections(today),
    }
    return render(request, "publicity/notice.html", context)


def _tried(preview: calendar.Preview) -> str:
    """The window that a draft would have were it published today; "" where it cannot be said."""
    return drafting.window_words(preview.days) if preview.days else ""
