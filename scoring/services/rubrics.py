"""Rubrics: loading, publishing, reading them as plain values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import transaction

from scoring.layout import IndicatorSpec, Layout, OptionSpec, SectionSpec, digest
from scoring.models import Indicator, Option, Rubric, RubricVersion, Section
from scoring.reading import examine
from scoring.soundness import Fault, faults
from workflow import Problem, Refused, record

EXAMPLE = "rubric_example.json"
CITY = "rubric_city.json"
CHANGED_MEANWHILE = "您打开本页之后，内容有变化，请按下面的最新内容重新核对。"


def layout_of(version: RubricVersion) -> Layout:
    """A version as plain values; a published one is kept in memory, since it never changes."""
    return published_layout(version.pk) if version.is_published else _layout_from_rows(version.pk)


@lru_cache(maxsize=32)
def published_layout(version_id: int) -> Layout:
    """A published version as plain values, such as every sheet stands on: one query, once."""
    return _layout_from_rows(version_id)


@lru_cache(maxsize=32)
def codes_of(version_id: int) -> dict[int, str]:
    """The codes of a published version's indicators by their ids: one query, once."""
    return dict(Indicator.objects.of_version(version_id).values_list("pk", "code"))


@transaction.atomic
def load_rubric(data: Mapping[str, Any], *, by: Any, at: datetime) -> RubricVersion:
    """Bring in a rubric as a new draft version; see `layout.as_data` for the form of `data`.

    The newest version is returned as it is when it says the same already.
    Raises Refused with every fault of the data, or when the rubric has a draft already; nothing is
    brought in then.
    """
    layout, found = examine(data)
    if found:
        raise Refused(as_problems(found))
    Rubric.objects.get_or_create(code=layout.code, defaults={"name": layout.name})
    rubric = Rubric.objects.select_for_update().get(code=layout.code)
    newest = rubric.versions.newest_first().first()
    if newest is not None and digest(layout_of(newest)) == digest(layout):
        return newest
    version = begin_version(rubric, layout)
    record(version, "import", actor=by, at=at)
    return version


def begin_version(rubric: Rubric, layout: Layout) -> RubricVersion:
    """The rubric's next version, a draft that says what `layout` says; the rubric is locked.

    Raises Refused when it has a draft already.
    """
    draft = rubric.versions.drafts().first()
    if draft is not None:
        raise Refused(f"已有第 {draft.number} 版草稿，请先发布或放弃。")
    newest = rubric.versions.newest_first().first()
    version = RubricVersion(rubric=rubric, number=newest.number + 1 if newest else 1)
    write_layout(version, layout)
    return version


def write_layout(draft: RubricVersion, layout: Layout) -> None:
    """Make a draft say what `layout` says, whatever it said before."""
    draft.rubric.name = layout.name
    draft.rubric.save(update_fields=["name"])
    draft.full_mark, draft.note = layout.full_mark, layout.note
    draft.save()
    draft.sections.all().delete()
    _write_rows(draft, layout)


@transaction.atomic
def publish_version(
    version: RubricVersion, *, by: Any, at: datetime, seen: str = ""
) -> RubricVersion:
    """Make a version final: from now on nothing in it changes, and sheets may be opened on it.

    `seen` is the digest of what the officer has looked through, if anybody has; `by` is None when
    the portal itself brings its example. Publishing twice changes nothing.
    Raises Refused with every fault of the rubric, or when it is no longer what was seen.
    """
    # The rubric's row as well: whoever changes a draft holds it.
    rows = RubricVersion.objects.select_related("rubric").select_for_update()
    version = rows.get(pk=version.pk)
    if version.is_published:
        return version
    layout = _layout_from_rows(version.pk)
    if seen and seen != digest(layout):
        raise Refused(CHANGED_MEANWHILE)
    found = faults(layout)
    if found:
        raise Refused(as_problems(found))
    version.published_at = at
    version.published_by = by
    version.digest = digest(layout)
    version.save(update_fields=["published_at", "published_by", "digest"])
    record(version, "publish", actor=by, at=at, digest=version.digest)
    return version


def load_example_rubric(*, by: Any, at: datetime) -> RubricVersion:
    """The product's own example table of 100 points, published. Safe to repeat.

    Once it is there it is the commission's: versions that followed are left as they are.
    """
    data = fixture(EXAMPLE)
    known = RubricVersion.objects.of(data["code"]).published().first()
    return known or publish_version(load_rubric(data, by=by, at=at), by=by, at=at)


def fixture(name: str) -> dict[str, Any]:
    """The data of a rubric that the product brings along."""
    data: dict[str, Any] = json.loads(
        (settings.BASE_DIR / "fixtures" / name).read_text(encoding="utf-8")
    )
    return data


def as_problems(found: list[Fault]) -> list[Problem]:
    return [Problem(str(fault), field=fault.where) for fault in found]


def _write_rows(version: RubricVersion, layout: Layout) -> None:
    sections = Section.objects.bulk_create(
        Section(version=version, order=order, code=section.code, name=section.name)
        for order, section in enumerate(layout.sections, start=1)
    )
    indicators = Indicator.objects.bulk_create(
        _indicator_row(section, order, spec)
        for section, given in zip(sections, layout.sections, strict=True)
        for order, spec in enumerate(given.indicators, start=1)
    )
    write_options(zip(indicators, layout.indicators(), strict=True))


def write_options(given: Iterable[tuple[Indicator, IndicatorSpec]]) -> None:
    """The options of indicators that have none yet."""
    Option.objects.bulk_create(
        Option(indicator=indicator, order=option.order, label=option.label, value=option.value)
        for indicator, spec in given
        for option in spec.options
    )


def _indicator_row(section: Section, order: int, spec: IndicatorSpec) -> Indicator:
    return Indicator(
        section=section,
        order=order,
        code=spec.code,
        title=spec.title,
        kind=spec.kind,
        mark=spec.mark,
        guidance=spec.guidance,
        evidence_wanted=spec.evidence_wanted,
        evidence_required=spec.evidence_required,
    )


def _layout_from_rows(version_id: int) -> Layout:
    """One joined query, a row for each option."""
    rows = list(RubricVersion.objects.joined(version_id))
    head = rows[0]
    return Layout(
        code=head["rubric__code"],
        name=head["rubric__name"],
        full_mark=head["full_mark"],
        note=head["note"],
        sections=tuple(
            _section(list(group))
            for order, group in groupby(rows, key=lambda row: row["sections__order"])
            if order is not None
        ),
    )


def _section(rows: list[dict[str, Any]]) -> SectionSpec:
    return SectionSpec(
        code=rows[0]["sections__code"],
        name=rows[0]["sections__name"],
        indicators=tuple(
            _indicator(list(group))
            for order, group in groupby(rows, key=lambda row: row["sections__indicators__order"])
            if order is not None
        ),
    )


def _indicator(rows: list[dict[str, Any]]) -> IndicatorSpec:
    row = rows[0]
    return IndicatorSpec(
        code=row["sections__indicators__code"],
        title=row["sections__indicators__title"],
        kind=row["sections__indicators__kind"],
        mark=row["sections__indicators__mark"],
        guidance=row["sections__indicators__guidance"],
        evidence_wanted=row["sections__indicators__evidence_wanted"],
        evidence_required=row["sections__indicators__evidence_required"],
        options=tuple(
            OptionSpec(
                order=row["sections__indicators__options__order"],
                label=row["sections__indicators__options__label"],
                value=row["sections__indicators__options__value"],
            )
            for row in rows
            if row["sections__indicators__options__order"] is not None
        ),
    )
