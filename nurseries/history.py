"""What happened to a record, in words. Pure: events come in, lines for the page go out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nurseries.columns import BY_FIELD
from nurseries.wording import PARTS

if TYPE_CHECKING:
    from workflow.models import Event

LABELS = {
    "register": "登记",
    "update": "修改登记",
    "appoint": "开通机构账号",
    "end_appointment": "停用机构账号",
    "compile_archive": "整理评选工作档案",
}


@dataclass(frozen=True)
class Told:
    """One change in words; nothing is told of what is about persons."""

    heading: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Entry:
    """One event as the page shows it."""

    event: Event
    label: str
    changes: tuple[Told, ...]


def entries(events: Iterable[Event]) -> list[Entry]:
    return [Entry(event, _label(event), _changes(event)) for event in events]


def _label(event: Event) -> str:
    label = LABELS.get(event.verb, event.verb)
    return f"{label}（表格导入）" if "import" in event.data else label


def _changes(event: Event) -> tuple[Told, ...]:
    """In the order of the form; the database keeps no order of its own."""
    changes = event.data.get("changes", {})
    order = [*BY_FIELD, *PARTS]
    return tuple(_told(field, changes[field]) for field in order if field in changes)


def _told(field: str, words: list[str] | None) -> Told:
    heading = BY_FIELD[field].heading if field in BY_FIELD else PARTS.get(field, field)
    return Told(heading, *(words or ()))
