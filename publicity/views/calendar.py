"""The working-day calendar as the commission keeps it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access
from publicity import services
from publicity.calendar import first_refused, known, library_knows
from publicity.forms.days import DaysForm, OverrideForm, PlanForm, ReasonForm
from publicity.models import DayOverride, YearPlan
from publicity.models.days import FIRST_YEAR
from publicity.year_grid import months
from workflow import Refused, clock

LAST_YEAR = 2100
READ_AND_WRITE = ["GET", "HEAD", "POST"]
KEPT_OUT = {"csrfmiddlewaretoken", "reason"}


@require_http_methods(READ_AND_WRITE)
@access.holding("accounts.publish_notice")
def calendar(request: access.SignedRequest) -> HttpResponse:
    """A year's days with what counts, the overrides in it, and the form that adds to them."""
    year = _year(request, timezone.localdate(clock.now()).year)
    form = DaysForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
        act = partial(services.declare_days, **form.cleaned_data)
        said = f"已录入 {(last - first).days + 1} 天。"
        try:
            return change(request, act, said, address(first.year))
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(problem.field or None, problem.text)
    return _page(request, year, form)


def _page(request: access.SignedRequest, year: int, form: DaysForm) -> HttpResponse:
    overrides = list(DayOverride.objects.in_year(year))
    stands = known()
    shown = months(year, stands.is_working_day, {each.day for each in overrides})
    plan = YearPlan.objects.of_year(year)
    built_in = library_knows(year)
    context = {
        "year": year,
        "years": [each for each in (year - 1, year + 1) if FIRST_YEAR <= each <= LAST_YEAR],
        "months": shown,
        "working_days": sum(month.working_days for month in shown),
        "overrides": overrides,
        "plan": plan,
        "built_in": built_in,
        "is_known": built_in or plan is not None,
        "refused_from": first_refused(year, stands),
        "form": form,
        "plan_form": PlanForm(initial={"source": plan.source} if plan else None, auto_id="plan_%s"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "publicity/calendar.html", context, status=status)


@require_http_methods(READ_AND_WRITE)
@access.holding("accounts.publish_notice")
def edit_override(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Say otherwise about a day that is entered."""
    override = get_object_or_404(DayOverride, pk=pk)
    posted = request.method == "POST"
    first = {"working": "on" if override.working else "off", "source": override.source}
    form = OverrideForm(request.POST) if posted else OverrideForm(initial=first)
    if posted and form.is_valid():
        act = partial(services.change_override, override, **form.cleaned_data)
        return change(request, act, "已修改该日安排。", address(override.day.year))
    context = {"override": override, "form": form}
    return render(request, "publicity/edit_override.html", context, status=422 if posted else 200)


@require_POST
@access.holding("accounts.publish_notice")
def drop_override(request: access.SignedRequest, pk: int) -> HttpResponse:
    override = get_object_or_404(DayOverride, pk=pk)
    act = partial(services.drop_override, override)
    return change(request, act, "已取消该日调整。", address(override.day.year))


@require_POST
@access.holding("accounts.publish_notice")
def confirm_plan(request: access.SignedRequest, year: int) -> HttpResponse:
    """Say that a year is entered completely."""
    form = PlanForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请写明所依据的通知。")
        return redirect(address(year))
    act = partial(services.confirm_plan, year, **form.cleaned_data)
    said = f"{year}年的放假安排已确认，可以据此确定公示期。"
    return _told(request, act, said, year)


@require_POST
@access.holding("accounts.publish_notice")
def name_plan(request: access.SignedRequest, year: int) -> HttpResponse:
    """Name the notice of the State Council by which a year counts."""
    form = PlanForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请写明所依据的通知。")
        return redirect(address(year))
    try:
        services.name_plan(year, **form.cleaned_data, by=request.user, at=clock.now())
        messages.success(request, f"已写明{year}年放假安排的依据。")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(address(year))


@require_POST
@access.holding("accounts.publish_notice")
def withdraw_plan(request: access.SignedRequest, year: int) -> HttpResponse:
    plan = get_object_or_404(YearPlan, year=year)
    act = partial(services.withdraw_plan, plan)
    return _told(request, act, f"已撤回{year}年的确认。", year)


def change(
    request: access.SignedRequest, act: Callable[..., object], said: str, back: str
) -> HttpResponse:
    """Change the calendar, or first ask for the reason where open notices are affected.

    What was sent is carried through the question. Raises Refused for everything else.
    """
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        act(by=request.user, at=clock.now(), reason=reason)
    except services.AffectsOpenNotices as found:
        return _asked(request, found, form, back)
    messages.success(request, f"{said}受影响的公示已按页面所示处理。" if reason else said)
    return redirect(back)


def _asked(
    request: access.SignedRequest,
    found: services.AffectsOpenNotices,
    form: ReasonForm,
    back: str,
) -> HttpResponse:
    """The page that shows the effects and asks for the reason; a reason that is no good is said."""
    answered = "reason" in request.POST
    if answered and not form.errors:
        form.add_error("reason", "请写明调整的原因。")
    context = {
        "effects": found.effects,
        "form": form if answered else ReasonForm(),
        "kept": _kept(request),
        "back": back,
    }
    status = 422 if answered else 200
    return render(request, "publicity/affected.html", context, status=status)


def _told(
    request: access.SignedRequest, act: Callable[..., object], said: str, year: int
) -> HttpResponse:
    """`change` with a refusal told on the year's page."""
    try:
        return change(request, act, said, address(year))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(address(year))


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """Everything that was sent, to be sent again with the reason."""
    sent = request.POST.lists()
    return [(name, str(each)) for name, values in sent if name not in KEPT_OUT for each in values]


def _year(request: access.SignedRequest, this_year: int) -> int:
    """The year asked for; this one where the address names none that can be shown."""
    typed = request.GET.get("year", "")
    year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else this_year
    return min(max(year, FIRST_YEAR), LAST_YEAR)


def address(year: int) -> str:
    return f"{reverse('publicity:calendar')}?year={year}"
