"""Rules of eligibility that parts of the portal above this one add (titles, supervision).

Each is a function `(application, at) -> problems`; it is asked at every submit and recommendation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from applications.models import Application
    from workflow import Problem

Rule = Callable[["Application", datetime], Iterable["Problem"]]
# Which of these nurseries a rule may have something to say about; one query for all of them.
Concerns = Callable[[set[int]], Iterable[int]]
_rules: dict[Rule, Concerns] = {}


def rule(function: Rule, concerns: Concerns | None = None) -> Rule:
    """Add a rule; call it from the app's `ready`. Rules without `concerns` concern everybody."""
    _rules.setdefault(function, concerns or _everybody)
    return function


def problems(application: Application, at: datetime) -> Iterator[Problem]:
    for each in _rules:
        yield from each(application, at)


def concerned(nurseries: set[int]) -> set[int]:
    """Those that some rule has to be asked about; a query for each kind of rule, however many."""
    found: set[int] = set()
    for concerns in dict.fromkeys(_rules.values()):
        found.update(concerns(nurseries))
    return found


def _everybody(nurseries: set[int]) -> set[int]:
    return nurseries
