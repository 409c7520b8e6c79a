"""The columns of the desk's spreadsheet: what each is called, reads and writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.statuses import Level
from applications.queues import sees_city_marks
from applications.statuses import ApplicationState

if TYPE_CHECKING:
    from applications.queues import QueueQuerySet

STATES = dict(ApplicationState.choices)


@dataclass(frozen=True)
class Column:
    """`reads` are fields of a desk's row; `write` makes a cell of their values."""

    name: str
    label: str
    reads: tuple[str, ...]
    write: Callable[..., Any]


def _as_it_is(value: Any) -> Any:
    return value


def _moment(value: datetime | None) -> datetime | None:
    return timezone.localtime(value).replace(tzinfo=None) if value else None


# The zone stands beside the cities and has no counties.
def _city(city: str, own: str, level: str) -> str:
    return own if level == Level.ZONE else city


def _county(own: str, level: str) -> str:
    return "" if level == Level.ZONE else own


def _state(state: str) -> str:
    return str(STATES[state])


def _yes(value: bool) -> str:
    return "是" if value else "否"


COLUMNS = (
    Column("number", "受理编号", ("number",), _as_it_is),
    Column("nursery", "机构名称", ("nursery__name",), _as_it_is),
    Column("code", "统一社会信用代码", ("nursery__credit_code",), _as_it_is),
    Column("city", "市", ("region__parent__name", "region__name", "region__level"), _city),
    Column("county", "县（市、区）", ("region__name", "region__level"), _county),
    Column("state", "状态", ("state",), _state),
    Column("self_mark", "自评得分", ("self_sheet__total",), _as_it_is),
    Column("county_mark", "县级得分", ("county_total",), _as_it_is),
    Column("city_mark", "市级得分", ("city_total",), _as_it_is),
    Column("submitted", "提交时间", ("submitted_at",), _moment),
    Column("since", "进入本状态时间", ("since",), _moment),
    Column("handler", "经办人", ("handler_name",), _as_it_is),
    Column("returned", "曾被退回", ("sent_down",), _yes),
)
CITY_MARK = "city_mark"
# What stands in a spreadsheet for which nobody has chosen.
USUAL = frozenset(column.name for column in COLUMNS[:10])


@dataclass(frozen=True)
class Choice:
    """A column as it is offered."""

    column: Column
    chosen: bool


def offered(user: Any, names: Sequence[str]) -> list[Choice]:
    """The columns that the user may have, those named being chosen; without a name the usual."""
    known = [each for each in COLUMNS if each.name != CITY_MARK or sees_city_marks(user)]
    wanted = set(names) & {column.name for column in known} or USUAL
    return [Choice(column, column.name in wanted) for column in known]


def chosen(user: Any, names: Sequence[str]) -> list[Column]:
    """The columns of a spreadsheet, in their own order."""
    return [choice.column for choice in offered(user, names) if choice.chosen]


def lines(queue: QueueQuerySet, columns: Iterable[Column]) -> Iterator[list[Any]]:
    """The rows of a queue with its desk's columns, one at a time."""
    columns = list(columns)
    fields = list(dict.fromkeys(field for column in columns for field in column.reads))
    for row in queue.values_list(*fields).iterator(chunk_size=2000):
        values = dict(zip(fields, row, strict=True))
        yield [column.write(*(values[field] for field in column.reads)) for column in columns]
