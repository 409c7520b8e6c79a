"""A whole year of the calendar from a spreadsheet: looked through first, then confirmed."""

from __future__ import annotations

from functools import partial
from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access
from files import types
from files.workbooks import Unreadable
from publicity import services, year_table
from publicity.forms.days import YearTableForm, YearUploadForm
from publicity.models import DayOverride
from publicity.models.days import FIRST_YEAR
from publicity.views.calendar import LAST_YEAR, address, change
from workflow import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding("accounts.publish_notice")
def import_year(request: access.SignedRequest, year: int) -> HttpResponse:
    """Upload a year's table; with `table` instead of a file what was looked through is taken."""
    _check(year)
    if request.method == "POST" and "table" in request.POST:
        return _take(request, year)
    posted = request.method == "POST"
    form = YearUploadForm(request.POST, request.FILES) if posted else YearUploadForm()
    lines: list[year_table.Line] = []
    if posted and form.is_valid():
        try:
            lines = year_table.read(form.cleaned_data["file"].read(), year)
        except Unreadable as fault:
            form.add_error("file", str(fault))
    faulty = sum(1 for line in lines if line.faults)
    if lines and not faulty:
        return _looked_through(request, year, [line.said for line in lines if line.said])
    return _upload_page(request, year, form, lines, faulty)


def _upload_page(
    request: access.SignedRequest,
    year: int,
    form: YearUploadForm,
    lines: list[year_table.Line],
    faulty: int,
) -> HttpResponse:
    context = {"year": year, "form": form, "lines": lines, "faulty": faulty}
    status = 422 if request.method == "POST" else 200
    return render(request, "publicity/import_year.html", context, status=status)


def _looked_through(
    request: access.SignedRequest, year: int, table: list[year_table.Said]
) -> HttpResponse:
    """What the table means for every day; nothing is changed yet."""
    context = {
        "year": year,
        "differences": services.differences(year, table),
        "form": YearTableForm(year=year, initial={"table": YearTableForm.sealed(table, year)}),
    }
    return render(request, "publicity/confirm_year.html", context)


def _take(request: access.SignedRequest, year: int) -> HttpResponse:
    form = YearTableForm(request.POST, year=year)
    refusal = "".join(str(each) for each in form.errors.get("table", []))
    if form.is_valid():
        act = partial(services.import_year, year, form.cleaned_data["table"])
        try:
            return change(request, act, f"已导入{year}年的工作日调整。", address(year))
        except Refused as refused:
            refusal = str(refused)
    messages.error(request, refusal)
    return redirect("publicity:import_year", year)


@require_safe
@access.holding("accounts.publish_notice")
def year_template(request: access.SignedRequest, year: int) -> FileResponse:
    """What is entered for a year, or an empty table, ready to be filled in."""
    _check(year)
    entered = DayOverride.objects.in_year(year)
    book = BytesIO()
    year_table.write(
        year, (year_table.Said(each.day, each.working, each.source) for each in entered), to=book
    )
    book.seek(0)
    return FileResponse(
        book,
        as_attachment=True,
        filename=f"{year}年工作日调整.xlsx",
        content_type=types.XLSX.media_type,
    )


def _check(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
