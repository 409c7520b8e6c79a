"""Objections: taken to the last second, confidential, decided by who had no part in the file."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from applications.statuses import ApplicationState, Step, Tier, Verdict
from files.services import Rejected
from publicity import services
from publicity.models import Objection
from publicity.progress import stages
from publicity.statuses import UNSETTLED, EntryOutcome, ObjectionState
from scoring.models import Sheet
from tests import scenes
from tests.publicity import crowd
from tests.publicity.crowd import CONCLUDED
from tests.scenes import NOTICED, PDF, at
from workflow import Refused, open_to, perform, why_not
from workflow.models import Event

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99"
    b"=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
pytestmark = pytest.mark.django_db


# Filing


def test_an_objection_gets_a_receipt_and_a_day(scene, notice):
    objection = crowd.objected(notice)
    assert len(objection.receipt) == 10
    assert objection.state == ObjectionState.FILED
    assert objection.due_on == date(2023, 10, 12)
    assert objection.filed_at == NOTICED
    assert str(objection) == f"异议 {objection.receipt}"


def test_it_is_taken_to_the_last_second_of_the_last_day(notice):
    assert crowd.objected(notice, at("2023-10-09 23:59")).pk
    with pytest.raises(Refused, match="公示期已结束"):
        crowd.objected(notice, at("2023-10-10 00:00"))
    assert Objection.objects.count() == 1


def test_a_draft_takes_no_objection(scene):
    with pytest.raises(Refused, match="公示期已结束"):
        crowd.objected(crowd.drafted(scene))


def test_a_closed_notice_takes_no_objection_whatever_the_clock_says(scene, notice):
    services.settle(CONCLUDED)
    with pytest.raises(Refused, match="公示期已结束"):
        crowd.objected(notice, NOTICED)


def test_an_entry_that_left_takes_no_objection(scene, notice):
    first = crowd.objected(notice)
    perform(first, "accept", actor=scene.officer, at=NOTICED)
    services.uphold(first, actor=scene.officer, at=NOTICED, reason="属实。")
    with pytest.raises(Refused, match="已不在公示名单中"):
        crowd.objected(notice)


def test_evidence_is_kept_with_it(notice):
    entry = notice.entries.first()
    uploads = [ContentFile(PNG, name="护栏.png"), ContentFile(PDF, name="说明.pdf")]
    objection, _ = services.receive_objection(
        entry,
        name="冯异议",
        contact="13711112222",
        content="二楼未设护栏。",
        uploads=uploads,
        at=NOTICED,
    )
    assert [file.name for file in objection.evidence.order_by("pk")] == ["护栏.png", "说明.pdf"]
    assert all(file.created_by is None for file in objection.evidence.all())


def test_a_file_that_is_not_taken_takes_the_objection_with_it(notice):
    entry = notice.entries.first()
    with pytest.raises(Rejected):
        services.receive_objection(
            entry,
            name="冯异议",
            contact="13711112222",
            content="二楼未设护栏。",
            uploads=[ContentFile(b"MZ\x90", name="a.exe")],
            at=NOTICED,
        )
    assert not Objection.objects.exists()


# Deciding


def test_refused_with_an_answer(scene, notice):
    objection = crowd.objected(notice)
    with pytest.raises(Refused, match="请写明理由"):
        perform(objection, "refuse", actor=scene.officer, at=NOTICED)
    perform(objection, "refuse", actor=scene.officer, at=NOTICED, reason="非公示所涉事项。")
    assert (objection.answer, objection.handled_at) == ("非公示所涉事项。", NOTICED)
    assert objection.is_settled


def test_accepted_then_overruled(scene, notice):
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=scene.officer, at=NOTICED)
    assert not objection.is_settled
    perform(objection, "overrule", actor=scene.officer, at=CONCLUDED, reason="查无此事。")
    assert (objection.state, objection.answer) == (ObjectionState.OVERRULED, "查无此事。")
    assert notice.entries.clear().count() == 3


def test_upheld_the_entry_leaves_the_list_and_the_application_ends(scene, notice):
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=scene.officer, at=NOTICED)
    services.uphold(objection, actor=scene.officer, at=CONCLUDED, reason="护栏确未设置。")
    entry = notice.entries.get(pk=objection.entry_id)
    assert entry.outcome == EntryOutcome.REMOVED
    assert entry.application.state == ApplicationState.OBJECTION_UPHELD
    assert "护栏" not in entry.outcome_reason
    assert len(services.conclude(notice, actor=scene.officer, at=CONCLUDED)) == 2


def test_a_second_objection_to_an_entry_that_left_can_still_be_upheld(scene, notice):
    first, second = crowd.objected(notice), crowd.objected(notice)
    for objection in (first, second):
        perform(objection, "accept", actor=scene.officer, at=NOTICED)
        services.uphold(objection, actor=scene.officer, at=CONCLUDED, reason="属实。")
    assert second.state == ObjectionState.UPHELD
    assert Event.objects.filter(verb="uphold_objection").count() == 1


def test_a_title_is_never_taken_by_an_objection(scene, notice):
    """It cannot come to that through the portal; the service refuses it all the same."""
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=scene.officer, at=NOTICED)
    notice.entries.filter(pk=objection.entry_id).update(outcome=EntryOutcome.AWARDED)
    with pytest.raises(Refused, match="监督管理"):
        services.uphold(objection, actor=scene.officer, at=CONCLUDED, reason="属实。")
    objection.refresh_from_db()
    assert objection.state == ObjectionState.ACCEPTED


@pytest.mark.parametrize("who", ["county_handler", "county_approver", "city_handler"])
def test_only_the_province_handles_objections(scene, notice, who):
    objection = crowd.objected(notice)
    with pytest.raises(PermissionDenied):
        perform(objection, "accept", actor=getattr(scene, who), at=NOTICED)
    assert not Objection.objects.visible_to(getattr(scene, who)).exists()
    assert not open_to(getattr(scene, who), objection, at=NOTICED)


# Recusal


def test_who_scored_the_file_cannot_decide_on_it(scene, notice):
    objection = crowd.objected(notice)
    application = objection.entry.application
    application.reviews.create(
        step=Step.PAPER,
        reviewer=scene.officer,
        assigned_by=scene.officer,
        assigned_at=NOTICED,
        sheet=Sheet.objects.create(version=scene.version, purpose="applications.review"),
        superseded=True,
    )
    for move in ("accept", "refuse"):
        assert "应当回避" in why_not(objection, move, user=scene.officer, at=NOTICED)[0].text
    offers = open_to(scene.officer, objection, at=NOTICED)
    assert [offer.enabled for offer in offers] == [False, False]


@pytest.mark.parametrize(
    ("tier", "recused"), [(Tier.COUNTY, True), (Tier.CITY, True), (Tier.PROVINCE, False)]
)
def test_who_signed_for_county_or_city_cannot_decide_on_it(scene, notice, tier, recused):
    objection = crowd.objected(notice)
    objection.entry.application.opinions.create(
        tier=tier, verdict=Verdict.RECOMMEND, by=scene.officer, at=NOTICED
    )
    problems = why_not(objection, "accept", user=scene.officer, at=NOTICED)
    assert bool(problems) is recused


def test_the_portal_itself_has_no_part_in_any_file(scene, notice):
    objection = crowd.objected(notice)
    guards = type(objection).accept._django_fsm.transitions[ObjectionState.FILED].conditions
    from workflow import Move

    assert guards[0].problems(objection, Move("accept", None, NOTICED)) == []


# Confidence


def test_its_events_show_in_no_countys_or_citys_area(scene, notice):
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=scene.officer, at=NOTICED)
    events = Event.objects.of(objection)
    assert events.count() == 2
    for region in (scene.county, scene.city, scene.other_city):
        assert (
            not Event.objects.in_area(region.path)
            .filter(subject_type="publicity.objection")
            .exists()
        )


def test_no_event_names_the_objector(scene, notice):
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=scene.officer, at=NOTICED)
    services.uphold(objection, actor=scene.officer, at=CONCLUDED, reason="属实。")
    for event in Event.objects.all():
        told = f"{event.reason}{event.data}"
        assert not any(word in told for word in ("冯异议", "13711112222", "护栏"))


# Lists


def test_what_waits_comes_first_by_its_day(scene, notice):
    late = crowd.objected(notice, at("2023-10-07 09:00"))
    early = crowd.objected(notice)
    done = crowd.objected(notice)
    perform(done, "refuse", actor=scene.officer, at=NOTICED, reason="重复。")
    assert list(Objection.objects.by_urgency()) == [early, late, done]
    assert set(Objection.objects.unsettled()) == {early, late}
    assert list(Objection.objects.in_state(ObjectionState.REFUSED)) == [done]
    assert Objection.objects.in_state("").count() == 3


def test_a_receipt_is_found_however_it_is_typed(notice):
    objection = crowd.objected(notice)
    typed = f" {objection.receipt[:5].lower()}-{objection.receipt[5:]}"
    assert Objection.objects.with_receipt(typed).get() == objection
    assert not Objection.objects.with_receipt("").exists()


# The database


def test_a_settled_objection_has_an_answer(notice):
    objection = crowd.objected(notice)
    with pytest.raises(IntegrityError, match="answered_when_settled"), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(state=ObjectionState.REFUSED)
    assert ObjectionState.REFUSED not in UNSETTLED


def test_strangers_see_none(scene, notice):
    crowd.objected(notice)
    staff = scenes.staff(scenes.nursery(scene.county, "别家园"))
    for user in (None, staff, scene.experts[0]):
        assert not Objection.objects.visible_to(user).exists()
    assert Objection.objects.visible_to(scene.officer).exists()


# Its stages


def test_without_its_events_a_stage_has_no_day(scene, notice):
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=scene.officer, at=NOTICED)
    told = [(stage.label, stage.note) for stage in stages(objection, [])]
    assert told == [("提交异议", "9月27日"), ("受理", ""), ("核查", ""), ("答复", "10月12日前")]
