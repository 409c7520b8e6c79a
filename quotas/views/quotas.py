"""Giving out the places of a cycle: the editor, the spreadsheet, moving places between cities."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts import access
from accounts.access import SignedRequest
from accounts.models import Region
from files import types
from files.workbooks import Unreadable
from quotas import policies, services, spreadsheets
from quotas.forms import ProposalForm, QuotaForm, QuotaUploadForm, TransferForm, show_refusal
from quotas.models import Cycle, Quota
from quotas.statuses import Basis
from quotas.wording import history
from workflow import Refused, clock
from workflow.models import Event

EVENTS_ON_A_PAGE = 20


@access.holding("accounts.run_cycle")
def quotas(request: SignedRequest, pk: int) -> HttpResponse:
    """One row for each city-level unit; saved all or none. `?total=&basis=` fills in a proposal."""
    cycle = _cycle(request, pk)
    given = _given(cycle)
    asked = ProposalForm(request.GET if "total" in request.GET else None)
    proposed = _proposal(cycle, asked)
    form = _form(cycle, request.POST or None, given, proposed)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_quotas(
                cycle,
                form.sizes,
                by=request.user,
                at=clock.now(),
                reason=form.cleaned_data["reason"],
                notes=form.notes,
                seen=form.seen,
            )
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, "名额已保存。")
            return redirect("quotas:quotas", pk)
    source = "按比例生成的建议数" if proposed else ""
    return _editor(request, cycle, form, given, asked=asked, filled_from=source)


@access.holding("accounts.run_cycle")
def quota_import(request: SignedRequest, pk: int) -> HttpResponse:
    """Upload a table: its numbers fill the editor, where they are looked through and saved."""
    cycle = _cycle(request, pk)
    given = _given(cycle)
    posted = request.method == "POST"
    form = QuotaUploadForm(request.POST, request.FILES) if posted else QuotaUploadForm()
    faults: list[spreadsheets.CellFault] = []
    if posted and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            reading = spreadsheets.read(upload.read(), _units(cycle, given))
        except Unreadable as fault:
            form.add_error("file", str(fault))
        else:
            faults = reading.faults
            if not faults:
                filled = _form(cycle, None, given, reading.sizes, reading.notes)
                return _editor(request, cycle, filled, given, filled_from=f"“{upload.name}”中的数")
    return render(request, "quotas/import.html", {"cycle": cycle, "form": form, "faults": faults})


@require_safe
@access.holding("accounts.run_cycle")
def quota_export(request: SignedRequest, pk: int) -> FileResponse:
    """The table as it stands; with other numbers in it, it can be imported again."""
    cycle = _cycle(request, pk)
    book = BytesIO()
    spreadsheets.write(f"{cycle.name}名额", _units(cycle, _given(cycle)), to=book)
    book.seek(0)
    return FileResponse(
        book,
        as_attachment=True,
        filename=f"{cycle.name}名额.xlsx",
        content_type=types.XLSX.media_type,
    )


@access.holding("accounts.run_cycle")
def transfer(request: SignedRequest, pk: int) -> HttpResponse:
    """Move free places of a running cycle from one city to another."""
    cycle = _cycle(request, pk)
    form = TransferForm(request.POST or None, cycle=cycle)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        source, target, count = wanted["source"].region, wanted["target"], wanted["count"]
        try:
            services.transfer_places(
                cycle,
                source,
                target,
                count,
                by=request.user,
                at=clock.now(),
                reason=wanted["reason"],
            )
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, f"已将 {count} 个名额由{source}调剂至{target}。")
            return redirect("quotas:quotas", pk)
    return render(request, "quotas/transfer.html", {"cycle": cycle, "form": form})


def _cycle(request: SignedRequest, pk: int) -> Cycle:
    cycle = get_object_or_404(Cycle.objects.visible_to(request.user).for_page(), pk=pk)
    if not policies.may_run_cycle(cycle, request.user):
        raise PermissionDenied
    return cycle


def _given(cycle: Cycle) -> dict[int, Quota]:
    return {quota.region_id: quota for quota in cycle.quotas.with_counts()}


def _form(
    cycle: Cycle,
    data: Any,
    given: dict[int, Quota],
    sizes: dict[int, int],
    notes: dict[int, str] | None = None,
) -> QuotaForm:
    """The present sizes, with those in `sizes` in their places."""
    units = Region.objects.city_units().within(cycle.province.path).order_by("code")
    present = {key: quota.size for key, quota in given.items()}
    return QuotaForm(data, units=units, sizes=present | sizes, notes=notes)


def _units(cycle: Cycle, given: dict[int, Quota]) -> list[spreadsheets.Unit]:
    lines = _form(cycle, None, given, {}).lines(given)
    return [spreadsheets.Unit(row.unit.pk, row.unit.name, row.present, row.taken) for row in lines]


def _editor(
    request: SignedRequest,
    cycle: Cycle,
    form: QuotaForm,
    given: dict[int, Quota],
    *,
    asked: ProposalForm | None = None,
    filled_from: str = "",
) -> HttpResponse:
    """`filled_from` says where numbers come from that nobody has saved yet."""
    events = Event.objects.of(cycle).telling("set_quota", "transfer_places")
    page = Paginator(events.newest_first().with_people(), EVENTS_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    lines = form.lines(given)
    context = {
        "cycle": cycle,
        "form": form,
        "asked": asked or ProposalForm(),
        "lines": lines,
        "filled_from": filled_from,
        "total": sum(line.present + line.difference for line in lines),
        "history": history(page.object_list),
        "page_obj": page,
    }
    return render(request, "quotas/quotas.html", context)


def _proposal(cycle: Cycle, asked: ProposalForm) -> dict[int, int]:
    """The proposed sizes by unit; empty when none was asked for or none is possible."""
    if not asked.is_valid():
        return {}
    wanted = asked.cleaned_data
    try:
        return services.propose_quotas(
            cycle, wanted["total"], Basis(wanted["basis"]), wanted["least"]
        )
    except Refused as refused:
        show_refusal(asked, refused)
        return {}
