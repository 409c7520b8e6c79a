"""Good practice 经验做法: the public pages, the author's pages and the province's desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access
from accounts.models import Region
from files import services as files
from publicity import policies, services
from publicity.authors import authors
from publicity.forms.practices import (
    NewPracticeForm,
    PracticeDeskSearch,
    PracticeForm,
    PracticeSearch,
    initial_of,
)
from publicity.models import Practice, PracticePicture
from publicity.public_pages import kept_for_strangers
from workflow import Refused, clock, open_to
from workflow.models import Event

PER_PAGE = 12
DESK_PER_PAGE = 50
READ_AND_WRITE = ["GET", "HEAD", "POST"]
# What is published may be taken off again, so nobody keeps its pictures for long.
KEPT_BY_READERS = "public, max-age=600"


@require_safe
@access.public(why="good practice is published to be read (S0)")
@kept_for_strangers
def practices(request: HttpRequest) -> HttpResponse:
    """What is published, the latest first."""
    search = PracticeSearch(request.GET, **_choices())
    found = _found(Practice.objects.public(), search.wanted).with_pictures()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "publicity/practices.html", {"search": search, "page_obj": page})


@require_safe
@access.public(why="good practice is published to be read (S0)")
@kept_for_strangers
def practice(request: HttpRequest, pk: int) -> HttpResponse:
    """One that is published, with its pictures."""
    found = Practice.objects.public().for_list().with_pictures()
    return render(request, "publicity/practice.html", {"practice": get_object_or_404(found, pk=pk)})


@require_safe
@access.public(why="the pictures of what is published are part of it; others are 404")
def picture(request: HttpRequest, pk: int, picture: int) -> HttpResponseBase:
    """One picture as it was handed in, but for where it was taken."""
    return _picture(request, pk, picture, lambda file: files.response(file, inline=True))


@require_safe
@access.public(why="the pictures of what is published are part of it; others are 404")
def thumbnail(request: HttpRequest, pk: int, picture: int) -> HttpResponseBase:
    """One picture made small."""
    return _picture(request, pk, picture, files.thumbnail_response)


def _picture(
    request: HttpRequest, pk: int, picture: int, answer: Callable[[Any], HttpResponseBase]
) -> HttpResponseBase:
    """The session is asked only for what is not public."""
    shown = PracticePicture.objects.published(pk, picture).first()
    if shown:
        reply = answer(shown.file)
        reply["Cache-Control"] = KEPT_BY_READERS
        return reply
    seen = get_object_or_404(Practice.objects.visible_to(request.user), pk=pk)
    reply = answer(get_object_or_404(PracticePicture.objects.of(seen).in_order(), pk=picture).file)
    reply["Cache-Control"] = "private, no-store"
    return reply


@require_safe
@access.signed_in
def own_practices(request: access.SignedRequest) -> HttpResponse:
    """What one's nurseries and commissions have written."""
    found = Practice.objects.written_by(request.user).for_list().order_by("-pk")
    page = Paginator(found, DESK_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "may_begin": bool(authors(request.user))}
    return render(request, "publicity/own_practices.html", context)


@require_http_methods(READ_AND_WRITE)
@access.signed_in
def new_practice(request: access.SignedRequest) -> HttpResponse:
    """Begin one; it can be completed and handed in later."""
    offered = authors(request.user)
    if not offered:
        raise PermissionDenied
    posted = request.method == "POST"
    data = (request.POST, request.FILES) if posted else ()
    form = NewPracticeForm(*data, authors=offered)
    if posted and form.is_valid():
        begun: list[Practice] = []

        def begin(at: datetime) -> None:
            begun.append(
                services.draft_practice(form.chosen.body, form.written, by=request.user, at=at)
            )

        if _saved(form, begin):
            messages.success(request, "已保存草稿。")
            return redirect(begun[0])
    return _editing(request, form, None)


@require_http_methods(READ_AND_WRITE)
@access.signed_in
def edit_practice(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Write on, while it is not handed in."""
    own = Practice.objects.written_by(request.user).for_list()
    shown = get_object_or_404(own, pk=pk)
    pictures = list(shown.pictures.in_order())
    posted = request.method == "POST"
    data = (request.POST, request.FILES) if posted else ()
    form = PracticeForm(*data, pictures=pictures, initial=initial_of(shown))
    if posted and form.is_valid():

        def save(at: datetime) -> None:
            services.edit_practice(
                shown, form.written, seen_version=form.seen_version, by=request.user, at=at
            )

        if _saved(form, save):
            messages.success(request, "已保存。")
            return redirect(shown.editing_url if "stay" in request.POST else shown)
    return _editing(request, form, shown)


def _saved(form: PracticeForm, act: Callable[[datetime], None]) -> bool:
    """Whether it was saved; else the reasons stand in the form, with all that was typed."""
    try:
        act(clock.now())
    except services.Overtaken as overtaken:
        form.add_error(None, str(overtaken))
        form.show_newest(overtaken.version)
    except Refused as refused:
        for problem in refused.problems:
            form.add_error(problem.field or None, problem.text)
    except files.Rejected as rejected:
        form.add_error("uploads", rejected.sentence)
    else:
        return True
    return False


def _editing(
    request: access.SignedRequest, form: PracticeForm, shown: Practice | None
) -> HttpResponse:
    context = {"form": form, "practice": shown}
    status = 422 if form.errors else 200
    return render(request, "publicity/edit_practice.html", context, status=status)


@require_safe
@access.signed_in
def practice_handling(request: access.SignedRequest, pk: int) -> HttpResponse:
    """One with its state, its history and what may be done with it."""
    concerning = Practice.objects.concerning(request.user).for_list().with_pictures()
    shown = get_object_or_404(concerning, pk=pk)
    events = list(Event.objects.of(shown).with_people())
    context = {
        "practice": shown,
        "offers": open_to(request.user, shown, at=clock.now()),
        "may_write": shown.is_writable and policies.may_write_practice(shown, request.user),
        "publishes": policies.may_publish_practices(request.user),
        "events": events,
        "returned": next((each for each in reversed(events) if each.reason), None),
    }
    return render(request, "publicity/practice_handling.html", context)


@require_safe
@access.holding("accounts.publish_notice")
def desk_practices(request: access.SignedRequest) -> HttpResponse:
    """What waits for the province comes first, then what it has decided."""
    search = PracticeDeskSearch(request.GET, **_choices())
    found = _found(Practice.objects.on_desk(request.user), search.wanted)
    page = Paginator(found, DESK_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "publicity/desk_practices.html", {"search": search, "page_obj": page})


def _choices() -> dict[str, Any]:
    return {
        "cities": Region.objects.city_units().order_by("code"),
        "years": Practice.objects.years(),
    }


def _found(rows: Any, wanted: dict[str, Any]) -> Any:
    found = rows.for_list().in_state(wanted.get("state", ""))
    if "q" in wanted:
        found = found.matching(wanted["q"])
    if "city" in wanted:
        found = found.in_area(wanted["city"].path)
    if "year" in wanted:
        found = found.published_in(wanted["year"])
    return found
