"""How the public objects and follows what became of it: no login, a number and a code."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access
from files.services import Rejected
from publicity import services, throttle
from publicity.following import Following, hidden_from_robots
from publicity.forms.objections import ObjectionForm
from publicity.models import NoticeEntry, Objection
from publicity.progress import stages
from workflow import Refused, clock
from workflow.models import Event

TOO_MANY = "短时间内提交次数过多，请稍后再试；也可按公示所列联系方式反映。"
FOLLOWING = Following(
    template="publicity/receipts.html",
    page="publicity:receipt",
    find=lambda number: Objection.objects.with_receipt(number).first(),
)


@require_http_methods(["GET", "HEAD", "POST"])
@access.public(why="any body and any citizen may object (S0, three (四): 接受社会监督)")
@never_cache
@sensitive_post_parameters()
def object_to(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Object to one nursery on a notice, under real name or under a unit's seal."""
    shown = get_object_or_404(NoticeEntry.objects.on_public_notice(pk), pk=entry)
    at = clock.now()
    posted = request.method == "POST"
    form = ObjectionForm(request.POST, request.FILES) if posted else ObjectionForm()
    status = 200
    if posted and form.is_valid():
        if throttle.OBJECTIONS.takes(request):
            if taken := _receive(shown, form, at):
                objection, code = taken
                return FOLLOWING.issued(request, objection.receipt, code)
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


def _receive(entry: NoticeEntry, form: ObjectionForm, at: datetime) -> tuple[Objection, str] | None:
    """The objection as taken, with its code; None with the reasons in the form."""
    try:
        return services.receive_objection(entry, at=at, **form.taken)
    except Refused as refused:
        form.add_error(None, [problem.text for problem in refused.problems])
    except Rejected as rejected:
        form.add_error(None, f"上传的文件：{rejected.sentence}")
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@access.public(why="who objected asks for the answer by receipt number and code")
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
    """How far an objection is and what the answer was; nothing about who objected.

    Without the code it is asked for, whether or not there is such a number.
    """
    if not FOLLOWING.opened(request, receipt):
        return FOLLOWING.ask(request, receipt)
    objection = get_object_or_404(Objection.objects.with_receipt(receipt).for_list())
    context = {
        "objection": objection,
        "stages": stages(objection, Event.objects.of(objection)),
        "code": FOLLOWING.code_of(request, objection.receipt),
    }
    return hidden_from_robots(render(request, "publicity/receipt.html", context))


@require_POST
@access.public(why="who has noted the code takes it off the screen")
def code_noted(request: HttpRequest, receipt: str) -> HttpResponse:
    return FOLLOWING.noted(request, receipt)
