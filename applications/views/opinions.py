"""Corrections and what became of them: the nursery's answers, the rounds against each other."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts import access
from accounts.access import SignedRequest
from applications import changes as rounds
from applications import corrections as asking
from applications import policies, services, sight
from applications.models import Application, Correction
from applications.statuses import Reply
from applications.views.file import visible_file
from workflow import Refused, clock


@access.signed_in
@require_http_methods(["GET", "POST"])
def corrections(request: SignedRequest, pk: int) -> HttpResponse:
    """What the last return asks for, one by one; the nursery answers each while it may write."""
    found = visible_file(request, pk)
    if not sight.may_see_changes(sight.sight_of(found, request.user)):
        raise Http404
    rows = list(Correction.objects.of_last_return(found))
    if request.method == "GET":
        return _corrections_page(request, found, rows)
    if not policies.may_apply(found, request.user):
        raise PermissionDenied
    typed = _typed(request, rows)
    try:
        services.answer_corrections(found, typed, by=request.user, at=clock.now())
    except Refused as refused:
        return _corrections_page(request, found, rows, typed, refused)
    messages.success(request, "补正答复已保存。")
    return redirect(found)


def _typed(request: SignedRequest, rows: list[Correction]) -> dict[int, tuple[str, str]]:
    """What was sent for each; a reply that there is not counts as none."""
    answers = {}
    for row in rows:
        reply = request.POST.get(f"reply-{row.pk}", "")
        note = request.POST.get(f"note-{row.pk}", "").replace("\r\n", "\n")[: asking.MAX_TEXT]
        answers[row.pk] = (reply if reply in Reply.values else "", note)
    return answers


def _corrections_page(
    request: SignedRequest,
    found: Application,
    rows: list[Correction],
    typed: dict[int, tuple[str, str]] | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    typed = typed or {row.pk: (row.reply, row.note) for row in rows}
    problems = refused.problems if refused else []
    faulty = {problem.field: problem.text for problem in problems}
    context: dict[str, Any] = {
        "application": found,
        "may_answer": services.may_fill(found, request.user),
        "problems": problems,
        "lines": [
            {
                "correction": row,
                "url": asking.place_of(row, found),
                "reply": typed[row.pk][0],
                "note": typed[row.pk][1],
                "fault": faulty.get(f"note-{row.pk}", ""),
            }
            for row in rows
        ],
        "replies": Reply.choices,
    }
    status = 422 if refused else 200
    return render(request, "applications/corrections.html", context, status=status)


@access.signed_in
@require_GET
def changes(request: SignedRequest, pk: int) -> HttpResponse:
    """Two submissions of a file against each other; `?from=1&to=2` chooses the rounds."""
    found = visible_file(request, pk)
    if not sight.may_see_changes(sight.sight_of(found, request.user)):
        raise Http404
    submissions = rounds.rounds(found)
    context: dict[str, Any] = {"application": found, "submissions": submissions, "changes": None}
    if len(submissions) > 1:
        pair = rounds.chosen(submissions, request.GET.get("from", ""), request.GET.get("to", ""))
        context["changes"] = rounds.changes(*pair)
    return render(request, "applications/changes.html", context)
