"""What commissions ask for and how they sign: corrections, a file handed in again, two steps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Region, User
from applications import services as applications
from applications.models import Application, Correction
from applications.statuses import ApplicationState, CorrectionKind, Reply
from portal.demo.days import Days
from portal.demo.people import HOME_COUNTY, Offices, People
from quotas.models import Cycle
from workflow import perform

KIND, FIELD, INDICATOR, TEXT = "kind", "field", "indicator", "text"
CORRECTIONS = (
    {KIND: CorrectionKind.MISSING, INDICATOR: "4.4", TEXT: "缺 3 月、4 月两次消防设施检查记录。"},
    {KIND: CorrectionKind.OUTDATED, INDICATOR: "3.6", TEXT: "保健人员培训合格证已过有效期。"},
    {KIND: CorrectionKind.WRONG, FIELD: "introduction", TEXT: "托位数与备案登记不一致，请核对。"},
)
ASKED = "请按下列各项补正后重新提交。"
ADDED = "四是建立婴幼儿健康档案，每半年向家长反馈一次。"
EXPLAINED = "新证已于上月取得，随后补传。"
TWO_STEPS = "重要意见须经两人签批。"
PROPOSED = "缺少消防检查记录，拟退回补正。"


def give_back(file: Application, reason: str, *, by: User, at: datetime) -> None:
    """Return a file with its corrections."""
    perform(file, "return_for_correction", actor=by, at=at, reason=reason, corrections=CORRECTIONS)


def tell(cycle: Cycle, people: People, offices: Offices, days: Days) -> None:
    waiting = Application.objects.in_cycle(cycle).in_state(ApplicationState.COUNTY_REVIEW)
    home = Region.objects.get(code=HOME_COUNTY)
    _handed_in_again(waiting.within(home).order_by("-pk")[0], offices, days)
    elsewhere = waiting.exclude(region=home).order_by("pk").select_related("region")[0]
    _proposed(elsewhere, people, offices, days)


def _handed_in_again(file: Application, offices: Offices, days: Days) -> None:
    """Returned with corrections, changed, answered and back at the county: a file to compare."""
    county = offices.county(file.region)
    staff: Any = file.submissions.get().by
    give_back(file, ASKED, by=county, at=days.back(5))
    applications.save_form(file, {"practice": f"{file.practice}{ADDED}"}, by=staff)
    asked = list(Correction.objects.of_last_return(file))
    answers = {each.pk: (Reply.CORRECTED, "") for each in asked}
    answers[asked[1].pk] = (Reply.EXPLAINED, EXPLAINED)
    applications.answer_corrections(file, answers, by=staff, at=days.back(3))
    perform(file, "resubmit", actor=staff, at=days.back(3))


def _proposed(file: Application, people: People, offices: Offices, days: Days) -> None:
    """Another county works in two steps: its handler has proposed, its approver is to sign."""
    county = file.region
    approver = people.official(f"approver-{county.code}", "county_approver", county)
    applications.set_two_steps(county, True, by=approver, at=days.back(9), reason=TWO_STEPS)
    applications.propose(
        file,
        "return_for_correction",
        actor=offices.county(county),
        at=days.back(1),
        reason=PROPOSED,
        corrections=CORRECTIONS[:1],
    )
