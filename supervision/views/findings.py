"""On site: what is found, with photos; the score completed; the result written down."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access
from files import services as files
from scoring import services as scoring
from supervision import policies, services
from supervision.forms.checks import FindingForm, OutcomeForm
from supervision.models import Finding, FindingPhoto, SpotCheck
from supervision.views.checks import visible_check
from workflow import Refused, clock


@require_http_methods(["GET", "HEAD", "POST"])
@access.signed_in
def new(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Note something, with photos."""
    check = _own(request, pk)
    form = FindingForm(request.POST or None, request.FILES or None, check=check)
    if form.is_valid():
        try:
            finding = services.add_finding(check, **form.values, by=request.user, at=clock.now())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _kept(request, finding, form)
    return _page(request, check, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@access.signed_in
def edit(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Put it in other words, add photos."""
    finding = _finding(request, pk)
    check = _own(request, finding.spot_check_id)
    first = {name: getattr(finding, name) for name in ("indicator", "severity", "text")}
    form = FindingForm(request.POST or None, request.FILES or None, check=check, initial=first)
    if form.is_valid():
        try:
            services.change_finding(finding, **form.values, by=request.user, at=clock.now())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _kept(request, finding, form)
    return _page(request, check, form, finding)


def _kept(request: access.SignedRequest, finding: Finding, form: FindingForm) -> HttpResponse:
    """Photos stand or fall each for itself; what was typed is kept in any case."""
    rejected = services.add_photos(
        finding, form.cleaned_data["photos"], by=request.user, at=clock.now()
    )
    for sentence in rejected:
        messages.error(request, sentence)
    messages.success(request, "已记录问题。")
    if rejected:
        return redirect("supervision:finding", finding.pk)
    return redirect("supervision:check", finding.spot_check_id)


def _page(
    request: access.SignedRequest, check: SpotCheck, form: FindingForm, finding: Finding | None
) -> HttpResponse:
    context = {"check": check, "form": form, "finding": finding}
    status = 422 if request.method == "POST" else 200
    return render(request, "supervision/check_finding.html", context, status=status)


@require_POST
@access.signed_in
def remove(request: access.SignedRequest, pk: int) -> HttpResponse:
    finding = _finding(request, pk)
    check = finding.spot_check
    try:
        services.remove_finding(finding, by=request.user, at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "已删除该问题。")
    return redirect(check)


@require_safe
@access.signed_in
def photo(request: access.SignedRequest, pk: int) -> FileResponse:
    """One file, to whoever may see the check."""
    return files.response(_photo(request, pk).file, inline=True)


@require_safe
@access.signed_in
def thumbnail(request: access.SignedRequest, pk: int) -> HttpResponse:
    reply = files.thumbnail_response(_photo(request, pk).file)
    return get_conditional_response(request, etag=reply["ETag"], response=reply)  # type: ignore[return-value]  # one of the two is always there


@require_POST
@access.signed_in
def remove_photo(request: access.SignedRequest, pk: int) -> HttpResponse:
    found = _photo(request, pk)
    finding = found.finding
    try:
        services.remove_photo(found, by=request.user, at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(finding.spot_check)
    messages.success(request, "已删除。")
    return redirect("supervision:finding", finding.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@access.signed_in
def outcome(request: access.SignedRequest, pk: int) -> HttpResponse:
    """When it was, what came out, the conclusion."""
    check = _own(request, pk, leading=True)
    today = timezone.localdate(clock.now())
    first: dict[str, Any] = {
        "visited_on": check.visited_on or today,
        "result": check.result,
        "conclusion": check.conclusion,
    }
    form = OutcomeForm(request.POST or None, initial=first)
    if form.is_valid():
        try:
            services.save_outcome(check, **form.cleaned_data, by=request.user, at=clock.now())
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(problem.field or None, problem.text)
        else:
            messages.success(request, "已保存检查结果。")
            return redirect(check)
    status = 422 if request.method == "POST" else 200
    context = {"check": check, "form": form}
    return render(request, "supervision/check_outcome.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access.signed_in
def seal(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Look at the sum once more, then complete the score for good."""
    check = _own(request, pk)
    if request.method == "POST":
        try:
            services.seal_sheet(check, by=request.user, at=clock.now())
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(check.seal_url)
        messages.success(request, "现场评分已完成。")
        return redirect(check)
    sheet = check.sheet
    tally = scoring.tally(sheet)  # type: ignore[arg-type]  # under way: it has one
    context = {
        "check": check,
        "tally": tally,
        "problems": [] if sheet.is_sealed else scoring.unanswered(sheet, tally),  # type: ignore[union-attr,arg-type]
        "leads": policies.may_lead(check, request.user),
    }
    return render(request, "supervision/check_seal.html", context)


def _own(request: access.SignedRequest, pk: int, *, leading: bool = False) -> SpotCheck:
    """A check under way that is the person's to fill in; 403 for who only may see it."""
    check = visible_check(request, pk)
    may = policies.may_lead if leading else policies.may_inspect
    if not (check.is_under_way and may(check, request.user)):
        raise PermissionDenied
    return check


def _finding(request: access.SignedRequest, pk: int) -> Finding:
    return get_object_or_404(Finding.objects.visible_to(request.user).with_photos(), pk=pk)


def _photo(request: access.SignedRequest, pk: int) -> FindingPhoto:
    return get_object_or_404(FindingPhoto.objects.visible_to(request.user).with_file(), pk=pk)
