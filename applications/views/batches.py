"""Batches: choosing the move, the preview file by file, the run with its progress, the results."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access
from accounts.access import SignedRequest
from applications import batches, services, workbooks
from applications.forms import BatchForm, ChoiceForm, Queue, keys_in
from applications.models import Batch
from applications.services.batches import MOST
from applications.views.desk import spreadsheet
from workflow import Refused, clock

DECIDERS = ("accounts.decide_county", "accounts.decide_city", "accounts.decide_province")


@access.holding(*DECIDERS)
@require_http_methods(["GET", "POST"])
def new(request: SignedRequest) -> HttpResponse:
    """The files chosen at the desk; which move is to be made on them, with which words."""
    found = batches.selection(request.user, _keys(request))
    moves = batches.choices(request.user, found.files)
    form = BatchForm(request.POST or None, moves=moves)
    if request.method == "POST" and form.is_valid():
        try:
            batch = services.make_batch(
                [file.pk for file in found.files],
                form.cleaned_data["move"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=clock.now(),
            )
        except Refused as refused:
            _put_beside_fields(form, refused)
        else:
            return redirect(batch)
    context = {
        "form": form,
        "selection": found,
        "moves": moves,
        "most": MOST,
        "stages": batches.stages(0),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/batch_new.html", context, status=status)


def _keys(request: SignedRequest) -> list[int]:
    """Those that were ticked; with `all` every file that the desk shows with the same filter."""
    if request.method == "POST":
        return keys_in(request.POST.getlist("file"))
    if "all" not in request.GET:
        return keys_in(request.GET.getlist("file"))
    queue = Queue(request.GET, request.user, clock.now())
    return list(queue.files.values_list("pk", flat=True))


def _put_beside_fields(form: Any, refused: Refused) -> None:
    for problem in refused.problems:
        form.add_error(problem.field if problem.field in form.fields else None, problem.text)


@access.holding(*DECIDERS)
@require_GET
def index(request: SignedRequest) -> HttpResponse:
    """One's own batches, the newest first."""
    own = Batch.objects.visible_to(request.user).with_counts().newest_first()
    page = Paginator(own, batches.PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "applications/batches.html", {"page_obj": page})


def _batch(request: SignedRequest, pk: int) -> Batch:
    own = Batch.objects.visible_to(request.user).with_counts()
    found: Batch = get_object_or_404(own.select_related("maker", "retry_of"), pk=pk)
    return found


@access.holding(*DECIDERS)
@require_GET
def batch(request: SignedRequest, pk: int) -> HttpResponse:
    """The preview of a draft; else how far it is, and what became of each file."""
    found = _batch(request, pk)
    if found.is_draft:
        return _preview(request, found, ChoiceForm(None, found))
    if request.htmx:  # type: ignore[attr-defined]
        return _progress(request, found)
    show = request.GET.get("show", "")
    rows = found.items.shown(show).for_page().order_by("ordinal")
    context = {
        "batch": found,
        "tabs": batches.tabs(found, show),
        "show": show,
        "page_obj": Paginator(rows, batches.PER_PAGE).get_page(request.GET.get("page")),
        "stages": batches.stages(3 if found.done_at else 2),
        "reason_label": batches.reason_label(found),
    }
    return render(request, "applications/batch.html", context)


def _progress(request: SignedRequest, found: Batch) -> HttpResponse:
    """The bar alone; at the end the page is asked for anew, with the results."""
    answer = render(request, "applications/parts/batch_progress.html", {"batch": found})
    if found.done_at:
        answer["HX-Refresh"] = "true"
    return answer


def _preview(
    request: SignedRequest, found: Batch, form: ChoiceForm, status: int = 200
) -> HttpResponse:
    items = list(found.items.for_page().order_by("ordinal"))
    if form.is_bound:
        form.put_into(items)
    context = {
        "batch": found,
        "form": form,
        "items": items,
        "forecast": batches.forecast(items),
        "stages": batches.stages(1),
    }
    return render(request, "applications/batch_preview.html", context, status=status)


@access.holding(*DECIDERS)
@require_POST
def change(request: SignedRequest, pk: int) -> HttpResponse:
    """Keep what was ticked and typed, and look anew."""
    found = _batch(request, pk)
    form = ChoiceForm(request.POST, found)
    try:
        if form.is_valid():
            services.change_batch(found, form.choice, at=clock.now())
            messages.success(request, "已保存并重新核对。")
            return redirect(found)
    except Refused as refused:
        return _refused(request, found, form, refused)
    return _preview(request, found, form, status=422)


@access.holding(*DECIDERS)
@require_POST
def confirm(request: SignedRequest, pk: int) -> HttpResponse:
    """Begin; asked again, it shows how far it is."""
    found = _batch(request, pk)
    form = ChoiceForm(request.POST, found)
    try:
        if form.is_valid():
            services.confirm_batch(found, form.choice, at=clock.now())
            return redirect(found)
    except Refused as refused:
        return _refused(request, found, form, refused)
    return _preview(request, found, form, status=422)


def _refused(
    request: SignedRequest, found: Batch, form: ChoiceForm, refused: Refused
) -> HttpResponse:
    """Of a draft the page with what was typed; of a confirmed one how far it is."""
    if not _batch(request, found.pk).is_draft:
        messages.info(request, str(refused))
        return redirect(found)
    _put_beside_fields(form, refused)
    return _preview(request, found, form, status=422)


@access.holding(*DECIDERS)
@require_POST
def discard(request: SignedRequest, pk: int) -> HttpResponse:
    found = _batch(request, pk)
    try:
        services.discard_batch(found)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(found)
    messages.success(request, "本批已放弃，未办理任何申报。")
    return redirect("applications:batches")


@access.holding(*DECIDERS)
@require_POST
def retry(request: SignedRequest, pk: int) -> HttpResponse:
    """A new preview of those that could not be done."""
    found = _batch(request, pk)
    try:
        again = services.retry_batch(found, at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(found)
    return redirect(again)


@access.holding(*DECIDERS)
@require_GET
def export(request: SignedRequest, pk: int) -> FileResponse:
    """What became of each file, as xlsx."""
    found = _batch(request, pk)
    stream = workbooks.written("办理结果", batches.HEADINGS, batches.lines(found))
    return spreadsheet(
        stream, f"批量办理结果_{found.pk}_{timezone.localdate(clock.now()):%Y%m%d}.xlsx"
    )
