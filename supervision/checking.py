"""Spot checks as tables: the list of checks, the population of a draw, a campaign's summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone

from supervision.models import Campaign, Candidate, SpotCheck

CAMPAIGN_HEADINGS = (
    "名称",
    "年度",
    "范围",
    "分层依据",
    "抽取",
    "状态",
    "完成期限",
    "随机种子",
    "种子来源",
    "抽中",
    "已完成",
    "发现问题",
)
POPULATION_HEADINGS = (
    "层",
    "层内次序",
    "证书编号",
    "机构名称",
    "所在地",
    "散列值（SHA-256）",
    "抽中",
)
CHECK_HEADINGS = (
    "抽查",
    "层",
    "机构名称",
    "所在地",
    "证书编号",
    "状态",
    "检查人员",
    "检查日期",
    "得分",
    "检查结果",
    "问题",
    "检查结论",
    "取消理由",
)


def campaign_lines(campaigns: Iterable[Any]) -> Iterator[list[Any]]:
    """Campaigns with the numbers of `for_list`, in the order of CAMPAIGN_HEADINGS."""
    for campaign in campaigns:
        yield [
            campaign.name,
            campaign.year,
            campaign.limits_in_words,
            campaign.strata_in_words,
            campaign.size_in_words,
            campaign.get_state_display(),
            campaign.ends_on,
            campaign.seed,
            campaign.seed_source,
            campaign.drawn,
            campaign.finished,
            campaign.problems,
        ]


def population_lines(campaign: Campaign) -> Iterator[list[Any]]:
    """All that was drawn from, so that anybody can draw again."""
    for row in Candidate.objects.of(campaign).iterator(chunk_size=2000):
        yield [
            row.stratum,
            row.position,
            row.title.number,
            row.title.nursery.name,
            row.title.region.full_name,
            row.lot,
            "是" if row.chosen else "否",
        ]


def check_lines(checks: Iterable[SpotCheck]) -> Iterator[list[Any]]:
    """Checks with title, team, findings and candidate, in the order of CHECK_HEADINGS."""
    for check in checks:
        title = check.title
        yield [
            check.source,
            check.candidate.stratum if check.candidate else "",
            title.nursery.name,
            title.region.full_name,
            title.number,
            check.get_state_display(),
            "、".join(str(each) for each in check.inspectors.all()),
            check.visited_on,
            check.total,
            check.get_result_display(),
            "\n".join(finding.in_words for finding in check.findings.all()),
            check.conclusion,
            check.cancelled_for,
        ]


def stamp(name: str, at: Any) -> str:
    """The name of a spreadsheet of that day."""
    return f"{name}_{timezone.localdate(at):%Y%m%d}.xlsx"
