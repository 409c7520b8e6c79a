from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.urls import reverse

from workflow import Move, Problem, guard

if TYPE_CHECKING:
    from quotas.models import Cycle


@guard("评分表已发布")
def rubric_published(cycle: Cycle, move: Move) -> Iterator[Problem]:
    if not cycle.version.published_at:
        yield Problem(
            "所用评分表尚未发布。", field="version", url=reverse("quotas:settings", args=[cycle.pk])
        )


@guard("名额已分配")
def quotas_set(cycle: Cycle, move: Move) -> Iterator[Problem]:
    """S0, 附件 4: a cycle without a single place could recommend nobody."""
    if not cycle.quotas.with_places().exists():
        yield Problem("尚未分配名额。", url=reverse("quotas:quotas", args=[cycle.pk]))
