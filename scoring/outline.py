"""A draft as its page shows it: each part with its key, each fault with the way to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from scoring.layout import IndicatorSpec, Layout, SectionSpec
from scoring.models import RubricVersion
from scoring.services import layout_of
from scoring.soundness import Fault, Spot, faults
from workflow import Problem

OF_OPTIONS = {"options", "label", "value"}


@dataclass(frozen=True)
class Line:
    """One indicator; `faults` are the sentences about it."""

    pk: int
    spec: IndicatorSpec
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """One first-level indicator with its indicators."""

    pk: int
    spec: SectionSpec
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Outline:
    """A whole draft; `problems` are what keeps it from being published."""

    layout: Layout
    parts: tuple[Part, ...]
    problems: tuple[Problem, ...]


def outline(version: RubricVersion) -> Outline:
    """The draft as it is now; three queries however long it is."""
    layout = layout_of(version)
    found = faults(layout)
    rows = list(version.sections.with_indicators())
    parts = tuple(
        Part(
            row.pk,
            spec,
            tuple(
                Line(indicator.pk, indicator_spec, _about(found, number, place))
                for place, (indicator, indicator_spec) in enumerate(
                    zip(row.indicators.all(), spec.indicators, strict=True)
                )
            ),
        )
        for number, (row, spec) in enumerate(zip(rows, layout.sections, strict=True))
    )
    problems = tuple(Problem(str(fault), url=_way(version, parts, fault.spot)) for fault in found)
    return Outline(layout, parts, problems)


def _about(found: list[Fault], section: int, indicator: int) -> tuple[str, ...]:
    here = (section, indicator)
    return tuple(f.text for f in found if (f.spot.section, f.spot.indicator) == here)


def _way(version: RubricVersion, parts: tuple[Part, ...], spot: Spot) -> str:
    """The page and the field where a fault is put right."""
    if spot.section is None:
        page = "rubric_head" if spot.field == "full_mark" else "new_section"
        return reverse(f"scoring:{page}", args=[version.pk])
    part = parts[spot.section]
    if spot.indicator is not None:
        page = reverse("scoring:indicator", args=[version.pk, part.lines[spot.indicator].pk])
        return f"{page}#{'options' if spot.field in OF_OPTIONS else f'id_{spot.field}'}"
    # Codes that occur twice the database refuses already; what a section can lack is content.
    return f"{reverse('scoring:new_indicator', args=[version.pk])}?section={part.pk}"
