"""Where an application can be begun: a nursery and an open cycle that do not have one yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from applications.models import Application
from applications.services import why_no_draft
from nurseries.models import Nursery
from quotas.models import Cycle
from scoring.layout import plain

if TYPE_CHECKING:
    from workflow import Problem

# A person acts for one nursery, or for the few of a chain.
MOST = 20


@dataclass(frozen=True)
class Opening:
    """A cycle that this nursery could apply in; `problems` say why not yet."""

    nursery: Nursery
    cycle: Cycle
    problems: list[Problem]


def acts_for_any(user: Any) -> bool:
    return Nursery.objects.acted_for_by(user).exists()


def openings(user: Any, at: datetime) -> list[Opening]:
    """Every open cycle for every own nursery without a live application in it."""
    nurseries = list(Nursery.objects.acted_for_by(user).with_places()[:MOST])
    cycles = list(Cycle.objects.open().newest_first())
    if not nurseries or not cycles:
        return []
    live = Application.objects.of_nurseries_acted_for_by(user).live()
    taken = set(live.values_list("nursery_id", "cycle_id"))
    return [
        Opening(nursery, cycle, why_no_draft(nursery, cycle, at=at))
        for cycle in cycles
        for nursery in nurseries
        if (nursery.pk, cycle.pk) not in taken
    ]


@dataclass(frozen=True)
class Figure:
    label: str
    value: str
    note: str
    url: str


def figures(application: Application) -> list[Figure]:
    """What the self-score has come to, for the page before the submit."""
    tally, line = application.self_tally, plain(application.cycle.entry_mark)
    sheet = application.self_sheet.get_absolute_url()
    return [
        Figure("自评得分", plain(tally.total), f"申报线 {line} 分", sheet),
        Figure("已填指标", f"{tally.answered} / {tally.count}", "按自评分表逐项填写", sheet),
    ]
