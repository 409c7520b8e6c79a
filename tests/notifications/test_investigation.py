"""Who hears of an objection while it is looked into, and when its days run out."""

from __future__ import annotations

from datetime import date

import pytest

from notifications.models import Message
from publicity import services as publicity
from publicity.models import Objection
from tests import scenes
from tests.notifications.test_reminders import reminded
from tests.publicity import crowd
from tests.scenes import NOTICED, at
from workflow import perform
from workflow.models import Delivery
from workflow.tasks import deliver

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(scene):
    return scenes.official("colleague", "吴同事", "province_officer", scene.root)


@pytest.fixture
def objection(scene, colleague) -> Objection:
    return crowd.objected(crowd.opened(scene))


def told(kind: str) -> dict[str, Message]:
    for pk in Delivery.objects.filter(done_at=None).values_list("pk", flat=True):
        deliver(pk)
    found = Message.objects.filter(kind__endswith=kind).select_related("recipient")
    return {message.recipient.username: message for message in found}


def test_the_assignee_alone_hears_of_the_assignment(scene, objection, colleague):
    publicity.assign(objection, colleague, by=scene.officer, at=NOTICED)
    (name, message), *others = told("assign").items()
    assert (name, others) == ("colleague", [])
    assert objection.receipt in message.text
    assert "2023年10月12日" in message.text


def test_the_nursery_is_asked_and_the_handlers_hear_of_the_answer(scene, objection, colleague):
    staff = scenes.staff(objection.entry.application.nursery)
    perform(objection, "accept", actor=scene.officer, at=NOTICED)
    statement = publicity.ask_statement(
        objection, question="护栏？", due_on=date(2023, 10, 8), by=scene.officer, at=NOTICED
    )
    asked = told("ask_statement")
    assert set(asked) == {"staff"}
    assert asked["staff"].url == f"/statements/{statement.pk}/"
    assert "2023年10月8日" in asked["staff"].text
    for secret in ("异议", objection.receipt, "冯异议", "护栏"):
        assert secret not in asked["staff"].title + asked["staff"].text
    publicity.give_statement(statement, text="已设。", by=staff, at=NOTICED)
    given = told("give_statement")
    assert set(given) == {"officer", "colleague"}
    assert given["officer"].url == objection.get_absolute_url()


def test_its_days_are_told_to_who_has_it_or_to_all(scene, objection, colleague):
    title = f"异议办理还有 7 天：{objection.entry.application.nursery.name}"
    assert reminded("2023-10-05") == {"officer": title, "colleague": title}
    publicity.assign(objection, colleague, by=scene.officer, at=NOTICED)
    assert set(reminded("2023-10-09")) == {"colleague"}
    colleague.is_active = False
    colleague.save()
    assert set(reminded("2023-10-11")) == {"officer"}


def test_overdue_it_is_told_to_all_the_next_day_and_every_third(scene, objection, colleague):
    publicity.assign(objection, colleague, by=scene.officer, at=NOTICED)
    assert set(reminded("2023-10-12")) == {"colleague"}
    days = [set(reminded(f"2023-10-{day}")) for day in range(13, 18)]
    both = {"officer", "colleague"}
    assert days == [both, set(), set(), both, set()]
    message = Message.objects.filter(kind="remind_objection_overdue").latest("pk")
    assert "异议已逾期 4 天" in message.title
    assert "承办人吴同事" in message.text
    perform(objection, "refuse", actor=colleague, at=at("2023-10-18 09:00"), reason="重复。")
    assert reminded("2023-10-19") == {}


def test_overdue_and_nobodys_says_so(scene, objection):
    reminded("2023-10-13")
    message = Message.objects.filter(kind="remind_objection_overdue").latest("pk")
    assert "尚未指定承办人" in message.text


def test_the_nursery_is_reminded_of_its_statement(scene, objection, colleague):
    staff = scenes.staff(objection.entry.application.nursery)
    perform(objection, "accept", actor=scene.officer, at=NOTICED)
    statement = publicity.ask_statement(
        objection, question="护栏？", due_on=date(2023, 10, 4), by=scene.officer, at=NOTICED
    )
    days = [reminded(f"2023-{day}").get("staff", "") for day in ("09-30", "10-01", "10-02")]
    name = objection.entry.application.nursery.name
    assert days == ["", f"情况说明还有 3 天：{name}", ""]
    assert "异议" not in Message.objects.filter(kind="remind_statement").latest("pk").text
    publicity.give_statement(statement, text="已设。", by=staff, at=NOTICED)
    assert "staff" not in reminded("2023-10-04")
