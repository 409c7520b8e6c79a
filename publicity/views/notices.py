"""The office's side of a notice: draft, list, publication, conclusion."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access
from publicity import calendar, drafting, listing, services
from publicity.forms.notices import (
    CycleForm,
    DecisionForm,
    EntriesForm,
    NoticeForm,
    PreviewForm,
    ScheduleForm,
    SupplementForm,
)
from publicity.models import Notice
from publicity.models.notices import passed_and_free
from publicity.statuses import NoticeState
from quotas.models import Cycle
from workflow import Refused, clock, open_to
from workflow.models import Event

PER_PAGE = 50
READ_AND_WRITE = ["GET", "HEAD", "POST"]


@require_safe
@access.holding("accounts.publish_notice")
def desk_notices(request: access.SignedRequest) -> HttpResponse:
    """All notices, drafts included."""
    today = timezone.localdate(clock.now())
    search = CycleForm(request.GET, cycles=Cycle.objects.newest_first())
    found = Notice.objects.visible_to(request.user).in_cycle(search.chosen).with_counts()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(notice, notice.standing(today)) for notice in page]
    context = {"search": search, "page_obj": page, "rows": rows}
    return render(request, "publicity/desk_notices.html", context)


@require_safe
@access.holding("accounts.publish_notice")
def desk_notice(request: access.SignedRequest, pk: int) -> HttpResponse:
    """One notice with all that an officer can do with it now."""
    return desk_page(request, notice_at_desk(request, pk))


def desk_page(
    request: access.SignedRequest,
    notice: Notice,
    *,
    scheduling: ScheduleForm | None = None,
    supplementing: SupplementForm | None = None,
) -> HttpResponse:
    """The page of one notice; with a form that was refused, what was typed stands in it."""
    at = clock.now()
    today = timezone.localdate(at)
    cities = listing.by_city(notice, today)
    standing = notice.standing(today)
    context = {
        "notice": notice,
        "standing": standing,
        "cities": cities,
        "count": listing.count(cities),
        "awarded": sum(1 for city in cities for row in city.rows if row.title),
        "preview": tried(notice, today),
        "offers": open_to(request.user, notice, at=at),
        "can_conclude": standing.state == NoticeState.CLOSED,
        "to_award": notice.is_concluded and notice.entries.pending().clear().exists(),
        "decision_form": DecisionForm(initial={"decision_number": notice.decision_number}),
        "scheduling": scheduling or ScheduleForm(initial={"publish_at": notice.publish_at}),
        "supplementing": supplementing or SupplementForm(),
        "supplements": sorted(notice.supplements.all(), key=lambda each: each.number),
        "is_whole": notice.is_draft or notice.digest_now() == notice.digest,
        "events": Event.objects.of(notice).with_people(),
    }
    refused = scheduling or supplementing
    status = 422 if refused else 200
    return render(request, "publicity/desk_notice.html", context, status=status)


def tried(notice: Notice, today: date) -> calendar.Preview | None:
    """The window that a draft would have from today, or from the day that is set for it."""
    if not notice.is_draft:
        return None
    at = notice.publish_at if notice.is_scheduled else None
    return calendar.preview(notice.cycle, timezone.localdate(at) if at else today)


@require_http_methods(READ_AND_WRITE)
@access.holding("accounts.publish_notice")
def compose(request: access.SignedRequest) -> HttpResponse:
    """A new notice over what passed, with words to begin with and its window beforehand."""
    at = clock.now()
    cycles = Cycle.objects.public().newest_first().select_related("province")
    asked = PreviewForm(request.GET, cycles=cycles)
    asked.is_valid()
    cycle = asked.cleaned_data.get("cycle") or cycles.first()
    if cycle is None:
        return render(request, "publicity/compose.html", {"cycle": None})
    on = asked.cleaned_data.get("on") or timezone.localdate(at)
    free = list(passed_and_free(cycle))
    posted = request.method == "POST"
    form = NoticeForm(request.POST) if posted else NoticeForm(initial=_words(cycle, len(free)))
    if posted and form.is_valid():
        notice = services.compose(cycle, **form.cleaned_data, by=request.user, at=at)
        messages.success(request, f"已建立草稿，列入 {len(free)} 家机构。请核对后发布。")
        return redirect("publicity:desk_notice", notice.pk)
    shown = PreviewForm(initial={"cycle": cycle, "on": on}, cycles=cycles)
    context = {
        "cycle": cycle,
        "asked": asked if asked.errors.get("on") else shown,
        "form": form,
        "free": free,
        "preview": calendar.preview(cycle, on),
    }
    return render(request, "publicity/compose.html", context, status=422 if posted else 200)


def _words(cycle: Cycle, count: int) -> dict[str, str]:
    return vars(
        drafting.draft(
            year=cycle.year,
            commission=cycle.province.commission,
            basis=cycle.basis,
            count=count,
            days=cycle.publicity_days,
        )
    )


@require_http_methods(READ_AND_WRITE)
@access.holding("accounts.publish_notice")
def edit_notice(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Change the words of a draft and choose who is on it."""
    notice = notice_at_desk(request, pk)
    if not notice.is_draft or notice.is_scheduled:
        scheduled = "公示已设定时发布，请先取消定时再修改。"
        opened = "公示已发布，内容和名单不能再改。"
        messages.warning(request, scheduled if notice.is_draft else opened)
        return redirect("publicity:desk_notice", notice.pk)
    posted = request.method == "POST"
    form = NoticeForm(request.POST if posted else None, instance=notice)
    choices = passed_and_free(notice.cycle, notice)
    entered = [entry.application_id for entry in notice.entries.for_list()]
    entries = EntriesForm(
        request.POST if posted else None, choices=choices, initial={"applications": entered}
    )
    if posted and form.is_valid() and entries.is_valid():
        chosen = entries.cleaned_data["applications"]
        if _saved(request, pk, form, chosen):
            messages.success(request, "草稿已保存。")
            return redirect("publicity:desk_notice", notice.pk)
    context = {"notice": notice, "form": form, "entries": entries, "choices": _ticked(entries)}
    return render(request, "publicity/edit_notice.html", context, status=422 if posted else 200)


def _saved(request: access.SignedRequest, pk: int, form: NoticeForm, chosen: Any) -> bool:
    """The words and the list together; False with the reasons in the form."""
    at = clock.now()
    try:
        services.revise(
            notice_at_desk(request, pk), form.cleaned_data, chosen, by=request.user, at=at
        )
    except Refused as refused:
        form.add_error(None, [problem.text for problem in refused.problems])
        return False
    return True


def _ticked(form: EntriesForm) -> list[tuple[Any, bool]]:
    """Every application that may be on the notice, with whether it is ticked."""
    typed = form["applications"].value() or []
    ticked = {str(value) for value in typed}
    return [(choice, str(choice.pk) in ticked) for choice in form.choices]


@require_http_methods(READ_AND_WRITE)
@access.holding("accounts.publish_notice")
def conclude_notice(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Say who is awarded and who is held back, and award on the number of the decision."""
    notice = notice_at_desk(request, pk)
    at = clock.now()
    posted = request.method == "POST"
    form = DecisionForm(request.POST if posted else None)
    if posted and form.is_valid():
        try:
            titles = services.conclude(notice, actor=request.user, at=at, **form.cleaned_data)
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(problem.field or None, problem.text)
        else:
            messages.success(request, f"结果已公布，授予 {len(titles)} 家机构称号。")
            return redirect("publicity:desk_notice", notice.pk)
    notice = notice_at_desk(request, pk)
    standing = notice.standing(timezone.localdate(at))
    pending = notice.entries.pending().in_order()
    context = {
        "notice": notice,
        "standing": standing,
        "form": form,
        "possible": standing.state == NoticeState.CLOSED,
        "clear": pending.clear(),
        "held": pending.held(),
    }
    return render(request, "publicity/conclude.html", context, status=422 if posted else 200)


@require_POST
@access.holding("accounts.publish_notice")
def award_held(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Award the entries whose objections have been settled since the conclusion."""
    notice = notice_at_desk(request, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请填写授予决定文号。")
        return redirect("publicity:desk_notice", notice.pk)
    try:
        titles = services.award_held(
            notice, actor=request.user, at=clock.now(), **form.cleaned_data
        )
        messages.success(request, f"已补授 {len(titles)} 家机构称号。")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("publicity:desk_notice", notice.pk)


def notice_at_desk(request: access.SignedRequest, pk: int) -> Notice:
    visible = Notice.objects.visible_to(request.user).with_cycle().prefetch_related("supplements")
    return get_object_or_404(visible, pk=pk)
