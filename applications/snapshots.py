"""The form 申报表 as it was handed in, and what sets two of them apart. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from applications.declarations import DECLARATIONS, FORM_FIELDS
from applications.facts import nursery_facts
from applications.wording import Mark, Piece, pieces

FACTS = "facts"
LABELS = {**FORM_FIELDS, **{name: f"承诺：{text}" for name, text in DECLARATIONS.items()}}


def snapshot(application: Any) -> dict[str, Any]:
    """All that the form says now, as JSON: its fields by name, the registered facts by label."""
    form = {name: getattr(application, name) for name in LABELS}
    facts = {label: str(value) for label, value in nursery_facts(application.nursery)}
    return {**form, FACTS: facts}


@dataclass(frozen=True)
class Rewording:
    """One line of the form that reads otherwise now: both texts in one."""

    label: str
    pieces: list[Piece]

    @property
    def before(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.mark != Mark.ADDED)

    @property
    def after(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.mark != Mark.REMOVED)


def rewordings(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Rewording]:
    """What reads otherwise; nothing is known where one of the forms was not kept."""
    if not before or not after:
        return []
    pairs = [*_fields(before, after), *_facts(before, after)]
    return [Rewording(label, pieces(old, new)) for label, old, new in pairs if old != new]


def _fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, label in LABELS.items():
        yield label, _words(before.get(name, "")), _words(after.get(name, ""))


def _facts(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Only where both have them: files of former days keep their fields alone."""
    old, new = before.get(FACTS, {}), after.get(FACTS, {})
    for label in new:
        if label in old:
            yield label, old[label], new[label]


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "已勾选" if value else "未勾选"
    return str(value)
