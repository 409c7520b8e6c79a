"""Typed corrections: asked for at a field or an indicator, answered one by one, never forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import User
from applications import corrections, services
from applications.corrections import Asked
from applications.forms.opinions import ReturnForm
from applications.holders import remarks_on
from applications.models import Application, Correction
from scoring import services as scoring
from scoring.holders import holder_of
from tests import scenes
from tests.applications.browsing import Browse, words
from tests.scenes import JULY, Province
from workflow import Refused, perform

FIELD = {"kind": "missing", "field": "practice", "text": "请写明家长满意度。"}
INDICATOR = {"kind": "outdated", "indicator": "2.1", "text": "检查记录为去年。"}
FACTS = {"kind": "wrong", "field": "nursery", "text": "面积与登记不符。"}


def returned(scene: Province, *asked: dict[str, str], **more: Any) -> tuple[Application, User]:
    application, by = scenes.submitted(scene, **more)
    give_back(scene, application, *asked)
    return application, by


def give_back(scene: Province, application: Application, *asked: dict[str, str]) -> None:
    perform(
        application,
        "return_for_correction",
        actor=scene.county_handler,
        at=JULY,
        reason="请补正。",
        corrections=list(asked),
    )


def answer(application: Application, by: User, **replies: tuple[str, str]) -> None:
    """By the name of the place: practice=("corrected", "")."""
    asked = Correction.objects.of_last_return(application)
    keys = {(each.field or f"i{each.indicator.replace('.', '_')}"): each.pk for each in asked}
    services.answer_corrections(
        application, {keys[name]: reply for name, reply in replies.items()}, by=by, at=JULY
    )


def test_a_return_keeps_what_it_asks_for(scene: Province) -> None:
    application, _ = returned(scene, FIELD, INDICATOR, FACTS)
    rows = [(c.label, c.kind, c.text) for c in application.corrections.all()]
    assert rows == [
        ("主要做法与成效", "missing", "请写明家长满意度。"),
        ("2.1 检查记录", "outdated", "检查记录为去年。"),
        ("机构基本情况", "wrong", "面积与登记不符。"),
    ]
    places = [corrections.place_of(c, application) for c in application.corrections.all()]
    assert places == [
        f"/applications/{application.pk}/form/#id_practice",
        scoring.url_of(application.self_sheet, "2.1"),
        reverse("nurseries:edit", args=[application.nursery_id]),
    ]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({**FIELD, "kind": "ugly"}, "第 1 条补正要求未选择类型。"),
        ({**FIELD, "field": "state"}, "须指明申报表的一项或一项指标"),
        ({**INDICATOR, "indicator": "9.9"}, "须指明申报表的一项或一项指标"),
        ({**FIELD, "indicator": "2.1"}, "须指明申报表的一项或一项指标"),
        ({"kind": "wrong", "text": "何处？"}, "须指明申报表的一项或一项指标"),
        ({**FIELD, "text": " "}, "须写明内容"),
        ({**FIELD, "text": "字" * 501}, "500 字以内"),
    ],
)
def test_what_makes_no_sense_is_refused(scene: Province, row: Any, sentence: str) -> None:
    application, _ = scenes.submitted(scene)
    with pytest.raises(Refused, match=sentence):
        give_back(scene, application, row)
    assert not Correction.objects.exists()


def test_not_more_than_can_be_read(scene: Province) -> None:
    application, _ = scenes.submitted(scene)
    with pytest.raises(Refused, match="不能超过 30 条"):
        give_back(scene, application, *[FIELD] * 31)


def test_the_resubmission_waits_for_every_answer(scene: Province) -> None:
    application, by = returned(scene, FIELD, INDICATOR)
    with pytest.raises(Refused) as refused:
        perform(application, "resubmit", actor=by, at=JULY)
    assert [p.text for p in refused.value.problems] == [
        "补正要求“主要做法与成效”尚未答复。",
        "补正要求“2.1 检查记录”尚未答复。",
    ]
    assert refused.value.problems[0].url.startswith(
        f"/applications/{application.pk}/corrections/#c"
    )
    answer(application, by, practice=("corrected", ""), i2_1=("explained", "新记录下月出具。"))
    perform(application, "resubmit", actor=by, at=JULY)
    kept = [(c.reply, c.note, c.replied_by) for c in application.corrections.all()]
    assert kept == [("corrected", "", by), ("explained", "新记录下月出具。", by)]


def test_an_answer_is_taken_back_and_an_explanation_has_words(scene: Province) -> None:
    application, by = returned(scene, FIELD)
    with pytest.raises(Refused, match="请写明说明"):
        answer(application, by, practice=("explained", "  "))
    answer(application, by, practice=("corrected", "见第二段。"))
    answer(application, by, practice=("corrected", "见第二段。"))
    answer(application, by, practice=("", "见第二段。"))
    row = application.corrections.get()
    assert (row.reply, row.note, row.replied_by, row.replied_at) == ("", "", None, None)
    assert (row.state_words, row.tone) == ("待答复", "wait")


def test_who_answers_and_when(scene: Province) -> None:
    application, by = returned(scene, FIELD)
    with pytest.raises(PermissionDenied):
        answer(application, scene.county_handler, practice=("corrected", ""))
    answer(application, by, practice=("corrected", ""))
    perform(application, "resubmit", actor=by, at=JULY)
    with pytest.raises(Refused, match="县级初审"):
        answer(application, by, practice=("", ""))
    services_of_others = {10_000: ("corrected", "")}
    give_back(scene, application, INDICATOR)
    services.answer_corrections(application, services_of_others, by=by, at=JULY)
    assert len(application.unanswered_corrections()) == 1


def test_only_the_last_return_asks(scene: Province) -> None:
    application, by = returned(scene, FIELD)
    answer(application, by, practice=("corrected", ""))
    perform(application, "resubmit", actor=by, at=JULY)
    give_back(scene, application)
    assert application.unanswered_corrections() == []
    perform(application, "resubmit", actor=by, at=JULY)
    assert application.corrections.count() == 1


def test_the_database_keeps_corrections(scene: Province) -> None:
    application, _ = returned(scene, FIELD)
    row = application.corrections.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    assert str(row) == "主要做法与成效：缺失"


def test_in_words_a_return_without_a_reason(scene: Province) -> None:
    layout = scoring.published_layout(scene.version.pk)
    asked = [
        Asked("missing", "请补。", field="practice"),
        Asked("wrong", "请改。", indicator="2.1"),
    ]
    assert corrections.in_words(asked, layout) == (
        "请补正以下 2 项：\n1. 主要做法与成效（缺失）：请补。\n2. 2.1 检查记录（有误）：请改。"
    )


def posted(*rows: tuple[str, str, str], reason: str = "", total: int | None = None) -> Any:
    data = {
        "reason": reason,
        "corrections-TOTAL_FORMS": str(total or len(rows)),
        "corrections-INITIAL_FORMS": "0",
    }
    for number, (place, kind, text) in enumerate(rows):
        for name, value in (("place", place), ("kind", kind), ("text", text)):
            data[f"corrections-{number}-{name}"] = value
    return data


@pytest.fixture
def file(scene: Province) -> Application:
    return scenes.submitted(scene)[0]


def test_the_form_reads_rows_and_leaves_empty_ones_out(file: Application) -> None:
    rows = (("field:practice", "missing", "请补。"), ("", "missing", ""))
    form = ReturnForm(posted(*rows), subject=file)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["corrections"] == [
        {"kind": "missing", "field": "practice", "text": "请补。"}
    ]
    assert form.cleaned_data["reason"].startswith("请补正以下 1 项：")
    own = ReturnForm(posted(*rows, reason="请补。"), subject=file)
    assert own.is_valid()
    assert own.cleaned_data["reason"] == "请补。"


def test_the_form_says_what_is_missing(file: Application) -> None:
    empty = ReturnForm(posted(("", "missing", "")), subject=file)
    assert list(empty.errors["reason"]) == ["请写明理由，或至少提出一项补正要求。"]
    half = ReturnForm(posted(("field:practice", "missing", "")), subject=file)
    assert half.non_field_errors() == ["第 1 条补正要求：请写明具体要求。"]
    many = ReturnForm(posted(*[("field:practice", "missing", "请补。")] * 31), subject=file)
    assert many.non_field_errors() == ["补正要求不能超过 30 条。"]
    alone = ReturnForm({"reason": "请补正。"}, subject=file)  # type: ignore[arg-type]
    assert alone.is_valid()
    assert alone.cleaned_data["corrections"] == []


def test_the_form_begins_where_the_page_says(scene: Province, browse: Browse, it_is: Any) -> None:
    application, _ = scenes.submitted(scene)
    it_is("2023-07-20 09:00")
    client = browse(scene.county_handler)
    url = reverse("move", args=[application.machine_label, application.pk, "return_for_correction"])
    form = client.get(f"{url}?indicator=2.1").context["form"]
    assert form.rows.forms[0]["place"].value() == "indicator:2.1"
    assert len(form.rows.forms) == 3
    more = client.post(url, posted(("field:practice", "wrong", "请改。")) | {"more": "1"})
    assert more.status_code == 200
    rows = more.context["form"].rows.forms
    assert len(rows) == 3
    assert rows[0]["text"].value() == "请改。"
    assert not more.context["form"].is_bound
    sheet = client.get(scoring.url_of(application.self_sheet, "2.1").split("#")[0])
    assert f"{url}?indicator=2.1" in sheet.content.decode()


def test_the_nursery_sees_them_where_they_are_put_right(scene: Province, browse: Browse) -> None:
    application, by = returned(scene, FIELD, INDICATOR, FACTS)
    client = browse(by)
    for url in (application.get_absolute_url(), f"/applications/{application.pk}/form/"):
        page = words(client.get(url))
        for row in (FIELD, INDICATOR, FACTS):
            assert row["text"] in page
    sheet = application.self_sheet.get_absolute_url()
    assert "检查记录为去年。" in words(client.get(f"{sheet}?section=2"))
    assert "检查记录为去年。" not in words(client.get(f"{sheet}?section=1"))
    assert "“2.1 检查记录”有补正要求。" in words(client.get(sheet))


def test_the_page_of_answers(scene: Province, browse: Browse, it_is: Any) -> None:
    application, by = returned(scene, FIELD, INDICATOR)
    it_is("2023-07-20 09:00")
    url = f"/applications/{application.pk}/corrections/"
    first, second = application.corrections.all()
    client = browse(by)
    sent = {f"reply-{first.pk}": "explained", f"reply-{second.pk}": "nonsense"}
    refused = client.post(url, {**sent, f"note-{second.pk}": "新的已上传。"})
    assert refused.status_code == 422
    assert "请写明说明" in words(refused)
    assert "新的已上传。" in refused.content.decode()
    done = client.post(url, {**sent, f"note-{first.pk}": "无法提供。"}, follow=True)
    assert done.redirect_chain[-1][0] == application.get_absolute_url()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.reply, second.reply) == ("explained", "")
    office = browse(scene.county_handler)
    assert "无法提供。" in words(office.get(url))
    assert office.post(url, sent).status_code == 403
    assert browse(scene.other_county_handler).get(url).status_code == 404


def test_experts_do_not_know_what_was_corrected(scene: Province, browse: Browse) -> None:
    application, _ = scenes.at_province(scene)
    scenes.seat_panel(scene, application)
    client = browse(scene.experts[0])
    for page in ("corrections", "changes"):
        assert client.get(f"/applications/{application.pk}/{page}/").status_code == 404


def test_who_is_led_to_ask_from_the_sheets(scene: Province) -> None:
    application, by = scenes.submitted(scene)
    own = holder_of(application.self_sheet)
    assert own.remark_url(scene.county_handler).endswith("/return_for_correction/")
    assert own.remark_url(by) == ""
    review = services.start_review(application, "county", by=scene.county_handler, at=JULY)
    county = holder_of(review.sheet)
    assert county.remark_url(scene.county_handler) == own.remark_url(scene.county_handler)
    give_back(scene, application, INDICATOR)
    application.refresh_from_db()
    assert holder_of(application.self_sheet).remark_url(scene.county_handler) == ""
    assert [r.state for r in remarks_on(application, answerable=True)["2.1"]] == ["待答复"]
    city, _ = scenes.at_city(scene, name="第二园", username="staff2")
    theirs = services.start_review(city, "city", by=scene.city_handler, at=JULY)
    assert holder_of(theirs.sheet).remarks == {}
    assert holder_of(theirs.sheet).remark_url(scene.city_handler) == ""


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_pages_ask_no_more_for_more(
    scene: Province, browse: Browse, rows: int, django_assert_num_queries: Any
) -> None:
    application, by = returned(scene, *[FIELD] * rows)
    client = browse(by)
    client.get("/desk/phrases/")
    with django_assert_num_queries(QUERIES):
        client.get(f"/applications/{application.pk}/corrections/")


QUERIES = 8
