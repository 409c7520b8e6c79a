"""Objecting without a login, and following it by number and code."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from files import fields
from publicity import opened, services, throttle
from publicity.forms import objections as forms
from publicity.models import Objection
from publicity.statuses import ObjectionMatter, ObjectorKind
from publicity.throttle import Limit
from tests.publicity import crowd
from tests.publicity.crowd import CONCLUDED
from tests.publicity.test_objections import PDF, PNG
from tests.publicity.test_public_views import object_page, text
from tests.puzzling import answered, solved
from tests.scenes import NOTICED
from workflow import perform

pytestmark = pytest.mark.django_db
GOOD = {
    "kind": "person",
    "name": "冯异议",
    "contact": "13711112222",
    "matter": "safety",
    "content": "该机构二楼活动室未设安全护栏，九月十二日曾有幼儿跌落。",
    "consent": "on",
    "website": "",
}
UNIT = GOOD | {"kind": "unit", "name": "某某妇女联合会", "contact_person": "褚联系"}


@pytest.fixture(autouse=True)
def during_the_notice(set_clock):
    set_clock("2023-09-27 10:00")


@pytest.fixture
def stranger():
    return Client()


def send(client, page: str, values=GOOD, **more):
    """The form as a person sends it, its question answered."""
    return client.post(page, {**values, **solved(client, page), **more})


def letter() -> SimpleUploadedFile:
    return SimpleUploadedFile("盖章函.pdf", PDF)


def filed(notice, **more) -> tuple[Objection, str]:
    values = {"name": "冯异议", "contact": "13711112222", "content": "二楼未设护栏。"}
    entry = notice.entries.order_by("pk")[0]
    return services.receive_objection(entry, **(values | more), at=NOTICED)


# Filing


def test_an_objection_is_received_with_its_evidence_and_its_numbers_are_told_once(notice, stranger):
    page = object_page(notice)
    shown = text(stranger.get(page))
    for words in ("可上传 PDF", "最多 5 个", "严格保密", "加盖公章"):
        assert words in shown
    uploads = [SimpleUploadedFile("护栏.png", PNG), SimpleUploadedFile("说明.pdf", PDF)]
    answer = send(stranger, page, evidence=uploads)
    objection = Objection.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/objections/{objection.receipt}/"
    told = text(stranger.get(answer["Location"]))
    assert objection.receipt in told
    code = told.split('receipt-code">')[1][:8]
    assert objection.opens_with(code)
    assert (objection.kind, objection.matter) == (ObjectorKind.PERSON, ObjectionMatter.SAFETY)
    assert (objection.name, objection.contact) == ("冯异议", "13711112222")
    assert objection.evidence.count() == 2
    assert "冯异议" not in told
    assert code in text(stranger.get(answer["Location"]))
    stranger.post(f"{answer['Location']}noted/")
    after = text(stranger.get(answer["Location"]))
    assert code not in after
    assert "办理进度" in after
    assert stranger.get(f"{answer['Location']}noted/").status_code == 405


def test_a_unit_objects_under_its_seal(notice, stranger):
    page = object_page(notice)
    bare = send(stranger, page, GOOD | {"kind": "unit"})
    assert bare.status_code == 422
    assert "请填写联系人" in text(bare)
    assert "请上传加盖公章的书面材料" in text(bare)
    answer = send(stranger, page, UNIT, letter=letter())
    assert answer.status_code == 302
    objection = Objection.objects.get()
    assert objection.is_of_unit
    assert objection.contact_person == "褚联系"
    assert objection.sealed_letter.name == "盖章函.pdf"
    assert objection.secrets == ("某某妇女联合会", "褚联系", "13711112222")


def test_what_only_a_unit_gives_is_left_of_a_person(notice, stranger):
    send(stranger, object_page(notice), GOOD | {"contact_person": "褚联系"}, letter=letter())
    objection = Objection.objects.get()
    assert (objection.contact_person, objection.sealed_letter) == ("", None)
    assert objection.secrets == ("冯异议", "13711112222")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("kind", "", "异议人：请选择。"),
        ("name", "", "姓名或单位名称：请填写此项。"),
        ("name", "王", "请填写完整的姓名"),
        ("contact", "", "联系方式：请填写此项。"),
        ("contact", "12345", "请填写手机号、带区号的固定电话或电子邮箱"),
        ("contact", "feng@", "电子邮箱格式不对"),
        ("matter", "", "异议事项：请选择。"),
        ("content", "不行", "至少 10 个字"),
        ("consent", "", "请勾选此项。"),
        ("website", "http://spam.example", "未通过自动检查"),
        ("puzzle", "九百", "回答不对，请回答新的问题"),
        ("puzzle", "", "请填写此项。"),
        ("puzzle_token", "x", "验证问题已过期"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    notice, stranger, field, value, sentence
):
    page = object_page(notice)
    answer = send(stranger, page, **{field: value})
    assert answer.status_code == 422
    shown = text(answer)
    assert sentence in shown
    for kept in ("name", "content"):
        if kept != field:
            assert GOOD[kept] in shown
    assert "spam" not in shown
    assert not Objection.objects.exists()


def test_after_a_mistake_the_page_itself_can_be_sent_again(notice, stranger):
    page = object_page(notice)
    first = send(stranger, page, content="不行")
    again = stranger.post(page, GOOD | answered(text(first)))
    assert again.status_code == 302


def test_the_same_page_sent_twice_files_one_objection(notice, stranger):
    page = object_page(notice)
    values = {**GOOD, **solved(stranger, page)}
    assert [stranger.post(page, values).status_code for _ in range(2)] == [302, 422]
    assert Objection.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("feng@example.com", "feng@example.com"),
        ("024-2345 6789", "024-23456789"),
        ("+86 13711112222", "13711112222"),
    ],
)
def test_a_phone_or_an_address_is_a_contact(notice, stranger, typed, kept):
    send(stranger, object_page(notice), contact=typed)
    assert Objection.objects.get().contact == kept


def test_files_are_limited_in_number_kind_and_size(notice, stranger, monkeypatch):
    page = object_page(notice)
    many = [SimpleUploadedFile(f"{n}.pdf", PDF) for n in range(6)]
    refused = text(send(stranger, page, evidence=many))
    assert "最多上传 5 个文件，现为 6 个" in refused
    assert "请重新选择" in refused
    program = SimpleUploadedFile("a.pdf", b"MZ\x90\x00")
    refused = send(stranger, page, evidence=[program])
    assert refused.status_code == 422
    assert "不是可接受的类型" in text(refused)
    monkeypatch.setattr(fields, "MAX_BYTES", 3)
    monkeypatch.setattr(forms, "MAX_BYTES", 3)
    assert "“大.pdf”超过" in text(
        send(stranger, page, evidence=[SimpleUploadedFile("大.pdf", PDF)])
    )
    assert "请压缩或拆分" in text(send(stranger, page, UNIT, letter=letter()))
    assert not Objection.objects.exists()


def test_too_late_is_said_in_words_and_keeps_what_was_typed(notice, stranger, set_clock):
    page = object_page(notice)
    answers = solved(stranger, page)
    set_clock("2023-10-10 00:00")
    shown = text(stranger.get(page))
    assert "公示期已结束（2023年10月9日止）" in shown
    assert "<textarea" not in shown
    answer = stranger.post(page, GOOD | answers)
    assert answer.status_code == 422
    assert "公示期已结束，不再接受异议" in text(answer)
    assert GOOD["content"] in text(answer)


def test_an_entry_that_left_is_said_to_have_left(scene, notice, stranger):
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=scene.officer, at=NOTICED)
    services.uphold(objection, actor=scene.officer, at=NOTICED, reason="属实。")
    assert "已移出公示名单" in text(stranger.get(object_page(notice)))


def test_against_a_title_one_is_shown_to_supervision(scene, notice, stranger, set_clock):
    page = object_page(notice)
    answers = solved(stranger, page)
    services.conclude(notice, actor=scene.officer, at=CONCLUDED, decision_number="2号")
    set_clock("2023-10-11 09:00")
    assert "请向省级卫生健康委投诉举报" in text(stranger.get(page))
    assert "请向省级卫生健康委投诉举报" in text(stranger.post(page, GOOD | answers))
    assert not Objection.objects.exists()


def test_one_address_cannot_flood_it(notice, stranger, monkeypatch):
    monkeypatch.setattr(throttle, "OBJECTIONS", Limit("objections", times=2, seconds=3600))
    page = object_page(notice)
    answers = [send(stranger, page) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "次数过多" in text(answers[-1])
    assert GOOD["content"] in text(answers[-1])
    assert Objection.objects.count() == 2


# Following it


def follow(client, receipt: str, code: str, **more):
    return client.post("/objections/", {"receipt": receipt, "code": code}, **more)


def test_number_and_code_show_how_far_it_is_and_the_answer(scene, notice, stranger):
    objection, code = filed(notice)
    page = f"/objections/{objection.receipt}/"
    asked = stranger.get(page)
    assert "查询码" in text(asked)
    assert objection.entry.application.nursery.name not in text(asked)
    answer = follow(stranger, f"{objection.receipt[:4].lower()} {objection.receipt[4:]}", code)
    assert answer.status_code == 302
    assert answer["Location"] == page
    assert code not in answer["Location"]
    shown = stranger.get(page)
    assert "等待受理" in text(shown)
    assert "正在办理" in text(shown)
    assert code not in text(shown)
    assert shown["X-Robots-Tag"] == "noindex"
    assert "no-store" in shown["Cache-Control"]
    perform(objection, "refuse", actor=scene.officer, at=NOTICED, reason="非公示所涉事项。")
    shown = text(stranger.get(page))
    assert "不予受理" in shown
    assert "非公示所涉事项。" in shown


def test_the_stages_have_their_days(scene, notice, stranger):
    objection, code = filed(notice)
    follow(stranger, objection.receipt, code)
    page = f"/objections/{objection.receipt}/"
    perform(objection, "accept", actor=scene.officer, at=NOTICED)
    shown = text(stranger.get(page))
    assert "核查" in shown
    assert "10月12日前" in shown
    perform(objection, "overrule", actor=scene.officer, at=CONCLUDED, reason="查无此事。")
    shown = text(stranger.get(page))
    assert "异议不成立" in shown
    assert "10月10日" in shown
    assert scene.officer.name not in shown


def test_without_the_code_a_number_says_nothing_whether_it_exists_or_not(notice, stranger):
    receipt = filed(notice)[0].receipt
    known, unknown = (text(stranger.get(f"/objections/{n}/")) for n in (receipt, "ABCDEFGHJK"))
    token = 'name="csrfmiddlewaretoken" value="'
    plain = [
        page.replace(receipt, "N").replace("ABCDEFGHJK", "N").split(token)[0]
        for page in (known, unknown)
    ]
    assert plain[0] == plain[1]
    wrong = [follow(stranger, n, "WRQNGCDE") for n in (receipt, "ABCDEFGHJK")]
    assert [answer.status_code for answer in wrong] == [422, 422]
    assert all("回执号与查询码不符" in text(answer) for answer in wrong)
    assert all("WRQNGCDE" in text(answer) for answer in wrong)


def test_another_visitor_needs_the_code_again(notice, stranger):
    objection, code = filed(notice)
    follow(stranger, objection.receipt, code)
    assert "办理进度" in text(stranger.get(f"/objections/{objection.receipt}/"))
    assert "办理进度" not in text(Client().get(f"/objections/{objection.receipt}/"))


def test_empty_fields_are_asked_for_and_a_number_is_filled_in(notice, stranger):
    assert "请填写此项" in text(follow(stranger, "", ""))
    assert 'value="ABC"' in text(stranger.get("/objections/?receipt=ABC"))


def test_a_code_that_has_been_spent_on_a_receipt_that_went_is_not_found(stranger):
    session = stranger.session
    from workflow import clock

    opened.remember(session, "ABCDEFGHJK", at=clock.real())
    session.save()
    assert stranger.get("/objections/ABCDEFGHJK/").status_code == 404


def test_noting_without_a_number_leads_back(stranger):
    assert stranger.post("/objections/--/noted/")["Location"] == "/objections/-/"


# Trying out


def test_one_address_may_be_wrong_so_often(notice, stranger, monkeypatch):
    monkeypatch.setattr(throttle, "WRONG_NUMBERS", Limit("wrong", times=2, seconds=600))
    objection, code = filed(notice)
    tries = [
        follow(stranger, receipt, code).status_code
        for receipt in ("AAAAAAAAAA", "BBBBBBBBBB", objection.receipt)
    ]
    assert tries == [422, 422, 429]
    other = follow(Client(), objection.receipt, code, REMOTE_ADDR="10.0.0.7")
    assert other.status_code == 302


def test_one_receipt_may_be_tried_so_often_from_wherever(notice, monkeypatch):
    monkeypatch.setattr(throttle, "WRONG_CODES", Limit("codes", 2, 600, shared=True))
    objection, code = filed(notice)
    for n in range(2):
        answer = follow(Client(), objection.receipt, "AAAAAAAA", REMOTE_ADDR=f"10.0.0.{n}")
        assert answer.status_code == 422
    shut = follow(Client(), objection.receipt, code, REMOTE_ADDR="10.0.0.9")
    assert shut.status_code == 429
    assert "Retry-After" in shut
    other, others = filed(notice)
    assert follow(Client(), other.receipt, others, REMOTE_ADDR="10.0.0.9").status_code == 302


def test_all_together_may_be_wrong_so_often(notice, monkeypatch):
    monkeypatch.setattr(throttle, "ALL_WRONG_NUMBERS", Limit("all", 2, 600, shared=True))
    objection, code = filed(notice)
    wrong = Client(REMOTE_ADDR="10.0.0.1")
    assert [follow(wrong, "AAAAAAAAAA", "x").status_code for _ in range(3)] == [422, 422, 429]
    assert follow(Client(REMOTE_ADDR="10.0.0.2"), objection.receipt, code).status_code == 302
