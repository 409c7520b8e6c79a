"""Batches, for the tests that make them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from applications import services
from applications.models import Application, Batch, BatchItem
from applications.services import Choice
from tests.scenes import JULY

RECOMMEND, TO_PROVINCE, DECLINE = (
    "recommend_to_city",
    "recommend_to_province",
    "decline_by_county",
)


def make(
    files: list[Application],
    by: User,
    move: str = RECOMMEND,
    *,
    reason: str = "同意推荐。",
    at: datetime = JULY,
    **more: Any,
) -> Batch:
    keys = [file.pk for file in files]
    return services.make_batch(keys, move, reason=reason, by=by, at=at, **more)


def choice(batch: Batch, *, without: tuple[int, ...] = (), **more: Any) -> Choice:
    """All items but those at these places, with the batch's own texts."""
    items = batch.items.exclude(ordinal__in=without)
    chosen = frozenset(items.values_list("pk", flat=True))
    values = {"reason": batch.reason, "answers": batch.answers, **more}
    return Choice(chosen=chosen, **values)


def confirm(batch: Batch, at: datetime = JULY, **more: Any) -> None:
    services.confirm_batch(batch, choice(batch, **more), at=at)


def run(batch: Batch, at: datetime = JULY, **more: Any) -> Batch:
    """Confirm it and let a worker carry it out."""
    confirm(batch, at, **more)
    services.carry_on_batch(batch.pk, now=lambda: at)
    return Batch.objects.with_counts().get(pk=batch.pk)


def items(batch: Batch) -> list[BatchItem]:
    return list(batch.items.select_related("application").order_by("ordinal"))


def outcomes(batch: Batch) -> list[str]:
    return [item.outcome for item in items(batch)]
