"""The province's decision table: every recommended file with its marks and the panel's result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from applications import sight
from applications.sight import Seats, Sight
from applications.statuses import PAST_CITY, ApplicationState, Step

if TYPE_CHECKING:
    from applications.models import Application, ApplicationQuerySet, Review
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
    "加权平均分",
    "中位数",
    "分差",
    "是否复核",
    "否决",
    "最终得分",
    "说明",
)


@dataclass(frozen=True)
class Decision:
    """One row: the marks of the tiers, how far the panel is, and the result once all sealed."""

    application: Any
    county: Review | None
    city: Review | None
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
    return queue.for_desk(user).with_reviews().with_recusals()


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
    return Decision(
        application=application,
        county=application.review_at(Step.COUNTY),
        city=application.review_at(Step.CITY),
        seats=sight.seats(application),
        result=sight.panel_result(application, Sight.PROVINCE),
    )


def lines(applications: Iterable[Any]) -> Iterator[list[Any]]:
    """The table for a spreadsheet, in the order of HEADINGS."""
    for application in applications:
        result = sight.panel_result(application, Sight.PROVINCE)
        yield [
            application.number,
            application.nursery.name,
            application.region.city_unit.name,
            application.region.name,
            application.get_state_display(),
            application.self_sheet.total,
            application.county_total,
            application.city_total,
            *_of_panel(result),
        ]


def _of_panel(result: PanelResult | None) -> list[Any]:
    if result is None:
        return [None] * 5 + ["", "", None, ""]
    return [
        result.paper.mean,
        result.site.mean,
        result.mean,
        result.median,
        result.spread,
        moderation_words(result),
        "有" if result.vetoed else "无",
        result.final,
        "".join(result.reasons),
    ]


def moderation_words(result: PanelResult) -> str:
    """Whether a further score was wanted, and given."""
    if result.needs_moderation:
        return "须复核"
    return "已复核" if result.is_moderated else "无需复核"
