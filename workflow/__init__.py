"""The ground of the portal: machines, the one mover, the event log, the clock. Knows no app.

The public names are loaded on first use, because the models behind them exist only once
Django has read its apps.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workflow.machine import Check, Guard, Move, Offer, guard
    from workflow.problems import Problem, Refused
    from workflow.services import checklist, open_to, perform, record, record_all, why_not
    from workflow.subscriptions import subscribe

_HOMES = {
    "Check": "machine",
    "Guard": "machine",
    "Move": "machine",
    "Offer": "machine",
    "guard": "machine",
    "Problem": "problems",
    "Refused": "problems",
    "checklist": "services",
    "open_to": "services",
    "perform": "services",
    "record": "services",
    "record_all": "services",
    "why_not": "services",
    "subscribe": "subscriptions",
}

__all__ = [
    "Check",
    "Guard",
    "Move",
    "Offer",
    "Problem",
    "Refused",
    "checklist",
    "guard",
    "open_to",
    "perform",
    "record",
    "record_all",
    "subscribe",
    "why_not",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'workflow' has no attribute {name!r}")
    return getattr(import_module(f"workflow.{_HOMES[name]}"), name)
