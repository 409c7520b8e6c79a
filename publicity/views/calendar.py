"""The working-day calendar as the commission keeps it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access
from publicity import services
from publicity.calendar import library_knows, working_day_test
from publicity.forms.days import DaysForm, PlanForm
from publicity.models import DayOverride, YearPlan
from publicity.models.days import FIRST_YEAR
from publicity.year_grid import months
from workflow import Refused, clock

LAST_YEAR = 2100


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding("accounts.publish_notice")
def calendar(request: access.SignedRequest) -> HttpResponse:
    """A year's days with what counts, the overrides in it, and the form that adds to them."""
    at = clock.now()
    year = _year(request, timezone.localdate(at).year)
    posted = request.method == "POST"
    form = DaysForm(request.POST if posted else None)
    if posted and form.is_valid():
        try:
            days = services.declare_days(**form.cleaned_data, by=request.user, at=at)
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(problem.field or None, problem.text)
        else:
            messages.success(request, f"已录入 {len(days)} 天。已发布的公示期不受影响。")
            return redirect(_address(days[0].day.year))
    overrides = list(DayOverride.objects.in_year(year))
    plan = YearPlan.objects.of_year(year)
    context = {
        "year": year,
        "years": [each for each in (year - 1, year + 1) if FIRST_YEAR <= each <= LAST_YEAR],
        "months": months(year, working_day_test(), {each.day for each in overrides}),
        "overrides": overrides,
        "plan": plan,
        "built_in": library_knows(year),
        "form": form,
        "plan_form": PlanForm(),
    }
    return render(request, "publicity/calendar.html", context, status=422 if posted else 200)


@require_POST
@access.holding("accounts.publish_notice")
def drop_override(request: access.SignedRequest, pk: int) -> HttpResponse:
    override = get_object_or_404(DayOverride, pk=pk)
    services.drop_override(override, by=request.user, at=clock.now())
    messages.success(request, "已取消该日调整。已发布的公示期不受影响。")
    return redirect(_address(override.day.year))


@require_POST
@access.holding("accounts.publish_notice")
def confirm_plan(request: access.SignedRequest, year: int) -> HttpResponse:
    """Say that a year is entered completely."""
    form = PlanForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请写明所依据的通知。")
        return redirect(_address(year))
    try:
        services.confirm_plan(year, **form.cleaned_data, by=request.user, at=clock.now())
        messages.success(request, f"{year}年的放假安排已确认，可以据此确定公示期。")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(_address(year))


@require_POST
@access.holding("accounts.publish_notice")
def withdraw_plan(request: access.SignedRequest, year: int) -> HttpResponse:
    plan = get_object_or_404(YearPlan, year=year)
    services.withdraw_plan(plan, by=request.user, at=clock.now())
    messages.success(request, f"已撤回{year}年的确认。")
    return redirect(_address(year))


def _year(request: access.SignedRequest, this_year: int) -> int:
    """The year asked for; this one where the address names none that can be shown."""
    typed = request.GET.get("year", "")
    year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else this_year
    return min(max(year, FIRST_YEAR), LAST_YEAR)


def _address(year: int) -> str:
    return f"{reverse('publicity:calendar')}?year={year}"
