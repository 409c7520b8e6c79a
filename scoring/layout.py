"""A rubric as plain values: what it holds, how it is read, what makes it sound."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scoring.statuses import Kind


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """A level of a scale, a fault that deducts or an achievement that awards.

    `order` counts from 1 within the indicator and is what an answer names. `value` is what the
    level is worth, or what one fault costs, or what one achievement brings: never negative.
    """

    order: int
    label: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class IndicatorSpec:
    """One row of the score table. `code` is unique in its version."""

    code: str
    title: str
    kind: str
    mark: Decimal
    options: tuple[OptionSpec, ...] = ()
    guidance: str = ""
    evidence_wanted: str = ""
    evidence_required: bool = False

    @property
    def kind_words(self) -> str:
        """How it is marked, in one short sentence."""
        return kind_words(self)

    @property
    def is_veto(self) -> bool:
        return self.kind == Kind.VETO

    def option(self, order: int) -> OptionSpec | None:
        return next((option for option in self.options if option.order == order), None)


@dataclass(frozen=True, slots=True)
class SectionSpec:
    code: str
    name: str
    indicators: tuple[IndicatorSpec, ...]

    @property
    def mark(self) -> Decimal:
        return sum((indicator.mark for indicator in self.indicators), Decimal(0))


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole rubric version; `note` says where it comes from."""

    code: str
    name: str
    full_mark: Decimal
    sections: tuple[SectionSpec, ...]
    note: str = ""

    @property
    def total(self) -> Decimal:
        """What all indicators are worth together; a sound rubric's full mark."""
        return sum((section.mark for section in self.sections), Decimal(0))

    @property
    def count(self) -> int:
        """How many indicators there are."""
        return sum(len(section.indicators) for section in self.sections)

    def indicators(self) -> Iterator[IndicatorSpec]:
        for section in self.sections:
            yield from section.indicators

    def by_code(self) -> dict[str, IndicatorSpec]:
        return {indicator.code: indicator for indicator in self.indicators()}

    def section(self, code: str) -> SectionSpec | None:
        return next((section for section in self.sections if section.code == code), None)


def as_data(layout: Layout) -> dict[str, Any]:
    """The rubric as JSON data, numbers as text; `reading.read` takes it back without loss."""
    return {
        "code": layout.code,
        "name": layout.name,
        "full_mark": plain(layout.full_mark),
        "note": layout.note,
        "sections": [
            {
                "code": section.code,
                "name": section.name,
                "indicators": [indicator_data(i) for i in section.indicators],
            }
            for section in layout.sections
        ],
    }


def indicator_data(indicator: IndicatorSpec) -> dict[str, Any]:
    """One row of the rubric as JSON data."""
    return {
        "code": indicator.code,
        "title": indicator.title,
        "kind": str(indicator.kind),
        "mark": plain(indicator.mark),
        "guidance": indicator.guidance,
        "evidence_wanted": indicator.evidence_wanted,
        "evidence_required": indicator.evidence_required,
        "options": [
            {"label": option.label, "value": plain(option.value)} for option in indicator.options
        ],
    }


def canonical(data: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys and no spaces, in UTF-8: the same bytes on every machine."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(layout: Layout) -> str:
    """The sha256 of the content, as hex: two versions with one digest are the same rubric.

    The name is left out: it is the title over all versions and may be reworded.
    """
    content = as_data(layout)
    del content["name"]
    return digest_of(content)


def digest_of(data: Mapping[str, Any]) -> str:
    """The sha256 of JSON data, as hex."""
    return hashlib.sha256(canonical(data)).hexdigest()


def plain(value: Decimal) -> str:
    """2.50 → 2.5, 85.00 → 85: how a mark is written, on pages as in files."""
    written = f"{value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def kind_words(indicator: IndicatorSpec) -> str:
    """How this indicator is marked, in one short sentence."""
    mark = plain(indicator.mark)
    return {
        Kind.SCALE: f"按档计分，最高 {mark} 分",
        Kind.DEDUCT: f"满分 {mark} 分，按次扣分，扣完为止",
        Kind.AWARD: f"按项加分，最高 {mark} 分",
        Kind.ALL_OR_NOTHING: f"达标得 {mark} 分，不达标不得分",
        Kind.VETO: "一票否决项，不计分",
    }[Kind(indicator.kind)]
