"""The desk of objections: only who handles them for the province comes here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from files.services import Rejected, response
from publicity import services
from publicity.forms.investigation import AskForm, AssignForm, NoteForm, ObjectionSearch
from publicity.ledger import objections_written
from publicity.models import Objection
from workflow import Refused, clock, open_to
from workflow.models import Event

PER_PAGE = 50
CHUNK = 2000
HANDLING = "accounts.handle_objections"


@require_safe
@access.holding(HANDLING)
def objections(request: access.SignedRequest) -> HttpResponse:
    """What waits, the most urgent first, then what is settled; or as it is searched and sorted."""
    today = timezone.localdate(clock.now())
    search = ObjectionSearch(request.GET, handlers=services.handlers())
    found = _found(request, search).with_statement_waiting()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"search": search, "page_obj": page, "today": today}
    return render(request, "publicity/objections.html", context)


@require_safe
@access.holding(HANDLING)
def export(request: access.SignedRequest) -> FileResponse:
    """The list as it is searched, as a spreadsheet that names no objector."""
    today = timezone.localdate(clock.now())
    search = ObjectionSearch(request.GET, handlers=services.handlers())
    book = objections_written(_found(request, search).iterator(chunk_size=CHUNK), today)
    return FileResponse(book, as_attachment=True, filename=f"公示异议{today:%Y%m%d}.xlsx")


def _found(request: access.SignedRequest, search: ObjectionSearch) -> Any:
    found = Objection.objects.visible_to(request.user).sorted_by(request.GET.get("sort", ""))
    return search.narrow(found, timezone.localdate(clock.now()))


@require_safe
@access.holding(HANDLING)
def objection(request: access.SignedRequest, pk: int) -> HttpResponse:
    """One objection with who raised it, what was found out, and the moves on it."""
    return _page(request, _objection(request, pk))


@require_POST
@access.holding(HANDLING)
def assign(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Give it to one of the impartial handlers."""
    shown = _objection(request, pk)
    form = AssignForm(request.POST, handlers=services.handlers_for(shown))
    if form.is_valid():
        try:
            services.assign(shown, form.cleaned_data["assignee"], by=request.user, at=clock.now())
        except Refused as refused:
            _put(form, refused)
        else:
            messages.success(request, f"已指定{form.cleaned_data['assignee'].name}承办。")
            return redirect(shown)
    return _page(request, shown, assigning=form)


@require_POST
@access.holding(HANDLING)
@sensitive_post_parameters()
def note(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Keep what was found out, with its papers."""
    shown = _objection(request, pk)
    form = NoteForm(request.POST, request.FILES)
    if form.is_valid():
        text, uploads = form.cleaned_data["text"], form.cleaned_data["attachments"]
        try:
            services.add_note(shown, text=text, uploads=uploads, by=request.user, at=clock.now())
        except Rejected as rejected:
            form.add_error("attachments", rejected.sentence)
        except Refused as refused:
            _put(form, refused)
        else:
            messages.success(request, "核查情况已记录。")
            return redirect(f"{shown.get_absolute_url()}#notes")
    return _page(request, shown, noting=form)


@require_POST
@access.holding(HANDLING)
@sensitive_post_parameters()
def ask(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Put a question to the nursery, without a word of who objected."""
    shown = _objection(request, pk)
    form = AskForm(request.POST)
    if form.is_valid():
        try:
            services.ask_statement(shown, by=request.user, at=clock.now(), **form.cleaned_data)
        except Refused as refused:
            _put(form, refused)
        else:
            messages.success(request, "已请机构作出说明；机构看不到异议人的任何信息。")
            return redirect(f"{shown.get_absolute_url()}#statements")
    return _page(request, shown, asking=form)


@require_safe
@access.holding(HANDLING)
def evidence(request: access.SignedRequest, pk: int, file: int) -> FileResponse:
    """One file of the objection: the objector's, of a note, or of the nursery."""
    kept = get_object_or_404(_objection(request, pk).files, pk=file)
    return response(kept, inline=True)


def _page(
    request: access.SignedRequest,
    shown: Objection,
    *,
    assigning: AssignForm | None = None,
    noting: NoteForm | None = None,
    asking: AskForm | None = None,
) -> HttpResponse:
    """The page of one objection; with a form that was refused, what was typed stands in it."""
    at = clock.now()
    today = timezone.localdate(at)
    people = services.handlers_for(shown)
    statements = list(shown.statements.for_page())
    due = min(today + timedelta(days=shown.cycle.statement_days), max(today, shown.due_on))
    context = {
        "objection": shown,
        "today": today,
        "evidence": shown.evidence.with_inspection().order_by("pk"),
        "offers": open_to(request.user, shown, at=at),
        "events": Event.objects.of(shown).with_people(),
        "notes": shown.notes.for_page(),
        "statements": statements,
        "asks": shown.is_accepted and all(each.is_given for each in statements),
        "barred": [(user, part) for user, part in people if part],
        "assigning": assigning
        or AssignForm(handlers=people, initial={"assignee": shown.assignee_id}),
        "noting": noting or NoteForm(),
        "asking": asking or AskForm(initial={"due_on": due}),
    }
    refused = assigning or noting or asking
    return render(request, "publicity/objection.html", context, status=422 if refused else 200)


def _put(form: forms.Form, refused: Refused) -> None:
    for problem in refused.problems:
        form.add_error(problem.field or None, problem.text)


def _objection(request: access.SignedRequest, pk: int) -> Objection:
    found = Objection.objects.visible_to(request.user).for_list().select_related("sealed_letter")
    return get_object_or_404(found, pk=pk)
