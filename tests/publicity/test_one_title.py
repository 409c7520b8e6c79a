"""No application is under way beside a title that outlives its cycle, whatever came first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from applications import eligibility
from applications import services as applications
from applications.models import Application
from applications.services.foresight import outlook
from portal import invariants
from publicity import services
from publicity.models import Notice, NoticeEntry, Objection, Title
from publicity.services.titles import HAS_A_TITLE
from publicity.statuses import EntryOutcome, RevocationGround
from quotas.models import Place
from tests import scenes
from tests.publicity import crowd
from tests.publicity.crowd import CONCLUDED
from tests.publicity.test_eligibility import cycle_of
from tests.scenes import NOTICED, Province, at
from workflow import Refused, perform, why_not
from workflow.models import Event

pytestmark = pytest.mark.django_db
JUNE = at("2025-06-10 09:00")
LATE = at("2025-07-01 09:00")


@pytest.fixture
def held(scene: Province) -> Notice:
    """Concluded in 2023 over one nursery, which an objection holds back."""
    notice = crowd.opened(scene)
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=scene.officer, at=NOTICED)
    services.conclude(notice, actor=scene.officer, at=CONCLUDED, decision_number="示例〔2023〕2号")
    notice.refresh_from_db()
    return notice


def award_late(scene: Province, notice: Notice) -> Title:
    """The objection is overruled two years later, and the nursery awarded at last."""
    objection = Objection.objects.get()
    perform(objection, "overrule", actor=scene.officer, at=LATE, reason="查无实据。")
    (title,) = services.award_held(notice, actor=scene.officer, at=LATE)
    return title


def nursery_of(notice: Notice):
    return notice.entries.get().application.nursery


def later(scene: Province, notice: Notice, state: str = "passed") -> Application:
    """What the held nursery applies with in 2025, with a place of that cycle."""
    in_2025 = replace(scene, cycle=cycle_of(scene, 2025))
    (row,) = crowd.passed(in_2025)
    Application.objects.filter(pk=row.pk).update(nursery=nursery_of(notice), state=state)
    return Application.objects.get(pk=row.pk)


def last_event(application: Application) -> Event:
    return Event.objects.of(application).last()


def test_a_title_that_begins_late_ends_the_draft_of_the_next_cycle(scene, held):
    nursery = nursery_of(held)
    by = scenes.staff(nursery)
    draft = applications.draft(nursery, cycle_of(scene, 2025), by=by, at=JUNE)
    title = award_late(scene, held)
    draft.refresh_from_db()
    event = last_event(draft)
    assert (title.valid_until, draft.state) == (date(2027, 6, 30), "withdrawn")
    assert (event.verb, event.actor, event.at) == ("give_way", None, LATE)
    assert title.number in event.reason
    assert "有效期至2027年6月30日" in event.reason
    assert list(invariants.publicity.titles_leave_room()) == []


def test_a_file_at_the_province_gives_its_place_back(scene, held):
    application = later(scene, held, "provincial_review")
    place = application.place_id
    award_late(scene, held)
    application.refresh_from_db()
    assert (application.state, application.place) == ("withdrawn", None)
    assert Place.objects.get(pk=place).taken_at is None


def test_a_passed_one_leaves_the_draft_of_a_notice(scene, held):
    application = later(scene, held)
    notice = services.compose(
        application.cycle,
        title="2025年公示",
        body="现予公示。",
        contact="024-00000000",
        number="",
        by=scene.officer,
        at=JUNE,
    )
    assert notice.entries.get().application == application
    award_late(scene, held)
    assert not notice.entries.exists()
    application.refresh_from_db()
    assert application.state == "withdrawn"


def test_one_in_notice_leaves_the_list_visibly(scene, held, client, set_clock):
    application = later(scene, held)
    notice = services.compose(
        application.cycle,
        title="2025年公示",
        body="现予公示。",
        contact="024-00000000",
        number="",
        by=scene.officer,
        at=JUNE,
    )
    services.publish(notice, actor=scene.officer, at=LATE)
    award_late(scene, held)
    entry = notice.entries.get()
    assert (entry.outcome, entry.outcome_reason) == (EntryOutcome.REMOVED, HAS_A_TITLE)
    set_clock("2025-07-01 10:00")
    page = client.get(notice.get_absolute_url()).content.decode()
    assert HAS_A_TITLE in page
    assert "已移出名单" in page
    assert list(invariants.publicity.entries_agree_with_applications()) == []


def test_a_title_of_the_next_cycle_ends_what_is_held_back_in_the_old_one(scene, held):
    """The other way round: the objection of 2023 is still open when the title of 2025 begins."""
    new = later(scene, held)
    notice = services.compose(
        new.cycle,
        title="2025年公示",
        body="现予公示。",
        contact="024-00000000",
        number="",
        by=scene.officer,
        at=JUNE,
    )
    services.publish(notice, actor=scene.officer, at=LATE)
    services.conclude(notice, actor=scene.officer, at=at("2025-08-01 09:00"))
    old = NoticeEntry.objects.get(notice=held)
    assert (old.outcome, old.application.state) == (EntryOutcome.REMOVED, "withdrawn")
    assert Title.objects.get().cycle.year == 2025
    # The objection is still answered; nothing is left to award.
    perform(Objection.objects.get(), "overrule", actor=scene.officer, at=LATE, reason="查无实据。")
    assert services.award_held(held, actor=scene.officer, at=at("2025-08-02 09:00")) == []


def test_a_title_that_ends_within_the_year_leaves_the_application_alone(scene):
    title = crowd.concluded(scene)[0]
    by = scenes.staff(title.nursery)
    draft = applications.draft(title.nursery, cycle_of(scene, 2025), by=by, at=JUNE)
    with pytest.raises(Refused, match="没有使本件申报终止的称号"):
        perform(draft, "give_way", actor=None, at=JUNE, reason="试。")
    with pytest.raises(PermissionDenied):
        perform(draft, "give_way", actor=scene.officer, at=JUNE, reason="试。")
    assert list(invariants.publicity.titles_leave_room()) == []


def test_what_shuts_the_submit_shuts_every_later_step(scene):
    """The title is revoked while the next application waits: county, city, province are told."""
    title = crowd.concluded(scene)[0]
    application = Application.objects.get(pk=title.application_id)
    cycle = cycle_of(scene, 2025)
    by = scenes.staff(title.nursery)
    application = applications.draft(title.nursery, cycle, by=by, at=JUNE)
    services.revoke_title(
        title, ground=RevocationGround.FRAUD, actor=scene.officer, at=LATE, reason="弄虚作假。"
    )
    steps = {
        "draft": ("submit", by),
        "returned": ("resubmit", by),
        "county_review": ("recommend_to_city", scene.county_handler),
        "city_review": ("recommend_to_province", scene.city_handler),
        "provincial_review": ("pass_review", scene.officer),
    }
    for state, (move, who) in steps.items():
        application.__dict__["state"] = state
        told = [problem.text for problem in why_not(application, move, user=who, at=LATE)]
        assert any("2 个评选周期内不得申报" in sentence for sentence in told), move


def test_only_whoever_had_a_title_or_a_bar_has_to_be_asked_about(scene):
    title, *_ = crowd.concluded(scene, 2)
    other = scenes.nursery(scene.county, "从未获称号的托育园")
    assert eligibility.concerned({title.nursery_id, other.pk}) == {title.nursery_id}


def test_a_batch_foresees_what_shuts_a_recommendation(scene):
    """The county's preview says of whose title was revoked what it would be told by hand."""
    free, _ = scenes.submitted(scene)
    barred, _ = scenes.submitted(scene, name="曾获称号的托育园", username="second")
    title = crowd.concluded(scene)[0]
    services.revoke_title(
        title, ground=RevocationGround.FRAUD, actor=scene.officer, at=CONCLUDED, reason="假证。"
    )
    Title.objects.filter(pk=title.pk).update(
        nursery=barred.nursery_id, cycle=cycle_of(scene, 2021), ended_at=scenes.JUNE
    )
    files = list(Application.objects.in_state("county_review").for_list())
    found = outlook(files, "recommend_to_city", {}, by=scene.county_handler, at=scenes.JULY)
    said = {pk: "".join(p.text for p in problems) for pk, problems in found.problems.items()}
    assert "个评选周期内不得申报" in said[barred.pk]
    assert "个评选周期内不得申报" not in said[free.pk]


def test_an_application_beside_a_title_is_named(scene):
    title = crowd.concluded(scene)[0]
    by = scenes.staff(title.nursery)
    draft = applications.draft(title.nursery, cycle_of(scene, 2025), by=by, at=JUNE)
    Title.objects.update(valid_until=date(2026, 1, 1))
    assert list(invariants.publicity.titles_leave_room()) == [
        f"申报 {draft.number}：仍在办理，而机构的称号在该周期内不到期。"
    ]


def test_a_nursery_with_two_titles_for_some_days_counts_once(scene):
    first = crowd.concluded(scene)[0]
    crowd.titles(replace(scene, cycle=cycle_of(scene, 2025)), scene.cycle, 1, date(2025, 9, 1))
    Title.objects.exclude(pk=first.pk).update(nursery=first.nursery_id)
    counted = {unit.name: n for unit, n in Title.objects.counts_by_city(date(2025, 9, 2))}
    assert counted["沈阳市"] == 1
