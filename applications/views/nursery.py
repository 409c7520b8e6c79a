"""The nursery's pages: its applications, the form, the check before the submit."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access
from accounts.access import SignedRequest
from applications import beginnings, corrections, policies, services
from applications.facts import nursery_facts
from applications.forms import ApplicationForm, DraftForm, FieldForm, seen_input
from applications.models import Application, Correction
from workflow import Refused, checklist, clock, open_to

PER_PAGE = 20
HAND_IN = ("submit", "resubmit")


@access.signed_in
@require_GET
def applications(request: SignedRequest) -> HttpResponse:
    """One's own nurseries' applications, and the cycles that take new ones."""
    at = clock.now()
    own = Application.objects.of_nurseries_acted_for_by(request.user).for_list()
    page = Paginator(own, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "openings": beginnings.openings(request.user, at),
        "has_nursery": beginnings.acts_for_any(request.user),
    }
    return render(request, "applications/list.html", context)


@access.signed_in
@require_POST
def new(request: SignedRequest) -> HttpResponse:
    """Begin an application. A second click finds the first one's and says so."""
    form = DraftForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, "请从列表中选择要申报的机构和评选周期。")
        return redirect("applications:list")
    chosen = form.cleaned_data
    try:
        begun = services.draft(chosen["nursery"], chosen["cycle"], by=request.user, at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("applications:list")
    messages.success(request, "已建立申报，请填写申报表和自评分表。")
    return redirect(begun)


def own_file(request: SignedRequest, pk: int) -> Application:
    """The nursery's own file: 404 for who may not see it, 403 for who only may see it."""
    seen = Application.objects.visible_to(request.user).for_list()
    application: Application = get_object_or_404(seen, pk=pk)
    if not policies.may_apply(application, request.user):
        raise PermissionDenied
    return application


@access.signed_in
@require_http_methods(["GET", "POST"])
def form(request: SignedRequest, pk: int) -> HttpResponse:
    """The application form 申报表; the whole of it is saved by the button."""
    application = own_file(request, pk)
    if request.method == "GET":
        return _form_page(request, application, ApplicationForm(instance=application))
    filled = ApplicationForm(request.POST, instance=application)
    if not filled.is_valid():
        return _form_page(request, application, filled, status=422)
    try:
        services.save_form(application, filled.cleaned_data, by=request.user, seen=filled.seen())
    except services.Stale as stale:
        conflicts = _conflicts(filled, stale)
        filled.show_conflicts(stale.current, stale.fields)
        return _form_page(request, application, filled, conflicts, status=409)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("applications:form", pk)
    messages.success(request, "申报表已保存。")
    return redirect("applications:check" if "check" in request.POST else "applications:form", pk)


def _form_page(
    request: SignedRequest,
    application: Application,
    filled: ApplicationForm,
    conflicts: list[dict[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    asked = _asked_by_field(application)
    context = {
        "application": application,
        "form": filled,
        "facts": nursery_facts(application.nursery),
        "relations": application.relations.all(),
        "conflicts": conflicts or [],
        "of_nursery": asked[corrections.NURSERY],
        "written": [(filled[name], asked[name]) for name in filled.WRITTEN],
        "declarations": [(filled[name], asked[name]) for name in filled.DECLARED],
    }
    return render(request, "applications/form.html", context, status=status)


def _asked_by_field(application: Application) -> dict[str, list[Correction]]:
    """What the last return asks for, at the field where it is put right."""
    found: dict[str, list[Correction]] = defaultdict(list)
    for correction in Correction.objects.of_last_return(application):
        found[correction.field].append(correction)
    return found


def _conflicts(filled: ApplicationForm, stale: services.Stale) -> list[dict[str, Any]]:
    """Both values of each field that was changed elsewhere, as people read them."""
    return [
        {
            "label": filled[name].label,
            "mine": _shown(filled.cleaned_data[name]),
            "theirs": _shown(getattr(stale.current, name)),
        }
        for name in stale.fields
    ]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "已勾选" if value else "未勾选"
    return str(value or "（空）")


@access.signed_in
@require_POST
def field(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Save one field by itself, by the contract of static/js/autosave.js."""
    application = own_file(request, pk)
    sent = FieldForm(request.POST, instance=application)
    if not sent.is_valid():
        errors = {name: list(texts) for name, texts in sent.errors.items()}
        return JsonResponse({"errors": errors}, status=422)
    try:
        saved = services.save_form(
            application, sent.cleaned_data, by=request.user, seen=sent.seen()
        )
    except services.Stale as stale:
        theirs = getattr(stale.current, sent.name)
        answer = {"theirs": _posted(theirs), "version": services.fingerprint(theirs)}
        return JsonResponse(answer, status=409)
    except Refused as refused:
        return JsonResponse({"errors": {sent.name: [str(refused)]}}, status=422)
    value = getattr(saved, sent.name)
    version = services.fingerprint(value)
    saved_answer: dict[str, Any] = {
        "saved_at": f"{timezone.localtime(clock.now()):%H:%M}",
        "value": _posted(value),
        "version": version,
        "html": {f"seen-{sent.name}": seen_input(sent.name, version)},
    }
    return JsonResponse(saved_answer)


def _posted(value: Any) -> str:
    """A value as a browser would have sent it."""
    if isinstance(value, bool):
        return "on" if value else ""
    return str(value)


@access.signed_in
@require_GET
def check(request: SignedRequest, pk: int) -> HttpResponse:
    """What the submit asks for, point by point, and the submit itself."""
    application = own_file(request, pk)
    at = clock.now()
    offers = [offer for offer in open_to(request.user, application, at=at) if offer.name in HAND_IN]
    if not offers:
        return redirect(application)
    offer = offers[0]
    checks = checklist(application, offer.name, user=request.user, at=at)
    context = {
        "application": application,
        "offer": offer,
        "checks": checks,
        "unmet": sum(1 for check in checks if not check.met),
        "figures": beginnings.figures(application),
        "relations": application.relations.all(),
        "tally": application.self_tally,
        "move_url": reverse("move", args=[application.machine_label, pk, offer.name]),
    }
    return render(request, "applications/check.html", context)
