"""The titles under supervision: the list, and one title with all that there is about it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access
from accounts.models import Region
from applications.workbooks import written
from publicity.models import Title
from publicity.policies import may_supervise
from supervision import policies, services
from supervision.forms.following import OrderForm, PromptForm, ProposalForm, RevokeForm
from supervision.forms.titles import TitleSearch
from supervision.matters import history_of, matters_of
from supervision.models import (
    Complaint,
    SpotCheck,
    running_as,
    sorted_titles,
    supervised_titles,
)
from supervision.overview import HEADINGS, lines
from supervision.statuses import OrderState
from supervision.views.deciding import Deed, ask, sent
from workflow import clock, why_not

PER_PAGE = 50
CHUNK = 2000
FORM = ["GET", "HEAD", "POST"]


@require_safe
@access.holding("accounts.supervise")
def titles(request: access.SignedRequest) -> HttpResponse:
    """The titles of one's area; those under an order first, the nearest limit on top."""
    today = timezone.localdate(clock.now())
    search = _search(request)
    page = Paginator(_found(request, search), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(title, title.standing(today), _is_overdue(title, today)) for title in page]
    context = {
        "search": search,
        "page_obj": page,
        "rows": rows,
        "at_province": access.holds_province(request.user, "accounts.supervise"),
    }
    return render(request, "supervision/titles.html", context)


@require_safe
@access.holding("accounts.supervise")
def export(request: access.SignedRequest) -> FileResponse:
    """The list as it is searched and sorted, as a spreadsheet."""
    today = timezone.localdate(clock.now())
    found = _found(request, _search(request)).iterator(chunk_size=CHUNK)
    book = written("监督管理", HEADINGS, lines(found, today))
    return FileResponse(book, as_attachment=True, filename=f"监督管理{today:%Y%m%d}.xlsx")


def _search(request: access.SignedRequest) -> TitleSearch:
    held = access.regions_held(request.user, "accounts.supervise")
    paths = [region.path for region in held]
    areas = Region.objects.within_any(paths).select_related("parent").order_by("code")
    return TitleSearch(request.GET, areas=areas)


def _found(request: access.SignedRequest, search: TitleSearch) -> QuerySet[Title]:
    today = timezone.localdate(clock.now())
    found: Any = supervised_titles(request.user)
    found = found.matching(search.asked("q"))
    if search.asked("area"):
        found = found.in_area(search.areas[search.asked("area")].path)
    if search.asked("state"):
        found = found.standing_as(search.asked("state"), today)
    found = running_as(found, search.asked("runs"), today)
    return sorted_titles(found, request.GET.get("sort", ""))


def _is_overdue(title: Any, today: Any) -> bool:
    return title.order_state == OrderState.ORDERED and today > title.order_due


@require_safe
@access.holding("accounts.supervise")
def title(request: access.SignedRequest, pk: int) -> HttpResponse:
    """One title with everything about it; the city prompts, the province orders and revokes."""
    shown = supervised(request, pk)
    at = clock.now()
    decides = may_supervise(shown, request.user)
    over = shown.is_over(timezone.localdate(at)) or not shown.is_in_force
    matters = matters_of(shown, request.user)
    context = {
        "title": shown,
        "standing": shown.standing(timezone.localdate(at)),
        "matters": matters,
        "decides": decides,
        "may_prompt": not over and policies.may_prompt(shown, request.user),
        "may_order": decides
        and not shown.revocation_pk
        and not why_not(shown, "order_rectification", user=request.user, at=at),
        "may_propose": decides and not over and not shown.revocation_pk,
        "may_revoke": decides and not over,
        "events": history_of(shown, [matter.subject for matter in matters]),
    }
    return render(request, "supervision/title.html", context)


@require_http_methods(FORM)
@access.holding("accounts.supervise")
def prompt(request: access.SignedRequest, pk: int) -> HttpResponse:
    """A word to the nursery, by the city or the province."""
    shown = supervised(request, pk)
    if not policies.may_prompt(shown, request.user):
        raise PermissionDenied
    complaint = _complaint(request, shown)

    def act(values: dict[str, Any]) -> str:
        at = clock.now()
        issued = services.prompt(shown, **values, by=request.user, at=at, complaint=complaint)
        return issued.get_absolute_url()

    hint = "提醒发给机构，所在县级部门可见；称号状态不变。"
    return ask(request, PromptForm(*sent(request)), _deed(shown, "提醒督促", hint, complaint), act)


@require_http_methods(FORM)
@access.holding("accounts.supervise")
def order_rectification(request: access.SignedRequest, pk: int) -> HttpResponse:
    """责令限期整改; `?check=` begins with the findings of a spot check."""
    shown = _decided(request, pk)
    complaint, check = _complaint(request, shown), _check(request, shown)
    first = {"problem": check.findings_in_words()} if check else {}
    form = OrderForm(*sent(request), title=shown, initial=first)

    def act(values: dict[str, Any]) -> str:
        issued = services.order_rectification(
            shown,
            **values,
            by=request.user,
            at=clock.now(),
            spot_check=check,
            complaint=complaint,
        )
        return issued.get_absolute_url()

    hint = "整改期间称号仍然有效，公开名单标明“整改中”。"
    return ask(request, form, _deed(shown, "责令限期整改", hint, complaint), act)


@require_http_methods(FORM)
@access.holding("accounts.supervise")
def propose(request: access.SignedRequest, pk: int) -> HttpResponse:
    """拟撤销: the nursery is told and heard first."""
    shown = _decided(request, pk)

    def act(values: dict[str, Any]) -> str:
        proposed = services.propose_revocation(shown, **values, by=request.user, at=clock.now())
        return proposed.get_absolute_url()

    days = shown.cycle.statement_days
    hint = f"提出后生成事先告知书，机构可在 {days} 日内陈述、申辩；作出决定前称号状态不变。"
    deed = _deed(shown, "拟撤销称号", hint, tone="danger")
    return ask(request, ProposalForm(*sent(request), title=shown), deed, act)


@require_http_methods(FORM)
@access.holding("accounts.supervise")
def revoke(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Revoke at once: fraud, a grave accident, abuse."""
    shown = _decided(request, pk)

    def act(values: dict[str, Any]) -> str:
        services.revoke(shown, **values, actor=request.user, at=clock.now())
        return reverse("supervision:title", args=[shown.pk])

    cycle = shown.cycle
    hint = (
        "仅用于所列三种情形，其他情形请先“拟撤销称号”。撤销后不能恢复，公开名单即时更新；"
        f"机构在此后 {cycle.barred_cycles} 个评选周期内不得申报，"
        f"弄虚作假的为 {cycle.fraud_barred_cycles} 个。"
    )
    deed = _deed(shown, "立即撤销称号", hint, tone="danger")
    return ask(request, RevokeForm(*sent(request)), deed, act)


def supervised(request: access.SignedRequest, pk: int) -> Any:
    return get_object_or_404(supervised_titles(request.user), pk=pk)


def _decided(request: access.SignedRequest, pk: int) -> Title:
    """A title that the user may order and revoke."""
    shown: Title = supervised(request, pk)
    if not may_supervise(shown, request.user):
        raise PermissionDenied
    return shown


def _complaint(request: access.SignedRequest, shown: Title) -> Complaint | None:
    """What led here, if the address says so; only the province sees complaints."""
    if "complaint" not in request.GET:
        return None
    visible = Complaint.objects.visible_to(request.user).of(shown)
    return get_object_or_404(visible, receipt=request.GET["complaint"])


def _check(request: access.SignedRequest, shown: Title) -> SpotCheck | None:
    if not request.GET.get("check", "").isdecimal():
        return None
    visible = SpotCheck.objects.visible_to(request.user).of(shown)
    return get_object_or_404(visible, pk=request.GET["check"])


def _deed(
    shown: Title, heading: str, hint: str, complaint: Complaint | None = None, tone: str = "primary"
) -> Deed:
    back = reverse("supervision:title", args=[shown.pk])
    secret = "所写内容将告知机构及其所在市、县，不得透露举报人的任何信息。" if complaint else ""
    return Deed(
        heading=heading,
        about=f"{shown.nursery.name} · {shown.number}",
        back=complaint.get_absolute_url() if complaint else back,
        crumbs=(("监督管理", reverse("supervision:titles")), (shown.nursery.name, back)),
        hint=f"{secret}{hint}",
        tone=tone,
    )
