"""Corrections 补正要求: what a return asks for, place by place, and where each is put right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from applications.declarations import DECLARATIONS, FORM_FIELDS
from applications.statuses import CorrectionKind
from scoring import services as scoring
from scoring.layout import Layout

MOST = 30
MAX_TEXT = 500
MAX_LABEL = 240
# The registered facts that the form repeats are one place: they are put right on one page.
NURSERY = "nursery"
FIELDS = {
    **FORM_FIELDS,
    NURSERY: "机构基本情况",
    **{name: f"承诺声明：{text}" for name, text in DECLARATIONS.items()},
}


@dataclass(frozen=True)
class Asked:
    """One correction as it was asked for: at a field or at an indicator, by its code."""

    kind: str
    text: str
    field: str = ""
    indicator: str = ""


def read(given: Sequence[Mapping[str, Any]]) -> list[Asked]:
    """The corrections in the data of a move; whether they make sense is for `faults`."""
    names = ("kind", "text", "field", "indicator")
    return [Asked(**{name: str(row.get(name, "")).strip() for name in names}) for row in given]


def faults(asked: Sequence[Asked], layout: Layout) -> Iterator[str]:
    """What is wrong with them, as sentences."""
    if len(asked) > MOST:
        yield f"补正要求不能超过 {MOST} 条。"
    for number, each in enumerate(asked, start=1):
        if each.kind not in CorrectionKind.values:
            yield f"第 {number} 条补正要求未选择类型。"
        if not names_a_place(each, layout):
            yield f"第 {number} 条补正要求须指明申报表的一项或一项指标。"
        if not each.text or len(each.text) > MAX_TEXT:
            yield f"第 {number} 条补正要求须写明内容，{MAX_TEXT} 字以内。"


def names_a_place(asked: Asked, layout: Layout) -> bool:
    if bool(asked.field) == bool(asked.indicator):
        return False
    return asked.field in FIELDS or asked.indicator in layout.by_code()


def label_of(asked: Asked, layout: Layout) -> str:
    """What the place is called on the page of the nursery."""
    if asked.field:
        return FIELDS[asked.field]
    return f"{asked.indicator} {layout.by_code()[asked.indicator].title}"[:MAX_LABEL]


def in_words(asked: Sequence[Asked], layout: Layout) -> str:
    """The reason of a return that gives none: what it asks for, counted."""
    lines = [
        f"{n}. {label_of(each, layout)}（{CorrectionKind(each.kind).label}）：{each.text}"
        for n, each in enumerate(asked, start=1)
    ]
    return "\n".join([f"请补正以下 {len(asked)} 项：", *lines])


def place_of(correction: Any, application: Any) -> str:
    """The page and the place where the nursery puts it right."""
    if correction.indicator:
        return scoring.url_of(application.self_sheet, correction.indicator)
    if correction.field == NURSERY:
        return reverse("nurseries:edit", args=[application.nursery_id])
    form = reverse("applications:form", args=[application.pk])
    return f"{form}#id_{correction.field}"
