"""The archive 评选工作档案 of a nursery as a paper of the province (S0, four (三))."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from accounts.models import Region
from applications.sight import Sight
from documents.archive import Archive, Chapter, Entry, FileRecord, Reader, assembled
from documents.papers import wording
from documents.papers.paper import Facts, Paper, paragraphs
from documents.papers.pdf import Layout
from documents.papers.texts import Texts, filled
from documents.statuses import Kind
from nurseries.models import Nursery
from workflow.models import Event

LAYOUT = Layout("documents/papers/archive.html", "documents/papers/archive.css")


def paper(event: Event, texts: Texts) -> Paper:
    """All that the province knows of the nursery, as it stood when it was put together.

    It never names an objector, and no expert's mark stands in it before the whole panel has sealed.
    """
    nursery = Nursery.objects.with_region().get(pk=event.subject_id)
    archive = assembled(nursery, Reader(Sight.PROVINCE, until=event))
    province = Region.objects.province()
    day = wording.day(event.at)
    values = {"省份": province.name, "机构名称": nursery.name, "日期": day}
    signed = {"body": province.commission, "path": province.path, "day": day}
    return Paper(
        subject=nursery,
        # The province's own: no county or city finds it among the papers of its area.
        region_path=province.path,
        title=f"{nursery.name} {Kind.ARCHIVE.label} {timezone.localdate(event.at):%Y%m%d}",
        layout=LAYOUT,
        facts=archive_facts(filled(texts, values), archive, signed),
    )


def archive_facts(texts: Texts, archive: Archive, signed: dict[str, str]) -> Facts:
    return {
        "heading": paragraphs(texts["heading"]),
        "marking": texts["marking"],
        "notes": paragraphs(texts["notes"]),
        "name": archive.name,
        "facts": [[list(fact) for fact in pair] for pair in _in_rows(archive.facts, 2)],
        "size": archive.size,
        "chapters": [_chapter(chapter) for chapter in archive.chapters],
        "signed": signed,
    }


def _in_rows(facts: Sequence[Any], size: int) -> list[Sequence[Any]]:
    """In rows of so many."""
    return [facts[start : start + size] for start in range(0, len(facts), size)]


def _chapter(chapter: Chapter) -> dict[str, Any]:
    return {
        "title": chapter.title,
        "files": [_file(record) for record in chapter.files],
        "entries": [_entry(entry) for entry in chapter.entries],
    }


def _file(record: FileRecord) -> dict[str, Any]:
    scores = [
        {
            "label": line.label,
            "total": wording.mark(line.total),
            "day": wording.day(line.sealed_at),
            "by": line.by,
        }
        for line in record.scores
    ]
    return {"facts": [list(fact) for fact in record.facts], "scores": scores}


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "day": wording.day(entry.at),
        "group": entry.group,
        "what": entry.what,
        "who": entry.who,
        "text": paragraphs(entry.text),
    }
