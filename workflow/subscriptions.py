"""Who hears of what. Handlers run in Celery after the commit, at least once: safe to repeat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflow.models import Event

Handler = Callable[["Event"], None]

_handlers: dict[str, Handler] = {}
_by_verb: dict[tuple[str, str], list[str]] = defaultdict(list)


def subscribe(subject_type: str, *verbs: str) -> Callable[[Handler], Handler]:
    """Register a handler for the named verbs of a subject type ("applications.application").

    A handler's own writes and the note that it has run are committed together.
    """

    def register(handler: Handler) -> Handler:
        name = f"{handler.__module__}.{handler.__qualname__}"
        _handlers[name] = handler
        for verb in verbs:
            if name not in _by_verb[subject_type, verb]:
                _by_verb[subject_type, verb].append(name)
        return handler

    return register


def subscribers_of(subject_type: str, verb: str) -> list[str]:
    return _by_verb.get((subject_type, verb), [])


def handler_named(name: str) -> Handler:
    """Raises KeyError for a subscriber that no longer exists."""
    return _handlers[name]
