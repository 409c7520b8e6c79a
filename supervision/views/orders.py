"""One order: the nursery asks for days and reports, the province answers and re-checks."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access
from supervision import policies, services
from supervision.forms.following import AskExtensionForm, ExtensionForm, RecheckForm, ReportForm
from supervision.models import RectificationOrder
from supervision.statuses import OrderState
from supervision.views.deciding import Deed, ask, sent
from workflow import clock, why_not
from workflow.models import Event

FORM = ["GET", "HEAD", "POST"]


@require_safe
@access.signed_in
def order(request: access.SignedRequest, pk: int) -> HttpResponse:
    """One order; the nursery reports here, the province decides here."""
    shown = _order(request, pk)
    at = clock.now()
    reports = shown.state == OrderState.ORDERED and policies.may_report(shown, request.user)
    decides = shown.is_running and policies.may_decide(shown, request.user)
    context = {
        "order": shown,
        "overdue": shown.is_overdue(timezone.localdate(at)),
        "may_report": reports,
        "why_no_extension": services.why_no_extension(shown, at) if reports else "",
        "may_decide": decides,
        "may_answer": decides and shown.asks_for_days and shown.state == OrderState.ORDERED,
        "why_not_failed": why_not(shown, "fail_check", user=request.user, at=at) if decides else [],
        "report_files": shown.report_files.with_inspection().order_by("pk"),
        "photos": shown.recheck.photos.with_inspection().order_by("pk") if shown.rechecked else [],
        "supervises": access.holds_anywhere(request.user, "accounts.supervise"),
        "events": Event.objects.of(shown).with_people(),
    }
    return render(request, "supervision/order.html", context)


@require_http_methods(FORM)
@access.signed_in
def report(request: access.SignedRequest, pk: int) -> HttpResponse:
    """What was put right, with evidence."""
    shown = _own(request, pk)

    def act(values: dict[str, Any]) -> str:
        services.hand_in_report(shown, **values, by=request.user, at=clock.now())
        return shown.get_absolute_url()

    hint = "提交后由省级卫生健康部门组织复查，不能再修改。"
    deed = _deed(shown, "报告整改情况", hint, button="提交整改报告")
    return ask(request, ReportForm(*sent(request)), deed, act)


@require_http_methods(FORM)
@access.signed_in
def ask_extension(request: access.SignedRequest, pk: int) -> HttpResponse:
    """More days, asked for once."""
    shown = _own(request, pk)

    def act(values: dict[str, Any]) -> str:
        services.ask_extension(shown, **values, by=request.user, at=clock.now())
        return shown.get_absolute_url()

    hint = f"省级卫生健康部门答复前，整改期限不变；至多延长 {shown.title.cycle.extension_days} 日。"
    deed = _deed(shown, "申请延期", hint, button="提交申请")
    return ask(request, AskExtensionForm(*sent(request)), deed, act)


@require_http_methods(FORM)
@access.holding("accounts.supervise")
def answer_extension(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Grant the days, or decline with a reason."""
    shown = _decided(request, pk)

    def act(values: dict[str, Any]) -> str:
        given = {"by": request.user, "at": clock.now(), "reason": values["reason"]}
        if values["granted"]:
            services.grant_extension(shown, days=values["days"], **given)
        else:
            services.decline_extension(shown, **given)
        return shown.get_absolute_url()

    asked = shown.asked_extension
    reason = asked.reason if asked else ""
    deed = _deed(shown, "答复延期申请", button="提交答复", quoted=reason, titled="机构的申请理由")
    return ask(request, ExtensionForm(*sent(request), title=shown.title), deed, act)


@require_http_methods(FORM)
@access.holding("accounts.supervise")
def recheck(request: access.SignedRequest, pk: int) -> HttpResponse:
    """复查: put right, or not and so proposed for revocation."""
    shown = _decided(request, pk)
    form = RecheckForm(*sent(request), reported=shown.state == OrderState.REPORTED)

    def act(values: dict[str, Any]) -> str:
        passed = values.pop("passed")
        if passed:
            services.pass_check(shown, **values, actor=request.user, at=clock.now())
            return shown.get_absolute_url()
        proposed = services.fail_check(shown, **values, actor=request.user, at=clock.now())
        return proposed.get_absolute_url()

    hint = "合格的，称号恢复有效；不合格的，生成撤销称号事先告知书，听取机构陈述、申辩后再作决定。"
    deed = _deed(shown, "登记复查结果", hint, quoted=shown.problem, titled="存在的问题和整改要求")
    return ask(request, form, deed, act)


def _order(request: access.SignedRequest, pk: int) -> RectificationOrder:
    visible = RectificationOrder.objects.visible_to(request.user).with_title()
    found: RectificationOrder = get_object_or_404(visible, pk=pk)
    return found


def _own(request: access.SignedRequest, pk: int) -> RectificationOrder:
    """An order of the reader's own nursery."""
    shown = _order(request, pk)
    if not policies.may_report(shown, request.user):
        raise PermissionDenied
    return shown


def _decided(request: access.SignedRequest, pk: int) -> RectificationOrder:
    """An order that the reader answers for."""
    shown = _order(request, pk)
    if not policies.may_decide(shown, request.user):
        raise PermissionDenied
    return shown


def _deed(
    order: RectificationOrder,
    heading: str,
    hint: str = "",
    *,
    button: str = "",
    quoted: str = "",
    titled: str = "",
) -> Deed:
    day = order.due_on
    return Deed(
        heading=heading,
        about=f"{order.title.nursery.name} · 整改期限{day.year}年{day.month}月{day.day}日",
        back=order.get_absolute_url(),
        crumbs=(("整改通知", reverse("supervision:order", args=[order.pk])),),
        hint=hint,
        button=button,
        quoted=quoted,
        quoted_title=titled,
    )
