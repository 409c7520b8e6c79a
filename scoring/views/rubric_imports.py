"""Rubrics from spreadsheets: upload, look through, confirm or give up."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access
from accounts.access import SignedRequest
from files.services import Rejected
from files.workbooks import Unreadable
from scoring.models import RubricImport
from scoring.rubric_forms import UploadForm
from scoring.services import rubric_imports
from workflow import Refused, clock

LATEST = 10


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding("accounts.run_cycle")
def hand_in(request: SignedRequest) -> HttpResponse:
    """Upload a spreadsheet; what it would do is shown before anything is done."""
    posted = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if posted else UploadForm()
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            handed_in = rubric_imports.hand_in(
                upload.read(), name=upload.name, by=request.user, at=clock.now()
            )
            return redirect(handed_in)
        except Unreadable as fault:
            form.add_error("file", str(fault))
        except Rejected as rejected:
            form.add_error("file", rejected.sentence)
    latest = RubricImport.objects.visible_to(request.user).newest_first()[:LATEST]
    context = {"form": form, "latest": latest}
    return render(request, "scoring/rubric_upload.html", context, status=422 if posted else 200)


@require_safe
@access.holding("accounts.run_cycle")
def check(request: SignedRequest, pk: int) -> HttpResponse:
    """What the spreadsheet would do, or the version that it became."""
    handed_in = get_object_or_404(RubricImport.objects.visible_to(request.user), pk=pk)
    if handed_in.applied_at:
        return redirect(handed_in.version or "scoring:import_rubric")
    context = {"handed_in": handed_in, "plan": rubric_imports.look_through(handed_in)}
    return render(request, "scoring/rubric_import.html", context)


@require_POST
@access.holding("accounts.run_cycle")
def confirm(request: SignedRequest, pk: int) -> HttpResponse:
    handed_in = get_object_or_404(RubricImport.objects.visible_to(request.user), pk=pk)
    seen = request.POST.get("fingerprint", "")
    try:
        version = rubric_imports.apply(handed_in, fingerprint=seen, by=request.user, at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(handed_in)
    messages.success(request, f"已导入为第 {version.number} 版草稿，核对后请发布。")
    return redirect(version)


@require_POST
@access.holding("accounts.run_cycle")
def give_up(request: SignedRequest, pk: int) -> HttpResponse:
    handed_in = get_object_or_404(RubricImport.objects.visible_to(request.user), pk=pk)
    try:
        rubric_imports.give_up(handed_in, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(handed_in)
    messages.info(request, "已放弃这份表格，没有导入任何内容。")
    return redirect("scoring:import_rubric")
