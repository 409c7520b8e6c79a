"""How citizens complain and follow what became of it: no login, a number and a code."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access
from files.services import Rejected
from publicity import throttle
from publicity.following import Following, hidden_from_robots
from supervision import services
from supervision.forms.complaints import CONFIDENTIAL, ComplaintForm
from supervision.models import Complaint
from workflow import Refused, clock

COMPLAINTS = throttle.Limit("complaints", times=10, seconds=3600)
TOO_MANY = "短时间内提交次数过多，请稍后再试；也可向所在地卫生健康部门反映。"
FOLLOWING = Following(
    template="supervision/receipts.html",
    page="supervision:receipt",
    find=lambda number: Complaint.objects.with_receipt(number).first(),
)


@require_http_methods(["GET", "HEAD", "POST"])
@access.public(why="any citizen may report what is wrong (S0, four (三): 社会监督)")
@never_cache
@sensitive_post_parameters()
def complain(request: HttpRequest) -> HttpResponse:
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
                return FOLLOWING.issued(request, complaint.receipt, code)
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
def receipts(request: HttpRequest) -> HttpResponse:
    """Where number and code are typed in."""
    if request.method == "POST":
        return FOLLOWING.answer(request)
    return FOLLOWING.ask(request, request.GET.get("receipt", ""))


@require_safe
@access.public(why="shown only to who has given the code, and the page names nobody")
@never_cache
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """How far a complaint is and what the answer was; nothing about who complained.

    Without the code it is asked for, whether or not there is such a number.
    """
    if not FOLLOWING.opened(request, receipt):
        return FOLLOWING.ask(request, receipt)
    complaint = get_object_or_404(Complaint.objects.with_receipt(receipt).for_list())
    context = {"complaint": complaint, "code": FOLLOWING.code_of(request, complaint.receipt)}
    return hidden_from_robots(render(request, "supervision/receipt.html", context))


@require_POST
@access.public(why="who has noted the code takes it off the screen")
def code_noted(request: HttpRequest, receipt: str) -> HttpResponse:
    return FOLLOWING.noted(request, receipt)
