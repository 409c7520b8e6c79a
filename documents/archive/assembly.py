"""Putting an archive together: a fixed number of queries, however much there is to tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db.models import Q

from applications.models import Application
from documents.archive import scores
from documents.archive.reader import Reader
from documents.archive.sources import SOURCES, Source
from documents.archive.values import Archive, Chapter, Entry, Facts, FileRecord
from documents.papers.wording import day, mark
from nurseries.models import Nursery
from quotas.models import Cycle
from workflow.models import Event

BESIDE = "经验做法"


class Read(NamedTuple):
    """The rows of one source."""

    source: Source
    rows: list[Any]


def assembled(nursery: Nursery, reader: Reader) -> Archive:
    """The archive of a nursery as the reader may read it, the latest cycle first."""
    read = [Read(source, list(source.rows(nursery, reader))) for source in SOURCES]
    told = _events(read, reader)
    chapters = _Chapters()
    for source, rows in read:
        for row in rows:
            events = told[row._meta.label_lower, row.pk]
            chapters.add(source.cycle_of(row), source.tell(events, row, reader))
            if isinstance(row, Application) and (events or reader.until is None):
                chapters.file(row, _record(row, events, reader))
    return Archive(nursery.name, _facts(nursery), chapters.in_order())


class _Chapters:
    """The chapters while they grow."""

    def __init__(self) -> None:
        self.cycles: dict[int, Cycle] = {}
        self.entries: dict[int, list[Entry]] = defaultdict(list)
        self.files: dict[int, list[FileRecord]] = defaultdict(list)

    def add(self, cycle: Cycle | None, entries: Iterable[Entry]) -> None:
        key = self._key(cycle)
        self.entries[key].extend(entries)

    def file(self, application: Application, record: FileRecord) -> None:
        self.files[self._key(application.cycle)].append(record)

    def in_order(self) -> list[Chapter]:
        """The latest cycle first; what belongs to none comes last."""
        latest = sorted(self.cycles.values(), key=lambda each: (-each.year, -each.pk))
        keys = [each.pk for each in latest] + [0]
        return [self._chapter(key) for key in keys if self.entries[key] or self.files[key]]

    def _chapter(self, key: int) -> Chapter:
        cycle = self.cycles.get(key)
        entries = sorted(self.entries[key], key=lambda entry: entry.at)
        anchor, title = (f"cycle-{key}", cycle.name) if cycle else ("beside", BESIDE)
        return Chapter(anchor, title, self.files[key], entries)

    def _key(self, cycle: Cycle | None) -> int:
        if cycle is None:
            return 0
        self.cycles[cycle.pk] = cycle
        return cycle.pk


def _events(read: Sequence[Read], reader: Reader) -> dict[tuple[str, int], list[Event]]:
    """The events of all rows, the oldest first; one query."""
    told: dict[tuple[str, int], list[Event]] = defaultdict(list)
    wanted = Q(pk__in=[])
    for _, rows in read:
        if rows:
            label = rows[0]._meta.label_lower
            wanted |= Q(subject_type=label, subject_id__in=[row.pk for row in rows])
    found = Event.objects.filter(wanted).with_people().order_by("pk")
    if reader.until is not None:
        found = found.filter(pk__lte=reader.until.pk)
    for event in found:
        told[event.subject_type, event.subject_id].append(event)
    return told


def _record(application: Application, events: list[Event], reader: Reader) -> FileRecord:
    return FileRecord(
        number=application.number,
        facts=list(_file_facts(application, events)),
        scores=scores.lines(application, reader),
        url=application.get_absolute_url(),
    )


def _file_facts(application: Application, events: list[Event]) -> Iterator[tuple[str, str]]:
    """Where the file stood after the last event."""
    moved = [event for event in events if event.target]
    handed_in = next((event for event in moved if event.verb == "submit"), None)
    decided = [event for event in moved if event.verb in ("pass_review", "fail_review")]
    yield "受理编号", application.number
    yield "所在地", application.region.full_name
    yield "首次提交", day(handed_in.at) if handed_in else "尚未提交"
    yield "状态", moved[-1].target_label if moved else application.get_state_display()
    if decided and application.result is not None:
        yield "评审得分", mark(application.result)


def _facts(nursery: Nursery) -> Facts:
    return [
        ("机构名称", nursery.name),
        ("统一社会信用代码", nursery.credit_code),
        ("所在地", nursery.region.full_name),
        ("备案回执编号", nursery.filing_receipt_number or "—"),
        ("机构性质", nursery.get_registration_kind_display()),
        ("开办日期", day(nursery.opened_on)),
    ]
