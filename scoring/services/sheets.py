"""Sheets: opening, filling in, sealing, summing up."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from scoring import answers, arithmetic
from scoring.arithmetic import Answer, Answered, Tally
from scoring.layout import IndicatorSpec, canonical, plain
from scoring.models import Evidence, Indicator, Mark, RubricVersion, Sheet
from scoring.services.rubrics import codes_of, published_layout
from workflow import Problem, Refused

SEALED = "评分已封存，不能再修改。"
# restrict_violation, as the triggers of a sealed sheet raise it.
SEALED_STATE = "23001"
# Beyond so many open items a section is named once instead of each of its items.
NAMED_SINGLY = 5


class Conflict(Exception):
    """Somebody else has saved this mark meanwhile; `mark` is what it says now."""

    def __init__(self, mark: Mark) -> None:
        self.mark = mark
        super().__init__(f"mark {mark.pk} is at version {mark.version}")


@transaction.atomic
def open_sheet(version: RubricVersion, purpose: str) -> Sheet:
    """A new sheet with an unanswered mark for every indicator.

    `purpose` names its holder ("applications.self"). Raises Refused for a draft version.
    """
    if not version.is_published:
        raise Refused("评分表尚未发布，不能用于评分。")
    sheet = Sheet.objects.create(version=version, purpose=purpose)
    indicators = Indicator.objects.of_version(version.pk)
    Mark.objects.bulk_create(Mark(sheet=sheet, indicator=indicator) for indicator in indicators)
    return sheet


@dataclass(frozen=True)
class Saved:
    """A mark as it was left by a save: who last changed it need not be the one who saved."""

    answer: dict[str, Any] | None
    value: Decimal | None
    note: str
    version: int
    by: Any
    at: datetime | None


def save_mark(
    sheet: Sheet,
    indicator: Indicator | int,
    *,
    answer: Answer | None,
    note: str,
    by: Any,
    at: datetime,
    seen_version: int,
) -> Saved:
    """Write down one answer (None takes it back) and its note; one query when all goes well.

    `seen_version` is the version of the mark that the person had before them. Saving what is there
    already changes nothing, so that a request may be repeated.
    Raises Conflict when somebody else has saved another answer meanwhile, Refused when the sheet
    is sealed, Unfit when the answer does not fit, Mark.DoesNotExist for an indicator of another
    rubric.
    """
    indicator_id = indicator if isinstance(indicator, int) else indicator.pk
    spec = _spec(sheet.version_id, indicator_id)
    kept, value = _kept(spec, answer)
    new = Saved(kept, value, note.strip(), seen_version + 1, by, at)
    if _write(sheet.pk, indicator_id, new):
        return new
    mark = Mark.objects.for_page().with_sheet().get(sheet=sheet, indicator=indicator_id)
    if mark.sheet.is_sealed:
        raise Refused(SEALED)
    if (mark.answer, mark.note) != (new.answer, new.note):
        raise Conflict(mark)
    return Saved(mark.answer, mark.value, mark.note, mark.version, mark.by, mark.at)


def _spec(version_id: int, indicator_id: int) -> IndicatorSpec:
    codes = codes_of(version_id)
    if indicator_id not in codes:
        raise Mark.DoesNotExist
    return published_layout(version_id).by_code()[codes[indicator_id]]


def _write(sheet_id: int, indicator_id: int, new: Saved) -> bool:
    """Change the row if it is still at the version before `new` and says something else.

    The seal is not asked about: the rows of a sealed sheet refuse of themselves, also when the
    seal comes in the same moment.
    """
    try:
        with transaction.atomic():
            before = Mark.objects.at_version(sheet_id, indicator_id, new.version - 1)
            changed = before.exclude(answer=new.answer, note=new.note)
            return bool(
                changed.update(
                    answer=new.answer,
                    value=new.value,
                    note=new.note,
                    version=new.version,
                    by=new.by,
                    at=new.at,
                )
            )
    except IntegrityError as error:
        if getattr(error.__cause__, "pgcode", "") == SEALED_STATE:
            raise Refused(SEALED) from None
        raise


@transaction.atomic
def fill_sheet(
    sheet: Sheet,
    given: Mapping[str, Answer | None],
    *,
    by: Any,
    at: datetime,
    notes: Mapping[str, str] | None = None,
) -> None:
    """Write down many answers at once, by indicator code, whatever stood there.

    `notes` are by code as well; where there is none the note stays.
    Raises Refused when the sheet is sealed, KeyError for a code that is not in the rubric.
    """
    if Sheet.objects.select_for_update(no_key=True).get(pk=sheet.pk).is_sealed:
        raise Refused(SEALED)
    specs = published_layout(sheet.version_id).by_code()
    marks = {mark.indicator.code: mark for mark in Mark.objects.of(sheet.pk).with_indicator()}
    for code, answer in given.items():
        mark = marks[code]
        mark.answer, mark.value = _kept(specs[code], answer)
        mark.note = (notes or {}).get(code, mark.note)
        mark.version += 1
        mark.by, mark.at = by, at
    changed = [marks[code] for code in given]
    # An upsert of rows that are all there: a CASE for each row and column takes ten times as long.
    Mark.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=["answer", "value", "note", "version", "by", "at"],
    )


def _kept(spec: IndicatorSpec, answer: Answer | None) -> tuple[dict[str, Any] | None, Any]:
    """The answer as it is kept, and its value. Raises Unfit."""
    if answer is None:
        return None, None
    kept = answers.to_json(spec, answer)
    checked = answers.from_json(spec, kept) or answer
    return kept, arithmetic.mark_of(spec, checked)


def tally(sheet: Sheet) -> Tally:
    """What the sheet comes to now; one query, a second one the first time a version is met."""
    return arithmetic.tally(published_layout(sheet.version_id), readings(sheet)[sheet.pk])


def readings(*sheets: Sheet) -> dict[int, dict[str, Answered]]:
    """What is written down on some sheets of one version, by sheet and code; one query."""
    specs = published_layout(sheets[0].version_id).by_code()
    found: dict[int, dict[str, Answered]] = {sheet.pk: {} for sheet in sheets}
    marks = Mark.objects.on([sheet.pk for sheet in sheets])
    for sheet_id, code, kept, files, note in marks.for_tally():
        found[sheet_id][code] = Answered(answers.from_json(specs[code], kept), files, note)
    return found


def problems(sheet: Sheet, result: Tally | None = None) -> list[Problem]:
    """What is still open on a sheet, each with a link to where it is put right.

    Unanswered items, veto items answered "no", required files that are missing. `result` spares
    the query when the tally is at hand.
    """
    result = result or tally(sheet)
    return [
        *unanswered(sheet, result),
        *vetoed(sheet, result),
        *missing_evidence(sheet, result),
    ]


def vetoed(sheet: Sheet, result: Tally) -> list[Problem]:
    """The veto items answered "no"; each blocks whatever the total."""
    return [
        Problem(f"“{spec.code} {spec.title}”不符合。", url=url_of(sheet, spec.code))
        for spec in result.vetoed
    ]


def missing_evidence(sheet: Sheet, result: Tally) -> list[Problem]:
    """Claims whose required file is not there."""
    return [
        Problem(f"“{spec.code} {spec.title}”须附佐证材料。", url=url_of(sheet, spec.code))
        for spec in result.missing_evidence
    ]


def url_of(sheet: Sheet, code: str) -> str:
    """The page and place of one indicator."""
    for section in published_layout(sheet.version_id).sections:
        if any(spec.code == code for spec in section.indicators):
            return f"{reverse('scoring:sheet', args=[sheet.pk])}?section={section.code}#i{code}"
    raise KeyError(code)


def unanswered(sheet: Sheet, result: Tally) -> list[Problem]:
    """What is not answered yet: single items, or the section where there are many."""
    open_codes = {spec.code for spec in result.unanswered}
    found = []
    for section in published_layout(sheet.version_id).sections:
        left = [spec for spec in section.indicators if spec.code in open_codes]
        if len(left) > NAMED_SINGLY:
            text = f"“{section.name}”还有 {len(left)} 项未评。"
            found.append(Problem(text, url=url_of(sheet, left[0].code)))
        else:
            found += [
                Problem(f"“{spec.code} {spec.title}”未评。", url=url_of(sheet, spec.code))
                for spec in left
            ]
    return found


@transaction.atomic
def seal(sheet: Sheet, *, by: Any, at: datetime) -> Sheet:
    """Close the sheet for good: total, digest, who and when; from now on no mark changes.

    Raises Refused when it is sealed already, or with a sentence for what is unanswered.
    The holder records the event.
    """
    sheet = Sheet.objects.select_for_update(of=("self",)).select_related("version").get(pk=sheet.pk)
    if sheet.is_sealed:
        raise Refused("评分已封存。")
    result = tally(sheet)
    if not result.complete:
        raise Refused(unanswered(sheet, result))
    sheet.total, sheet.vetoed = result.total, bool(result.vetoed)
    sheet.digest = digest_of(sheet)
    sheet.sealed_at, sheet.sealed_by = at, by
    sheet.save(update_fields=["total", "vetoed", "digest", "sealed_at", "sealed_by"])
    return sheet


@transaction.atomic
def copy_sheet(sheet: Sheet) -> Sheet:
    """A new open sheet with the same marks, notes and files.

    For a file that is returned for correction: the sealed one stays as it was handed in.
    """
    copy = Sheet.objects.create(version_id=sheet.version_id, purpose=sheet.purpose)
    earlier = list(Mark.objects.of(sheet.pk).for_page())
    marks = Mark.objects.bulk_create(_copied(mark, copy) for mark in earlier)
    Evidence.objects.bulk_create(
        Evidence(
            mark=mark,
            file=evidence.file,
            caption=evidence.caption,
            added_by_id=evidence.added_by_id,
            added_at=evidence.added_at,
        )
        for mark, source in zip(marks, earlier, strict=True)
        for evidence in source.evidence.all()
    )
    return copy


def _copied(mark: Mark, sheet: Sheet) -> Mark:
    return Mark(
        sheet=sheet,
        indicator=mark.indicator,
        answer=mark.answer,
        value=mark.value,
        note=mark.note,
        version=mark.version,
        by=mark.by,
        at=mark.at,
    )


def digest_of(sheet: Sheet) -> str:
    """The sha256 over version, answers, values, notes and evidence, as hex.

    Computed anew from the rows: a sealed sheet whose `digest` differs has been tampered with.
    """
    marks = [
        {
            "code": mark.indicator.code,
            "answer": mark.answer,
            "value": None if mark.value is None else plain(mark.value),
            "note": mark.note,
            "evidence": sorted(evidence.file.digest for evidence in mark.evidence.all()),
        }
        for mark in Mark.objects.of(sheet.pk).for_page()
    ]
    content = {"version": sheet.version.digest, "marks": marks}
    return hashlib.sha256(canonical(content)).hexdigest()
