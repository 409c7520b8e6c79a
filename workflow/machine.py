"""How a machine is declared: moves, guards and what a page may offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial, update_wrapper
from typing import TYPE_CHECKING, Any

from django_fsm import Transition

from workflow.problems import Problem

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import Model

    from workflow.models import Subject


@dataclass
class Move:
    """One attempt to move a subject: who, in which post, when, why, with what data.

    `actor` is None when the portal itself moves (a deadline, the end of a notice). `data` is what
    the caller gave; what the effect puts into `recorded` is kept with the event, as JSON.
    `passed` holds the guards that have let this move through.
    """

    name: str
    actor: AbstractBaseUser | None
    at: datetime
    reason: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    post: Any = None
    recorded: dict[str, Any] = field(default_factory=dict)
    passed: set[Guard] = field(default_factory=set)


class Guard:
    """A rule that refuses a move with sentences; stands in a transition's `conditions`.

    django-fsm asks it as a plain condition. It then answers only for the move that the mover
    has just checked, so that a transition called past the mover never gets through.
    """

    def __init__(self, title: str, rule: Callable[[Any, Move], Iterable[Problem]]) -> None:
        self.title = title
        self.rule = rule
        update_wrapper(self, rule)

    def problems(self, subject: Subject, move: Move) -> list[Problem]:
        return list(self.rule(subject, move))

    def __call__(self, subject: Subject) -> bool:
        move = subject.current_move
        return move is not None and self in move.passed


def guard(title: str) -> Callable[[Callable[[Any, Move], Iterable[Problem]]], Guard]:
    """Make a guard of a function `(subject, move) -> problems`; `title` names it in a checklist."""
    return partial(Guard, title)


@dataclass(frozen=True)
class Check:
    """One line of a checklist: a guard's title and what it still asks for."""

    title: str
    problems: tuple[Problem, ...]

    @property
    def met(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class Question:
    """A problem that words settle: with an answer in `field` of its data the move goes through.

    The table names such fields with their labels in `asks`; a guard's problem that stands at one of
    them is put as a question, not as a refusal.
    """

    field: str
    label: str
    text: str


@dataclass(frozen=True)
class Offer:
    """A move that a page may offer to a user, with the sentences that still forbid it and the
    questions that it wants answered.
    """

    name: str
    label: str
    tone: str
    needs_reason: bool
    reason_label: str
    form: str
    problems: tuple[Problem, ...]
    questions: tuple[Question, ...] = ()

    @property
    def enabled(self) -> bool:
        return not self.problems


def state_field(model: type[Model]) -> Any:
    """The FSM field of a machine."""
    return model._meta.get_field("state")


def transitions(model: type[Subject]) -> dict[str, dict[str, Transition]]:
    """The machine of a model as {move: {source state: transition}}, in order of declaration."""
    methods: dict[str, Any] = state_field(model).transitions[model]
    in_order = sorted(methods.items(), key=lambda item: item[1].__wrapped__.__code__.co_firstlineno)
    # django-fsm's own list of a method's transitions; it has no public name for it.
    return {name: dict(method._django_fsm.transitions) for name, method in in_order}  # noqa: SLF001


def transition_from(subject: Subject, name: str) -> Transition | None:
    """The transition `name` out of the subject's present state; None where there is none.

    Raises KeyError for a name that the machine does not have.
    """
    by_source = transitions(type(subject))[name]
    return by_source.get(subject.state)


def any_transition(subject: Subject, name: str) -> Transition:
    return next(iter(transitions(type(subject))[name].values()))


def guards_of(transition: Transition) -> Iterator[Guard]:
    for condition in transition.conditions:
        if not isinstance(condition, Guard):
            raise TypeError(f"{transition.qualname}: a condition must be a workflow guard")
        yield condition
