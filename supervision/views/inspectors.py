"""The team of a spot check: by hand or suggested, never in conflict."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from supervision import policies, services
from supervision.forms.checks import PersonForm, PersonSearch, ReleaseForm
from supervision.models import SpotCheck, further_inspectors, possible_inspectors
from workflow import Refused, clock

PER_PAGE = 30


@require_safe
@access.holding("accounts.supervise")
def team(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Who is sent, and who else could be, each with what stands against it."""
    check = _check(request, pk)
    search = PersonSearch(request.GET)
    people = further_inspectors(check, besides=request.user)
    page = Paginator(people.named(search.words), PER_PAGE).get_page(request.GET.get("page"))
    against = services.conflicts_of(list(page), check)
    context = {
        "check": check,
        "search": search,
        "page_obj": page,
        "rows": [(person, against[person.pk]) for person in page],
    }
    return render(request, "supervision/check_team.html", context)


@require_POST
@access.holding("accounts.supervise")
def appoint(request: access.SignedRequest, pk: int) -> HttpResponse:
    check = _check(request, pk)
    form = PersonForm(request.POST, possible_inspectors())

    def act() -> str:
        person = form.cleaned_data["person"]
        services.appoint_inspector(
            check,
            person,
            by=request.user,
            at=clock.now(),
            leads=form.cleaned_data["leads"],
        )
        return f"已指派{person}。"

    return _done(request, check, form, act)


@require_POST
@access.holding("accounts.supervise")
def suggest(request: access.SignedRequest, pk: int) -> HttpResponse:
    check = _check(request, pk)

    def act() -> str:
        short = services.suggest_inspectors([check], by=request.user, at=clock.now())
        if short:
            raise Refused("专家库中没有足够的可派人员，请手工指派。")
        return "已按推荐配齐检查人员。"

    return _done(request, check, None, act)


@require_POST
@access.holding("accounts.supervise")
def release(request: access.SignedRequest, pk: int) -> HttpResponse:
    check = _check(request, pk)
    form = ReleaseForm(request.POST, possible_inspectors())

    def act() -> str:
        person = form.cleaned_data["person"]
        reason = form.cleaned_data["reason"]
        services.release_inspector(check, person, by=request.user, at=clock.now(), reason=reason)
        return f"已撤回对{person}的指派。"

    return _done(request, check, form, act)


@require_POST
@access.holding("accounts.supervise")
def name_leader(request: access.SignedRequest, pk: int) -> HttpResponse:
    check = _check(request, pk)
    form = PersonForm(request.POST, possible_inspectors())

    def act() -> str:
        person = form.cleaned_data["person"]
        services.name_leader(check, person, by=request.user, at=clock.now())
        return f"已指定{person}为组长。"

    return _done(request, check, form, act)


def _done(
    request: access.SignedRequest,
    check: SpotCheck,
    form: PersonForm | None,
    act: Callable[[], str],
) -> HttpResponse:
    """Act and go back to the team; what stands against it is said there."""
    if form is not None and not form.is_valid():
        for sentence in (str(text) for texts in form.errors.values() for text in texts):
            messages.error(request, sentence)
        return redirect(check.team_url)
    try:
        messages.success(request, act())
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(check.team_url)


def _check(request: access.SignedRequest, pk: int) -> SpotCheck:
    """A check that is the person's to arrange; 403 for who only may see it."""
    rows = SpotCheck.objects.visible_to(request.user).with_title().with_team()
    check = get_object_or_404(rows, pk=pk)
    if not policies.may_arrange(check, request.user):
        raise PermissionDenied
    return check
