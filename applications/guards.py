"""What must hold before a move: the checklist of the nursery is the list that refuses it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from applications import caps, corrections, eligibility, policies, standings, two_steps
from applications.declarations import DECLARATIONS, FORM_FIELDS
from applications.statuses import Step
from quotas import services as quotas
from quotas.statuses import CycleState
from scoring import services as scoring
from workflow import Move, Problem, guard

if TYPE_CHECKING:
    from applications.models import Application, Correction
    from scoring.models import Sheet


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _late(application: Application, deadline: date, what: str, move: Move) -> Iterator[Problem]:
    if not application.cycle.in_time(deadline, move.at):
        yield Problem(f"{what}为{_day(deadline)}，现已超过。")


@guard("评选周期正在进行")
def cycle_is_open(application: Application, move: Move) -> Iterator[Problem]:
    if application.cycle.state != CycleState.OPEN:
        yield Problem(f"{application.cycle.name}未在进行中，暂不能申报。")
    elif timezone.localdate(move.at) < application.cycle.opens_on:
        yield Problem(f"本周期自{_day(application.cycle.opens_on)}起接受申报。")


@guard("在申报截止日期前")
def before_nursery_deadline(application: Application, move: Move) -> Iterator[Problem]:
    """S0, three (一). The day counts to its last second."""
    yield from _late(application, application.cycle.nursery_deadline, "申报截止日期", move)


@guard("在补正截止日期前")
def before_correction_deadline(application: Application, move: Move) -> Iterator[Problem]:
    """A file handed in on time may be corrected until the county has to send it on."""
    yield from _late(
        application, application.cycle.county_deadline, "补正截止日期（县级报送截止日期）", move
    )


@guard("在县级报送截止日期前")
def before_county_deadline(application: Application, move: Move) -> Iterator[Problem]:
    """S0, three (二)."""
    yield from _late(application, application.cycle.county_deadline, "县级报送截止日期", move)


@guard("在市级报送截止日期前")
def before_city_deadline(application: Application, move: Move) -> Iterator[Problem]:
    """S0, three (三)."""
    yield from _late(application, application.cycle.city_deadline, "市级报送截止日期", move)


@guard("符合申报条件")
def eligible(application: Application, move: Move) -> Iterator[Problem]:
    """S0, two (二) and whatever later parts of the portal add: see `eligibility`."""
    if not application.nursery.filing_receipt_number:
        yield Problem(
            "机构尚未登记备案回执编号。",
            url=reverse("nurseries:edit", args=[application.nursery_id]),
        )
    yield from eligibility.problems(application, move.at)


@guard("仍符合申报条件")
def still_eligible(application: Application, move: Move) -> Iterator[Problem]:
    """What was true at the submit may have ended: a title was revoked, another one began."""
    yield from eligibility.problems(application, move.at)


@guard("另有称号使申报终止")
def no_longer_eligible(application: Application, move: Move) -> Iterator[Problem]:
    """The portal ends nobody's application without one of the reasons that shut the submit."""
    if not any(eligibility.problems(application, move.at)):
        yield Problem("机构没有使本件申报终止的称号。")


@guard("已作出承诺声明")
def declarations_made(application: Application, move: Move) -> Iterator[Problem]:
    """S0, two (二)(三): the entry conditions, declared one by one."""
    for name, text in DECLARATIONS.items():
        if not getattr(application, name):
            yield Problem(f"尚未声明：{text}", field=name, url=_form_url(application, name))


@guard("申报表已填写完整")
def form_is_complete(application: Application, move: Move) -> Iterator[Problem]:
    for name, label in FORM_FIELDS.items():
        if not getattr(application, name).strip():
            yield Problem(
                f"申报表“{label}”尚未填写。", field=name, url=_form_url(application, name)
            )


@guard("自评分表已逐项填写")
def self_sheet_is_complete(application: Application, move: Move) -> Iterator[Problem]:
    tally = application.self_tally
    if tally.unanswered:
        yield Problem(
            f"自评分表还有 {len(tally.unanswered)} 项未填写。",
            url=_sheet_url(application.self_sheet),
        )


@guard("必需的佐证材料已上传")
def evidence_is_attached(application: Application, move: Move) -> Iterator[Problem]:
    missing = [indicator.code for indicator in application.self_tally.missing_evidence]
    if missing:
        codes = "、".join(missing[:5]) + ("等" if len(missing) > 5 else "")
        yield Problem(
            f"还有 {len(missing)} 项缺少必需的佐证材料：{codes}。",
            url=_sheet_url(application.self_sheet),
        )


@guard("无一票否决情形")
def nothing_is_vetoed(application: Application, move: Move) -> Iterator[Problem]:
    """A veto item answered "no" blocks the application whatever the total."""
    for indicator in application.self_tally.vetoed:
        yield Problem(
            f"一票否决项 {indicator.code} 不符合要求，不能申报。",
            url=_sheet_url(application.self_sheet),
        )


@guard("自评得分达到申报线")
def entry_mark_is_reached(application: Application, move: Move) -> Iterator[Problem]:
    """S0, three (一): 85 分以上(含 85 分)."""
    total = application.self_tally.total
    if total < application.cycle.entry_mark:
        yield Problem(
            f"自评得分 {total.normalize():f} 分，未达到申报线 "
            f"{application.cycle.entry_mark.normalize():f} 分。",
            url=_sheet_url(application.self_sheet),
        )


def _answer_url(correction: Correction) -> str:
    page = reverse("applications:corrections", args=[correction.application_id])
    return f"{page}#c{correction.pk}"


def _form_url(application: Application, field: str) -> str:
    return f"{reverse('applications:form', args=[application.pk])}#id_{field}"


def _sheet_url(sheet: Sheet) -> str:
    return reverse("scoring:sheet", args=[sheet.pk])


def _sealed(application: Application, step: Step) -> Iterator[Problem]:
    review = application.review_at(step)
    if review is None or not review.sheet.sealed_at:
        yield Problem(f"{step.label}评分尚未完成。", url=_sheet_url(review.sheet) if review else "")


@guard("县级评分已完成")
def county_sheet_is_sealed(application: Application, move: Move) -> Iterator[Problem]:
    """S0, three (二): 严格按照自评分表进行初审."""
    yield from _sealed(application, Step.COUNTY)


@guard("市级评分已完成")
def city_sheet_is_sealed(application: Application, move: Move) -> Iterator[Problem]:
    """S0, three (三)."""
    yield from _sealed(application, Step.CITY)


@guard("县级推荐件数未达上限")
def county_cap_is_not_reached(application: Application, move: Move) -> Iterator[Problem]:
    """A city may cap how many files each of its counties recommends."""
    yield from caps.reached(application)


@guard("按推荐排序，或写明调整理由")
def ranking_is_kept(application: Application, move: Move) -> Iterator[Problem]:
    """The city may depart from the ranking when it says why (`overrule`)."""
    if move.data.get("overrule", "").strip():
        return
    if ahead := standings.files_ahead(application):
        yield standings.out_of_turn(ahead)


@guard("市级名额尚有空余")
def place_is_left(application: Application, move: Move) -> Iterator[Problem]:
    city = application.region.city_unit
    if not quotas.has_free_place(application.cycle, city):
        yield quotas.used_up(city)


@guard("专家评分已全部完成")
def panel_is_complete(application: Application, move: Move) -> Iterator[Problem]:
    """S0, three (四): on paper and on site, by as many experts as the cycle says."""
    size = application.cycle.panel_size
    for step in (Step.PAPER, Step.SITE):
        reviews = application.reviews_at(step)
        sealed = sum(1 for review in reviews if review.sheet.sealed_at)
        if len(reviews) < size:
            yield Problem(f"{step.label}须有 {size} 名专家，现有 {len(reviews)} 名。")
        elif sealed < len(reviews):
            yield Problem(f"{step.label}还有 {len(reviews) - sealed} 名专家未完成评分。")


@guard("专家分差不超过上限或已复核")
def experts_agree(application: Application, move: Move) -> Iterator[Problem]:
    """A wide spread or a split verdict wants a moderated score beside the others."""
    result = application.panel_result()
    if result and result.needs_moderation:
        yield Problem(f"专家意见分歧（{''.join(result.reasons)}），须先完成复核评审。")


@guard("评审得分达到通过线")
def pass_mark_is_reached(application: Application, move: Move) -> Iterator[Problem]:
    result = application.panel_result()
    if result and not result.passed:
        yield Problem(f"不能评审通过：{''.join(result.reasons)}")


@guard("已过截止日期")
def overdue(application: Application, move: Move) -> Iterator[Problem]:
    """Only what is past its own deadline lapses."""
    deadline = application.due_on
    if deadline is None or application.cycle.in_time(deadline, move.at):
        when = f"截止日期为{_day(deadline)}，尚未超过。" if deadline else "该环节没有截止日期。"
        yield Problem(when)


@guard("补正要求填写完整")
def corrections_are_sound(application: Application, move: Move) -> Iterator[Problem]:
    """Each names its kind, a field or an indicator, and what is asked."""
    asked = corrections.read(move.data.get("corrections", ()))
    layout = scoring.published_layout(application.cycle.version_id)
    for sentence in corrections.faults(asked, layout):
        yield Problem(sentence, field="corrections")


@guard("补正要求已逐项答复")
def corrections_are_answered(application: Application, move: Move) -> Iterator[Problem]:
    """Each is put right, or the nursery says why not."""
    for correction in application.unanswered_corrections():
        yield Problem(f"补正要求“{correction.label}”尚未答复。", url=_answer_url(correction))


@guard("两级签批已办理")
def two_steps_are_kept(application: Application, move: Move) -> Iterator[Problem]:
    """Where a commission works in two steps, one person proposes and another signs.

    The way to the page on which to propose goes with the sentence, at the field `prepare`.
    """
    tier = two_steps.TIER_OF[move.name]
    commission = two_steps.commission_of(application, tier)
    if not two_steps.are_on(commission):
        return
    standing = application.standing_proposal()
    if standing is None or standing.move != move.name:
        instead = "，将取代待签批的另一份" if standing else ""
        yield Problem(
            f"{commission.commission}实行两级签批，须先提出拟办意见{instead}。",
            field="prepare",
            url=reverse("prepare", args=[application.machine_label, application.pk, move.name]),
        )
    elif not policies.may_approve(application, tier, move.actor):
        yield Problem("拟办意见已提出，待审核人签批。")
    elif standing.by_id == move.actor.pk:  # type: ignore[union-attr]  # an approver is somebody
        yield Problem("拟办意见由您本人提出，须由另一名审核人签批。")
