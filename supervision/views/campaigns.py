"""Campaigns of spot checks 抽查: prepared, drawn and followed by the province."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access
from accounts.models import Region
from applications import workbooks
from supervision import checking, policies, services
from supervision.forms.campaigns import CampaignFilter, CampaignForm, SeedForm
from supervision.forms.checks import CheckFilter
from supervision.models import Campaign, Candidate, SpotCheck
from supervision.models.campaigns import CampaignQuerySet
from workflow import Refused, clock, open_to
from workflow.models import Event

PER_PAGE = 50


@require_safe
@access.holding("accounts.supervise")
def campaigns(request: access.SignedRequest) -> HttpResponse:
    """Every campaign with how far it is, the newest first."""
    search = CampaignFilter(request.GET)
    page = Paginator(_found(request, search), PER_PAGE).get_page(request.GET.get("page"))
    context = {"search": search, "page_obj": page, "is_filtered": search.has_changed()}
    return render(request, "supervision/campaigns.html", context)


@require_safe
@access.holding("accounts.supervise")
def export(request: access.SignedRequest) -> FileResponse:
    """The list with the same address, all pages of it, as xlsx."""
    rows = _found(request, CampaignFilter(request.GET))
    stream = workbooks.written("抽查", checking.CAMPAIGN_HEADINGS, checking.campaign_lines(rows))
    return spreadsheet(stream, checking.stamp("抽查", clock.now()))


def _found(request: access.SignedRequest, search: CampaignFilter) -> CampaignQuerySet:
    _require_province(request)
    rows = search.narrow(Campaign.objects.visible_to(request.user))
    return rows.for_list().sorted_by(request.GET.get("sort", ""))


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding("accounts.supervise")
def new(request: access.SignedRequest) -> HttpResponse:
    _require_province(request)
    province = Region.objects.province()
    at = clock.now()
    today = timezone.localdate(at)
    form = CampaignForm(
        request.POST or None,
        instance=Campaign(province=province),
        initial={"year": today.year},
        today=today,
    )
    if form.is_valid():
        campaign = services.prepare_campaign(form.values, province=province, by=request.user, at=at)
        messages.success(request, "已建立抽查，请核对各层数量后确定随机种子。")
        return redirect(campaign)
    return _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding("accounts.supervise")
def edit(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Change it, until the seed is fixed."""
    shown = _campaign(request, pk)
    at = clock.now()
    form = CampaignForm(request.POST or None, instance=shown, today=timezone.localdate(at))
    if form.is_valid():
        try:
            services.change_campaign(shown, form.values, by=request.user, at=at)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "已保存。")
            return redirect(shown)
    return _form_page(request, form, Campaign.objects.get(pk=pk))


def _form_page(
    request: access.SignedRequest, form: CampaignForm, campaign: Campaign | None
) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "campaign": campaign}
    return render(request, "supervision/campaign_form.html", context, status=status)


@require_safe
@access.holding("accounts.supervise")
def campaign(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Before the draw how many each stratum gives, after it how far the checks are."""
    return _page(request, _campaign(request, pk), SeedForm())


@require_POST
@access.holding("accounts.supervise")
def fix_seed(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Fix the seed that was typed or, without one, a generated one."""
    shown = _campaign(request, pk)
    form = SeedForm(request.POST)
    if form.is_valid():
        try:
            services.fix_seed(shown, **form.cleaned_data, by=request.user, at=clock.now())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "随机种子已确定，抽查方案不能再修改。")
            return redirect(shown)
    return _page(request, shown, form, status=422)


def _page(
    request: access.SignedRequest, shown: Campaign, form: SeedForm, *, status: int = 200
) -> HttpResponse:
    at = clock.now()
    context: dict[str, Any] = {
        "campaign": shown,
        "offers": open_to(request.user, shown, at=at),
        "events": Event.objects.of(shown).with_people(),
    }
    if shown.is_preparing:
        context |= {"form": form} | _plan(shown, at)
        return render(request, "supervision/campaign_plan.html", context, status=status)
    context |= _progress(request, shown)
    return render(request, "supervision/campaign.html", context, status=status)


def _plan(shown: Campaign, at: datetime) -> dict[str, Any]:
    """How many each stratum would give today."""
    shares = services.preview(shown, timezone.localdate(at))
    return {
        "shares": shares,
        "population": sum(share.size for share in shares),
        "wanted": sum(share.gives for share in shares),
    }


def _progress(request: access.SignedRequest, shown: Campaign) -> dict[str, Any]:
    """How far the checks are, by stratum and one by one."""
    search = CheckFilter(request.GET, request.user)
    checks = SpotCheck.objects.in_campaign(shown)
    page = Paginator(search.narrow(checks).with_title().with_team().in_order(), PER_PAGE)
    shares = Candidate.objects.shares(shown)
    return {
        "search": search,
        "page_obj": page.get_page(request.GET.get("page")),
        "is_filtered": search.has_changed(),
        "shares": shares,
        "population": sum(share["size"] for share in shares),
        "drawn": sum(share["gives"] for share in shares),
        "over": sum(share["over"] for share in shares),
        "problems": sum(share["problems"] for share in shares),
        "unstaffed": checks.short_of_inspectors().count(),
    }


@require_POST
@access.holding("accounts.supervise")
def suggest(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Complete the teams of all planned checks from the pool."""
    shown = _campaign(request, pk)
    lacking = SpotCheck.objects.in_campaign(shown).short_of_inspectors()
    try:
        short = services.suggest_inspectors(lacking, by=request.user, at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(shown)
    if short:
        names = "、".join(check.title.nursery.name for check in short[:5])
        text = f"有 {len(short)} 件检查没有足够的可派人员（{names}等），请手工指派。"
        messages.warning(request, text)
    else:
        messages.success(request, "已为各件检查配齐检查人员。")
    return redirect(shown)


@require_safe
@access.holding("accounts.supervise")
def population(request: access.SignedRequest, pk: int) -> HttpResponse:
    """All that was drawn from, with lot and place, for anybody to draw again."""
    shown = _campaign(request, pk)
    page = Paginator(Candidate.objects.of(shown), PER_PAGE).get_page(request.GET.get("page"))
    context = {"campaign": shown, "page_obj": page}
    return render(request, "supervision/campaign_population.html", context)


@require_safe
@access.holding("accounts.supervise")
def population_export(request: access.SignedRequest, pk: int) -> FileResponse:
    shown = _campaign(request, pk)
    stream = workbooks.written(
        "抽查对象", checking.POPULATION_HEADINGS, checking.population_lines(shown)
    )
    return spreadsheet(stream, checking.stamp(f"{shown.name}_抽查对象", clock.now()))


@require_safe
@access.holding("accounts.supervise")
def summary_export(request: access.SignedRequest, pk: int) -> FileResponse:
    """Every check of the campaign with its result and findings."""
    shown = _campaign(request, pk)
    rows = SpotCheck.objects.in_campaign(shown).for_export()
    stream = workbooks.written("抽查汇总", checking.CHECK_HEADINGS, checking.check_lines(rows))
    return spreadsheet(stream, checking.stamp(f"{shown.name}_汇总", clock.now()))


def spreadsheet(stream: workbooks.Stream, name: str) -> FileResponse:
    answer = FileResponse(
        stream, as_attachment=True, filename=name, content_type=workbooks.MEDIA_TYPE
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


def _campaign(request: access.SignedRequest, pk: int) -> Campaign:
    rows = Campaign.objects.visible_to(request.user).select_related("province", "city")
    return get_object_or_404(rows, pk=pk)


def _require_province(request: access.SignedRequest) -> None:
    if not policies.may_start_campaigns(request.user):
        raise PermissionDenied
