"""The application form 申报表: field by field, as a whole, in two tabs, without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import User
from applications import services
from applications.models import Application
from applications.services import fingerprint
from tests import scenes
from tests.applications.browsing import Browse
from tests.scenes import JUNE, Province
from workflow import Refused, perform

WHOLE = {
    "contact_name": "陈园长",
    "contact_phone": "13900001234",
    "introduction": "本园于 2021 年开办。",
    "practice": "坚持医育结合。",
    "declares_filed": "on",
}


@pytest.fixture
def draft(scene: Province) -> Any:
    of = scenes.nursery(scene.county)
    by = scenes.staff(of)
    return services.draft(of, scene.cycle, by=by, at=JUNE), by


def seen_of(application: Application, **changed: Any) -> Any:
    names = (
        *WHOLE,
        "declares_no_dishonesty",
        "declares_no_mistreatment",
        "declares_no_accident",
        "declares_true",
    )
    return {f"seen-{n}": fingerprint(changed.get(n, getattr(application, n))) for n in names}


def test_a_field_saves_itself(draft: tuple[Application, User], browse: Browse) -> None:
    application, by = draft
    url = reverse("applications:field", args=[application.pk])
    sent = {"introduction": "  三个班。 ", "version": fingerprint("")}

    answer = browse(by).post(url, sent)

    assert answer.status_code == 200
    said = answer.json()
    assert said["value"] == "三个班。"
    assert re.fullmatch(r"\d\d:\d\d", said["saved_at"])
    assert said["version"] == fingerprint("三个班。")
    assert said["version"] in said["html"]["seen-introduction"]
    application.refresh_from_db()
    assert application.introduction == "三个班。"


def test_two_fields_of_one_page_do_not_stand_in_each_others_way(
    draft: tuple[Application, User], browse: Browse
) -> None:
    application, by = draft
    client = browse(by)
    url = reverse("applications:field", args=[application.pk])
    for name, value in (("introduction", "甲"), ("practice", "乙")):
        assert client.post(url, {name: value, "version": fingerprint("")}).status_code == 200


def test_the_same_field_in_two_tabs_shows_both_values(
    draft: tuple[Application, User], browse: Browse
) -> None:
    application, by = draft
    client = browse(by)
    url = reverse("applications:field", args=[application.pk])
    client.post(url, {"introduction": "第一个窗口", "version": fingerprint("")})

    answer = client.post(url, {"introduction": "第二个窗口", "version": fingerprint("")})

    assert answer.status_code == 409
    assert answer.json() == {"theirs": "第一个窗口", "version": fingerprint("第一个窗口")}
    again = {"introduction": "第二个窗口", "version": answer.json()["version"]}
    assert client.post(url, again).status_code == 200


def test_saving_what_is_there_already_may_be_repeated(
    draft: tuple[Application, User], browse: Browse
) -> None:
    application, by = draft
    url = reverse("applications:field", args=[application.pk])
    for _ in range(2):
        answer = browse(by).post(url, {"declares_true": "on", "version": fingerprint(False)})
        assert answer.status_code == 200
    assert answer.json()["value"] == "on"


def test_a_tick_is_taken_back(draft: tuple[Application, User], browse: Browse) -> None:
    application, by = draft
    services.save_form(application, {"declares_true": True}, by=by)
    url = reverse("applications:field", args=[application.pk])
    answer = browse(by).post(url, {"declares_true": "", "version": fingerprint(True)})
    assert answer.json()["value"] == ""
    application.refresh_from_db()
    assert application.declares_true is False


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"contact_phone": "123"}, "联系电话应为"),
        ({"introduction": "字" * 2001}, "2000"),
        ({}, "每次保存一项。"),
        ({"introduction": "甲", "practice": "乙"}, "每次保存一项。"),
        ({"number": "2023"}, "每次保存一项。"),
    ],
)
def test_what_does_not_fit_is_said_and_not_saved(
    draft: tuple[Application, User], browse: Browse, sent: Any, sentence: Any
) -> None:
    application, by = draft
    url = reverse("applications:field", args=[application.pk])
    answer = browse(by).post(url, {**sent, "version": fingerprint("")})
    assert answer.status_code == 422
    assert sentence in str(answer.json()["errors"])


def test_line_ends_count_once(draft: tuple[Application, User], browse: Browse) -> None:
    application, by = draft
    url = reverse("applications:field", args=[application.pk])
    text = "字\r\n" * 999 + "字"
    answer = browse(by).post(url, {"introduction": text, "version": fingerprint("")})
    assert answer.status_code == 200
    assert "\r" not in answer.json()["value"]


def test_a_handed_in_form_is_locked(scene: Province, browse: Browse) -> None:
    application, by = scenes.submitted(scene)
    client = browse(by)
    page = client.get(reverse("applications:form", args=[application.pk])).content.decode()
    assert "申报表不能再修改" in page
    assert "data-autosave" not in page
    url = reverse("applications:field", args=[application.pk])
    answer = client.post(
        url, {"introduction": "改", "version": fingerprint("本园于 2021 年开办。")}
    )
    assert answer.status_code == 422
    assert "不能再修改" in str(answer.json())
    whole = client.post(
        reverse("applications:form", args=[application.pk]),
        {**WHOLE, "introduction": "改", **seen_of(application)},
        follow=True,
    )
    assert "不能再修改" in whole.content.decode()


def test_the_whole_form_without_javascript(draft: tuple[Application, User], browse: Browse) -> None:
    application, by = draft
    url = reverse("applications:form", args=[application.pk])
    client = browse(by)
    assert "本机构无失信惩戒记录。" in client.get(url).content.decode()

    answer = client.post(url, {**WHOLE, **seen_of(application), "check": "1"})

    assert answer.url == reverse("applications:check", args=[application.pk])
    application.refresh_from_db()
    assert application.practice == "坚持医育结合。"
    assert application.declares_filed
    assert not application.declares_true


def test_what_was_typed_stays_beside_its_fault(
    draft: tuple[Application, User], browse: Browse
) -> None:
    application, by = draft
    url = reverse("applications:form", args=[application.pk])
    answer = browse(by).post(url, {**WHOLE, **seen_of(application), "contact_phone": "12"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="12"' in page
    assert "坚持医育结合。" in page
    assert "联系电话应为" in page
    application.refresh_from_db()
    assert application.practice == ""


def test_the_whole_form_in_two_tabs_shows_both_and_then_gives_way(
    draft: tuple[Application, User], browse: Browse
) -> None:
    application, by = draft
    url = reverse("applications:form", args=[application.pk])
    before = seen_of(application)
    services.save_form(application, {"practice": "别处的做法"}, by=by)
    client = browse(by)

    answer = client.post(url, {**WHOLE, **before})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "别处的做法" in page
    assert "坚持医育结合。" in page
    assert fingerprint("别处的做法") in page
    application.refresh_from_db()
    assert application.practice == "别处的做法"
    assert client.post(url, {**WHOLE, **seen_of(application)}).status_code == 302


def test_a_tick_changed_elsewhere_is_told_in_words(
    draft: tuple[Application, User], browse: Browse
) -> None:
    application, by = draft
    before = seen_of(application)
    services.save_form(application, {"declares_filed": True, "practice": "别处"}, by=by)
    sent = {k: v for k, v in WHOLE.items() if k != "declares_filed"} | {"practice": ""}
    url = reverse("applications:form", args=[application.pk])
    page = browse(by).post(url, {**sent, **before}).content.decode()
    assert "已勾选" in page
    assert "未勾选" in page
    assert "（空）" in page


def test_the_service_asks_who_and_when(scene: Province, draft: tuple[Application, User]) -> None:
    application, by = draft
    with pytest.raises(PermissionDenied):
        services.save_form(application, {"practice": "外人"}, by=scene.county_handler)
    perform(application, "withdraw", actor=by, at=JUNE, reason="不再申报。")
    with pytest.raises(Refused, match="已撤回"):
        services.save_form(application, {"practice": "晚了"}, by=by)
