"""What belongs into a package, in its order (S0, three (三)): the papers of a city's submission,
the evidence of its nurseries, and what should be there and is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from applications.models import Application
from documents.models import Document
from documents.papers.summary_table import recommended
from documents.statuses import Kind
from documents.zip_names import Names, safe
from files.models import StoredFile
from quotas.models import Cycle, Quota
from scoring.models import Evidence

# So many nurseries are read at once, however many there are.
AT_ONCE = 50
OF_NURSERY = (
    (Kind.APPLICATION_FORM, "申报表.pdf"),
    (Kind.SCORES_SELF, "自评分表.pdf"),
    (Kind.SCORES_COUNTY, "县级评分表.pdf"),
    (Kind.COUNTY_LETTER, "县级推荐函.pdf"),
    (Kind.SCORES_CITY, "市级评分表.pdf"),
)
OF_CITY = (
    (Kind.SUMMARY_XLSX, "汇总表.xlsx"),
    (Kind.SUMMARY_PDF, "汇总表.pdf"),
    (Kind.CITY_LETTER, "推荐函.pdf"),
)
OF_PROVINCE = ((Kind.SUMMARY_XLSX, "全省汇总表.xlsx"), (Kind.SUMMARY_PDF, "全省汇总表.pdf"))
EVIDENCE = "佐证材料"
LONGEST_NURSERY, LONGEST_EVIDENCE = 40, 60
NOT_MADE = "尚未生成"
NOT_WRITTEN = "报送单位尚未出具"
NOT_INSPECTED = "正在进行安全检查"
Wanted = Sequence[tuple[Kind, str]]


@dataclass(frozen=True)
class Entry:
    """One file of a package at its `path`, with its verification code if it is a paper; without a
    `file`, `reason` says why it is missing.
    """

    path: str
    file: StoredFile | None = None
    code: str = ""
    reason: str = ""


def of_nurseries(quotas: Sequence[Quota], *, apart: bool) -> Iterator[list[Entry]]:
    """The files of each nursery in the places of the cities; `apart` puts each city in a folder."""
    for number, quota in enumerate(quotas, start=1):
        folder = city_folder(number, quota) if apart else ""
        ordered = recommended(quota.cycle, quota.region).select_related("nursery")
        files = ordered.order_by("region__code", "nursery__name", "pk")
        yield from _in_turn(folder, list(files.values_list("pk", flat=True)))


def city_folder(number: int, quota: Quota) -> str:
    return f"{number:02}_{safe(quota.region.name, LONGEST_NURSERY)}/"


def of_subject(subject: Quota | Cycle, folder: str = "") -> list[Entry]:
    """The papers of a city, or of the whole province; one query."""
    wanted = OF_CITY if isinstance(subject, Quota) else OF_PROVINCE
    current = Document.objects.of(subject).current().for_list()
    return _papers(folder, wanted, list(current.order_by("pk")))


def _in_turn(folder: str, keys: Sequence[int]) -> Iterator[list[Entry]]:
    """A few nurseries at a time, numbered in order; three queries for each lot."""
    for start in range(0, len(keys), AT_ONCE):
        lot = keys[start : start + AT_ONCE]
        found = Application.objects.select_related("nursery").in_bulk(lot)
        papers = _by_application(lot)
        evidence = _by_sheet([found[key].self_sheet_id for key in lot])
        for number, key in enumerate(lot, start=start + 1):
            application = found[key]
            name = f"{application.nursery.name}_{application.number}"
            own = f"{folder}{number:03}_{safe(name, LONGEST_NURSERY + 20)}/"
            given = evidence.get(application.self_sheet_id, [])
            yield [*_papers(own, OF_NURSERY, papers.get(key, [])), *_evidence(own, given)]


def _by_application(keys: Sequence[int]) -> dict[int, list[Document]]:
    kinds = [kind for kind, _ in OF_NURSERY]
    papers = Document.objects.of_files(keys).of_kinds(*kinds).current().for_list()
    grouped = groupby(papers.order_by("application_id", "pk"), lambda paper: paper.application_id)
    return {key: list(group) for key, group in grouped if key is not None}


def _by_sheet(sheets: Sequence[int]) -> dict[int, list[Evidence]]:
    rows = Evidence.objects.on_sheets(sheets)
    return {sheet: list(group) for sheet, group in groupby(rows, lambda row: row.mark.sheet_id)}


def _papers(folder: str, wanted: Wanted, found: Sequence[Document]) -> list[Entry]:
    """The single copy of each; a letter is the body's own act, so nobody makes it in its place."""
    by_kind = {paper.kind: paper for paper in found if paper.copies == 1}
    entries = []
    for kind, name in wanted:
        paper = by_kind.get(kind)
        if paper:
            entries.append(Entry(folder + name, paper.file, code=paper.code))
        else:
            reason = NOT_WRITTEN if kind == Kind.CITY_LETTER else NOT_MADE
            entries.append(Entry(folder + name, reason=reason))
    return entries


def _evidence(folder: str, given: Sequence[Evidence]) -> list[Entry]:
    """Under the number of its indicator; what has not passed inspection is named only."""
    names, entries = Names(), []
    for row in given:
        name = safe(f"{row.mark.indicator.code}_{row.file.name}", LONGEST_EVIDENCE)
        path = names.free(f"{folder}{EVIDENCE}/{name}")
        if row.file.is_released:
            entries.append(Entry(path, row.file))
        else:
            entries.append(Entry(path, reason=_why_withheld(row.file)))
    return entries


def _why_withheld(stored: StoredFile) -> str:
    if stored.is_waiting:
        return NOT_INSPECTED
    return f"未通过安全检查：{stored.inspection.finding}"
