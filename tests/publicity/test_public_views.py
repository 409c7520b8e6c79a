"""The public pages: everything said that has to be said, nothing personal, calm about mistakes."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from files import fields
from publicity import services, throttle
from publicity.forms import objections as forms
from publicity.models import Objection
from publicity.throttle import Limit
from tests.publicity import crowd
from tests.publicity.crowd import CONCLUDED
from tests.publicity.test_objections import PDF, PNG
from tests.scenes import NOTICED
from workflow import perform

pytestmark = pytest.mark.django_db
GOOD = {
    "name": "冯异议",
    "contact": "13711112222",
    "content": "该机构二楼活动室未设安全护栏，九月十二日曾有幼儿跌落。",
    "consent": "on",
    "website": "",
}


@pytest.fixture(autouse=True)
def during_the_notice(set_clock):
    set_clock("2023-09-27 10:00")


@pytest.fixture
def stranger():
    return Client()


def text(response) -> str:
    return response.content.decode()


def object_page(notice, number: int = 0) -> str:
    entry = notice.entries.order_by("pk")[number]
    return f"/notices/{notice.pk}/entries/{entry.pk}/object/"


# Notices


def test_the_list_shows_what_was_opened_the_latest_first(scene, stranger):
    assert "暂无公示" in text(stranger.get("/notices/"))
    crowd.drafted(scene)
    assert "暂无公示" in text(stranger.get("/notices/"))
    crowd.opened(scene, 2)
    shown = text(stranger.get("/notices/"))
    assert "2023年9月27日至2023年10月9日" in shown
    assert "2 家机构" in shown
    assert "公示中" in shown


def test_the_list_is_filtered_by_cycle(scene, notice, stranger):
    shown = text(stranger.get("/notices/", {"cycle": scene.cycle.pk}))
    assert notice.title in shown
    wrong = stranger.get("/notices/", {"cycle": "x"})
    assert wrong.status_code == 200
    assert "is-invalid" in text(wrong)


def test_a_notice_prints_every_counted_day_and_how_to_object(scene, notice, stranger):
    crowd.opened(scene, 1, scene.other_county)
    shown = text(stranger.get(f"/notices/{notice.pk}/"))
    for words in (
        notice.number,
        notice.title,
        notice.contact,
        "公示期：2023年9月27日至2023年10月9日，共 5 个工作日",
        "9月27日",
        "9月28日",
        "10月7日",
        "10月8日",
        "10月9日",
        "沈阳市",
        "和平区",
        "15 日内办理",
    ):
        assert words in shown, words
    assert "鞍山市" not in shown
    assert shown.count("/object/") == 3
    for entry in notice.entries.all():
        assert entry.application.nursery.name in shown


def test_after_the_last_day_no_objection_is_offered_though_nobody_closed_it(
    notice, stranger, set_clock
):
    set_clock("2023-10-10 00:00")
    shown = text(stranger.get(f"/notices/{notice.pk}/"))
    assert "/object/" not in shown
    assert "期满" in shown
    assert "不再接受异议" in shown


def test_a_removed_entry_stays_visible_struck_with_its_reason(scene, notice, stranger):
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=scene.officer, at=NOTICED)
    services.uphold(objection, actor=scene.officer, at=NOTICED, reason="护栏确未设置。")
    shown = text(stranger.get(f"/notices/{notice.pk}/"))
    name = objection.entry.application.nursery.name
    assert f'<s class="entry-name">{name}</s>' in shown
    assert "经核查，异议成立。" in shown
    assert shown.count("/object/") == 2


def test_the_results_are_told_when_it_is_concluded(scene, notice, stranger, set_clock):
    held = crowd.objected(notice)
    services.conclude(notice, actor=scene.officer, at=CONCLUDED, decision_number="示例〔2023〕2号")
    set_clock("2023-10-11 09:00")
    page = f"/notices/{notice.pk}/"
    shown = text(stranger.get(page))
    assert shown.count("已授予称号<span") == 2
    assert shown.count("核查中，暂缓授予") == 1
    assert "示例〔2023〕2号" in shown
    perform(held, "refuse", actor=scene.officer, at=CONCLUDED, reason="非公示所涉事项。")
    assert text(stranger.get(page)).count("核查结束，待公布") == 1


def test_a_draft_does_not_exist_for_the_public(scene, stranger):
    draft = crowd.drafted(scene)
    assert stranger.get(f"/notices/{draft.pk}/").status_code == 404
    assert stranger.get(object_page(draft)).status_code == 404
    assert stranger.post(object_page(draft), GOOD).status_code == 404


# Objections


def test_an_objection_is_received_with_its_evidence(notice, stranger):
    page = object_page(notice)
    shown = text(stranger.get(page))
    assert "可上传 PDF" in shown
    assert "最多 5 个" in shown
    assert "严格保密" in shown
    uploads = [SimpleUploadedFile("护栏.png", PNG), SimpleUploadedFile("说明.pdf", PDF)]
    answer = stranger.post(page, GOOD | {"evidence": uploads}, follow=True)
    objection = Objection.objects.get()
    assert answer.redirect_chain == [(f"/objections/{objection.receipt}/", 302)]
    assert objection.receipt in text(answer)
    assert "异议已收到" in text(answer)
    assert (objection.name, objection.contact) == ("冯异议", "13711112222")
    assert objection.evidence.count() == 2


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "姓名或单位名称：请填写此项。"),
        ("name", "王", "请填写完整的姓名"),
        ("contact", "", "联系方式：请填写此项。"),
        ("contact", "12345", "请填写手机号、带区号的固定电话或电子邮箱"),
        ("contact", "feng@", "电子邮箱格式不对"),
        ("content", "不行", "至少 10 个字"),
        ("consent", "", "请勾选此项。"),
        ("website", "http://spam.example", "未通过自动检查"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    notice, stranger, field, value, sentence
):
    answer = stranger.post(object_page(notice), GOOD | {field: value})
    assert answer.status_code == 422
    shown = text(answer)
    assert sentence in shown
    for kept in ("name", "content"):
        if kept != field:
            assert GOOD[kept] in shown
    assert "spam" not in shown
    assert not Objection.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("feng@example.com", "feng@example.com"),
        ("024-2345 6789", "024-23456789"),
        ("+86 13711112222", "13711112222"),
    ],
)
def test_a_phone_or_an_address_is_a_contact(typed, kept):
    form = forms.ObjectionForm(GOOD | {"contact": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["contact"] == kept


def test_files_are_limited_in_number_and_kind(notice, stranger, monkeypatch):
    page = object_page(notice)
    many = [SimpleUploadedFile(f"{n}.pdf", PDF) for n in range(6)]
    assert "最多上传 5 个文件，现为 6 个" in text(stranger.post(page, GOOD | {"evidence": many}))
    program = SimpleUploadedFile("a.pdf", b"MZ\x90\x00")
    refused = stranger.post(page, GOOD | {"evidence": [program]})
    assert refused.status_code == 422
    assert "不是可接受的类型" in text(refused)
    monkeypatch.setattr(fields, "MAX_BYTES", 3)
    large = SimpleUploadedFile("大.pdf", PDF)
    assert "“大.pdf”超过" in text(stranger.post(page, GOOD | {"evidence": [large]}))
    assert not Objection.objects.exists()


def test_too_late_is_said_in_words_and_keeps_what_was_typed(notice, stranger, set_clock):
    set_clock("2023-10-10 00:00")
    page = object_page(notice)
    shown = text(stranger.get(page))
    assert "公示期已结束（2023年10月9日止）" in shown
    assert "<textarea" not in shown
    answer = stranger.post(page, GOOD)
    assert answer.status_code == 422
    assert "公示期已结束，不再接受异议" in text(answer)
    assert GOOD["content"] in text(answer)


def test_an_entry_that_left_is_said_to_have_left(scene, notice, stranger):
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=scene.officer, at=NOTICED)
    services.uphold(objection, actor=scene.officer, at=NOTICED, reason="属实。")
    assert "已移出公示名单" in text(stranger.get(object_page(notice)))


def test_one_address_cannot_flood_it(notice, stranger, monkeypatch):
    monkeypatch.setattr(throttle, "OBJECTIONS", Limit("objections", times=2, seconds=3600))
    page = object_page(notice)
    answers = [stranger.post(page, GOOD) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "次数过多" in text(answers[-1])
    assert GOOD["content"] in text(answers[-1])
    assert Objection.objects.count() == 2


# Following it


def test_the_receipt_shows_how_far_it_is_and_the_answer(scene, notice, stranger):
    objection = crowd.objected(notice)
    page = f"/objections/{objection.receipt}/"
    shown = text(stranger.get(page))
    assert "已提交" in shown
    assert "正在办理" in shown
    perform(objection, "refuse", actor=scene.officer, at=NOTICED, reason="非公示所涉事项。")
    answer = stranger.get(page)
    assert "不予受理" in text(answer)
    assert "非公示所涉事项。" in text(answer)
    assert answer["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer["Cache-Control"]


def test_a_receipt_number_is_typed_in_as_it_was_noted(notice, stranger):
    receipt = crowd.objected(notice).receipt
    typed = f"{receipt[:4].lower()} {receipt[4:]}"
    answer = stranger.get("/objections/", {"receipt": typed}, follow=True)
    assert answer.redirect_chain == [(f"/objections/{receipt}/", 302)]
    assert "请填写此项。" in text(stranger.get("/objections/", {"receipt": ""}))
    assert "没有查到" in text(stranger.get("/objections/", {"receipt": "!!"}, follow=True))


@pytest.mark.parametrize("page", ["/objections/ABCDEFGHJK/", "/verify/ABCDEFGHJKMN/"])
def test_an_unknown_number_is_a_calm_sentence(stranger, page, db):
    answer = stranger.get(page)
    assert answer.status_code == 404
    assert "没有" in text(answer)
    assert "ABCDEFGHJK" in text(answer)
    assert "<form" in text(answer)


@pytest.mark.parametrize("pages", ["/objections/{}/", "/verify/{}/"])
def test_numbers_cannot_be_tried_out(scene, notice, stranger, monkeypatch, pages):
    monkeypatch.setattr(throttle, "WRONG_NUMBERS", Limit("wrong", times=2, seconds=600))
    right = crowd.objected(notice).receipt
    if "verify" in pages:
        right = services.conclude(notice, actor=scene.officer, at=CONCLUDED)[0].code
    tries = [stranger.get(pages.format(number)).status_code for number in ("A", "B", "C", right)]
    assert tries == [404, 404, 429, 429]
    assert "过于频繁" in text(stranger.get(pages.format(right)))
    other = Client(REMOTE_ADDR="10.0.0.7")
    assert other.get(pages.format(right)).status_code == 200
