"""Supervision after the award: prompts, proposals to revoke and complaints in each of their states,
more days for an order, and a nursery that may not apply.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Appointment, User
from applications.models import Application
from files import services as files
from nurseries.models import Nursery
from portal.demo.days import Days
from portal.demo.paper import example_picture
from portal.demo.people import Offices
from publicity.models import Title
from publicity.statuses import RevocationGround
from quotas.models import Cycle
from supervision import services as supervision
from supervision.models import Complaint, RectificationOrder, Revocation
from supervision.statuses import OrderState
from workflow import perform

BASIS = "《关于开展省级示范托育机构创建活动的通知》（示例）"


def tell(cycle: Cycle, offices: Offices, days: Days) -> None:
    """After the orders of the past cycle were given and its spot checks made."""
    reported = RectificationOrder.objects.reported().with_title()[0]
    ordered = RectificationOrder.objects.unreported().with_title()[0]
    passed = RectificationOrder.objects.get(state=OrderState.PASSED).title
    busy = [ordered.title_id, reported.title_id, passed.pk]
    calm = list(Title.objects.in_force().for_list().exclude(pk__in=busy).order_by("pk")[:2])
    _prompts(calm, offices, days)
    supervision.ask_extension(
        ordered,
        reason="监控硬盘到货推迟，请延长整改期限 10 日。",
        by=staff_of(ordered.title.nursery),
        at=days.back(2),
    )
    _proposals(ordered.title, reported.title, passed, offices.province, days)
    _complaints([*calm, passed], offices.province, days)
    declined = Application.objects.in_state("county_declined").order_by("pk")[0]
    supervision.bar(
        declined.nursery,
        cycle=cycle,
        reason="经查实，自评材料中的师资证书系伪造（示例）。",
        by=offices.province,
        at=days.back(35),
    )


def staff_of(nursery: Nursery) -> User:
    return Appointment.objects.current().on(nursery).select_related("user")[0].user


def photo(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{name}.jpg", example_picture("#d8c4a2"), "image/jpeg")


def extended_and_passed(order: RectificationOrder, officer: User, days: Days) -> None:
    """The order of the past cycle that was given ten days more, reported on and found right."""
    by = staff_of(order.title.nursery)
    reason = "硬盘到货推迟，请延长 10 日。"
    supervision.ask_extension(order, reason=reason, by=by, at=days.back(40))
    supervision.grant_extension(order, days=10, by=officer, at=days.back(38), reason="同意。")
    report(order, by, days.back(22))
    at = days.back(14)
    supervision.pass_check(
        order,
        actor=officer,
        at=at,
        reason="经复查，问题已整改到位。",
        visited_on=days.today - timedelta(days=15),
        visitors="示例复查组",
        uploads=[photo("复查现场")],
    )
    for file in order.attached:
        files.inspect(file, at=at)


def report(order: RectificationOrder, by: User, at: datetime) -> None:
    text = "已更换硬盘，录像保存 120 日；补齐晨午检记录，并每周自查。"
    supervision.hand_in_report(order, text=text, uploads=[photo("整改后")], by=by, at=at)
    for file in order.attached:
        files.inspect(file, at=at)


def failed_and_revoked(order: RectificationOrder, officer: User, days: Days) -> None:
    """S0, four (三): not put right, told, heard, revoked."""
    proposed = supervision.fail_check(
        order, actor=officer, at=days.back(30), reason="复查发现录像保存仍不足，记录仍不全。"
    )
    supervision.make_statement(
        proposed,
        text="我园已采购硬盘，请求再给一次机会。",
        by=staff_of(order.title.nursery),
        at=days.back(27),
    )
    supervision.decide_revocation(
        proposed,
        actor=officer,
        at=days.back(24),
        reason="陈述理由不成立：整改期限内未采取有效措施。",
    )


def proposed_and_ended(title: Title, officer: User, days: Days) -> None:
    """Something graver came up while the nursery was being heard; a prompt ends with it."""
    by = staff_of(title.nursery)
    supervision.prompt(title, text="请自查消防通道和安全管理制度。", by=officer, at=days.back(46))
    proposed = _proposed(
        title, RevocationGround.OTHER, "安全管理制度长期不落实。", officer, days.back(43)
    )
    supervision.make_statement(proposed, text="我园正在完善制度。", by=by, at=days.back(42))


def _prompts(calm: list[Title], offices: Offices, days: Days) -> None:
    waiting, answered = calm
    supervision.prompt(
        waiting,
        text="近期家长反映接送时段看护人手不足，请自查排班并答复。",
        by=offices.city(waiting.region.city_unit),
        at=days.back(3),
        due_on=days.today + timedelta(days=5),
    )
    prompt = supervision.prompt(
        answered,
        text="晨检记录有漏签，请规范。",
        by=offices.city(answered.region.city_unit),
        at=days.back(20),
    )
    by = staff_of(answered.nursery)
    supervision.answer_prompt(
        prompt, text="已指定专人每日核对，漏签已补正。", by=by, at=days.back(18)
    )


def _proposals(ordered: Title, reported: Title, passed: Title, officer: User, days: Days) -> None:
    dropped = _proposed(
        passed, RevocationGround.CLOSED, "连续 60 日未收托。", officer, days.back(150)
    )
    supervision.make_statement(
        dropped,
        text="因场地装修经备案停托，现已恢复。",
        by=staff_of(passed.nursery),
        at=days.back(148),
    )
    supervision.drop_revocation(
        dropped, actor=officer, at=days.back(145), reason="停托已备案，陈述属实。"
    )
    _proposed(ordered, RevocationGround.OTHER, "收费标准未按规定公示。", officer, days.back(2))
    stated = _proposed(
        reported, RevocationGround.OTHER, "超出备案托位收托。", officer, days.back(4)
    )
    supervision.make_statement(
        stated,
        text="超收系两周内的临时衔接，现已纠正。",
        by=staff_of(reported.nursery),
        at=days.back(2),
    )
    waived = _proposed(
        passed, RevocationGround.CLOSED, "机构决定停止托育服务。", officer, days.back(4)
    )
    perform(waived, "waive_statement", actor=staff_of(passed.nursery), at=days.back(3))


def _proposed(
    title: Title, ground: RevocationGround, facts: str, officer: User, at: datetime
) -> Revocation:
    return supervision.propose_revocation(
        title, ground=ground, facts=facts, basis=BASIS, by=officer, at=at
    )


def _complaints(titles: list[Title], officer: User, days: Days) -> None:
    first, second, third = titles
    _complaint(first, "傍晚接送时段只有一名保育员看护十几个孩子。", days.back(1))
    accepted = _complaint(second, "午睡时段活动室长时间无人值守。", days.back(9))
    perform(accepted, "accept", actor=officer, at=days.back(8))
    prompt = supervision.prompt(
        second,
        text="请自查午睡时段的值守安排并答复。",
        by=officer,
        at=days.back(7),
        complaint=accepted,
    )
    supervision.answer_prompt(
        prompt, text="已调整排班，午睡时段双人值守。", by=staff_of(second.nursery), at=days.back(5)
    )
    refused = _complaint(third, "听说这家机构不太好，请查一查。", days.back(50))
    _move(refused, "refuse", officer, days.back(48), "未写明具体事实，不予受理；可补充后再次举报。")
    for title, content, move, answer in (
        (first, "餐食与公示食谱多次不一致。", "substantiate", "经核查属实，已责成机构改正并公示。"),
        (third, "收费高于公示标准。", "dismiss", "经核查，收费与备案标准一致。"),
    ):
        complaint = _complaint(title, content, days.back(80))
        perform(complaint, "accept", actor=officer, at=days.back(79))
        _move(complaint, move, officer, days.back(65), answer)


def _complaint(title: Title, content: str, at: datetime) -> Complaint:
    return supervision.file_complaint(title, content=content, at=at)[0]


def _move(complaint: Complaint, name: str, officer: User, at: datetime, answer: str) -> None:
    perform(complaint, name, actor=officer, at=at, reason=answer)
