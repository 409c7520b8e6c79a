"""What the province does about an objection: by whom, what is kept, what the nursery is asked."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import DatabaseError, IntegrityError, transaction

from applications.statuses import ApplicationState, Tier, Verdict
from files.services import Rejected
from publicity import services
from publicity.models import NoticeEntry, ObjectionNote, StatementRequest, Title
from publicity.statuses import EntryOutcome, ObjectionState
from tests import scenes
from tests.publicity import crowd
from tests.publicity.crowd import CONCLUDED
from tests.scenes import NOTICED, PDF, at
from workflow import Refused, open_to, perform, why_not
from workflow.models import Event

pytestmark = pytest.mark.django_db
DUE = date(2023, 10, 8)
QUESTION = "请说明二楼活动室护栏的设置情况。"


@pytest.fixture
def colleague(scene):
    return scenes.official("colleague", "吴同事", "province_officer", scene.root)


@pytest.fixture
def objection(notice):
    return crowd.objected(notice)


@pytest.fixture
def accepted(scene, objection):
    perform(objection, "accept", actor=scene.officer, at=NOTICED)
    return objection


@pytest.fixture
def staff(objection):
    return scenes.staff(objection.entry.application.nursery)


def asked(accepted, by, **more):
    values = {"question": QUESTION, "due_on": DUE}
    return services.ask_statement(accepted, **(values | more), by=by, at=NOTICED)


def signed(objection, who):
    """Gave the city's opinion on the file."""
    objection.entry.application.opinions.create(
        tier=Tier.CITY, verdict=Verdict.RECOMMEND, by=who, at=NOTICED
    )


# Assigning


def test_it_is_given_to_a_handler_who_alone_decides(scene, objection, colleague):
    held = services.assign(objection, colleague, by=scene.officer, at=NOTICED)
    assert held.assignee == colleague
    event = Event.objects.of(objection).get(verb="assign")
    assert event.data == {"assignee": colleague.pk}
    objection.refresh_from_db()
    assert "由吴同事承办" in why_not(objection, "accept", user=scene.officer, at=NOTICED)[0].text
    assert not why_not(objection, "accept", user=colleague, at=NOTICED)
    assert [offer.enabled for offer in open_to(scene.officer, objection, at=NOTICED)] == [
        False,
        False,
    ]


def test_given_twice_it_is_recorded_once(scene, objection, colleague):
    for _ in range(2):
        services.assign(objection, colleague, by=scene.officer, at=NOTICED)
    assert Event.objects.of(objection).filter(verb="assign").count() == 1


def test_who_accepts_has_it_unless_somebody_has(scene, objection, colleague, notice):
    perform(objection, "accept", actor=scene.officer, at=NOTICED)
    assert objection.assignee == scene.officer
    other = crowd.objected(notice)
    services.assign(other, colleague, by=scene.officer, at=NOTICED)
    perform(other, "accept", actor=colleague, at=NOTICED)
    assert other.assignee == colleague


def test_who_had_a_part_in_the_file_gets_none_of_it_but_may_give_it_on(scene, objection, colleague):
    signed(objection, scene.officer)
    with pytest.raises(Refused, match="周省签署过对该机构的推荐意见，应当回避"):
        services.assign(objection, scene.officer, by=colleague, at=NOTICED)
    assert services.assign(objection, colleague, by=scene.officer, at=NOTICED)
    assert services.handlers_for(objection) == [
        (colleague, ""),
        (scene.officer, "签署过对该机构的推荐意见"),
    ]


def test_only_handlers_assign_and_are_assigned(scene, objection):
    with pytest.raises(PermissionDenied):
        services.assign(objection, scene.officer, by=scene.city_handler, at=NOTICED)
    with pytest.raises(Refused, match="不办理异议"):
        services.assign(objection, scene.city_handler, by=scene.officer, at=NOTICED)


def test_what_is_settled_is_left_as_it_is(scene, accepted, staff, colleague):
    question = asked(accepted, scene.officer)
    perform(accepted, "overrule", actor=scene.officer, at=NOTICED, reason="查无此事。")
    for act in (
        lambda: services.assign(accepted, colleague, by=scene.officer, at=NOTICED),
        lambda: services.add_note(accepted, text="补记。", by=scene.officer, at=NOTICED),
        lambda: asked(accepted, scene.officer),
        lambda: services.give_statement(question, text="已设护栏。", by=staff, at=NOTICED),
    ):
        with pytest.raises(Refused, match="办结"):
            act()


# Notes


def test_a_note_stays_as_it_was_written(scene, accepted):
    upload = ContentFile(PDF, name="现场照片.pdf")
    note = services.add_note(
        accepted, text="九月二十八日到场查看。", uploads=[upload], by=scene.officer, at=NOTICED
    )
    assert [file.name for file in note.files.all()] == ["现场照片.pdf"]
    assert str(note) == f"{accepted.pk} 核查记录 {note.pk}"
    for change in (
        lambda: ObjectionNote.objects.filter(pk=note.pk).update(text="改写。"),
        note.delete,
    ):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            change()
    event = Event.objects.of(accepted).get(verb="note")
    assert (event.data, event.reason) == ({}, "")


def test_notes_are_for_who_has_it_and_had_no_part(scene, accepted, colleague):
    with pytest.raises(Refused, match="由周省承办"):
        services.add_note(accepted, text="旁记。", by=colleague, at=NOTICED)
    with pytest.raises(PermissionDenied):
        services.add_note(accepted, text="旁记。", by=scene.city_handler, at=NOTICED)
    signed(accepted, scene.officer)
    with pytest.raises(Refused, match="应当回避"):
        services.add_note(accepted, text="旁记。", by=scene.officer, at=NOTICED)


def test_a_file_that_is_not_taken_takes_the_note_with_it(scene, accepted):
    program = ContentFile(b"MZ\x90", name="a.exe")
    with pytest.raises(Rejected):
        services.add_note(accepted, text="查看。", uploads=[program], by=scene.officer, at=NOTICED)
    assert not ObjectionNote.objects.exists()


# The nursery's statement


def test_the_nursery_is_asked_and_answers_once(scene, accepted, staff):
    statement = asked(accepted, scene.officer)
    assert str(statement) == f"情况说明 {statement.pk}"
    assert statement.is_open
    assert list(StatementRequest.objects.visible_to(staff)) == [statement]
    assert list(StatementRequest.objects.put_to(staff).waiting()) == [statement]
    upload = ContentFile(PDF, name="护栏照片.pdf")
    given = services.give_statement(
        statement, text="护栏已设。", uploads=[upload], by=staff, at=at("2023-10-07 10:00")
    )
    assert given.is_given
    assert not given.is_open
    assert [file.name for file in given.files.all()] == ["护栏照片.pdf"]
    with pytest.raises(Refused, match="已经提交"):
        services.give_statement(statement, text="再说。", by=staff, at=NOTICED)
    verbs = list(Event.objects.of(statement).values_list("verb", "data", "reason", "region_path"))
    path = scene.root.path
    assert verbs == [("ask_statement", {}, "", path), ("give_statement", {}, "", path)]


def test_late_is_better_than_never(scene, accepted, staff):
    statement = asked(accepted, scene.officer)
    assert statement.is_late(date(2023, 10, 9))
    assert not statement.is_late(DUE)
    assert services.give_statement(
        statement, text="护栏已设。", by=staff, at=at("2023-10-11 10:00")
    ).is_given


def test_another_question_follows_an_answer_only(scene, accepted, staff):
    statement = asked(accepted, scene.officer)
    with pytest.raises(Refused, match="等待机构答复"):
        asked(accepted, scene.officer)
    services.give_statement(statement, text="护栏已设。", by=staff, at=NOTICED)
    assert asked(accepted, scene.officer).pk != statement.pk


def test_a_question_never_gives_the_objector_away(scene, accepted):
    for question in ("冯异议反映护栏未设，请说明。", "反映人电话 137-1111-2222，请联系。"):
        with pytest.raises(Refused, match="不得向机构透露异议人") as refused:
            asked(accepted, scene.officer, question=question)
        assert refused.value.problems[0].field == "question"
    assert not StatementRequest.objects.exists()


def test_a_question_wants_an_accepted_objection_and_a_day_to_come(scene, objection, accepted):
    with pytest.raises(Refused, match="不能早于今天"):
        asked(accepted, scene.officer, due_on=date(2023, 9, 26))


def test_before_it_is_accepted_nobody_is_asked(scene, objection):
    with pytest.raises(Refused, match="受理异议后"):
        asked(objection, scene.officer)


def test_only_the_nursery_itself_answers(scene, accepted, staff):
    statement = asked(accepted, scene.officer)
    other = scenes.staff(scenes.nursery(scene.county, "别家园"), "other", "朱别")
    for who in (other, scene.officer, scene.county_handler, scene.city_handler):
        with pytest.raises(PermissionDenied):
            services.give_statement(statement, text="代答。", by=who, at=NOTICED)
    for who in (other, scene.county_handler, scene.county_approver, scene.city_handler):
        assert not StatementRequest.objects.visible_to(who).exists()
    assert StatementRequest.objects.visible_to(scene.officer).exists()


# The answer


@pytest.mark.parametrize("move", ["overrule", "uphold"])
def test_an_answer_never_names_the_objector(scene, accepted, move):
    with pytest.raises(Refused, match="答复中含有异议人") as refused:
        perform(accepted, move, actor=scene.officer, at=NOTICED, reason="冯异议所述不实。")
    assert refused.value.problems[0].field == "reason"
    accepted.refresh_from_db()
    assert accepted.state == ObjectionState.ACCEPTED


def test_a_refusal_never_names_the_objector(scene, objection):
    with pytest.raises(Refused, match="答复中含有异议人"):
        perform(objection, "refuse", actor=scene.officer, at=NOTICED, reason="致 13711112222。")


# After the conclusion


def held_back(scene, accepted, notice) -> NoticeEntry:
    services.conclude(notice, actor=scene.officer, at=CONCLUDED, decision_number="2号")
    entry = notice.entries.get(pk=accepted.entry_id)
    assert entry.outcome == EntryOutcome.PENDING
    assert Title.objects.count() == 2
    return entry


def test_upheld_after_the_conclusion_the_held_entry_leaves(scene, accepted, notice):
    held_back(scene, accepted, notice)
    services.uphold(accepted, actor=scene.officer, at=CONCLUDED, reason="属实。")
    entry = notice.entries.get(pk=accepted.entry_id)
    assert entry.outcome == EntryOutcome.REMOVED
    assert entry.application.state == ApplicationState.OBJECTION_UPHELD
    assert services.award_held(notice, actor=scene.officer, at=CONCLUDED) == []


def test_overruled_after_the_conclusion_the_held_entry_is_awarded(scene, accepted, notice):
    held_back(scene, accepted, notice)
    perform(accepted, "overrule", actor=scene.officer, at=CONCLUDED, reason="查无此事。")
    titles = services.award_held(notice, actor=scene.officer, at=CONCLUDED, decision_number="3号")
    assert [title.application_id for title in titles] == [accepted.entry.application_id]


def test_a_title_takes_no_objection_but_shows_where_to(scene, notice):
    services.conclude(notice, actor=scene.officer, at=CONCLUDED, decision_number="2号")
    with pytest.raises(Refused, match="投诉举报"):
        crowd.objected(notice, CONCLUDED)


# Files and lists


def test_the_handlers_reach_every_file_of_it(scene, notice, staff):
    letter = ContentFile(PDF, name="盖章函.pdf")
    objection, _ = services.receive_objection(
        notice.entries.order_by("pk")[0],
        name="某某妇女联合会",
        contact_person="褚联系",
        contact="13711112222",
        content="二楼未设护栏。",
        uploads=[ContentFile(PDF, name="照片.pdf")],
        letter=letter,
        at=NOTICED,
    )
    perform(objection, "accept", actor=scene.officer, at=NOTICED)
    upload = [ContentFile(PDF, name="笔录.pdf")]
    services.add_note(objection, text="询问。", uploads=upload, by=scene.officer, at=NOTICED)
    statement = asked(objection, scene.officer)
    upload = [ContentFile(PDF, name="说明.pdf")]
    services.give_statement(statement, text="已设。", uploads=upload, by=staff, at=NOTICED)
    names = set(objection.files.values_list("name", flat=True))
    assert names == {"盖章函.pdf", "照片.pdf", "笔录.pdf", "说明.pdf"}
    assert not crowd.objected(notice).files.exists()


def test_what_is_late_is_late_by_its_day(scene, objection):
    assert not objection.is_late(date(2023, 10, 12))
    assert objection.is_late(date(2023, 10, 13))
    late = at("2023-10-14 09:00")
    perform(objection, "refuse", actor=scene.officer, at=late, reason="重复。")
    assert objection.is_late(date(2023, 10, 14))


# The database


def test_only_a_unit_has_a_letter(objection):
    for change in ({"kind": "unit"}, {"contact_person": "褚"}):
        with pytest.raises(IntegrityError, match="of_unit_is_sealed"), transaction.atomic():
            type(objection).objects.filter(pk=objection.pk).update(**change)


def test_a_statement_is_whole_and_one_waits(scene, accepted):
    statement = asked(accepted, scene.officer)
    rows = StatementRequest.objects.filter(pk=statement.pk)
    with pytest.raises(IntegrityError, match="given_whole"), transaction.atomic():
        rows.update(text="半份说明。")
    statement.pk = None
    with pytest.raises(IntegrityError, match="one_waiting"), transaction.atomic():
        statement.save()
