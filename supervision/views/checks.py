"""One spot check: a page for whoever may see it, and the list of those of an area."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access
from accounts.device import may_keep
from applications import workbooks
from publicity.models import Title
from publicity.policies import may_supervise
from scoring import services as scoring
from supervision import checking, policies, services
from supervision.forms.checks import CheckFilter, ReasonForm
from supervision.models import SpotCheck
from supervision.models.checks import SpotCheckQuerySet
from supervision.views.campaigns import spreadsheet
from workflow import Refused, clock, open_to, why_not

PER_PAGE = 50


@require_safe
@access.holding("accounts.supervise")
def checks(request: access.SignedRequest) -> HttpResponse:
    """The checks of one's area, those still open first."""
    search = CheckFilter(request.GET, request.user)
    rows = _found(request, search).with_title().with_team().open_first()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "search": search,
        "page_obj": page,
        "is_filtered": search.has_changed(),
        "runs_campaigns": policies.may_start_campaigns(request.user),
    }
    return render(request, "supervision/checks.html", context)


@require_safe
@access.holding("accounts.supervise")
def export(request: access.SignedRequest) -> FileResponse:
    """The list with the same address, all pages of it, as xlsx."""
    rows = _found(request, CheckFilter(request.GET, request.user)).for_export()
    stream = workbooks.written("检查", checking.CHECK_HEADINGS, checking.check_lines(rows))
    return spreadsheet(stream, checking.stamp("检查", clock.now()))


def _found(request: access.SignedRequest, search: CheckFilter) -> SpotCheckQuerySet:
    return search.narrow(SpotCheck.objects.visible_to(request.user))


@require_safe
@access.signed_in
def my_checks(request: access.SignedRequest) -> HttpResponse:
    """What an inspector has to do, and has done; a device may keep it."""
    own = SpotCheck.objects.given_to(request.user)
    page = Paginator(own.with_title().with_progress(), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "unfinished": own.pending().count()}
    return may_keep(render(request, "supervision/my_checks.html", context), request.user)


@require_safe
@access.signed_in
def check(request: access.SignedRequest, pk: int) -> HttpResponse:
    """What the person may know of the check, and may do."""
    shown = visible_check(request, pk)
    inspects = policies.may_inspect(shown, request.user)
    inside = services.reads_marks(shown, request.user)
    at, arranges = clock.now(), policies.may_arrange(shown, request.user)
    context = {
        "check": shown,
        "inspects": inspects and shown.is_under_way,
        "leads": inspects and shown.is_led_by(request.user),
        "arranges": arranges,
        "may_order": arranges
        and shown.has_problems
        and not why_not(shown.title, "order_rectification", user=request.user, at=at),
        "inside": inside,
        "offers": open_to(request.user, shown, at=at),
    }
    if inside:
        context["events"] = services.history_of(shown)
        context["tally"] = scoring.tally(shown.sheet) if shown.sheet else None
    return may_keep(render(request, "supervision/check.html", context), request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding("accounts.supervise")
def open_check(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Decide to visit the nursery of a title outside any campaign."""
    title = get_object_or_404(Title.objects.supervised_by(request.user).for_list(), pk=pk)
    if not may_supervise(title, request.user):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            opened = services.open_check(
                title, reason=form.cleaned_data["reason"], by=request.user, at=clock.now()
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "已确定检查，请指派检查人员。")
            return redirect(opened)
    context = {"title": title, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "supervision/check_open.html", context, status=status)


def visible_check(request: access.SignedRequest, pk: int) -> SpotCheck:
    rows = SpotCheck.objects.visible_to(request.user).with_title().with_team().with_findings()
    return get_object_or_404(rows, pk=pk)
