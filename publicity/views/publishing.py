"""When a notice opens by itself, and what is added to it afterwards."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts import access
from publicity import services
from publicity.forms.notices import ScheduleForm, SupplementForm
from publicity.views.notices import desk_page, notice_at_desk
from workflow import Refused, clock


@require_POST
@access.holding("accounts.publish_notice")
def schedule(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Set the moment at which the portal publishes a draft."""
    notice = notice_at_desk(request, pk)
    form = ScheduleForm(request.POST)
    if form.is_valid():
        try:
            services.schedule(notice, **form.cleaned_data, by=request.user, at=clock.now())
        except Refused as refused:
            _put(form, refused)
        else:
            messages.success(request, "已设定时发布。在此之前不能修改，如需修改请先取消定时。")
            return redirect("publicity:desk_notice", pk)
    return desk_page(request, notice, scheduling=form)


@require_POST
@access.holding("accounts.publish_notice")
def unschedule(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Leave the publication to people again."""
    try:
        services.unschedule(notice_at_desk(request, pk), by=request.user, at=clock.now())
        messages.success(request, "已取消定时发布。")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("publicity:desk_notice", pk)


@require_POST
@access.holding("accounts.publish_notice")
def supplement(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Add a correction that everyone sees on the notice."""
    notice = notice_at_desk(request, pk)
    form = SupplementForm(request.POST)
    if form.is_valid():
        try:
            services.supplement(notice, **form.cleaned_data, by=request.user, at=clock.now())
        except Refused as refused:
            _put(form, refused)
        else:
            messages.success(request, "补充说明已发布。")
            return redirect("publicity:desk_notice", pk)
    return desk_page(request, notice, supplementing=form)


def _put(form: Any, refused: Refused) -> None:
    for problem in refused.problems:
        form.add_error(problem.field if problem.field in form.fields else None, problem.text)
