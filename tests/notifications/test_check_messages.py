"""Who hears of a spot check, and when: nobody is warned of a visit."""

from __future__ import annotations

import pytest

from notifications.models import Message
from notifications.reminders import remind
from notifications.services import announce
from portal.waiting import supervision as waiting
from supervision import services
from supervision.models import SpotCheck
from tests import scenes
from tests.publicity import crowd
from tests.scenes import at
from tests.supervision import checking
from tests.supervision.checking import NOVEMBER
from workflow import perform
from workflow.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(db):
    return scenes.province()


@pytest.fixture
def title(scene):
    return crowd.concluded(scene)[0]


def heard(check) -> dict[str, set[str]]:
    """What everybody hears of all that happened to the check so far."""
    for event in Event.objects.of(check):
        announce(event)
    found: dict[str, set[str]] = {}
    for message in Message.objects.select_related("recipient"):
        found.setdefault(message.recipient.username, set()).add(message.title)
    return found


def test_before_the_end_only_the_inspectors_hear(scene, title):
    scenes.staff(title.nursery)
    check = checking.visited(scene, checking.opened(scene, title))
    name = title.nursery.name
    assert heard(check) == {
        "expert1": {f"指派检查任务：{name}"},
        "expert2": {f"指派检查任务：{name}"},
    }
    services.release_inspector(
        check, scene.experts[1], by=scene.officer, at=NOVEMBER, reason="生病。"
    )
    assert f"撤回检查任务：{name}" in heard(check)["expert2"]


def test_the_result_goes_to_nursery_province_city_and_county(scene, title):
    scenes.staff(title.nursery)
    check = checking.finished(scene, title)
    found = heard(check)
    assert found["staff"] == {"抽查结果：发现问题"}
    for who in ("officer", "city", "county", "county-approver"):
        assert found[who] == {f"抽查完成：{title.nursery.name}，发现问题"}, who
    assert "other-city" not in found
    for message in Message.objects.filter(recipient__username="staff"):
        assert "专家" not in message.text
        assert message.url == check.get_absolute_url()
    told = Message.objects.filter(recipient__username="city").get()
    assert "得分 78" in told.text


def test_the_end_of_a_campaign_is_announced_while_checks_are_open(scene, title):
    campaign = checking.running(scene, size=1)
    check = campaign.checks.get()
    checking.begun(scene, check)

    def reminded(day: str) -> set[tuple[str, str]]:
        before = list(Message.objects.values_list("pk", flat=True))
        remind(at(f"{day} 08:00"))
        mine = Message.objects.filter(kind__in=["remind_campaign", "remind_check"])
        mine = mine.exclude(pk__in=before)
        return set(mine.values_list("recipient__username", "title"))

    assert reminded("2023-12-07") == set()
    assert reminded("2023-12-08") == {
        ("officer", "抽查还有 7 天：1 件未办结"),
        ("expert1", f"检查任务还有 7 天：{title.nursery.name}"),
        ("expert2", f"检查任务还有 7 天：{title.nursery.name}"),
    }
    scene.experts[1].is_active = False
    scene.experts[1].save()
    assert {who for who, _ in reminded("2023-12-12")} == {"officer", "expert1"}
    services.cancel_check(check, actor=scene.officer, at=NOVEMBER, reason="停业。")
    assert reminded("2023-12-15") == set()


def test_home_pages_say_what_waits(scene, title):
    staff = scenes.staff(title.nursery)
    campaign = checking.running(scene, size=1)
    check = campaign.checks.get()
    (panel,) = waiting.campaigns(scene.officer, NOVEMBER)
    assert [row.note for row in panel.rows] == ["已办结 0 / 1"]
    assert [figure.value for figure in panel.figures] == [1]
    assert list(waiting.campaigns(scene.city_handler, NOVEMBER)) == []
    assert list(waiting.checks_to_make(scene.experts[0], NOVEMBER)) == []
    checking.visited(scene, check)
    (panel,) = waiting.checks_to_make(scene.experts[0], NOVEMBER)
    assert [row.text for row in panel.rows] == [title.nursery.name]
    assert list(waiting.check_results(staff, NOVEMBER)) == []
    services.finish_check(SpotCheck.objects.get(), actor=scene.experts[0], at=NOVEMBER)
    (panel,) = waiting.check_results(staff, NOVEMBER)
    assert panel.rows[0].text == f"{title.nursery.name}抽查结果：发现问题"
    assert list(waiting.check_results(staff, at("2024-02-01 09:00"))) == []
    perform(campaign, "close", actor=scene.officer, at=NOVEMBER, reason="完成。")
    assert list(waiting.campaigns(scene.officer, NOVEMBER)) == []
    checking.prepared(scene, name="下一次")
    checking.opened(scene, title)
    (panel,) = waiting.campaigns(scene.officer, NOVEMBER)
    assert [row.note for row in panel.rows] == ["待抽取"]
    assert list(waiting.checks_to_make(scene.experts[0], NOVEMBER)) == []
