from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts import access
from applications.models import Application
from documents import services
from documents.forms import CityRequestForm, DocumentFilterForm, FormRequestForm
from documents.models import SUMMARY_PERMISSIONS, Document, Job
from documents.policies import may_reword
from files import services as files
from quotas.models import Cycle
from workflow import Refused, clock

PER_PAGE = 50


@access.signed_in
@require_GET
def documents(request: HttpRequest) -> HttpResponse:
    """The papers of the person's area, newest first."""
    form = DocumentFilterForm(request.GET)
    rows = Document.objects.visible_to(request.user).for_list()
    rows = rows.narrowed(
        words=form.chosen("q"), kind=form.chosen("kind"), older=bool(form.chosen("older"))
    )
    page = Paginator(rows.sorted_by(request.GET.get("sort", "")), PER_PAGE).get_page(
        request.GET.get("page")
    )
    cycles = services.cycles_with_summaries(request.user)
    facts = {
        "page_obj": page,
        "form": form,
        "cycles": cycles,
        "may_reword": may_reword(request.user),
        "keeps_seals": access.holds_anywhere(request.user, "accounts.approve"),
    }
    return render(request, "documents/documents.html", facts)


@access.signed_in
@require_GET
def document(request: HttpRequest, pk: int) -> FileResponse:
    """The file itself; `?show=1` opens a PDF in the browser."""
    found = get_object_or_404(Document.objects.visible_to(request.user).for_list(), pk=pk)
    return files.response(found.file, inline="show" in request.GET)


@access.public(why="notices and decisions are for everyone to read (S0, three (四))")
@require_safe
def public_document(request: HttpRequest, pk: int) -> FileResponse:
    """A notice or a decision, shown in the browser."""
    found = get_object_or_404(Document.objects.public().for_list(), pk=pk)
    return files.response(found.file, inline=True)


@access.signed_in
@require_POST
def request_form(request: HttpRequest) -> HttpResponse:
    """Ask for an application form; the answer is the page of its progress."""
    form = FormRequestForm(request.POST)
    form.is_valid()
    application = get_object_or_404(
        Application.objects.visible_to(request.user).for_list(),
        pk=form.cleaned_data.get("application"),
    )
    try:
        job = services.request_form(
            application, copies=form.cleaned_data.get("copies", 0), by=request.user, at=clock.now()
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(application)
    return redirect(job)


@access.signed_in
@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a paper is; asks again by itself where there is JavaScript."""
    found = get_object_or_404(Job.objects.visible_to(request.user).for_page(), pk=pk)
    part = "documents/job_state.html" if request.htmx else "documents/job.html"  # type: ignore[attr-defined]
    return render(request, part, {"job": found})


@access.holding(*SUMMARY_PERMISSIONS)
def summary(request: HttpRequest, cycle: int) -> HttpResponse:
    """What the cities of a cycle send to the province: what there is, and making it anew."""
    found = get_object_or_404(
        Cycle.objects.visible_to(request.user).select_related("province"), pk=cycle
    )
    if request.method == "POST":
        form = CityRequestForm(found, request.POST)
        try:
            if form.is_valid():
                kind = form.cleaned_data["kind"]
                return redirect(
                    services.request_from_city(form.subject, kind, by=request.user, at=clock.now())
                )
            messages.error(request, "请选择要生成的文书。")
        except Refused as refused:
            messages.error(request, str(refused))
    context = {
        "cycle": found,
        "rows": services.summaries_of(found, request.user),
        "packages": services.packages_of(found, request.user, at=clock.now()),
    }
    return render(request, "documents/summary.html", context)
