"""What pages show of papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models

from accounts.access import holds_anywhere, holds_province, regions_held
from applications.models import Application
from documents import production
from documents.models import SUMMARY_PERMISSIONS, Document, Job
from documents.statuses import SENT_BY_CITY
from quotas.models import Cycle, Quota

CITY_PERMISSIONS = ("accounts.review_city", "accounts.decide_city")


@dataclass(frozen=True)
class Papers:
    """What a page shows of a file's papers: those that are current, and one's own requests."""

    documents: list[Document]
    jobs: list[Job]


def documents_of(application: Application, user: Any) -> Papers:
    """The current papers of a file and its title that `user` may see, newest first; two queries."""
    documents = Document.objects.visible_to(user).of_file(application).current().for_list()
    jobs = Job.objects.visible_to(user).of(application).unfinished().order_by("pk")
    return Papers(list(documents.newest_first()), list(jobs))


def papers_about(subject: models.Model, user: Any) -> list[Document]:
    """The current papers about one thing that `user` may see, the oldest first; one query."""
    seen = Document.objects
    found = seen.visible_to(user) if user.is_authenticated else seen.public()
    return list(found.of(subject).current().for_list().order_by("pk"))


def cycles_with_summaries(user: Any) -> list[Cycle]:
    """The newest cycles whose summary tables the user deals with; no query for anybody else."""
    if not holds_anywhere(user, *SUMMARY_PERMISSIONS):
        return []
    return list(Cycle.objects.visible_to(user).newest_first()[:2])


def quotas_dealt_with(cycle: Cycle, user: Any) -> list[Quota]:
    """A city's own quota, the province every one, with how many places are held; one query."""
    everywhere, own = holds_province(user, "accounts.decide_province"), _own_regions(user)
    return [quota for quota in cycle.quotas.with_counts() if everywhere or quota.region_id in own]


def _own_regions(user: Any) -> set[int]:
    return {region.pk for p in CITY_PERMISSIONS for region in regions_held(user, p)}


@dataclass(frozen=True)
class SummaryRow:
    """One body's summary table as far as there is one; `quota` is None for the whole province."""

    name: str
    quota: int | None
    size: int
    taken: int
    documents: list[Document]
    may_write_letter: bool


def summaries_of(cycle: Cycle, user: Any) -> list[SummaryRow]:
    """The summary tables of a cycle that `user` may fill in: a city its own, the province all.

    The same few queries however many.
    """
    own = _own_regions(user)
    quotas = quotas_dealt_with(cycle, user)
    whole = [cycle] if holds_province(user, "accounts.decide_province") else []
    subjects: list[Quota | Cycle] = [*whole, *quotas]
    found: dict[tuple[str, int], list[Document]] = {}
    papers = Document.objects.of_any(subjects).of_kinds(*SENT_BY_CITY).current().for_list()
    for document in papers.order_by("kind"):
        found.setdefault((document.subject_type, document.subject_id), []).append(document)
    return [_summary_row(subject, quotas, found, own) for subject in subjects]


def _summary_row(
    subject: Quota | Cycle,
    quotas: list[Quota],
    found: dict[tuple[str, int], list[Document]],
    own: set[int],
) -> SummaryRow:
    counted = [subject] if isinstance(subject, Quota) else quotas
    region = production.region_of(subject)
    return SummaryRow(
        name=region.name if isinstance(subject, Quota) else f"{region.name}（全省）",
        quota=subject.pk if isinstance(subject, Quota) else None,
        size=sum(quota.size for quota in counted),
        taken=sum(quota.taken for quota in counted),
        documents=found.get((subject._meta.label_lower, subject.pk), []),
        may_write_letter=isinstance(subject, Quota) and region.pk in own and subject.taken > 0,
    )
