"""A notice from draft to titles: all or nothing, on time, each entry on its own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from applications.models import Application
from applications.statuses import ApplicationState
from publicity import services
from publicity.models import Notice, Title
from publicity.statuses import EntryOutcome, NoticeState
from tests import scenes
from tests.publicity import crowd
from tests.publicity.crowd import CONCLUDED
from tests.scenes import NOTICED, SEPTEMBER, at
from workflow import Refused, perform, why_not
from workflow.models import Event

LAST_DAY = at("2023-10-09 23:59")
pytestmark = pytest.mark.django_db


def states(notice: Notice) -> list[str]:
    entries = notice.entries.order_by("pk")
    return list(entries.values_list("application__state", flat=True))


# The draft


def test_a_draft_holds_what_passed_and_is_on_no_notice_yet(scene):
    first = crowd.drafted(scene, 2)
    second = crowd.drafted(scene, 1)
    assert first.entries.count() == 2
    assert second.entries.count() == 1
    assert first.state == second.state == NoticeState.DRAFT
    assert [event.verb for event in Event.objects.of(first)] == ["compose"]


def test_only_the_province_composes(scene):
    with pytest.raises(PermissionDenied):
        services.compose(
            scene.cycle,
            title="t",
            body="b",
            contact="c",
            number="",
            by=scene.city_handler,
            at=SEPTEMBER,
        )
    assert not Notice.objects.exists()


def test_the_words_of_a_draft_can_be_changed(scene):
    notice = crowd.drafted(scene)
    services.edit(
        notice, {"title": "新标题", "number": notice.number}, by=scene.officer, at=SEPTEMBER
    )
    notice.refresh_from_db()
    assert notice.title == "新标题"
    assert Event.objects.of(notice).last().data == {"fields": ["title"]}


def test_saving_the_same_words_records_nothing(scene):
    notice = crowd.drafted(scene)
    services.edit(notice, {"title": notice.title}, by=scene.officer, at=SEPTEMBER)
    assert [event.verb for event in Event.objects.of(notice)] == ["compose"]


def test_strangers_change_no_draft(scene):
    notice = crowd.drafted(scene)
    with pytest.raises(PermissionDenied):
        services.edit(notice, {"title": "新标题"}, by=scene.county_handler, at=SEPTEMBER)


def test_nothing_changes_once_it_is_open(scene, notice):
    with pytest.raises(Refused, match="不能再改"):
        services.edit(notice, {"title": "新标题"}, by=scene.officer, at=NOTICED)
    with pytest.raises(Refused, match="不能再改"):
        services.choose(notice, [], by=scene.officer, at=NOTICED)


def test_the_entries_can_be_chosen(scene):
    notice = crowd.drafted(scene, 3)
    kept = Application.objects.filter(entries__notice=notice).order_by("pk")[:2]
    services.choose(notice, kept, by=scene.officer, at=SEPTEMBER)
    assert notice.entries.count() == 2


def test_words_and_entries_are_revised_together(scene):
    notice = crowd.drafted(scene, 2)
    kept = list(Application.objects.filter(entries__notice=notice).order_by("pk"))
    services.revise(notice, {"title": "新标题"}, kept, by=scene.officer, at=SEPTEMBER)
    services.revise(notice, {"title": "新标题"}, kept[:1], by=scene.officer, at=SEPTEMBER)
    assert notice.entries.count() == 1
    assert [event.verb for event in Event.objects.of(notice)] == ["compose", "edit", "choose"]


def test_only_what_passed_in_this_cycle_is_chosen(scene):
    notice = crowd.drafted(scene)
    draft, _ = scenes.drafted(scene, name="未交园")
    with pytest.raises(Refused, match="评审通过"):
        services.choose(notice, [draft], by=scene.officer, at=SEPTEMBER)
    assert notice.entries.count() == 1


def test_what_stands_on_another_notice_is_not_chosen(scene):
    first = crowd.drafted(scene, 1)
    second = crowd.drafted(scene, 1)
    taken = Application.objects.get(entries__notice=first)
    with pytest.raises(Refused, match=f"{taken.nursery.name}已列入另一公示"):
        services.choose(second, [taken], by=scene.officer, at=SEPTEMBER)
    assert first.entries.count() == second.entries.count() == 1


# Publication


def test_publishing_fixes_the_window_over_the_national_day(notice):
    assert notice.state == NoticeState.OPEN
    assert (notice.opens_on, notice.closes_on) == (date(2023, 9, 27), date(2023, 10, 9))
    assert [f"{day:%m-%d}" for day in notice.days] == ["09-27", "09-28", "10-07", "10-08", "10-09"]
    assert notice.opened_at == NOTICED
    assert states(notice) == [ApplicationState.IN_NOTICE] * 3


def test_the_cycle_may_count_from_the_next_day(scene):
    scene.cycle.first_day_counts = False
    scene.cycle.publicity_days = 3
    scene.cycle.save()
    notice = crowd.opened(scene)
    assert [f"{day:%m-%d}" for day in notice.days] == ["09-28", "10-07", "10-08"]


def test_an_empty_notice_is_not_published(scene):
    notice = crowd.drafted(scene)
    services.choose(notice, [], by=scene.officer, at=SEPTEMBER)
    with pytest.raises(Refused, match="公示名单为空"):
        services.publish(notice, actor=scene.officer, at=NOTICED)


def test_a_window_into_an_unknown_year_is_refused(scene):
    notice = crowd.drafted(scene)
    with pytest.raises(Refused, match="2027年的放假安排尚未录入"):
        services.publish(notice, actor=scene.officer, at=at("2026-12-29 09:00"))
    notice.refresh_from_db()
    assert notice.state == NoticeState.DRAFT
    assert notice.counted_days == []
    assert states(notice) == [ApplicationState.PASSED]


def test_only_the_province_publishes(scene):
    notice = crowd.drafted(scene)
    with pytest.raises(PermissionDenied):
        services.publish(notice, actor=scene.city_handler, at=NOTICED)


def test_publishing_is_all_or_nothing(scene):
    """One file that moved on since keeps the whole notice back, and is named."""
    notice = crowd.drafted(scene, 3)
    gone = Application.objects.filter(entries__notice=notice).order_by("pk")[1]
    Application.objects.filter(pk=gone.pk).update(state=ApplicationState.NOT_PASSED)
    with pytest.raises(Refused, match=f"{gone.nursery.name}：") as refusal:
        services.publish(notice, actor=scene.officer, at=NOTICED)
    assert len(refusal.value.problems) == 1
    notice.refresh_from_db()
    assert notice.state == NoticeState.DRAFT
    assert states(notice) == ["passed", "not_passed", "passed"]
    assert not Event.objects.of(notice).filter(verb="publish").exists()
    assert not Event.objects.filter(verb="put_on_notice").exists()


# The last day


@pytest.mark.parametrize(
    ("when", "accepts", "standing"),
    [
        ("2023-09-27 09:00", True, NoticeState.OPEN),
        ("2023-10-09 23:59", True, NoticeState.OPEN),
        ("2023-10-10 00:00", False, NoticeState.CLOSED),
        ("2023-11-30 09:00", False, NoticeState.CLOSED),
    ],
)
def test_the_end_is_evaluated_on_reading(notice, when, accepts, standing):
    today = at(when).date()
    assert notice.accepts_objections(today) is accepts
    assert notice.standing(today).state == standing
    assert notice.standing(today).get_state_display() == standing.label


def test_the_portal_settles_what_is_over_and_only_that(scene, notice):
    services.settle(LAST_DAY)
    notice.refresh_from_db()
    assert notice.state == NoticeState.OPEN
    services.settle(CONCLUDED)
    services.settle(CONCLUDED + timedelta(days=3))
    notice.refresh_from_db()
    assert notice.state == NoticeState.CLOSED
    assert [event.verb for event in Event.objects.of(notice)] == ["compose", "publish", "close"]
    assert Event.objects.of(notice).last().actor is None


def test_settling_passes_over_what_another_worker_has_settled(scene, notice, monkeypatch):
    seen = list(Notice.objects.over_by(CONCLUDED.date()))
    services.settle(CONCLUDED)
    monkeypatch.setattr(type(Notice.objects.all()), "over_by", lambda *_: seen)
    services.settle(CONCLUDED)
    assert Event.objects.of(notice).filter(verb="close").count() == 1


def test_nobody_closes_a_notice_by_hand(scene, notice):
    with pytest.raises(PermissionDenied):
        perform(notice, "close", actor=scene.officer, at=CONCLUDED)
    assert "尚未期满" in why_not(notice, "close", user=None, at=LAST_DAY)[0].text


# The conclusion


def test_every_clear_entry_begins_its_title(scene, notice):
    titles = services.conclude(
        notice, actor=scene.officer, at=CONCLUDED, decision_number=" 示例〔2023〕2号 "
    )
    notice.refresh_from_db()
    assert notice.state == NoticeState.CONCLUDED
    assert (notice.concluded_at, notice.decision_number) == (CONCLUDED, "示例〔2023〕2号")
    assert states(notice) == [ApplicationState.AWARDED] * 3
    assert len(titles) == Title.objects.count() == 3
    title = titles[0]
    assert title.decision_number == "示例〔2023〕2号"
    assert (title.valid_from, title.valid_until) == (date(2023, 10, 10), date(2025, 10, 9))
    assert title.awarded_on == date(2023, 10, 10)
    assert len({each.code for each in titles}) == len({each.number for each in titles}) == 3
    assert title.region_path == scene.county.path
    assert [event.verb for event in Event.objects.of(title)] == ["begin"]
    assert {entry.outcome for entry in notice.entries.all()} == {EntryOutcome.AWARDED}


def test_the_conclusion_closes_what_the_scheduler_left_open(scene, notice):
    services.conclude(notice, actor=scene.officer, at=CONCLUDED)
    verbs = [event.verb for event in Event.objects.of(notice)]
    assert verbs == ["compose", "publish", "close", "conclude"]


def test_a_notice_is_not_concluded_before_its_last_day_is_over(scene, notice):
    with pytest.raises(Refused, match="公示至2023年10月9日止，尚未期满"):
        services.conclude(notice, actor=scene.officer, at=LAST_DAY)
    notice.refresh_from_db()
    assert notice.state == NoticeState.OPEN
    assert not Title.objects.exists()


def test_it_is_concluded_once(scene, notice):
    services.conclude(notice, actor=scene.officer, at=CONCLUDED)
    with pytest.raises(Refused, match="已公布"):
        services.conclude(notice, actor=scene.officer, at=CONCLUDED)
    assert Title.objects.count() == 3


def test_strangers_conclude_nothing_and_learn_nothing(scene, notice):
    with pytest.raises(PermissionDenied):
        services.conclude(notice, actor=scene.county_approver, at=LAST_DAY)
    with pytest.raises(PermissionDenied):
        services.award_held(notice, actor=scene.county_approver, at=LAST_DAY)


def test_an_open_objection_holds_only_its_own_entry(scene, notice):
    objection = crowd.objected(notice)
    titles = services.conclude(notice, actor=scene.officer, at=CONCLUDED)
    assert len(titles) == 2
    held = notice.entries.get(pk=objection.entry_id)
    assert held.outcome == EntryOutcome.PENDING
    assert held.application.state == ApplicationState.IN_NOTICE


def test_what_was_held_is_awarded_when_the_objection_is_settled(scene, notice):
    objection = crowd.objected(notice)
    services.conclude(notice, actor=scene.officer, at=CONCLUDED, decision_number="2号")
    assert services.award_held(notice, actor=scene.officer, at=CONCLUDED) == []
    perform(objection, "accept", actor=scene.officer, at=CONCLUDED)
    assert services.award_held(notice, actor=scene.officer, at=CONCLUDED) == []
    perform(objection, "overrule", actor=scene.officer, at=CONCLUDED, reason="查无此事。")
    later = at("2023-10-20 09:00")
    (title,) = services.award_held(notice, actor=scene.officer, at=later)
    assert title.application_id == objection.entry.application_id
    assert (title.decision_number, title.valid_from) == ("2号", date(2023, 10, 20))
    assert services.award_held(notice, actor=scene.officer, at=later) == []
    assert Event.objects.of(notice).filter(verb="award_held").count() == 1


def test_a_later_award_may_have_a_decision_of_its_own(scene, notice):
    objection = crowd.objected(notice)
    services.conclude(notice, actor=scene.officer, at=CONCLUDED, decision_number="2号")
    perform(objection, "refuse", actor=scene.officer, at=CONCLUDED, reason="非公示所涉事项。")
    (title,) = services.award_held(notice, actor=scene.officer, at=CONCLUDED, decision_number="3号")
    assert title.decision_number == "3号"


def test_nothing_is_awarded_afterwards_before_the_conclusion(scene, notice):
    with pytest.raises(Refused, match="尚未公布"):
        services.award_held(notice, actor=scene.officer, at=CONCLUDED)


# The database


def test_an_open_notice_has_its_days(scene):
    with pytest.raises(IntegrityError, match="notice_window_with_state"), transaction.atomic():
        Notice.objects.create(
            cycle=scene.cycle,
            title="t",
            body="b",
            contact="c",
            state="open",
            digest="0" * 64,
            created_by=scene.officer,
        )


def test_a_notice_and_its_entry_are_called_by_their_names(scene, notice):
    assert str(notice) == "2023年省级示范托育机构名单公示"
    entry = notice.entries.first()
    assert str(entry) == entry.application.nursery.name


def test_the_whole_way_through_every_tier_ends_in_a_title(scene):
    """Not by rows written at once: the scene's own story."""
    notice, application, _ = scenes.on_notice(scene)
    (title,) = services.conclude(notice, actor=scene.officer, at=CONCLUDED)
    application.refresh_from_db()
    assert application.state == ApplicationState.AWARDED
    assert str(title) == f"{application.nursery.name} {title.number}"
