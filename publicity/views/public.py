"""Notices and objections as everyone sees them: no login, nothing personal."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access
from files.services import Rejected
from publicity import calendar, drafting, listing, services, throttle
from publicity.forms.notices import CycleForm
from publicity.forms.objections import ObjectionForm, ReceiptForm
from publicity.models import Notice, NoticeEntry, Objection
from publicity.numbers import as_typed
from publicity.public_pages import kept_for_strangers
from quotas.models import Cycle
from workflow import Refused, clock

PER_PAGE = 20
TOO_MANY = "短时间内提交次数过多，请稍后再试；也可按公示所列联系方式反映。"


@require_safe
@access.public(why="a notice is for everyone to read (S0, three (四))")
@kept_for_strangers
def notices(request: HttpRequest) -> HttpResponse:
    """All notices that were ever opened, the latest first."""
    today = timezone.localdate(clock.now())
    search = CycleForm(request.GET, cycles=Cycle.objects.public().newest_first())
    found = Notice.objects.public().in_cycle(search.chosen).with_counts()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(notice, notice.standing(today)) for notice in page]
    context = {"search": search, "page_obj": page, "rows": rows}
    return render(request, "publicity/notices.html", context)


@require_safe
@access.public(why="a notice is for everyone to read (S0, three (四))")
@kept_for_strangers
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice with its days and its list; a draft is shown to its officers as a preview."""
    shown = get_object_or_404(Notice.objects.visible_to(request.user).with_cycle(), pk=pk)
    today = timezone.localdate(clock.now())
    preview = calendar.preview(shown.cycle, today) if shown.is_draft else None
    days = preview.days if preview else shown.days
    cities = listing.by_city(shown, today)
    context = {
        "notice": shown,
        "standing": shown.standing(today),
        "preview": preview,
        "days": days,
        "window": drafting.window_words(days) if days else "",
        "cities": cities,
        "count": listing.count(cities),
        "accepts_objections": shown.accepts_objections(today),
    }
    return render(request, "publicity/notice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.public(why="any body and any citizen may object (S0, three (四): 接受社会监督)")
@never_cache
def object_to(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Object to one nursery on a notice, under real name."""
    shown = get_object_or_404(NoticeEntry.objects.on_public_notice(pk), pk=entry)
    at = clock.now()
    posted = request.method == "POST"
    form = ObjectionForm(request.POST, request.FILES) if posted else ObjectionForm()
    status = 200
    if posted and form.is_valid():
        if throttle.OBJECTIONS.takes(request):
            objection = _receive(shown, form, at)
            if objection:
                messages.success(request, "异议已收到。请记下回执号，凭它查询办理结果。")
                return redirect("publicity:receipt", objection.receipt)
        else:
            form.add_error(None, TOO_MANY)
            status = 429
    if form.errors and status == 200:
        status = 422
    context = {
        "entry": shown,
        "notice": shown.notice,
        "form": form,
        "open": shown.accepts_objections(timezone.localdate(at)),
    }
    return render(request, "publicity/object.html", context, status=status)


def _receive(entry: NoticeEntry, form: ObjectionForm, at: datetime) -> Objection | None:
    """The objection as taken; None with the reasons in the form."""
    values = form.cleaned_data
    try:
        return services.receive_objection(
            entry,
            name=values["name"],
            contact=values["contact"],
            content=values["content"],
            uploads=values["evidence"],
            at=at,
        )
    except Refused as refused:
        form.add_error(None, [problem.text for problem in refused.problems])
    except Rejected as rejected:
        form.add_error("evidence", rejected.sentence)
    return None


@require_safe
@access.public(why="who objected asks for the answer by the receipt number alone")
def receipts(request: HttpRequest) -> HttpResponse:
    """Where a receipt number is typed in."""
    form = ReceiptForm(request.GET if "receipt" in request.GET else None)
    if form.is_valid():
        return redirect("publicity:receipt", as_typed(form.cleaned_data["receipt"]) or "-")
    return render(request, "publicity/receipts.html", {"form": form})


@require_safe
@access.public(why="the receipt number is unguessable, and the page names nobody")
@never_cache
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """How far an objection is and what the answer was; nothing about who objected."""
    if not throttle.may_try(request):
        return throttle.too_many(request)
    objection = Objection.objects.with_receipt(receipt).for_list().first()
    if objection is None:
        throttle.was_wrong(request)
        context = {"form": ReceiptForm(), "typed": receipt[:20]}
        return render(request, "publicity/receipts.html", context, status=404)
    response = render(request, "publicity/receipt.html", {"objection": objection})
    response["X-Robots-Tag"] = "noindex"
    return response
