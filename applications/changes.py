"""What a nursery changed between two submissions: the form, the self-score, the evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from applications.models import Application, Correction, Submission
from applications.snapshots import Rewording, rewordings
from applications.wording import Piece, pieces
from scoring import comparison
from scoring import services as scoring
from scoring.layout import IndicatorSpec
from scoring.models import Evidence, Sheet

# By sheet and code of the indicator: the files' digests with their names.
Files = dict[tuple[int, str], dict[str, str]]


@dataclass(frozen=True)
class Rescoring:
    """One indicator that stands otherwise now; without a difference of marks `sign` is empty."""

    spec: IndicatorSpec
    url: str
    before: str
    after: str
    sign: str
    words: str
    note: list[Piece]
    added: list[str]
    removed: list[str]


@dataclass(frozen=True)
class Changes:
    """Two submissions against each other; `form_kept` is False where one form was not kept."""

    before: Submission
    after: Submission
    form_kept: bool
    form: list[Rewording]
    scores: list[Rescoring]
    corrections: list[Correction]

    @property
    def none(self) -> bool:
        return not self.form and not self.scores


def rounds(application: Application) -> list[Submission]:
    """Every submission of a file with its sheet, in order; one query."""
    return list(application.submissions.in_order())


def chosen(found: Sequence[Submission], first: str, last: str) -> tuple[Submission, Submission]:
    """The two rounds that an address names, in order; else the last two."""
    by_number = {str(each.number): each for each in found}
    after = by_number.get(last, found[-1])
    before = by_number.get(first, found[max(found.index(after) - 1, 0)])
    return (before, after) if before.number <= after.number else (after, before)


def changes(before: Submission, after: Submission) -> Changes:
    """Everything that differs; three queries however much there is."""
    asked = Correction.objects.asked_between(before, after)
    return Changes(
        before,
        after,
        form_kept=bool(before.form and after.form),
        form=rewordings(before.form, after.form),
        scores=_rescorings(before.sheet, after.sheet),
        corrections=list(asked),
    )


def _rescorings(before: Sheet, after: Sheet) -> list[Rescoring]:
    layout = scoring.published_layout(after.version_id)
    rows = scoring.readings(before, after)
    old, new = rows[before.pk], rows[after.pk]
    lines = {line.spec.code: line for line in comparison.lines(layout, new, old)}
    files = _files(before, after)
    found = []
    for spec in layout.indicators():
        line = lines.get(spec.code)
        here, there = files[before.pk, spec.code], files[after.pk, spec.code]
        noted = old[spec.code].note != new[spec.code].note
        if line or noted or here.keys() != there.keys():
            found.append(
                Rescoring(
                    spec,
                    scoring.url_of(after, spec.code),
                    line.theirs if line else "",
                    line.ours if line else "",
                    line.difference.sign if line else "",
                    line.difference.text if line else "",
                    pieces(old[spec.code].note, new[spec.code].note) if noted else [],
                    [name for digest, name in there.items() if digest not in here],
                    [name for digest, name in here.items() if digest not in there],
                )
            )
    return found


def _files(*sheets: Sheet) -> Files:
    found: Files = defaultdict(dict)
    for each in Evidence.objects.on_sheets([sheet.pk for sheet in sheets]):
        found[each.mark.sheet_id, each.mark.indicator.code][each.file.digest] = each.file.name
    return found
