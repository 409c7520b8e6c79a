from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils import timezone

from supervision.statuses import (
    LEAST_INSPECTORS,
    CampaignState,
    CheckResult,
    OrderState,
    RevocationState,
)
from workflow import Move, Problem, guard

if TYPE_CHECKING:
    from supervision.models import Campaign, RectificationOrder, Revocation, SpotCheck


@guard("已报告整改情况或整改期限已过")
def had_its_time(order: RectificationOrder, move: Move) -> Iterator[Problem]:
    """S0, four (三): only who does not put things right within the limit loses the title."""
    waits = order.state == OrderState.ORDERED and timezone.localdate(move.at) <= order.due_on
    if waits:
        day = order.due_on
        yield Problem(f"整改期限至{day.year}年{day.month}月{day.day}日，机构尚未报告整改情况。")


@guard("延期申请已答复")
def extension_is_answered(order: RectificationOrder, move: Move) -> Iterator[Problem]:
    """Who asked in time for more days is told before being failed for their end."""
    if order.state == OrderState.ORDERED and order.asks_for_days:
        yield Problem("机构的延期申请尚未答复。")


@guard("已陈述申辩、放弃，或期限已过")
def was_heard(revocation: Revocation, move: Move) -> Iterator[Problem]:
    """Nobody loses a title unheard."""
    day = revocation.statement_due_on
    waits = revocation.state == RevocationState.PROPOSED and timezone.localdate(move.at) <= day
    if waits:
        yield Problem(
            f"陈述申辩期限至{day.year}年{day.month}月{day.day}日，机构尚未陈述、申辩，也未放弃。"
        )


# Spot checks 抽查


@guard("随机种子已确定")
def seed_is_fixed(campaign: Campaign, move: Move) -> Iterator[Problem]:
    if not campaign.seed:
        yield Problem("尚未确定随机种子，不能抽取。")


@guard("各件检查均已办结")
def every_check_is_over(campaign: Campaign, move: Move) -> Iterator[Problem]:
    left = campaign.checks.pending().count()
    if left:
        yield Problem(f"还有 {left} 件检查没有完成，不能结束抽查。")


@guard("抽查已经开始")
def campaign_is_running(check: SpotCheck, move: Move) -> Iterator[Problem]:
    campaign = check.campaign
    if campaign and campaign.state != CampaignState.RUNNING:
        yield Problem(f"所属抽查目前为“{campaign.get_state_display()}”，不能开始检查。")


@guard("称号在有效期内")
def title_is_in_force(check: SpotCheck, move: Move) -> Iterator[Problem]:
    today = timezone.localdate(move.at)
    if not check.title.is_in_force or check.title.is_over(today):
        yield Problem("该称号已经终止，不再检查，请取消本次检查。")


@guard("检查人员已配齐")
def inspectors_are_complete(check: SpotCheck, move: Move) -> Iterator[Problem]:
    """At least two, one of whom leads."""
    team = list(check.inspectors.all())
    if len(team) < LEAST_INSPECTORS:
        text = f"检查人员不得少于 {LEAST_INSPECTORS} 人，现有 {len(team)} 人。"
        yield Problem(text, url=check.team_url)
    elif not any(inspector.leads for inspector in team):
        yield Problem("尚未指定检查组组长。", url=check.team_url)


@guard("评分已封存")
def sheet_is_sealed(check: SpotCheck, move: Move) -> Iterator[Problem]:
    if check.sheet is None or not check.sheet.is_sealed:
        yield Problem("现场评分尚未完成。", url=check.seal_url)


@guard("检查日期、结果和结论已填写")
def visit_is_recorded(check: SpotCheck, move: Move) -> Iterator[Problem]:
    if not (check.visited_on and check.result and check.conclusion):
        yield Problem("检查日期、结果和结论尚未填写。", url=check.outcome_url)


@guard("结果与所列问题一致")
def result_has_findings(check: SpotCheck, move: Move) -> Iterator[Problem]:
    found = check.findings.count()
    if check.result == CheckResult.PROBLEMS and not found:
        yield Problem("检查结果为“发现问题”的，至少须列明一个问题。", url=check.finding_url)
    if check.result == CheckResult.NO_PROBLEM and found:
        yield Problem(f"已列明 {found} 个问题，检查结果不能是“未发现问题”。", url=check.outcome_url)
