"""Whose seal belongs on a paper: the decisions that it carries, read from the events alone.

A seal stands for what a body itself has decided (S0, three (二)(三)): never for a draft, for marks,
or for what another body did.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from documents.statuses import (
    ABOUT_RECOMMENDED,
    COMPILED_BY,
    DECIDED_BY,
    ISSUED,
    ISSUER,
    MADE_AFTER,
    RECOMMENDED,
    UNDONE_BY,
    Kind,
)


class Told(Protocol):
    """An event as far as it can be a decision."""

    @property
    def verb(self) -> str: ...

    @property
    def target(self) -> str: ...

    @property
    def subject_type(self) -> str: ...


Event = TypeVar("Event", bound=Told)


def deciding(kind: Kind, event: Event, history: Iterable[Event]) -> dict[str, Event]:
    """The decision behind each place for a seal, by the role of the place.

    `history` are the events up to `event`, the oldest first: of the form's file, or of the files
    that a city's letter or summary table names.
    """
    if kind == Kind.APPLICATION_FORM:
        return _of_cells(history)
    if kind in ABOUT_RECOMMENDED:
        recommended = [each for each in history if each.target and each.verb == RECOMMENDED]
        return {ISSUER: recommended[-1]} if recommended else {}
    if kind in COMPILED_BY:
        return {ISSUER: event} if event.verb == COMPILED_BY[kind] else {}
    if kind in ISSUED and kind in MADE_AFTER[event.subject_type].get(event.verb, ()):
        return {ISSUER: event}
    return {}


def _of_cells(history: Iterable[Event]) -> dict[str, Event]:
    standing: dict[str, Event] = {}
    for event in history:
        for role in UNDONE_BY.get(event.verb, ()):
            standing.pop(role, None)
        # Only what moved the file is a decision; `perform` alone moves.
        if event.target and event.verb in DECIDED_BY:
            standing[DECIDED_BY[event.verb]] = event
    return standing
