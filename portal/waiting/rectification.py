"""Work of supervision that has a limit: orders, statements, prompts, complaints, bars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.access import holds_province
from nurseries.models import Nursery
from portal.waiting.panel import SHOWN, Figure, Panel, Row
from supervision.models import Bar, Complaint, Prompt, RectificationOrder, Revocation
from supervision.statuses import OrderState


def own_matters(user: Any, at: datetime) -> Iterator[Panel]:
    """What a nursery has to answer, each with its day."""
    rows = [
        *_statements_of(user),
        *_orders_of(user),
        *_prompts_of(user),
    ]
    if rows:
        yield Panel("监督事项", "", rows=rows)


def _statements_of(user: Any) -> Iterator[Row]:
    for each in Revocation.objects.of_nurseries_acted_for_by(user).unheard().with_title():
        note = f"原因：{each.get_ground_display()}。逾期未陈述、申辩的，视为放弃。"
        url = each.get_absolute_url()
        yield Row(str(each), note, url, "陈述申辩", each.statement_due_on, each)


def _orders_of(user: Any) -> Iterator[Row]:
    for each in RectificationOrder.objects.of_nurseries_acted_for_by(user).running().with_title():
        waits = each.state == OrderState.ORDERED
        note = "请按期整改并报告整改情况。" if waits else "已报告，等待省级复查。"
        due = each.due_on if waits else None
        url = each.get_absolute_url()
        yield Row(str(each), note, url, "报告整改" if waits else "查看", due, each)


def _prompts_of(user: Any) -> Iterator[Row]:
    for each in Prompt.objects.of_nurseries_acted_for_by(user).open().with_title():
        note = f"{each.body.commission}提醒"
        yield Row(str(each), note, each.get_absolute_url(), "答复", each.due_on, each)


def bars(user: Any, at: datetime) -> Iterator[Panel]:
    """Said where a nursery begins, not only where it is refused."""
    own = Nursery.objects.acted_for_by(user).values_list("pk", flat=True)
    rows = [
        Row(
            f"{bar.nursery.name}停止申报",
            f"经查实，申报{bar.get_ground_display()}，自{bar.cycle.year}年评选起 "
            f"{bar.cycles} 个评选周期内不得申报。",
            reverse("applications:list"),
            "查看申报",
        )
        for bar in Bar.objects.of_nurseries(own)
    ]
    if rows:
        yield Panel("停止申报", "", rows=rows)


def following(user: Any, at: datetime) -> Iterator[Panel]:
    """For the province: what the nurseries have answered, and what they have not."""
    if not holds_province(user, "accounts.supervise"):
        return
    today = timezone.localdate(at)
    orders = RectificationOrder.objects.visible_to(user)
    overdue = orders.overdue(today).count()
    figures = [
        Figure("整改逾期未报告", overdue, "件", f"{reverse('supervision:titles')}?runs=overdue")
    ]
    rows = [
        Row(str(each), note, each.get_absolute_url(), action, None, each)
        for found, note, action in (
            (Revocation.objects.visible_to(user).to_decide(today), "可以作出决定。", "办理"),
            (orders.reported(), "机构已报告整改情况。", "复查"),
            (orders.asking_for_days(), "机构申请延期。", "答复"),
        )
        for each in found.with_title()[:SHOWN]
    ]
    if rows or overdue:
        url = reverse("supervision:titles")
        yield Panel("整改与撤销", "", figures if overdue else [], rows, url, "监督管理")


def complaints(user: Any, at: datetime) -> Iterator[Panel]:
    if not holds_province(user, "accounts.supervise"):
        return
    rows = [
        Row(
            str(each),
            each.title.nursery.name,
            each.get_absolute_url(),
            "办理",
            each.due_on,
            each,
        )
        for each in Complaint.objects.unsettled().by_urgency()[:SHOWN]
    ]
    if rows:
        yield Panel(
            "待办理的举报", "", rows=rows, url=reverse("supervision:complaints"), action="全部举报"
        )
