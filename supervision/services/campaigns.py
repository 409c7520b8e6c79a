"""A campaign of spot checks 抽查: prepared, drawn once, seen through."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Region, User
from publicity.models import Title
from supervision import policies, sampling
from supervision.models import Campaign, Candidate, SpotCheck
from supervision.statuses import StratumKind
from workflow import Refused, perform, record, record_all

SEED_BYTES = 16
GENERATED = "系统随机生成"
WHOLE = "全部"
FIXED = "随机种子已经确定，抽查方案不能再修改。"
NOTHING = "没有符合条件的有效称号，不能抽取。"


@transaction.atomic
def prepare_campaign(
    values: Mapping[str, Any], *, province: Region, by: User, at: datetime
) -> Campaign:
    """A new campaign. Raises PermissionDenied, ValidationError for what cannot be."""
    campaign = Campaign(province=province, created_by=by, created_at=at, **values)
    if not policies.may_run_campaign(campaign, by):
        raise PermissionDenied
    campaign.full_clean(exclude=["state"])
    campaign.save()
    record(campaign, "prepare", actor=by, at=at)
    return campaign


@transaction.atomic
def change_campaign(
    campaign: Campaign, values: Mapping[str, Any], *, by: User, at: datetime
) -> Campaign:
    """Change it until the seed is fixed. Raises PermissionDenied, Refused, ValidationError."""
    held = _locked(campaign, by)
    if not held.is_editable:
        raise Refused(FIXED)
    for name, value in values.items():
        setattr(held, name, value)
    held.full_clean(exclude=["state"])
    held.save()
    record(held, "change", actor=by, at=at)
    return held


@transaction.atomic
def fix_seed(
    campaign: Campaign, *, seed: str = "", source: str = "", by: User, at: datetime
) -> Campaign:
    """Fix the seed, once and with it everything that is drawn by; without one it is generated.

    `source` says where a given one comes from (numbers drawn in public).
    Raises PermissionDenied, Refused.
    """
    held = _locked(campaign, by)
    if not held.is_editable:
        raise Refused(FIXED)
    given = seed.strip()
    held.seed = given or secrets.token_hex(SEED_BYTES)
    held.seed_source = (source.strip() or "工作人员录入") if given else GENERATED
    held.save(update_fields=["seed", "seed_source"])
    record(held, "fix_seed", actor=by, at=at, seed=held.seed, source=held.seed_source)
    return held


def preview(campaign: Campaign, day: date) -> tuple[sampling.Share, ...]:
    """How many each stratum would give on that day; says nothing of who."""
    found = _candidates(campaign, day)
    counts: dict[str, int] = {}
    for candidate, _ in found:
        counts[candidate.stratum] = counts.get(candidate.stratum, 0) + 1
    return sampling.allocate(counts, _size(campaign, len(found)))


@transaction.atomic
def draw_campaign(campaign: Campaign, *, actor: User, at: datetime, **data: Any) -> None:
    """Draw, once: the population is kept as it was drawn from, each one drawn gets a check.

    Raises PermissionDenied, Refused (drawn already, no seed, nobody to draw from).
    """
    perform(campaign, "draw", actor=actor, at=at)
    found = _candidates(campaign, timezone.localdate(at))
    if not found:
        raise Refused(NOTHING)
    titles = {candidate.key: title for candidate, title in found}
    outcome = sampling.draw(
        [candidate for candidate, _ in found], _size(campaign, len(found)), campaign.seed
    )
    rows = Candidate.objects.bulk_create(
        Candidate(
            campaign=campaign,
            title=titles[lot.key],
            stratum=lot.stratum,
            lot=lot.lot,
            position=lot.position,
            chosen=lot.chosen,
        )
        for lot in outcome.lots
    )
    checks = SpotCheck.objects.bulk_create(
        SpotCheck(title=row.title, campaign=campaign, candidate=row, opened_by=actor, opened_at=at)
        for row in rows
        if row.chosen
    )
    record_all([(check, {}) for check in checks], "open", actor=actor, at=at)


def _population(campaign: Campaign, day: date) -> QuerySet[Title]:
    """The titles in force on the day within the campaign's limits."""
    area = campaign.city or campaign.province
    found = Title.objects.in_force_on(day).in_area(area.path)
    if campaign.awarded_year:
        found = found.awarded_in(campaign.awarded_year)
    if campaign.form:
        found = found.filter(nursery__form=campaign.form)
    return found.for_list()


def _candidates(campaign: Campaign, day: date) -> list[tuple[sampling.Candidate, Title]]:
    kinds = [StratumKind(kind) for kind in StratumKind.values if kind in campaign.strata]
    return [
        (sampling.Candidate(title.number, _stratum(title, kinds)), title)
        for title in _population(campaign, day)
    ]


def _stratum(title: Title, kinds: list[StratumKind]) -> str:
    words = {
        StratumKind.CITY: lambda: title.region.city_unit.name,
        StratumKind.YEAR: lambda: f"{title.cycle.year}年",
        StratumKind.ORGANISER: title.nursery.get_organiser_display,
        StratumKind.FORM: title.nursery.get_form_display,
    }
    return " · ".join(words[kind]() for kind in kinds) or WHOLE


def _size(campaign: Campaign, population: int) -> int:
    if campaign.size:
        return min(campaign.size, population)
    return sampling.size_of(campaign.share or 0, population)


def _locked(campaign: Campaign, by: User) -> Campaign:
    rows = Campaign.objects.select_for_update(of=("self",)).select_related("province", "city")
    held = rows.get(pk=campaign.pk)
    if not policies.may_run_campaign(held, by):
        raise PermissionDenied
    return held
