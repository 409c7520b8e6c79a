"""The province's decision table: every recommended file with its marks and the panel's result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from applications import sight
from applications.sight import Seats, Sight
from applications.statuses import PAST_CITY, ApplicationState

if TYPE_CHECKING:
    from applications.models import Application, ApplicationQuerySet
    from quotas.models import Cycle
    from scoring.arithmetic import PanelResult

HEADINGS = (
    "受理编号",
    "机构名称",
    "市",
    "县（市、区）",
    "状态",
    "自评得分",
    "县级得分",
    "市级得分",
    "书面平均分",
    "实地平均分",
    "综合得分",
    "分差",
    "说明",
)


@dataclass(frozen=True)
class Decision:
    """One row: the marks of the tiers, how far the panel is, and the result once all sealed."""

    application: Any
    seats: list[Seats]
    result: PanelResult | None

    @property
    def panel_is_whole(self) -> bool:
        return all(seat.seated >= seat.size for seat in self.seats)

    @property
    def open(self) -> bool:
        return bool(self.application.state == ApplicationState.PROVINCIAL_REVIEW)


def table(queue: ApplicationQuerySet, user: Any) -> ApplicationQuerySet:
    """The rows of the table with all they show; as many queries however many there are."""
    return queue.for_desk(user).with_reviews()


def figures(cycle: Cycle) -> list[tuple[str, int]]:
    """How many of the recommended files are in which state; one query."""
    counts = dict(
        cycle.applications.judged_by_province()
        .order_by()
        .values_list("state")
        .annotate(Count("pk"))
    )
    return [(str(state.label), counts.get(state.value, 0)) for state in PAST_CITY]


def decisions(applications: Iterable[Application]) -> list[Decision]:
    return [decision(application) for application in applications]


def decision(application: Application) -> Decision:
    result = sight.panel_result(application, Sight.PROVINCE)
    return Decision(application, sight.seats(application), result)


def lines(applications: Iterable[Any]) -> Iterator[list[Any]]:
    """The table for a spreadsheet, in the order of HEADINGS."""
    for application in applications:
        result = sight.panel_result(application, Sight.PROVINCE)
        panel: list[Any] = [None] * 4 + [""]
        if result:
            marks = [result.paper_mean, result.site_mean, result.final, result.spread]
            panel = [*marks, "".join(result.reasons)]
        yield [
            application.number,
            application.nursery.name,
            application.region.city_unit.name,
            application.region.name,
            application.get_state_display(),
            application.self_sheet.total,
            application.county_total,
            application.city_total,
            *panel,
        ]
