"""The catalog: what happened, who hears of it, in which words. The one table of it.

Words in braces come from `words`. A line names the deadline and what to do next where there is
something to do. Nothing here names an objector, an expert or a mark that a reader may not know.
"""

from __future__ import annotations

from collections import defaultdict

from notifications.catalog import (
    checks,
    cycles,
    filing,
    notices,
    objections,
    personal,
    practices,
    supervision,
    titles,
)
from notifications.lines import Line

LINES: tuple[Line, ...] = (
    *filing.LINES,
    *notices.LINES,
    *objections.LINES,
    *titles.LINES,
    *checks.LINES,
    *supervision.LINES,
    *practices.LINES,
    *cycles.LINES,
    *personal.LINES,
)

_by_event: dict[tuple[str, str], list[Line]] = defaultdict(list)
for _line in LINES:
    _by_event[_line.subject_type, _line.verb].append(_line)


def lines_for(subject_type: str, verb: str, source: str) -> list[Line]:
    """The rows that apply to an event that came from the state `source`."""
    return [
        line
        for line in _by_event.get((subject_type, verb), [])
        if not line.came_from or source in line.came_from
    ]


def verbs() -> dict[str, list[str]]:
    """Subject type → the verbs that anybody hears of."""
    found: dict[str, list[str]] = defaultdict(list)
    for subject_type, verb in _by_event:
        found[subject_type].append(verb)
    return dict(found)
