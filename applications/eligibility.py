"""Rules of eligibility that parts of the portal above this one add (titles, supervision).

Each is a function `(application, at) -> problems`; it is asked at every submit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from applications.models import Application
    from workflow import Problem

Rule = Callable[["Application", datetime], Iterable["Problem"]]
_rules: list[Rule] = []


def rule(function: Rule) -> Rule:
    """Add a rule; call it from the app's `ready`."""
    if function not in _rules:
        _rules.append(function)
    return function


def problems(application: Application, at: datetime) -> Iterator[Problem]:
    for each in _rules:
        yield from each(application, at)
