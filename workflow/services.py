"""The mover: the only way a state changes."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from workflow.machine import (
    Check,
    Guard,
    Move,
    Offer,
    Question,
    any_transition,
    guards_of,
    transition_from,
    transitions,
)
from workflow.models import Delivery, Event, Subject
from workflow.problems import Problem, Refused
from workflow.subscriptions import subscribers_of

if TYPE_CHECKING:
    from django_fsm import Transition

logger = logging.getLogger(__name__)


def perform(
    subject: Subject, name: str, *, actor: Any, at: datetime, reason: str = "", **data: Any
) -> Event:
    """Move `subject` by the transition `name`; save it and record the event in one transaction.

    The row is locked and reread first, so unsaved changes to `subject` are discarded. `actor` is
    None for the portal itself. `data` reaches the guards and the effect as `move.data`; what the
    effect puts into `move.recorded` is kept with the event.

    Raises PermissionDenied when the actor may not, Refused when it is not possible now. The policy
    is asked before the state, so that a refusal tells strangers nothing.
    """
    with transaction.atomic():
        _lock(subject)
        transition = any_transition(subject, name)
        if not transition.has_perm(subject, actor):
            raise PermissionDenied
        move = Move(name, actor, at, reason.strip(), data, _post(actor, subject))
        _check(subject, move)
        source = subject.state
        subject.current_move = move
        try:
            getattr(subject, name)(move)
        finally:
            subject.current_move = None
        subject.save()
        return _append(subject, move, source=source, target=subject.state)


def record(
    subject: models.Model, verb: str, *, actor: Any, at: datetime, reason: str = "", **data: Any
) -> Event:
    """Append a fact that is no change of state (a setting changed, an expert assigned).

    `data` must be JSON; the subject needs a `region_path`.
    """
    move = Move(verb, actor, at, reason.strip(), {}, _post(actor, subject), recorded=data)
    with transaction.atomic():
        return _append(subject, move, source="", target="")


def record_all(
    facts: Iterable[tuple[models.Model, dict[str, Any]]],
    verb: str,
    *,
    actor: Any,
    at: datetime,
    reason: str = "",
) -> list[Event]:
    """`record` for many subjects at once, each with its own data; a few queries however many."""
    events = [
        _event(
            subject,
            Move(verb, actor, at, reason.strip(), post=_post(actor, subject), recorded=data),
        )
        for subject, data in facts
    ]
    with transaction.atomic():
        Event.objects.bulk_create(events)
        _hand_over(events)
    return events


def open_to(user: Any, subject: Subject, *, at: datetime) -> list[Offer]:
    """The moves that a page may offer `user` on `subject` now, in order of the table.

    An offer whose `problems` are not empty is shown disabled, with its sentences.
    """
    offers = []
    for name in transitions(type(subject)):
        transition = transition_from(subject, name)
        if transition is None or not transition.custom.get("offered", True):
            continue
        if transition.has_perm(subject, user):
            problems = _problems(subject, transition, Move(name, user, at))
            offers.append(_offer(transition, problems))
    return offers


def why_not(
    subject: Subject,
    name: str,
    *,
    user: Any,
    at: datetime,
    without: Collection[Guard] = (),
    **data: Any,
) -> list[Problem]:
    """What `perform` would refuse the move with now; empty when it would go through.

    `without` are guards that the caller answers for: who moves many files counts what is scarce
    over all of them. Raises PermissionDenied when the user may not make this move at all.
    """
    if not any_transition(subject, name).has_perm(subject, user):
        raise PermissionDenied
    transition = transition_from(subject, name)
    if transition is None:
        return [_wrong_state(subject, name)]
    return _problems(subject, transition, Move(name, user, at, data=data), without)


def checklist(subject: Subject, name: str, *, user: Any, at: datetime) -> list[Check]:
    """The guards of a move one by one, met or not: the very guards that would refuse it.

    Empty when the move does not start from the present state.
    """
    transition = transition_from(subject, name)
    if transition is None:
        return []
    move = Move(name, user, at)
    return [
        Check(guard.title, tuple(guard.problems(subject, move))) for guard in guards_of(transition)
    ]


def _lock(subject: Subject) -> None:
    rows = type(subject)._base_manager.select_for_update(of=("self",))
    subject.refresh_from_db(from_queryset=rows)


def _check(subject: Subject, move: Move) -> None:
    transition = transition_from(subject, move.name)
    if transition is None:
        raise Refused([_wrong_state(subject, move.name)])
    if transition.custom.get("reason") and not move.reason:
        raise Refused([Problem("请写明理由。", field="reason")])
    problems = _problems(subject, transition, move)
    if problems:
        raise Refused(problems)
    move.passed = set(guards_of(transition))


def _problems(
    subject: Subject, transition: Transition, move: Move, without: Collection[Guard] = ()
) -> list[Problem]:
    asked = (guard for guard in guards_of(transition) if guard not in without)
    return [problem for guard in asked for problem in guard.problems(subject, move)]


def _wrong_state(subject: Subject, name: str) -> Problem:
    label = any_transition(subject, name).custom["label"]
    kind = subject._meta.verbose_name
    state = subject.get_state_display()  # type: ignore[attr-defined]
    return Problem(f"该{kind}目前为“{state}”，不能“{label}”。")


def _offer(transition: Transition, problems: list[Problem]) -> Offer:
    custom = transition.custom
    asks: dict[str, str] = custom.get("asks", {})
    return Offer(
        name=transition.name,
        label=custom["label"],
        tone=custom.get("tone", "secondary"),
        needs_reason=custom.get("reason", False),
        reason_label=custom.get("reason_label", "理由"),
        form=custom.get("form", ""),
        problems=tuple(p for p in problems if p.field not in asks),
        questions=tuple(
            Question(p.field, asks[p.field], p.text) for p in problems if p.field in asks
        ),
    )


def _post(actor: Any, subject: models.Model) -> Any:
    """The post in which the actor acts on this subject; the user model knows."""
    return actor.post_for(subject) if actor is not None else None


def _append(subject: models.Model, move: Move, *, source: str, target: str) -> Event:
    event = _event(subject, move, source=source, target=target)
    event.save()
    _hand_over([event])
    return event


def _event(subject: models.Model, move: Move, *, source: str = "", target: str = "") -> Event:
    actor: Any = move.actor
    return Event(
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        verb=move.name,
        source=source,
        target=target,
        actor=actor,
        post=move.post,
        at=move.at,
        reason=move.reason,
        data=move.recorded,
        region_path=subject.region_path,  # type: ignore[attr-defined]
    )


def _hand_over(events: list[Event]) -> None:
    """Write down who is to hear of the events, and tell them after the commit."""
    deliveries = Delivery.objects.bulk_create(
        Delivery(event=event, subscriber=name, next_at=event.at)
        for event in events
        for name in subscribers_of(event.subject_type, event.verb)
    )
    if deliveries:
        transaction.on_commit(partial(_send, [row.pk for row in deliveries]))


def _send(delivery_ids: list[int]) -> None:
    """Hand over to the workers. When the broker is away the sweep does it later."""
    from workflow.tasks import deliver  # noqa: PLC0415 - the tasks build on the mover

    try:
        for pk in delivery_ids:
            deliver.apply_async((pk,), retry=False)
    except deliver.OperationalError:
        logger.warning("broker away; %d deliveries wait for the sweep", len(delivery_ids))
