"""What the nursery and the offices hear of supervision, and of what they are reminded."""

from __future__ import annotations

from datetime import date

import pytest

from notifications.models import Message
from supervision import services
from tests import scenes
from tests.notifications.test_reminders import reminded
from tests.publicity import crowd
from tests.scenes import at
from tests.supervision.stories import (
    LATE,
    NOVEMBER,
    complained,
    ordered,
    picture,
    prompted,
    proposed,
)
from workflow import perform
from workflow.models import Delivery


@pytest.fixture
def title(scene):
    title = crowd.concluded(scene)[0]
    Delivery.objects.all().delete()
    return title


@pytest.fixture
def staff(title):
    return scenes.staff(title.nursery)


def heard(username: str) -> list[str]:
    rows = Message.objects.filter(recipient__username=username).order_by("pk")
    return [message.title.partition("：")[0] for message in rows]


def test_a_prompt_goes_down_and_its_answer_back(scene, title, staff, carry):
    prompt = prompted(title, scene.city_handler)
    services.answer_prompt(prompt, text="已自查。", by=staff, at=NOVEMBER)
    carry()
    assert heard("staff") == ["提醒督促"]
    assert heard("county") == ["已提醒机构"]
    assert heard("city") == ["机构已答复提醒"]
    assert (
        "沈阳市卫生健康委提醒：近期晨检" in Message.objects.get(kind="issue", recipient=staff).text
    )


def test_an_order_with_its_extension_and_report(scene, title, staff, carry):
    order = ordered(scene, title)
    services.ask_extension(order, reason="设备推迟。", by=staff, at=NOVEMBER)
    services.grant_extension(order, days=10, by=scene.officer, at=NOVEMBER)
    services.hand_in_report(order, text="好。", uploads=[picture()], by=staff, at=NOVEMBER)
    carry()
    assert heard("staff") == ["责令限期整改", "整改期限已延长"]
    assert heard("officer") == ["整改延期申请待答复", "整改报告待复查"]
    assert heard("city") == ["责令限期整改", "整改期限已延长", "机构已报告整改情况"]


def test_a_declined_extension_gives_its_reason(scene, title, staff, carry):
    order = ordered(scene, title)
    services.ask_extension(order, reason="设备推迟。", by=staff, at=NOVEMBER)
    services.decline_extension(order, reason="可先租用。", by=scene.officer, at=NOVEMBER)
    carry()
    assert Message.objects.get(kind="decline_extension").text.endswith("理由：可先租用。")


def test_a_proposal_the_statement_and_the_end_of_it(scene, title, staff, carry):
    proposal = proposed(scene, title)
    perform(proposal, "waive_statement", actor=staff, at=NOVEMBER)
    services.drop_revocation(proposal, actor=scene.officer, at=NOVEMBER, reason="已恢复。")
    carry()
    assert heard("staff") == ["拟撤销称号，请陈述、申辩", "不予撤销称号"]
    assert heard("county") == ["拟撤销称号", "不予撤销称号"]
    assert heard("officer") == ["机构放弃陈述、申辩"]
    told = Message.objects.get(kind="propose", recipient=staff).text
    assert "请于2023年11月6日前陈述、申辩" in told


def test_a_complaint_is_heard_of_by_the_province_alone(scene, title, carry):
    complaint, _ = complained(title)
    perform(complaint, "accept", actor=scene.officer, at=NOVEMBER)
    perform(complaint, "dismiss", actor=scene.officer, at=NOVEMBER, reason="不属实。")
    carry()
    assert {m.recipient.username for m in Message.objects.all()} == {"officer"}
    assert heard("officer") == ["收到举报"]


# Reminders


def test_an_order_is_spoken_of_before_its_limit_and_the_day_after(scene, title, staff):
    ordered(scene, title)
    days = ("2023-11-23", "2023-11-24", "2023-11-25", "2023-11-28", "2023-11-30")
    found = [reminded(day) for day in days]
    assert [sorted(each) for each in found] == [
        [],
        ["officer", "staff"],
        [],
        ["officer", "staff"],
        ["officer", "staff"],
    ]
    assert found[1]["staff"].startswith("整改期限还有 7 天")
    assert reminded("2023-12-01") == {}
    assert reminded("2023-12-04")["staff"].startswith("整改期限已过")
    assert reminded("2023-12-05") == {}


def test_a_report_silences_the_reminders(scene, title, staff):
    order = ordered(scene, title)
    services.hand_in_report(order, text="好。", uploads=[picture()], by=staff, at=NOVEMBER)
    assert reminded("2023-11-24") == {}


def test_a_statement_is_asked_for_until_its_day(scene, title, staff):
    proposed(scene, title)
    assert reminded("2023-11-06")["staff"].startswith("陈述申辩期限今天截止")
    assert reminded("2023-11-07")["officer"].startswith("陈述申辩期限已过")


def test_a_prompt_with_a_day_is_remembered(scene, title, staff):
    prompted(title, scene.city_handler)
    assert reminded("2023-11-09") == {}
    prompted(title, scene.city_handler, due_on=date(2023, 11, 10))
    assert reminded("2023-11-09") == {"staff": f"答复提醒明天截止：{title.nursery.name}"}


def test_an_order_shorter_than_a_reminder_is_not_announced_backwards(scene, title, staff):
    ordered(scene, title, days=5, limit_reason="较轻。")
    assert reminded("2023-11-01") == {}
    assert "staff" in reminded("2023-11-03")


def test_a_complaint_is_remembered_without_a_word_of_who(scene, title):
    complained(title)
    assert set(reminded("2023-11-24")) == {"officer"}
    assert reminded("2023-12-02")["officer"].startswith("举报办理已过")
    assert LATE.date() > at("2023-11-24 00:00").date()
    for message in Message.objects.all():
        assert "卫举报" not in message.text
