"""A sheet against the one it is held to: where a reason is owed."""

from __future__ import annotations

from collections.abc import Mapping

from scoring.arithmetic import Answered
from scoring.comparison import unexplained as unexplained_items
from scoring.layout import IndicatorSpec
from scoring.models import Sheet
from scoring.services.rubrics import published_layout
from scoring.services.sheets import readings, url_of
from workflow import Problem


def unexplained(
    sheet: Sheet,
    reference: Sheet,
    name: str,
    rows: Mapping[int, Mapping[str, Answered]] | None = None,
) -> list[Problem]:
    """A sentence for each mark below that of the reference without a note.

    `name` is what people call the reference. `rows`, by sheet, spare the query when they are at
    hand. Empty for a reference of another version.
    """
    if reference.version_id != sheet.version_id:
        return []
    rows = rows or readings(sheet, reference)
    layout = published_layout(sheet.version_id)
    return [
        Problem(_sentence(spec, name), url=url_of(sheet, spec.code))
        for spec in unexplained_items(layout, rows[sheet.pk], rows[reference.pk])
    ]


def _sentence(spec: IndicatorSpec, name: str) -> str:
    less = f"评为不符合，而{name}为符合" if spec.is_veto else f"低于{name}"
    return f"“{spec.code} {spec.title}”{less}，请写明理由。"
