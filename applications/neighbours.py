"""A file among the others of its queue: its place, the one before it and the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from applications.desk import file_url

if TYPE_CHECKING:
    from applications.models import Application, ApplicationQuerySet

FARTHEST = 1_000_000


@dataclass(frozen=True)
class Neighbour:
    name: str
    url: str


@dataclass(frozen=True)
class Neighbours:
    """`place` counts from 1; it is None when the file is not in the queue any more.

    `address` is the query of the desk's address that shows the queue.
    """

    address: str
    size: int
    place: int | None
    previous: Neighbour | None
    following: Neighbour | None


def neighbours(
    files: ApplicationQuerySet, application: Application, address: str, hint: str
) -> Neighbours:
    """Where a file stands in a queue. `hint` is the place at which it was last seen.

    When it has left the queue the others have moved up: the next is what stands there now. Two
    queries, two more when the file is not where it was, however long the queue is.
    """
    last = min(int(hint), FARTHEST) if hint.isdecimal() and int(hint) else 1
    around = _around(files, last)
    place: int | None = last
    if getattr(around.get(last), "pk", None) != application.pk:
        place = files.place_of(application.pk)
        around = _around(files, place) if place else around
    here = place or last
    following = here + 1 if place else here
    return Neighbours(
        address,
        files.count(),
        place,
        _neighbour(around.get(here - 1), address, here - 1),
        _neighbour(around.get(following), address, following),
    )


def _around(files: ApplicationQuerySet, place: int) -> dict[int, Any]:
    """The files at this place and on both sides of it, by their places."""
    first = max(place - 1, 1)
    rows = files.select_related("nursery").only("nursery__name")[first - 1 : place + 1]
    return dict(enumerate(rows, start=first))


def _neighbour(file: Any, address: str, place: int) -> Neighbour | None:
    return Neighbour(file.nursery.name, file_url(file, address, place)) if file else None
