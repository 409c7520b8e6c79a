"""A notice that opens by itself: on time, late, refused, taken back."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from applications.models import Application
from applications.statuses import ApplicationState
from notifications.models import Message
from publicity import services
from publicity.models import Notice
from publicity.statuses import NoticeState
from publicity.tasks import publish_due
from tests.publicity import crowd
from tests.scenes import SEPTEMBER, Province, at
from workflow import Refused, perform
from workflow.models import Delivery, Event
from workflow.tasks import deliver

pytestmark = pytest.mark.django_db
TIME = at("2023-09-27 09:00")


@pytest.fixture
def draft(scene: Province) -> Notice:
    notice = crowd.drafted(scene, 2)
    services.schedule(notice, TIME, by=scene.officer, at=SEPTEMBER)
    notice.refresh_from_db()
    return notice


def verbs(notice: Notice) -> list[str]:
    return [event.verb for event in Event.objects.of(notice)]


def test_it_is_published_when_its_time_has_come(draft):
    services.publish_due(at("2023-09-27 08:59"))
    draft.refresh_from_db()
    assert draft.state == NoticeState.DRAFT
    services.publish_due(TIME)
    services.publish_due(TIME)
    draft.refresh_from_db()
    assert (draft.state, draft.opened_at) == (NoticeState.OPEN, TIME)
    assert draft.closes_on == date(2023, 10, 9)
    assert verbs(draft) == ["compose", "schedule", "publish"]
    assert Event.objects.of(draft).last().actor is None
    states = Application.objects.filter(entries__notice=draft).values_list("state", flat=True)
    assert set(states) == {ApplicationState.IN_NOTICE}


def test_after_a_pause_it_opens_once_and_counts_from_the_real_day(draft, set_clock):
    set_clock("2023-09-30 11:00")
    publish_due()
    publish_due()
    draft.refresh_from_db()
    assert draft.opens_on == date(2023, 9, 30)
    assert [f"{day:%m-%d}" for day in draft.days] == ["10-07", "10-08", "10-09", "10-10", "10-11"]
    assert verbs(draft).count("publish") == 1


def test_a_refusal_is_kept_recorded_told_and_not_tried_again(scene, draft):
    gone = Application.objects.filter(entries__notice=draft).order_by("pk")[0]
    Application.objects.filter(pk=gone.pk).update(state=ApplicationState.NOT_PASSED)
    services.publish_due(TIME)
    services.publish_due(TIME)
    draft.refresh_from_db()
    assert draft.state == NoticeState.DRAFT
    assert draft.publish_at == TIME
    assert f"{gone.nursery.name}：" in draft.publish_refused_for
    assert not draft.is_scheduled
    assert verbs(draft) == ["compose", "schedule", "refuse_publication"]
    assert Event.objects.of(draft).last().reason == draft.publish_refused_for
    assert draft.entries.filter(number=None).count() == 2
    delivered()
    told = Message.objects.get(recipient=scene.officer)
    assert told.title == f"定时发布未成：{draft.title}"
    assert gone.nursery.name in told.text


def delivered() -> None:
    """What a worker would have done by now."""
    for delivery in Delivery.objects.filter(event__verb="refuse_publication"):
        deliver(delivery.pk)


def test_after_a_refusal_it_is_changed_and_set_anew(scene, draft):
    gone = Application.objects.filter(entries__notice=draft).order_by("pk")[0]
    Application.objects.filter(pk=gone.pk).update(state=ApplicationState.NOT_PASSED)
    services.publish_due(TIME)
    kept = Application.objects.filter(entries__notice=draft).exclude(pk=gone.pk)
    services.choose(draft, kept, by=scene.officer, at=TIME)
    later = at("2023-09-28 09:00")
    services.schedule(draft, later, by=scene.officer, at=TIME)
    services.publish_due(later)
    draft.refresh_from_db()
    assert (draft.state, draft.publish_refused_for) == (NoticeState.OPEN, "")


def test_what_is_set_is_not_changed_until_it_is_taken_back(scene, draft):
    with pytest.raises(Refused, match="请先取消定时"):
        services.edit(draft, {"title": "新标题"}, by=scene.officer, at=SEPTEMBER)
    with pytest.raises(Refused, match="请先取消定时"):
        services.choose(draft, [], by=scene.officer, at=SEPTEMBER)
    services.unschedule(draft, by=scene.officer, at=SEPTEMBER)
    services.edit(draft, {"title": "新标题"}, by=scene.officer, at=SEPTEMBER)
    services.publish_due(TIME)
    draft.refresh_from_db()
    assert (draft.state, draft.publish_at) == (NoticeState.DRAFT, None)
    with pytest.raises(Refused, match="未设定时"):
        services.unschedule(draft, by=scene.officer, at=SEPTEMBER)


def test_it_may_be_published_by_hand_before_its_time(scene, draft):
    services.publish(draft, actor=scene.officer, at=SEPTEMBER)
    services.publish_due(TIME)
    draft.refresh_from_db()
    assert draft.opened_at == SEPTEMBER
    for act in (
        lambda: services.schedule(draft, TIME, by=scene.officer, at=SEPTEMBER),
        lambda: services.unschedule(draft, by=scene.officer, at=SEPTEMBER),
    ):
        with pytest.raises(Refused, match="不能再设定时"):
            act()


@pytest.mark.parametrize("when", ["2023-09-15 09:00", "2023-09-01 09:00", "2023-11-15 09:00"])
def test_a_time_that_is_past_or_too_far_is_refused(scene, when):
    notice = crowd.drafted(scene)
    with pytest.raises(Refused, match="60 天以内") as refusal:
        services.schedule(notice, at(when), by=scene.officer, at=SEPTEMBER)
    assert refusal.value.problems[0].field == "publish_at"


def test_what_would_be_refused_then_is_refused_now(scene):
    notice = crowd.drafted(scene)
    with pytest.raises(Refused, match="2027年的放假安排尚未录入"):
        services.schedule(
            notice, at("2026-12-29 09:00"), by=scene.officer, at=at("2026-12-20 09:00")
        )


def test_only_the_province_sets_a_time(scene, draft):
    for act in (
        lambda: services.schedule(draft, TIME, by=scene.city_handler, at=SEPTEMBER),
        lambda: services.unschedule(draft, by=scene.city_handler, at=SEPTEMBER),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_the_portal_publishes_nothing_else_and_nothing_before(scene, draft):
    other = crowd.drafted(scene)
    with pytest.raises(PermissionDenied):
        perform(other, "publish", actor=None, at=TIME)
    with pytest.raises(Refused, match="尚未到设定的发布时间"):
        perform(draft, "publish", actor=None, at=SEPTEMBER)


def test_who_was_faster_leaves_nothing_to_do(scene, draft, monkeypatch):
    seen = list(Notice.objects.due_by(TIME))
    services.publish(draft, actor=scene.officer, at=SEPTEMBER)
    monkeypatch.setattr(type(Notice.objects.all()), "due_by", lambda *_: seen)
    services.publish_due(TIME)
    assert verbs(draft) == ["compose", "schedule", "publish"]
