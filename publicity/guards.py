from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils import timezone

from applications.statuses import Tier
from publicity.working_days import CalendarUnknown
from workflow import Move, Problem, guard

if TYPE_CHECKING:
    from publicity.models import Notice, Objection, Title


@guard("已列入评审通过的机构")
def has_entries(notice: Notice, move: Move) -> Iterator[Problem]:
    if not notice.entries.exists():
        yield Problem("公示名单为空，请先选择评审通过的机构。")


@guard("公示期可以确定")
def window_is_known(notice: Notice, move: Move) -> Iterator[Problem]:
    """S0, three (四). Where a year's plan is not out the window is refused, never guessed."""
    try:
        notice.window_from(timezone.localdate(move.at))
    except CalendarUnknown as unknown:
        yield Problem(f"{unknown}请先在工作日历中录入该年安排。")


@guard("公示期已满")
def window_is_over(notice: Notice, move: Move) -> Iterator[Problem]:
    day = notice.closes_on
    if day is not None and not notice.is_over(timezone.localdate(move.at)):
        yield Problem(f"公示至{day.year}年{day.month}月{day.day}日止，尚未期满。")


@guard("称号在有效期内")
def term_is_running(title: Title, move: Move) -> Iterator[Problem]:
    """Also before the expiry has been written down."""
    if title.is_over(timezone.localdate(move.at)):
        day = title.valid_until
        yield Problem(f"称号有效期已于{day.year}年{day.month}月{day.day}日届满。")


@guard("称号已满有效期")
def term_is_over(title: Title, move: Move) -> Iterator[Problem]:
    if not title.is_over(timezone.localdate(move.at)):
        yield Problem("称号仍在有效期内。")


@guard("经办人与本件评审无关")
def handler_is_impartial(objection: Objection, move: Move) -> Iterator[Problem]:
    """Whoever scored the file or gave the county's or city's opinion cannot decide on it.

    Sheets and rounds that were superseded count as well. The province's own conclusion follows
    from the experts' scores and excludes nobody.
    """
    if move.actor is None:
        return
    application, actor = objection.entry.application, move.actor.pk
    if application.reviews.filter(reviewer=actor).exists():
        yield Problem("您参与过该机构的评审，应当回避，不能办理此异议。")
    elif application.opinions.filter(by=actor, tier__in=[Tier.COUNTY, Tier.CITY]).exists():
        yield Problem("您签署过对该机构的推荐意见，应当回避，不能办理此异议。")
