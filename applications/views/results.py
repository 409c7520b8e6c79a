"""The result of one file, each number of it down to its marks."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import access
from accounts.access import SignedRequest
from applications import policies, results, workbooks
from applications.models import Application
from applications.views.desk import spreadsheet
from applications.views.file import visible_file

WIDEST = "widest"


@access.holding("accounts.decide_province", "accounts.assign_experts")
@require_GET
def result(request: SignedRequest, pk: int) -> HttpResponse:
    """How the panel's sheets come to the result; 404 until all of them are sealed."""
    found, outcome = _judged(request, pk)
    chosen = request.GET.get("show") == WIDEST
    context = {
        "application": found,
        "cycle": found.cycle,
        "outcome": outcome,
        "groups": [("分差最大的指标", outcome.widest)] if chosen else outcome.sections,
        "shows_widest": chosen,
    }
    return render(request, "applications/result.html", context)


@access.holding("accounts.decide_province", "accounts.assign_experts")
@require_GET
def result_export(request: SignedRequest, pk: int) -> FileResponse:
    """All marks of the panel as xlsx."""
    found, outcome = _judged(request, pk)
    stream = workbooks.written("评审结果", results.headings(outcome), results.lines(outcome))
    return spreadsheet(stream, f"{found.number}评审结果.xlsx")


def _judged(request: SignedRequest, pk: int) -> tuple[Application, results.Outcome]:
    found = visible_file(request, pk)
    if not policies.may_judge(found.cycle, request.user):
        raise PermissionDenied
    outcome = results.outcome(found)
    if outcome is None:
        raise Http404
    return found, outcome
