"""The way of an application through the stages of the notice, with its dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from applications.statuses import STAGES, ApplicationState

if TYPE_CHECKING:
    from applications.models import Application
    from workflow.models import Event

# The latest stage that an ended application was in.
ENDED_AT = {
    ApplicationState.COUNTY_DECLINED: 1,
    ApplicationState.CITY_DECLINED: 2,
    ApplicationState.NOT_PASSED: 3,
    ApplicationState.OBJECTION_UPHELD: 4,
}


@dataclass(frozen=True)
class Stage:
    """One step of the stepper: state is done, current, todo or stopped."""

    label: str
    state: str
    note: str


def stages(application: Application, events: Iterable[Event]) -> list[Stage]:
    """The stages with the day each was done, the deadline of the present and the coming ones.

    `events` are the application's, oldest first.
    """
    arrivals = _arrivals(events)
    reached = application.stage
    if reached < 0:
        return _stopped(application, arrivals)
    deadlines = _deadlines(application)
    found = []
    for index, (label, _) in enumerate(STAGES):
        begun = arrivals.get(index)
        if index < reached or application.state == ApplicationState.AWARDED:
            done = arrivals.get(index + 1, begun)
            found.append(Stage(label, "done", _day(done)))
        elif index == reached:
            state = application.get_state_display()
            named = state if state != label else ""
            note = " · ".join(filter(None, (named, _until(deadlines.get(index)))))
            found.append(Stage(label, "current", note))
        else:
            found.append(Stage(label, "todo", _until(deadlines.get(index))))
    return found


def _stopped(application: Application, arrivals: dict[int, datetime]) -> list[Stage]:
    last = ENDED_AT.get(ApplicationState(application.state), max(arrivals, default=0))
    found = [
        Stage(label, "done", _day(arrivals.get(index + 1)))
        for index, (label, _) in enumerate(STAGES[:last])
    ]
    return [*found, Stage(application.get_state_display(), "stopped", _day(arrivals.get(-1)))]


def _arrivals(events: Iterable[Event]) -> dict[int, datetime]:
    """When each stage was last reached, by index into STAGES; -1 is the end without a title."""
    index_of: dict[str, int] = {
        state: index for index, (_, states) in enumerate(STAGES) for state in states
    }
    found: dict[int, datetime] = {}
    for event in events:
        if event.verb == "draft":
            found[0] = event.at
        elif event.target:
            found[index_of.get(event.target, -1)] = event.at
    return found


def _deadlines(application: Application) -> dict[int, date]:
    cycle = application.cycle
    own = application.due_on if application.stage == 0 else None
    return {
        0: own or cycle.nursery_deadline,
        1: cycle.county_deadline,
        2: cycle.city_deadline,
    }


def _until(day: date | None) -> str:
    return f"{day.month}月{day.day}日前" if day else ""


def _day(moment: datetime | None) -> str:
    if moment is None:
        return ""
    local = timezone.localdate(moment)
    return f"{local.month}月{local.day}日"
