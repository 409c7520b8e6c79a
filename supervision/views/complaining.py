"""How citizens complain and follow what became of it: no login, a number and a code."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access
from files.services import Rejected
from publicity import opened, throttle
from publicity.numbers import as_typed
from supervision import services
from supervision.forms.complaints import CONFIDENTIAL, ComplaintForm, ReceiptForm
from supervision.models import Complaint
from workflow import Refused, clock

COMPLAINTS = throttle.Limit("complaints", times=10, seconds=3600)
TOO_MANY = "短时间内提交次数过多，请稍后再试；也可向所在地卫生健康部门反映。"
WRONG = "回执号与查询码不符，请核对后再试。"


@require_http_methods(["GET", "HEAD", "POST"])
@access.public(why="any citizen may report what is wrong (S0, four (三): 社会监督)")
@never_cache
@sensitive_post_parameters()
def complain(request: HttpRequest) -> HttpResponseBase:
    """Report one nursery that holds a title, anonymously or not."""
    posted = request.method == "POST"
    asked = request.GET.get("title", "")[:30]
    form = (
        ComplaintForm(request.POST, request.FILES)
        if posted
        else ComplaintForm(initial={"number": asked})
    )
    status = 200
    if posted and form.is_valid():
        if COMPLAINTS.takes(request):
            if taken := _receive(form, clock.now()):
                complaint, code = taken
                opened.keep_code(request.session, complaint.receipt, code, at=clock.real())
                return redirect("supervision:receipt", complaint.receipt)
        else:
            form.add_error(None, TOO_MANY)
            status = 429
    if form.errors and status == 200:
        status = 422
    context = {"form": form, "confidential": CONFIDENTIAL}
    return render(request, "supervision/complain.html", context, status=status)


def _receive(form: ComplaintForm, at: datetime) -> tuple[Complaint, str] | None:
    """The complaint as taken, with its code; None with the reasons in the form."""
    try:
        return services.file_complaint(form.title, **form.taken, at=at)
    except Refused as refused:
        form.add_error(None, [problem.text for problem in refused.problems])
    except Rejected as rejected:
        form.add_error("evidence", rejected.sentence)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@access.public(why="who complained asks for the answer by receipt number and code")
@never_cache
@sensitive_post_parameters("code")
def receipts(request: HttpRequest) -> HttpResponseBase:
    """Where number and code are typed in; a code is never part of an address."""
    if request.method != "POST":
        return _ask(request, ReceiptForm(initial={"receipt": request.GET.get("receipt", "")[:20]}))
    form = ReceiptForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, status=422)
    if not throttle.may_try(request, form.number):
        return throttle.too_many(request)
    complaint = Complaint.objects.with_receipt(form.number).first()
    if complaint is None or not complaint.opens_with(form.cleaned_data["code"]):
        throttle.was_wrong(request, form.number)
        form.add_error(None, WRONG)
        return _ask(request, form, status=422)
    opened.remember(request.session, complaint.receipt, at=clock.real())
    return redirect("supervision:receipt", complaint.receipt)


@require_safe
@access.public(why="shown only to who has given the code, and the page names nobody")
@never_cache
def receipt(request: HttpRequest, receipt: str) -> HttpResponseBase:
    """How far a complaint is and what the answer was; nothing about who complained.

    Without the code it is asked for, whether or not there is such a number.
    """
    number, now = as_typed(receipt)[:20], clock.real()
    if not opened.is_open(request.session, number, at=now):
        return _ask(request, ReceiptForm(initial={"receipt": number}))
    complaint = get_object_or_404(Complaint.objects.with_receipt(number).for_list())
    code = opened.fresh_code(request.session, number, at=now)
    context = {"complaint": complaint, "code": code}
    return _hidden_from_robots(render(request, "supervision/receipt.html", context))


@require_POST
@access.public(why="who has noted the code takes it off the screen")
def code_noted(request: HttpRequest, receipt: str) -> HttpResponseBase:
    """The code is not shown again."""
    opened.forget_code(request.session)
    return redirect("supervision:receipt", as_typed(receipt) or "-")


def _ask(request: HttpRequest, form: ReceiptForm, status: int = 200) -> HttpResponse:
    return _hidden_from_robots(
        render(request, "supervision/receipts.html", {"form": form}, status=status)
    )


def _hidden_from_robots(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    return response
