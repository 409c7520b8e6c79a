"""A city's files read for the ranking: what waits for its decision, scored or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.utils import timezone

from applications import ranking
from applications.ranking import Candidate, Ranking, Section, Standing
from scoring.models import Mark
from workflow import Problem
from workflow.models import Event

if TYPE_CHECKING:
    from applications.models import Application, ApplicationQuerySet


def standings(waiting: ApplicationQuerySet, places: int) -> Ranking:
    """The scored ones among the files that wait for a city, in order; two queries."""
    rows = list(waiting.city_scores())
    sections = _sections([sheet for _, _, sheet, _, _ in rows])
    candidates = [
        Candidate(number, total, tuple(sections[sheet]), timezone.localtime(submitted), vetoed)
        for number, submitted, sheet, total, vetoed in rows
    ]
    return ranking.ranking(candidates, places)


def files_ahead(application: Application) -> list[str]:
    """The numbers of the files that the ranking puts before this one and that still wait."""
    files: Any = type(application)._default_manager
    waiting = files.waiting_at_city(application.cycle, application.region.city_unit)
    return standings(waiting, places=0).ahead_of(application.number)


def out_of_turn(ahead: Sequence[str]) -> Problem:
    """Recommending a file before these wants a reason (`overrule`)."""
    named = "、".join(ahead[:3]) + ("等" if len(ahead) > 3 else "")
    return Problem(
        f"推荐排序在前的 {len(ahead)} 件（{named}）尚未推荐，先推荐本件的，须写明理由。",
        field="overrule",
    )


@dataclass(frozen=True)
class Row:
    """One line of the proposal: where a file stands, and the file."""

    standing: Standing
    file: Application


def with_files(shown: Iterable[Standing], files: ApplicationQuerySet) -> list[Row]:
    """The standings of one page with their files; one query."""
    by_number = files.in_bulk([each.candidate.number for each in shown], field_name="number")
    return [Row(each, by_number[each.candidate.number]) for each in shown]


@dataclass(frozen=True)
class Seat:
    """A place that is held: the file, and why it was recommended before others, if it was."""

    file: Application
    overrule: Event | None


def seats(files: Iterable[Application]) -> list[Seat]:
    """The places of these files; one query."""
    told = Event.objects.telling("overrule_ranking").of_each(list(files))
    return [Seat(file, next(reversed(told[file.pk]), None)) for file in files]


def _sections(sheets: list[int]) -> dict[int, list[Section]]:
    """Mark and full mark of every section, by sheet, in the order of the rubric."""
    rows = (
        Mark.objects.on(sheets)
        .values_list("sheet_id", "indicator__section__order", "indicator__section__name")
        .annotate(Sum("value"), Sum("indicator__mark"))
        .order_by("sheet_id", "indicator__section__order")
    )
    found: dict[int, list[Section]] = defaultdict(list)
    for sheet, _, name, mark, full in rows:
        found[sheet].append(Section(name, mark, full))
    return found
