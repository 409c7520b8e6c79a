"""The last day of a title is announced: to its nursery three times, to its city and county once."""

from __future__ import annotations

import pytest

from notifications.models import Message
from notifications.reminders import remind
from publicity import services as publicity
from publicity.models import Title
from publicity.statuses import RevocationGround
from tests import scenes
from tests.publicity import crowd
from tests.scenes import at

OFFICES = {"county", "county-approver", "city"}


def reminded(day: str) -> dict[str, str]:
    """Runs the reminders of that morning; who got one, and its title."""
    before = set(Message.objects.values_list("pk", flat=True))
    remind(at(f"{day} 08:00"))
    fresh = Message.objects.exclude(pk__in=before).select_related("recipient")
    return {message.recipient.username: message.title for message in fresh}


@pytest.fixture
def title(scene) -> Title:
    """To 9 October 2025; somebody works for the nursery."""
    found = crowd.concluded(scene)[0]
    scenes.staff(found.nursery)
    Message.objects.all().delete()
    return found


def test_ninety_thirty_and_seven_days_before_and_the_offices_once(title):
    told = {
        day: reminded(f"2025-{day}")
        for day in ("07-10", "07-11", "07-12", "09-08", "09-09", "10-01", "10-02", "10-09", "10-10")
    }
    name = title.nursery.name
    assert {day: found for day, found in told.items() if found} == {
        "07-11": {"staff": f"称号还有 90 天到期：{name}"}
        | dict.fromkeys({"county", "county-approver"}, "称号还有 90 天到期：和平区1 家机构")
        | {"city": "称号还有 90 天到期：沈阳市1 家机构"},
        "09-09": {"staff": f"称号还有 30 天到期：{name}"},
        "10-02": {"staff": f"称号还有 7 天到期：{name}"},
    }


def test_it_says_until_when_and_what_comes_next(title):
    reminded("2025-07-11")
    own = Message.objects.get(recipient__username="staff")
    assert f"证书编号 {title.number}，有效期至2025年10月9日" in own.text
    assert "2025年的评选周期可再次申报" in own.text
    assert own.url == title.get_absolute_url()
    office = Message.objects.get(recipient__username="city")
    assert (
        office.text == f"{title.nursery.name}的称号有效期至2025年10月9日，请提醒机构按期再次申报。"
    )
    assert office.url == "/titles/?area=210100&state=valid&sort=until"


def test_a_missed_day_is_made_up_once_with_what_is_true(title):
    assert reminded("2025-09-12")["staff"].startswith("称号还有 27 天到期")
    assert reminded("2025-09-13") == {}
    assert reminded("2025-10-09") == {"staff": f"称号今天到期：{title.nursery.name}"}


def test_titles_that_end_together_make_one_message_to_an_office(scene):
    crowd.concluded(scene, 4)
    crowd.concluded(scene, 1, scene.other_county)
    Message.objects.all().delete()
    told = reminded("2025-07-11")
    assert set(told) == OFFICES | {"other-county", "other-city"}
    assert told["city"] == "称号还有 90 天到期：沈阳市4 家机构"
    text = Message.objects.get(recipient__username="city").text
    assert "等 4 家机构的称号" in text


def test_the_zone_hears_once(scene):
    crowd.concluded(scene, 1, scene.zone)
    Message.objects.all().delete()
    assert set(reminded("2025-07-11")) == {"zone-county", "zone-city"}
    assert Message.objects.filter(recipient__username="zone-city").count() == 1


def test_nobody_is_reminded_of_what_was_revoked(scene, title):
    publicity.revoke_title(
        title,
        ground=RevocationGround.CLOSED,
        actor=scene.officer,
        at=at("2025-07-01 09:00"),
        reason="已停办。",
    )
    Message.objects.all().delete()
    assert reminded("2025-07-11") == reminded("2025-10-02") == {}


def test_a_revocation_names_its_ground(scene, title, carry):
    carry()
    publicity.revoke_title(
        title,
        ground=RevocationGround.CLOSED,
        actor=scene.officer,
        at=at("2025-07-01 09:00"),
        reason="已停办。",
    )
    carry()
    told = Message.objects.get(recipient__username="staff", event__verb="revoke")
    assert "因停止提供托育服务撤销，证书不再有效。理由：已停办。" in told.text


def test_an_application_that_gives_way_tells_its_nursery_and_offices(scene, title, carry):
    from applications import services as applications
    from tests.publicity.test_eligibility import cycle_of
    from workflow import perform

    carry()
    staff = title.nursery.pk and Message._meta.get_field("recipient").related_model.objects.get(
        username="staff"
    )
    when = at("2025-06-10 09:00")
    draft = applications.draft(title.nursery, cycle_of(scene, 2025), by=staff, at=when)
    Title.objects.update(valid_until="2027-06-30")
    perform(draft, "give_way", actor=None, at=when, reason="机构现有称号。")
    carry()
    told = Message.objects.filter(event__verb="give_way")
    assert [(m.recipient.username, m.title) for m in told] == [
        ("staff", f"申报终止：{title.nursery.name}")
    ]
    assert "机构现有称号。" in told.get().text
