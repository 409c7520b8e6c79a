"""Two steps 两级签批: the approver's page of a proposal, and the setting of a commission."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access
from accounts.access import SignedRequest, regions_held
from accounts.models import Region
from applications import corrections, policies, services, sight
from applications.forms import ConfirmForm, GiveBackForm, TwoStepsForm
from applications.models import Application, Proposal
from applications.phrases import text_of
from applications.statuses import CorrectionKind
from applications.views.file import visible_file
from scoring import services as scoring
from workflow import Refused, clock
from workflow.machine import any_transition
from workflow.models import Event


def _seen(request: SignedRequest, pk: int, proposal_pk: int) -> tuple[Application, Proposal]:
    """A proposal of the person's own commission; else it does not exist."""
    found = visible_file(request, pk)
    rows = Proposal.objects.newest_first()
    proposal: Proposal = get_object_or_404(rows, pk=proposal_pk, application=found)
    if not sight.may_see_proposals(found, proposal.tier, request.user):
        raise Http404
    return found, proposal


@access.signed_in
@require_http_methods(["GET", "POST"])
def proposal(request: SignedRequest, pk: int, proposal_pk: int) -> HttpResponse:
    """Read a proposal (GET); confirm it with its opinion, edited or not (POST)."""
    found, proposed = _seen(request, pk, proposal_pk)
    if request.method == "GET":
        return _page(request, found, proposed)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _page(request, found, proposed, confirm=form, status=422)
    text = form.cleaned_data["text"]
    try:
        services.confirm(proposed, by=request.user, at=clock.now(), text=text)
    except Refused as refused:
        return _page(request, found, proposed, confirm=form, refused=refused, status=422)
    messages.success(request, "已签批。")
    return redirect(found)


@access.signed_in
@require_POST
def give_back(request: SignedRequest, pk: int, proposal_pk: int) -> HttpResponse:
    """Give a proposal back to its handler."""
    found, proposed = _seen(request, pk, proposal_pk)
    form = GiveBackForm(request.POST)
    if not form.is_valid():
        return _page(request, found, proposed, back=form, status=422)
    remark = form.cleaned_data["remark"]
    try:
        services.give_back(proposed, by=request.user, at=clock.now(), remark=remark)
    except Refused as refused:
        return _page(request, found, proposed, back=form, refused=refused, status=422)
    messages.success(request, "已退回经办人。")
    return redirect(found)


def _page(
    request: SignedRequest,
    found: Application,
    proposed: Proposal,
    *,
    confirm: ConfirmForm | None = None,
    back: GiveBackForm | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    layout = scoring.published_layout(found.cycle.version_id)
    words = text_of(request.user, request.GET.get("phrase", ""))
    may_sign = policies.may_approve(found, proposed.tier, request.user)
    context: dict[str, Any] = {
        "application": found,
        "proposal": proposed,
        "move": any_transition(found, proposed.move).custom,
        "asked": [
            (each, CorrectionKind(each.kind).label, corrections.label_of(each, layout))
            for each in corrections.read(proposed.corrections)
        ],
        "may_sign": may_sign and proposed.is_standing and proposed.by != request.user,
        "confirm": confirm or ConfirmForm(initial={"text": words or proposed.text}),
        "back": back or GiveBackForm(),
        "problems": refused.problems if refused else [],
    }
    return render(request, "applications/proposal.html", context, status=status)


@access.holding("accounts.approve")
@require_http_methods(["GET", "POST"])
def two_steps(request: SignedRequest, pk: int) -> HttpResponse:
    """Whether a commission works in two steps, who turned that on or off, and why."""
    held = {region.pk: region for region in regions_held(request.user, "accounts.approve")}
    region = held.get(pk)
    if region is None or region.parent_id is None:
        raise Http404
    form = TwoStepsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.set_two_steps(
            region,
            form.cleaned_data["on"],
            by=request.user,
            at=clock.now(),
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, "两级签批设置已保存。")
        return redirect("applications:two_steps", pk)
    return _two_steps_page(request, region, form)


def _two_steps_page(request: SignedRequest, region: Region, form: TwoStepsForm) -> HttpResponse:
    setting = getattr(region, "two_steps", None)
    if not form.is_bound:
        form.initial["on"] = "1" if setting and setting.on else "0"
    history = Event.objects.of(setting).with_people().newest_first() if setting else []
    context = {"region": region, "setting": setting, "form": form, "history": history}
    status = 422 if form.is_bound else 200
    return render(request, "applications/two_steps.html", context, status=status)
