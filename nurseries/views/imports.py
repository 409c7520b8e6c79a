from __future__ import annotations

from io import BytesIO

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from accounts.access import SignedRequest
from files.services import Rejected, response
from nurseries import policies, services, spreadsheets
from nurseries.forms import UploadForm
from nurseries.models import NurseryImport
from nurseries.workbooks import MAX_ROWS, Unreadable
from workflow import Refused, clock

PER_PAGE = 50
LATEST = 10


@access.holding(*policies.KEEPERS)
def hand_in(request: SignedRequest) -> HttpResponse:
    """Upload a spreadsheet; what it would do is shown before anything is done."""
    posted = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if posted else UploadForm()
    if posted and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            handed_in = services.hand_in(
                upload.read(), name=upload.name, by=request.user, at=clock.now()
            )
            return redirect(handed_in)
        except Unreadable as fault:
            form.add_error("file", str(fault))
        except Rejected as rejected:
            form.add_error("file", rejected.sentence)
    latest = NurseryImport.objects.visible_to(request.user).newest_first()[:LATEST]
    context = {"form": form, "latest": latest, "max_rows": MAX_ROWS}
    return render(request, "nurseries/import.html", context)


@require_safe
@access.holding(*policies.KEEPERS)
def template(request: SignedRequest) -> FileResponse:
    """The sheet to fill in, with the counties of one's own area among the allowed values."""
    counties = services.places().within(policies.areas_kept_by(request.user))
    book = BytesIO()
    spreadsheets.write_template(counties, to=book)
    book.seek(0)
    return FileResponse(book, as_attachment=True, filename="托育机构导入模板.xlsx")


@require_safe
@access.holding(*policies.KEEPERS)
def check(request: SignedRequest, pk: int) -> HttpResponse:
    """What the spreadsheet would do, or what it did."""
    handed_in = get_object_or_404(_visible(request), pk=pk)
    if handed_in.applied_at:
        return render(request, "nurseries/import_done.html", {"handed_in": handed_in})
    plan = services.look_through(handed_in, user=request.user, at=clock.now())
    listed = plan.faults or plan.steps
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    context = {"handed_in": handed_in, "plan": plan, "page_obj": page}
    return render(request, "nurseries/import_check.html", context)


@require_POST
@access.holding(*policies.KEEPERS)
def confirm(request: SignedRequest, pk: int) -> HttpResponse:
    handed_in = get_object_or_404(_visible(request), pk=pk)
    try:
        done = services.apply(
            handed_in,
            fingerprint=request.POST.get("fingerprint", ""),
            by=request.user,
            at=clock.now(),
        )
        messages.success(
            request, f"已导入：新增 {done.created_count} 家，更新 {done.changed_count} 家。"
        )
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(handed_in)


@require_POST
@access.holding(*policies.KEEPERS)
def give_up(request: SignedRequest, pk: int) -> HttpResponse:
    handed_in = get_object_or_404(_visible(request), pk=pk)
    try:
        services.give_up(handed_in, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(handed_in)
    messages.info(request, "已放弃这份表格，没有导入任何内容。")
    return redirect("nurseries:import")


@require_safe
@access.holding(*policies.KEEPERS)
def sheet(request: SignedRequest, pk: int) -> FileResponse:
    """The spreadsheet as it was handed in."""
    return response(get_object_or_404(_visible(request), pk=pk).file)


def _visible(request: SignedRequest) -> QuerySet[NurseryImport]:
    return NurseryImport.objects.visible_to(request.user).select_related("file")
