"""Titles as supervision sees them: with what runs about them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from publicity.models import Title
from supervision.models.orders import RectificationOrder
from supervision.models.revocations import Revocation

# What the list may be sorted by, and what asks for what runs.
SORTS = {"name": "nursery__name", "until": "valid_until", "due": "order_due"}


def supervised_titles(user: Any) -> QuerySet[Title]:
    """The titles in the user's areas, with `order_due`, `order_pk` and `order_state` of a running
    order and `revocation_pk` of an open proposal.
    """
    running = RectificationOrder.objects.running().filter(title=OuterRef("pk"))
    proposed = Revocation.objects.open().filter(title=OuterRef("pk"))
    return (
        Title.objects.supervised_by(user)
        .for_list()
        .annotate(
            order_pk=Subquery(running.values("pk")),
            order_due=Subquery(running.values("due_on")),
            order_state=Subquery(running.values("state")),
            revocation_pk=Subquery(proposed.values("pk")),
        )
        .order_by(F("order_due").asc(nulls_last=True), "region_path", "number")
    )


def running_as(titles: QuerySet[Title], asked: str, today: date) -> QuerySet[Title]:
    """Those about which something of that kind runs; all for anything else."""
    orders = RectificationOrder.objects.filter(title=OuterRef("pk"))
    if asked == "order":
        return titles.filter(Exists(orders.running()))
    if asked == "overdue":
        return titles.filter(Exists(orders.overdue(today)))
    if asked == "revocation":
        return titles.filter(Exists(Revocation.objects.open().filter(title=OuterRef("pk"))))
    return titles


def sorted_titles(titles: QuerySet[Title], asked: str) -> QuerySet[Title]:
    """By one of SORTS, from the end with a minus before it; else the nearest limit first."""
    column = SORTS.get(asked.removeprefix("-"))
    if column is None:
        return titles
    ordered = F(column).desc if asked.startswith("-") else F(column).asc
    return titles.order_by(ordered(nulls_last=True), "number")
