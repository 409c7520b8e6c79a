"""Spot checks: a campaign that is over, one that runs with a check in every state, one only drawn,
one being prepared, and a check on account of a complaint.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Region, User
from files import services as files
from portal.demo.days import Days
from portal.demo.paper import example_picture
from portal.demo.people import Offices
from publicity.models import Title
from scoring import examples
from scoring import services as scoring
from supervision import services as supervision
from supervision.models import Campaign, SpotCheck
from supervision.statuses import CheckResult, Severity
from workflow import Refused, perform

PROBLEM = "监控录像保存不足 90 日，缺少连续 12 日的录像。"
SMALL = "晨检记录有 2 日漏签。"
SEED = "福彩3D 472"


def tell(offices: Offices, days: Days) -> None:
    officer = offices.province
    _closed(offices, officer, days)
    _running(offices, officer, days)
    next_year = days.today.year + 1
    _drawn(officer, f"{days.today.year}年度补充抽查", days, 3, -60, size=1)
    _campaign(officer, f"{next_year}年度省级示范托育机构抽查", days, 0, 200, share=30)
    title = Title.objects.in_force().order_by("-pk")[0]
    supervision.open_check(title, reason="省级专项检查（示例）。", by=officer, at=days.back(2))


def _closed(offices: Offices, officer: User, days: Days) -> None:
    campaign = _drawn(officer, "上年度省级示范托育机构抽查", days, 330, 240, size=2)
    perform(campaign, "start", actor=officer, at=days.back(328))
    good, bad = campaign.checks.order_by("pk")
    _made(good, offices, days.back(310), total="93")
    _made(bad, offices, days.back(305), total="84", problems=(SMALL,))
    perform(
        campaign,
        "close",
        actor=officer,
        at=days.back(300),
        reason="共抽查 2 家，1 家记录不全，已当场改正；其余管理规范。",
    )


def _running(offices: Offices, officer: User, days: Days) -> None:
    """Over all titles in force, so that every state has its check."""
    campaign = _drawn(
        officer, f"{days.today.year}年度省级示范托育机构抽查", days, 30, -30, share=100
    )
    perform(campaign, "start", actor=officer, at=days.back(28))
    finished, under_way, cancelled, *planned = campaign.checks.order_by("pk")
    _made(finished, offices, days.back(16), total="78", problems=(PROBLEM, SMALL))
    _begun(under_way, offices, days.back(1))
    supervision.add_finding(
        under_way, text=SMALL, severity=Severity.MINOR, by=_lead(under_way), at=days.back(1)
    )
    supervision.cancel_check(
        cancelled, actor=officer, at=days.back(10), reason="机构装修停业，另行安排。"
    )
    supervision.suggest_inspectors(planned[1:], by=officer, at=days.back(5))


def _drawn(officer: User, name: str, days: Days, back: int, ends: int, **how: Any) -> Campaign:
    campaign = _campaign(officer, name, days, back, -ends, **how)
    at = days.back(back - 1)
    supervision.fix_seed(campaign, seed=SEED, source="公开开奖号码（示例）", by=officer, at=at)
    supervision.draw_campaign(campaign, actor=officer, at=at)
    return campaign


def _campaign(officer: User, name: str, days: Days, back: int, ahead: int, **how: Any) -> Campaign:
    values = {
        "name": name,
        "year": days.back(back).year,
        "ends_on": days.today + timedelta(days=ahead),
        "strata": ["city"],
        **how,
    }
    province = Region.objects.province()
    return supervision.prepare_campaign(values, province=province, by=officer, at=days.back(back))


def _begun(check: SpotCheck, offices: Offices, at: datetime) -> None:
    """The first demo expert leads where nothing stands against it."""
    officer = offices.province
    with suppress(Refused):
        supervision.appoint_inspector(check, offices.experts[0], by=officer, at=at)
    supervision.suggest_inspectors([check], by=officer, at=at)
    perform(check, "begin", actor=officer, at=at)


def _made(
    check: SpotCheck,
    offices: Offices,
    at: datetime,
    *,
    total: str,
    problems: tuple[str, ...] = (),
) -> None:
    """From the team to the result, on one day."""
    _begun(check, offices, at)
    lead = _lead(check)
    layout = scoring.layout_of(check.title.cycle.version)
    answers = examples.answers_reaching(layout, Decimal(total), seed=check.pk)
    scoring.fill_sheet(check.sheet, answers, by=lead, at=at)  # type: ignore[arg-type]  # begun
    for text in problems:
        severity = Severity.SERIOUS if text == PROBLEM else Severity.MINOR
        finding = supervision.add_finding(check, text=text, severity=severity, by=lead, at=at)
        if text == PROBLEM:
            picture = SimpleUploadedFile("监控主机.jpg", example_picture("#7a9a6b"))
            supervision.add_photos(finding, [picture], by=lead, at=at)
            files.inspect(finding.photos.get().file, at=at)
    supervision.save_outcome(
        check,
        visited_on=timezone.localdate(at),
        result=CheckResult.PROBLEMS if problems else CheckResult.NO_PROBLEM,
        conclusion="所列问题须限期整改。" if problems else "管理规范，未发现问题。",
        by=lead,
        at=at,
    )
    supervision.seal_sheet(check, by=lead, at=at)
    supervision.finish_check(check, actor=lead, at=at)


def _lead(check: SpotCheck) -> User:
    return check.inspectors.select_related("user").get(leads=True).user
