"""Score tables beside the one in use: another published one, and the next version as a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from accounts.models import User
from scoring.layout import IndicatorSpec, OptionSpec, digest_of, indicator_data
from scoring.models import Indicator, RubricVersion
from scoring.services import drafts, layout_of, load_rubric, publish_version
from scoring.services.rubrics import CITY, fixture
from scoring.statuses import Kind

NEW = IndicatorSpec(
    code="5.16",
    title="与社区共享活动场地",
    kind=Kind.AWARD,
    mark=Decimal(1),
    guidance="每签订并实施一项共享协议加 0.5 分。",
    evidence_wanted="协议、活动照片",
    options=(OptionSpec(1, "一项共享协议", Decimal("0.5")),),
)


def make_tables(example: RubricVersion, officer: User, at: datetime) -> None:
    """The table of the demonstration cities, and a draft that changes the example in each way."""
    publish_version(load_rubric(fixture(CITY), by=officer, at=at), by=officer, at=at)
    draft = drafts.copy_version(example, by=officer, at=at)
    specs = layout_of(draft).by_code()
    rows = {specs[row.code].kind: row for row in Indicator.objects.of_version(draft.pk)}
    scale, award = rows[Kind.SCALE], rows[Kind.AWARD]
    was = specs[scale.code]
    reworded = replace(was, guidance=f"{was.guidance}现场核对原件，复印件须加盖公章。")
    drafts.save_indicator(
        draft,
        scale.pk,
        reworded,
        section_id=scale.section_id,
        seen=_seen(was),
        by=officer,
        at=at,
    )
    drafts.delete_indicator(draft, award.pk, seen=_seen(specs[award.code]), by=officer, at=at)
    drafts.move_indicator(draft, scale.pk, -1, by=officer, at=at)
    drafts.save_indicator(draft, None, NEW, section_id=award.section_id, by=officer, at=at)


def _seen(spec: IndicatorSpec) -> str:
    return digest_of(indicator_data(spec))
