"""Working on a draft of a rubric: everything that changes it, each change by itself.

What an officer has seen is named by its digest (`seen`). When somebody else changed that very thing
in between, nothing is saved and Conflict says what it is now; changes elsewhere do not matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from scoring.layout import IndicatorSpec, Layout, SectionSpec, digest_of, indicator_data
from scoring.models import Indicator, Rubric, RubricVersion, Section
from scoring.rubric_differences import differences
from scoring.services.rubrics import begin_version, layout_of, write_options
from scoring.soundness import evidence_named, only_veto_is_worth_nothing
from workflow import Problem, Refused, record

# The rules that the database holds even for a draft.
FIRM_RULES = (only_veto_is_worth_nothing, evidence_named)
SPEC_FIELDS = (
    "code",
    "title",
    "kind",
    "mark",
    "guidance",
    "evidence_wanted",
    "evidence_required",
)
GONE = "此项已被他人删除。您填写的内容保留在下面，如仍需要，请再次保存，作为新的一项添加。"


class Conflict(Exception):
    """Somebody changed this very thing in between. `current` is what it is now."""

    def __init__(self, current: dict[str, Any]) -> None:
        self.current = current
        super().__init__("changed meanwhile")

    @property
    def seen(self) -> str:
        """What to save with once `current` has been looked at."""
        return digest_of(self.current)


@dataclass(frozen=True)
class Edit:
    """A locked draft and what it said before."""

    draft: RubricVersion
    before: Layout


@contextmanager
def editing(version: RubricVersion, *, by: Any, at: datetime) -> Iterator[Edit]:
    """Lock a draft for a change, and record afterwards what was changed, if anything.

    Raises Refused when it is no draft any more.
    """
    with transaction.atomic():
        draft = locked_draft(version)
        before = layout_of(draft)
        yield Edit(draft, before)
        changes = differences(before, layout_of(draft))
        if changes:
            record(draft, "edit", actor=by, at=at, changes=changes.lines())


def locked_draft(version: RubricVersion) -> RubricVersion:
    """The draft, locked until the end of the transaction. Raises Refused when it is none."""
    rows = RubricVersion.objects.select_related("rubric").select_for_update()
    draft = rows.get(pk=version.pk)
    if draft.is_published:
        raise Refused(why_fixed(draft))
    return draft


def why_fixed(version: RubricVersion) -> str:
    """Why a published version is not edited."""
    return f"第 {version.number} 版已发布，内容不再改变；需要修改的，请先复制为新版本。"


@transaction.atomic
def create_rubric(
    *, code: str, name: str, full_mark: Decimal, note: str, by: Any, at: datetime
) -> RubricVersion:
    """A new rubric with an empty first draft. Raises Refused when the code is taken."""
    rubric, is_new = Rubric.objects.get_or_create(code=code, defaults={"name": name})
    if not is_new:
        raise Refused([Problem(f"编号“{code}”已用于评分表“{rubric.name}”。", "code")])
    version = begin_version(rubric, Layout(code, name, full_mark, (), note))
    record(version, "create", actor=by, at=at)
    return version


@transaction.atomic
def copy_version(version: RubricVersion, *, by: Any, at: datetime) -> RubricVersion:
    """A new draft that says what this version says. Raises Refused when there is a draft."""
    rubric = Rubric.objects.select_for_update().get(pk=version.rubric_id)
    draft = begin_version(rubric, layout_of(version))
    record(draft, "copy", actor=by, at=at, of=version.number)
    return draft


@transaction.atomic
def discard_draft(version: RubricVersion, *, by: Any, at: datetime) -> None:
    """Forget a draft, and the rubric with its only one. Raises Refused when it is in use."""
    draft = locked_draft(version)
    rubric = draft.rubric
    record(
        draft, "discard", actor=by, at=at, code=rubric.code, name=rubric.name, number=draft.number
    )
    try:
        draft.delete()
    except models.ProtectedError:
        raise Refused("有评选周期正在使用这份草稿，不能放弃。") from None
    if not rubric.versions.exists():
        rubric.delete()


def head_data(layout: Layout) -> dict[str, Any]:
    """What is said of the rubric as a whole, as it is compared with what was seen."""
    return {"name": layout.name, "full_mark": str(layout.full_mark), "note": layout.note}


def section_data(section: SectionSpec) -> dict[str, Any]:
    return {"code": section.code, "name": section.name}


def content_data(section: SectionSpec) -> dict[str, Any]:
    """A section with everything in it: what is looked at before it is deleted."""
    return section_data(section) | {"indicators": [indicator_data(i) for i in section.indicators]}


def change_head(
    version: RubricVersion,
    *,
    name: str,
    full_mark: Decimal,
    note: str,
    seen: str,
    by: Any,
    at: datetime,
) -> None:
    """Change name, full mark and note. Raises Conflict and Refused."""
    with editing(version, by=by, at=at) as edit:
        _as_seen(head_data(edit.before), seen)
        edit.draft.rubric.name = name
        edit.draft.rubric.save(update_fields=["name"])
        edit.draft.full_mark, edit.draft.note = full_mark, note
        edit.draft.save(update_fields=["full_mark", "note"])


def save_section(
    version: RubricVersion,
    section_id: int | None,
    *,
    code: str,
    name: str,
    seen: str = "",
    by: Any,
    at: datetime,
) -> Section:
    """Add a first-level indicator, or change the one named. Raises Conflict and Refused."""
    with editing(version, by=by, at=at) as edit:
        rows = edit.draft.sections
        if rows.with_code(code, but=section_id).exists():
            raise Refused([Problem(f"编号“{code}”已用于另一个一级指标。", "code")])
        if section_id is None:
            section = Section(version=edit.draft, order=_next_order(rows))
        else:
            section = _row(rows, section_id)
            _as_seen(section_data(_spec_of_section(edit, section)), seen)
        section.code, section.name = code, name
        section.save()
    return section


def delete_section(
    version: RubricVersion, section_id: int, *, seen: str, by: Any, at: datetime
) -> None:
    """Delete a first-level indicator with all its indicators. Raises Conflict and Refused."""
    with editing(version, by=by, at=at) as edit:
        section = _row(edit.draft.sections, section_id)
        _as_seen(content_data(_spec_of_section(edit, section)), seen)
        section.delete()


def move_section(
    version: RubricVersion, section_id: int, step: int, *, by: Any, at: datetime
) -> None:
    """One place up (step -1) or down (1); at the end of the table nothing happens."""
    with editing(version, by=by, at=at) as edit:
        section = _row(edit.draft.sections, section_id)
        _change_places(Section, list(edit.draft.sections.order_by("order")), section, step)


def save_indicator(
    version: RubricVersion,
    indicator_id: int | None,
    spec: IndicatorSpec,
    *,
    section_id: int,
    seen: str = "",
    by: Any,
    at: datetime,
) -> Indicator:
    """Add an indicator, or make the one named say what `spec` says, in the section named.

    Raises Conflict and Refused. What may not be published may be saved in a draft all the same,
    but for what the database refuses.
    """
    with editing(version, by=by, at=at) as edit:
        section = _row(edit.draft.sections, section_id)
        _check_spec(edit.draft, indicator_id, spec)
        if indicator_id is None:
            indicator = Indicator(section=section, order=_next_order(section.indicators))
        else:
            indicator = _row(Indicator.objects.of_version(edit.draft.pk), indicator_id)
            _as_seen(indicator_data(edit.before.by_code()[indicator.code]), seen)
            if indicator.section_id != section.pk:
                indicator.section, indicator.order = section, _next_order(section.indicators)
            indicator.options.all().delete()
        for name in SPEC_FIELDS:
            setattr(indicator, name, getattr(spec, name))
        indicator.save()
        write_options([(indicator, spec)])
    return indicator


def delete_indicator(
    version: RubricVersion, indicator_id: int, *, seen: str, by: Any, at: datetime
) -> None:
    """Delete an indicator with its options. Raises Conflict and Refused."""
    with editing(version, by=by, at=at) as edit:
        indicator = _row(Indicator.objects.of_version(edit.draft.pk), indicator_id)
        _as_seen(indicator_data(edit.before.by_code()[indicator.code]), seen)
        indicator.delete()


def move_indicator(
    version: RubricVersion, indicator_id: int, step: int, *, by: Any, at: datetime
) -> None:
    """One place up (step -1) or down (1) within its section; at its ends nothing happens."""
    with editing(version, by=by, at=at) as edit:
        indicator = _row(Indicator.objects.of_version(edit.draft.pk), indicator_id)
        rows = list(indicator.section.indicators.order_by("order"))
        _change_places(Indicator, rows, indicator, step)


def _as_seen(current: dict[str, Any], seen: str) -> None:
    if digest_of(current) != seen:
        raise Conflict(current)


def _check_spec(draft: RubricVersion, indicator_id: int | None, spec: IndicatorSpec) -> None:
    found = [Problem(flaw.text, flaw.field) for rule in FIRM_RULES for flaw in rule(spec)]
    others = Indicator.objects.of_version(draft.pk)
    if others.with_code(spec.code, but=indicator_id).exists():
        found.append(Problem(f"编号“{spec.code}”已用于另一项指标。", "code"))
    if found:
        raise Refused(found)


def _spec_of_section(edit: Edit, section: Section) -> SectionSpec:
    return next(spec for spec in edit.before.sections if spec.code == section.code)


def _row(rows: Any, pk: int) -> Any:
    row = rows.with_key(pk)
    if row is None:
        raise Refused(GONE)
    return row


def _next_order(rows: Any) -> int:
    last = rows.aggregate(last=models.Max("order"))["last"]
    return (last or 0) + 1


def _change_places(model: Any, rows: Sequence[Any], row: Any, step: int) -> None:
    place = rows.index(row) + step
    if 0 <= place < len(rows):
        other = rows[place]
        row.order, other.order = other.order, row.order
        model.objects.bulk_update([row, other], ["order"])
