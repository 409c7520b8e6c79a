"""Where an archive comes from: the rows of each kind about one nursery, each one query."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db.models import Prefetch, QuerySet

from applications.models import Application, Review, Submission
from documents.archive import telling
from documents.archive.reader import Reader
from documents.archive.values import Entry
from nurseries.models import Nursery
from publicity.models import Notice, NoticeEntry, Objection, Practice, Title
from quotas.models import Cycle
from supervision.models import (
    Bar,
    Complaint,
    Finding,
    Prompt,
    RectificationOrder,
    Revocation,
    SpotCheck,
)
from workflow.models import Event

Rows = Callable[[Nursery, Reader], Iterable[Any]]
Tell = Callable[[list[Event], Any, Reader], Iterable[Entry]]


class Source(NamedTuple):
    """One kind of rows, the cycle that each belongs to, and how its events are told."""

    rows: Rows
    cycle_of: Callable[[Any], Cycle | None]
    tell: Tell


def applications(nursery: Nursery, reader: Reader) -> QuerySet[Application]:
    """With every sheet of every round; others than the nursery read what was handed in."""
    reviews = Review.objects.with_sheets().prefetch_related("team")
    rows = Application.objects.filter(nursery=nursery)
    rows = reader.of(rows) if reader.user else rows.filter(pk__in=_handed_in(reader))
    return (
        rows.for_list()
        .with_reviews()
        .select_related("cycle__province")
        .prefetch_related(
            Prefetch("reviews", reviews, to_attr="all_reviews"),
            Prefetch("submissions", Submission.objects.in_order()),
        )
        .order_by("pk")
    )


def _handed_in(reader: Reader) -> QuerySet[Event, int]:
    """The keys of what was handed in by the last event that is told."""
    label = Application._meta.label_lower
    handed_in = Event.objects.filter(subject_type=label, verb="submit")
    if reader.until is not None:
        handed_in = handed_in.filter(pk__lte=reader.until.pk)
    return handed_in.values_list("subject_id", flat=True)


def notices(nursery: Nursery, reader: Reader) -> list[Notice]:
    """The notices on which it stood, once they were published."""
    stood = NoticeEntry.objects.filter(application__nursery=nursery).values("notice")
    return list(Notice.objects.public().filter(pk__in=stood).with_cycle().order_by("pk"))


def objections(nursery: Nursery, reader: Reader) -> QuerySet[Objection]:
    """Of these county and city learn what is public, and that stands on the notice."""
    if not (reader.is_province or reader.is_nursery):
        return Objection.objects.none()
    rows = Objection.objects.filter(entry__application__nursery=nursery)
    return rows.select_related("entry__notice__cycle").order_by("pk")


def titles(nursery: Nursery, reader: Reader) -> QuerySet[Title]:
    return Title.objects.of_nursery(nursery.pk).order_by("pk")


def prompts(nursery: Nursery, reader: Reader) -> QuerySet[Prompt]:
    return reader.of(Prompt.objects.about_nursery(nursery.pk)).with_title()


def checks(nursery: Nursery, reader: Reader) -> QuerySet[SpotCheck]:
    """The finished ones: nobody is warned of a visit."""
    found = Finding.objects.select_related("indicator").order_by("pk")
    rows = reader.of(SpotCheck.objects.about_nursery(nursery.pk)).with_title().with_team()
    return rows.prefetch_related(Prefetch("findings", found))


def orders(nursery: Nursery, reader: Reader) -> QuerySet[RectificationOrder]:
    return reader.of(RectificationOrder.objects.about_nursery(nursery.pk)).with_title()


def revocations(nursery: Nursery, reader: Reader) -> QuerySet[Revocation]:
    return reader.of(Revocation.objects.about_nursery(nursery.pk)).with_title()


def complaints(nursery: Nursery, reader: Reader) -> QuerySet[Complaint]:
    """For the province alone: who complained in confidence is not to be guessed."""
    if not reader.is_province:
        return Complaint.objects.none()
    return Complaint.objects.filter(title__nursery=nursery).for_list().order_by("pk")


def bars(nursery: Nursery, reader: Reader) -> QuerySet[Bar]:
    return Bar.objects.of_nursery(nursery.pk) if reader.is_province else Bar.objects.none()


def practices(nursery: Nursery, reader: Reader) -> QuerySet[Practice]:
    return reader.of(Practice.objects.about_nursery(nursery.pk).ever_published())


def _own(row: Any) -> Cycle:
    cycle: Cycle = row.cycle
    return cycle


def _of_title(row: Any) -> Cycle:
    cycle: Cycle = row.title.cycle
    return cycle


def _none(row: Any) -> None:
    return None


# In the order in which things of one moment are told.
SOURCES = (
    Source(applications, _own, telling.application),
    Source(notices, _own, telling.notice),
    Source(objections, _own, telling.objection),
    Source(titles, _own, telling.title),
    Source(prompts, _of_title, telling.prompt),
    Source(checks, _of_title, telling.check),
    Source(orders, _of_title, telling.order),
    Source(revocations, _of_title, telling.revocation),
    Source(complaints, _of_title, telling.complaint),
    Source(bars, _own, telling.bar),
    Source(practices, _none, telling.practice),
)
