"""The pool of experts: the province's list, one expert's page, and the expert's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access
from accounts.access import SignedRequest
from accounts.models import User
from applications import pool as pools
from applications import services, workbooks
from applications.forms import (
    DaysForm,
    OwnProfileForm,
    PoolFilter,
    ProfileForm,
    TieForm,
    TieReasonForm,
)
from applications.models import Availability, ExpertProfile, Tie
from applications.views.desk import spreadsheet
from workflow import Refused, clock

KEEPER, EXPERT = "accounts.assign_experts", "accounts.be_expert"


@access.holding(KEEPER)
@require_GET
def pool(request: SignedRequest) -> HttpResponse:
    """Everybody who can be assigned, with field, place, load and days."""
    found = PoolFilter(request.GET, pools.pool_of(request.user))
    people = pools.ordered(found.qs, request.GET.get("sort", ""))
    page = Paginator(people, pools.PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": found,
        "page_obj": page,
        "rows": pools.rows(page, timezone.localdate(clock.now())),
        "is_filtered": found.form.has_changed(),
    }
    return render(request, "applications/pool.html", context)


@access.holding(KEEPER)
@require_GET
def pool_export(request: SignedRequest) -> FileResponse:
    """The list with the same address, all pages of it, as xlsx."""
    today = timezone.localdate(clock.now())
    found = PoolFilter(request.GET, pools.pool_of(request.user))
    people: QuerySet[User] = pools.ordered(found.qs, request.GET.get("sort", ""))
    stream = workbooks.written("专家库", pools.HEADINGS, pools.lines(people, today))
    return spreadsheet(stream, f"专家库_{today:%Y%m%d}.xlsx")


@access.holding(KEEPER)
@require_http_methods(["GET", "POST"])
def expert(request: SignedRequest, pk: int) -> HttpResponse:
    """One expert as the province keeps them."""
    person: User = get_object_or_404(pools.pool_of(request.user), pk=pk)
    return _profile_page(request, person, ProfileForm)


@access.holding(EXPERT)
@require_http_methods(["GET", "POST"])
def own_profile(request: SignedRequest) -> HttpResponse:
    """What the expert says of oneself; without a profile there is only a notice."""
    return _profile_page(request, request.user, OwnProfileForm)


def _person(request: SignedRequest, pk: int) -> User:
    """Oneself, or anybody of the pool for who keeps it."""
    if pk == request.user.pk:
        return request.user
    person: User = get_object_or_404(pools.pool_of(request.user), pk=pk)
    return person


def _profile_page(
    request: SignedRequest, person: User, form_class: type[ProfileForm]
) -> HttpResponse:
    profile = getattr(person, "expert_profile", None)
    form = form_class(request.POST or None, instance=profile)
    if request.method == "POST" and form.is_valid():
        services.save_profile(person, form.cleaned_data, by=request.user, at=clock.now())
        messages.success(request, "专家资料已保存。")
        return redirect(request.path)
    status = 422 if request.method == "POST" else 200
    return _page(request, person, status, profile_form=form)


def _page(request: SignedRequest, person: User, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of an expert; a form that was refused is shown as it was sent."""
    profile = getattr(person, "expert_profile", None)
    own = person == request.user
    form_class = OwnProfileForm if own else ProfileForm
    context: dict[str, Any] = {
        "person": person,
        "profile": profile,
        "profile_form": form_class(instance=profile),
        "days_form": DaysForm(),
        "tie_form": TieForm(),
        "days": pools.days_ahead(profile, timezone.localdate(clock.now())) if profile else [],
        "ties": profile.ties.select_related("nursery", "declared_by") if profile else [],
        "may_withdraw": not own,
    }
    if own:
        return render(request, "applications/expert_profile.html", context | forms, status=status)
    tasks = Paginator(pools.tasks_of(person), pools.PER_PAGE)
    context["page_obj"] = tasks.get_page(request.GET.get("page"))
    return render(request, "applications/pool_expert.html", context | forms, status=status)


def _profile(request: SignedRequest, pk: int) -> ExpertProfile:
    """By the key of the person; one's own, or anybody's for who keeps the pool."""
    rows = ExpertProfile.objects.visible_to(request.user).select_related("user")
    profile: ExpertProfile = get_object_or_404(rows, user=pk)
    return profile


def _back(request: SignedRequest, pk: int) -> HttpResponse:
    if pk == request.user.pk:
        return redirect("applications:own_profile")
    return redirect("applications:pool_expert", pk)


@access.holding(KEEPER, EXPERT)
@require_POST
def add_days(request: SignedRequest, pk: int) -> HttpResponse:
    profile = _profile(request, pk)
    form = DaysForm(request.POST)
    if not form.is_valid():
        return _page(request, _person(request, pk), 422, days_form=form)
    services.add_days(profile, **form.cleaned_data, by=request.user)
    messages.success(request, "可参加日期已添加。")
    return _back(request, pk)


@access.holding(KEEPER, EXPERT)
@require_POST
def remove_days(request: SignedRequest, pk: int, days_pk: int) -> HttpResponse:
    profile = _profile(request, pk)
    days = get_object_or_404(Availability.objects.of(profile), pk=days_pk)
    services.remove_days(days, by=request.user)
    messages.success(request, f"已删除可参加日期 {days}。")
    return _back(request, pk)


@access.holding(KEEPER, EXPERT)
@require_POST
def declare_tie(request: SignedRequest, pk: int) -> HttpResponse:
    profile = _profile(request, pk)
    form = TieForm(request.POST)
    if not form.is_valid():
        return _page(request, _person(request, pk), 422, tie_form=form)
    try:
        tie = services.declare_tie(profile, **form.cleaned_data, by=request.user, at=clock.now())
    except Refused as refused:
        form.add_error("nursery", str(refused))
        return _page(request, _person(request, pk), 422, tie_form=form)
    messages.success(request, f"已申报与{tie.nursery.name}的利害关系，不会再分配该机构的任务。")
    return _back(request, pk)


@access.holding(KEEPER)
@require_POST
def withdraw_tie(request: SignedRequest, pk: int, tie_pk: int) -> HttpResponse:
    profile = _profile(request, pk)
    tie = get_object_or_404(Tie.objects.of(profile), pk=tie_pk)
    form = TieReasonForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        services.withdraw_tie(tie, by=request.user, at=clock.now(), reason=reason)
        messages.success(request, f"已撤销与{tie.nursery.name}的利害关系申报。")
    else:
        messages.error(request, "请写明撤销理由。")
    return redirect("applications:pool_expert", pk)
