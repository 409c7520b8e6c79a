"""The desk of objections, and the page on which a nursery explains itself."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from publicity import services
from publicity.models import Objection, ObjectionNote, StatementRequest
from tests import scenes
from tests.publicity import crowd
from tests.publicity.conftest import signed_in
from tests.scenes import NOTICED, PDF
from workflow import perform

pytestmark = pytest.mark.django_db
QUESTION = "请说明二楼活动室护栏的设置情况。"


@pytest.fixture(autouse=True)
def during_the_notice(set_clock):
    set_clock("2023-09-27 10:00")


@pytest.fixture
def objection(scene, notice):
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=scene.officer, at=NOTICED)
    return objection


@pytest.fixture
def colleague(scene):
    return scenes.official("colleague", "吴同事", "province_officer", scene.root)


@pytest.fixture
def nursery(objection):
    return signed_in(scenes.staff(objection.entry.application.nursery))


def text(response) -> str:
    return response.content.decode()


def page_of(objection, more: str = "") -> str:
    return f"/desk/objections/{objection.pk}/{more}"


# The list


def test_filters_stay_in_the_address(scene, officer, notice, objection, colleague, set_clock):
    free, other = crowd.objected(notice), crowd.objected(notice)
    services.assign(other, colleague, by=scene.officer, at=NOTICED)
    perform(free, "refuse", actor=scene.officer, at=NOTICED, reason="重复。")
    set_clock("2023-10-13 09:00")

    def listed(**query):
        return {row.pk for row in officer.get("/desk/objections/", query).context["page_obj"]}

    everything = {objection.pk, free.pk, other.pk}
    assert listed() == everything
    assert listed(state="accepted") == {objection.pk}
    assert listed(due="overdue") == {objection.pk, other.pk}
    assert listed(assignee=colleague.pk) == {other.pk}
    assert listed(assignee="none") == {free.pk}
    assert listed(state="x", due="x", assignee="999") == everything
    nothing = {"assignee": "none", "state": "filed"}
    assert "没有符合条件的异议" in text(officer.get("/desk/objections/", nothing))
    kept = text(officer.get("/desk/objections/", {"assignee": "none", "state": "refused"}))
    assert "?assignee=none&amp;state=refused&amp;sort=due_on" in kept
    assert "/desk/objections/export/?assignee=none&amp;state=refused" in kept


@pytest.mark.parametrize(
    "column", ["receipt", "nursery", "filed_at", "due_on", "state", "assignee"]
)
def test_every_column_sorts_both_ways(scene, officer, notice, objection, column):
    crowd.objected(notice, scenes.at("2023-10-07 09:00"))
    orders = [
        [row.pk for row in officer.get("/desk/objections/", {"sort": sort}).context["page_obj"]]
        for sort in (column, f"-{column}")
    ]
    assert len(orders[0]) == 2
    if column != "nursery":
        assert orders[0] == orders[1][::-1]
    by_urgency = officer.get("/desk/objections/", {"sort": "-nonsense"})
    assert by_urgency.context["page_obj"][0] == objection


def test_the_list_says_what_waits_for_the_nursery(scene, officer, objection):
    assert "待机构说明" not in text(officer.get("/desk/objections/"))
    services.ask_statement(
        objection, question=QUESTION, due_on=objection.due_on, by=scene.officer, at=NOTICED
    )
    assert "待机构说明" in text(officer.get("/desk/objections/"))


def test_the_export_is_the_list_as_searched_without_who_objected(scene, officer, notice, objection):
    perform(objection, "overrule", actor=scene.officer, at=NOTICED, reason="=HYPERLINK(1)")
    crowd.objected(notice)
    answer = officer.get("/desk/objections/export/", {"state": "overruled"})
    assert "attachment" in answer["Content-Disposition"]
    sheet = openpyxl.load_workbook(BytesIO(answer.getvalue())).active
    rows = list(sheet.values)
    assert len(rows) == 2
    assert rows[1][0] == objection.receipt
    assert rows[1][-1] == "=HYPERLINK(1)"
    assert sheet.cell(2, len(rows[0])).data_type == "s"
    told = "".join(str(cell) for row in rows for cell in row)
    assert "冯异议" not in told
    assert "13711112222" not in told
    assert scene.officer.name in told


# One objection


def test_it_is_assigned_from_its_page(scene, officer, objection, colleague):
    shown = text(officer.get(page_of(objection)))
    assert "吴同事" in shown
    answer = officer.post(page_of(objection, "assign/"), {"assignee": colleague.pk}, follow=True)
    assert "已指定吴同事承办" in text(answer)
    assert "本件由吴同事承办；需由您办理的，请先变更承办人。" in text(answer)
    assert "disabled" in text(answer)
    empty = officer.post(page_of(objection, "assign/"), {})
    assert empty.status_code == 422


def test_who_had_a_part_is_no_choice_and_said_why(scene, officer, objection, colleague):
    from applications.statuses import Tier, Verdict

    objection.entry.application.opinions.create(
        tier=Tier.CITY, verdict=Verdict.RECOMMEND, by=colleague, at=NOTICED
    )
    shown = text(officer.get(page_of(objection)))
    assert f'<option value="{colleague.pk}">' not in shown
    assert "吴同事（签署过对该机构的推荐意见）" in shown
    refused = officer.post(page_of(objection, "assign/"), {"assignee": colleague.pk})
    assert refused.status_code == 422


def test_a_refusal_in_the_meantime_is_said_on_the_page(scene, officer, objection, colleague):
    perform(objection, "overrule", actor=scene.officer, at=NOTICED, reason="查无此事。")
    for more, values in (
        ("assign/", {"assignee": colleague.pk}),
        ("notes/", {"text": "补记。"}),
        ("ask/", {"question": QUESTION, "due_on": "2023-10-08"}),
    ):
        answer = officer.post(page_of(objection, more), values)
        assert answer.status_code == 422, more


def test_notes_stand_on_the_page_with_their_files(scene, officer, objection):
    upload = SimpleUploadedFile("笔录.pdf", PDF)
    answer = officer.post(
        page_of(objection, "notes/"), {"text": "九月二十八日到场。", "attachments": [upload]}
    )
    assert answer.status_code == 302
    shown = text(officer.get(page_of(objection)))
    assert "九月二十八日到场。" in shown
    assert "笔录.pdf" in shown
    scenes.inspected(NOTICED)
    file = ObjectionNote.objects.get().files.get()
    assert officer.get(page_of(objection, f"evidence/{file.pk}/")).getvalue() == PDF
    program = SimpleUploadedFile("a.pdf", b"MZ\x90")
    refused = officer.post(page_of(objection, "notes/"), {"text": "留着", "attachments": [program]})
    assert refused.status_code == 422
    assert "留着" in text(refused)
    assert "不是可接受的类型" in text(refused)


def test_a_question_that_names_the_objector_is_refused_with_what_was_typed(officer, objection):
    values = {"question": "冯异议说护栏未设。", "due_on": "2023-10-08"}
    refused = officer.post(page_of(objection, "ask/"), values)
    assert refused.status_code == 422
    assert "不得向机构透露异议人" in text(refused)
    assert "冯异议说护栏未设。" in text(refused)
    assert "请机构说明…" in text(officer.get(page_of(objection)))


def test_an_answer_that_names_the_objector_is_refused_with_what_was_typed(officer, objection):
    address = f"/moves/publicity.objection/{objection.pk}/overrule/"
    refused = officer.post(address, {"reason": "冯异议所述不实。"})
    assert refused.status_code == 422
    assert "答复中含有异议人" in text(refused)
    assert "冯异议所述不实。" in text(refused)


# The nursery's page


def test_the_nursery_reads_the_question_and_answers(scene, officer, nursery, objection):
    asked = {"question": QUESTION, "due_on": "2023-10-08"}
    answer = officer.post(page_of(objection, "ask/"), asked, follow=True)
    assert "已请机构作出说明" in text(answer)
    statement = StatementRequest.objects.get()
    page = f"/statements/{statement.pk}/"
    shown = text(nursery.get(page))
    assert QUESTION in shown
    for secret in ("冯异议", "13711112222", "跌落", objection.receipt):
        assert secret not in shown
    assert nursery.post(page, {"text": "嗯"}).status_code == 422
    program = SimpleUploadedFile("a.pdf", b"MZ\x90")
    refused = nursery.post(page, {"text": "护栏已设，附照片。", "attachments": [program]})
    assert refused.status_code == 422
    assert "护栏已设" in text(refused)
    upload = SimpleUploadedFile("护栏.pdf", PDF)
    sent = {"text": "护栏已设，附照片。", "attachments": [upload]}
    done = nursery.post(page, sent, follow=True)
    assert "情况说明已提交" in text(done)
    assert "<textarea" not in text(done)
    again = nursery.post(page, {"text": "再补充一句。"})
    assert again.status_code == 422
    assert "已经提交，不能再改" in text(again)
    scenes.inspected(NOTICED)
    file = statement.files.get()
    assert nursery.get(f"{page}files/{file.pk}/").getvalue() == PDF
    assert "护栏已设，附照片。" in text(officer.get(page_of(objection)))
    assert "护栏.pdf" in text(officer.get(page))
    assert officer.get(page_of(objection, f"evidence/{file.pk}/")).getvalue() == PDF


def test_late_is_said_and_taken_and_after_the_end_it_is_not(
    scene, officer, nursery, objection, set_clock
):
    statement = services.ask_statement(
        objection, question=QUESTION, due_on=NOTICED.date(), by=scene.officer, at=NOTICED
    )
    page = f"/statements/{statement.pk}/"
    assert "机构尚未答复" in text(officer.get(page))
    set_clock("2023-10-09 09:00")
    assert "已过答复期限" in text(nursery.get(page))
    perform(objection, "overrule", actor=scene.officer, at=NOTICED, reason="查无此事。")
    assert "该事项已经办结" in text(nursery.get(page))


def test_nobody_else_finds_it(scene, objection):
    statement = services.ask_statement(
        objection, question=QUESTION, due_on=objection.due_on, by=scene.officer, at=NOTICED
    )
    other = scenes.staff(scenes.nursery(scene.county, "别家园"), "other", "朱别")
    people = (scene.county_handler, scene.county_approver, scene.city_handler, scene.experts[0])
    for address in (f"/statements/{statement.pk}/", f"/statements/{statement.pk}/files/1/"):
        for who in (*people, other):
            assert signed_in(who).get(address).status_code == 404
        assert Client().get(address).status_code == 302
        assert Client().post(address).status_code in {302, 405}
    assert Objection.objects.count() == 1
