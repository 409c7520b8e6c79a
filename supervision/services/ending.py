"""A title that ends takes with it what still runs about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from publicity.models import Title
from supervision.models import Prompt, RectificationOrder, Revocation
from workflow import Refused, perform
from workflow.models import Subject

WHY = "称号已终止"


def end_orders(title: Title, *, at: datetime) -> None:
    """End the order that runs on a title that has ended. Safe to repeat."""
    _end(RectificationOrder.objects.of(title).running(), at)


def end_proceedings(title: Title, *, at: datetime) -> None:
    """End the open prompts and the open proposal of such a title. Safe to repeat."""
    prompts = Prompt.objects.of(title).open()
    _end(chain(prompts, Revocation.objects.of(title).open()), at)


def _end(subjects: Iterable[Subject], at: datetime) -> None:
    for subject in subjects:
        try:
            perform(subject, "end_with_title", actor=None, at=at, reason=WHY)
        except Refused:
            # Closed by somebody since the query.
            continue
