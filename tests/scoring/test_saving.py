"""Saving a sheet: as the script does it, and as a plain form does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.models import User
from scoring import services
from scoring.models import Evidence, Sheet
from tests import scenes
from tests.scoring.conftest import NOW, Folder, mark
from tests.scoring.posting import (
    JSON,
    PDF,
    SignIn,
    beside,
    body,
    fill,
    names,
    queries_of,
    save,
    section_form,
    upload,
)

pytestmark = pytest.mark.django_db


def test_a_saved_mark_answers_with_all_that_changes(
    as_person: SignIn, sheet: Sheet, head: User
) -> None:
    reply = save(as_person(head), sheet, "2.1", count_1="2", note="缺两天")
    data = reply.json()
    assert (reply.status_code, data["version"], data["saved_at"]) == (200, 1, "14:32")
    assert "<strong>25</strong>" in data["html"]["gauge"]
    assert "25/40 分" in data["html"]["tabs"]
    assert 'href="/sheets/' in data["html"]["tabs"]
    assert "25 分" in data["html"]["state-2.1"]
    assert json.loads(data["was"]) == {"answer": {"counts": {"1": 2}}, "note": "缺两天"}
    assert mark(sheet, "2.1").by == head


def test_a_veto_is_pointed_out_at_once(as_person: SignIn, sheet: Sheet, head: User) -> None:
    data = save(as_person(head), sheet, "1.1", met="no").json()
    assert "无论总分多少均不能通过" in data["html"]["state-1.1"]
    assert "有 1 项一票否决不符合" in data["html"]["gauge"]
    data = save(as_person(head), sheet, "1.1", met="yes").json()
    assert "缺少必须的佐证材料" in data["html"]["state-1.1"]


@pytest.mark.parametrize(
    ("code", "values", "sentence"),
    [
        ("1.2", {"option": "9"}, "请选择其中一项。"),
        ("1.3", {"met": "maybe"}, "请选择其中一项。"),
        ("2.1", {"count_1": "-1"}, "“缺一次记录”的次数应为 0 至 999 的整数。"),
        ("2.1", {"count_1": "1000"}, "“缺一次记录”的次数应为 0 至 999 的整数。"),
        ("2.1", {"count_1": "两"}, "“缺一次记录”的次数应为 0 至 999 的整数。"),
        (
            "2.1",
            {"count_1": "1", "none": "on"},
            "已勾选“无扣分情形”，又填写了次数，请改正其中之一。",
        ),
        ("2.2", {"note": "长" * 1001}, "说明不能超过 1000 字。"),
    ],
)
def test_bad_input_is_answered_in_words(
    *,
    as_person: SignIn,
    sheet: Sheet,
    head: User,
    code: str,
    values: dict[str, str],
    sentence: str,
) -> None:
    reply = save(as_person(head), sheet, code, **values)
    assert (reply.status_code, reply.json()["errors"]) == (422, [sentence])
    assert mark(sheet, code).version == 0


def test_the_later_one_sees_both_and_chooses(
    as_person: SignIn, sheet: Sheet, head: User, colleague: User
) -> None:
    save(as_person(head), sheet, "1.2", option="1", note="很好")
    reply = save(as_person(colleague), sheet, "1.2", option="2", version=0, note="一般")
    data = reply.json()
    assert (reply.status_code, data["version"]) == (409, 1)
    assert data["theirs"] == {"option": "1", "note": "很好"}
    panel = data["html"]["conflict-1.2"]
    assert "此项已由王园长于 14:32 改过" in panel
    for words in ("很好（40 分）", "尚可（25 分）", "说明：一般"):
        assert words in panel
    assert mark(sheet, "1.2").value == 40
    assert save(as_person(colleague), sheet, "1.2", option="2", version=1).status_code == 200


def test_a_plain_form_leads_back_to_the_place(
    as_person: SignIn, sheet: Sheet, head: User, colleague: User
) -> None:
    client = as_person(head)
    url = f"/sheets/{sheet.pk}/marks/{mark(sheet, '1.3').indicator_id}/"
    reply = client.post(url, names(sheet, "1.3", met="yes"))
    assert reply["Location"] == f"/sheets/{sheet.pk}/?section=1#i1.3"
    reply = as_person(colleague).post(url, names(sheet, "1.3", met="no", version=0), follow=True)
    assert "王园长刚刚修改过此项，您的修改没有保存。" in reply.content.decode()
    reply = client.post(url, names(sheet, "1.3", met="?"), follow=True)
    assert "请选择其中一项。" in reply.content.decode()


def test_a_whole_section_is_saved_without_script(
    as_person: SignIn, sheet: Sheet, head: User
) -> None:
    client = as_person(head)
    data = section_form(
        client, sheet, "1", **{"1_1__met": "yes", "1_2__option": "2", "1_1__files": upload()}
    )
    reply = client.post(f"/sheets/{sheet.pk}/sections/1/", {**data, "then": "next"})
    assert reply["Location"] == f"/sheets/{sheet.pk}/?section=2"
    assert [mark(sheet, c).version for c in ("1.1", "1.2", "1.3")] == [1, 1, 0]
    assert Evidence.objects.get().file.name == "回执.pdf"
    again = client.post(f"/sheets/{sheet.pk}/sections/2/", {"then": "next"})
    assert again["Location"] == f"/sheets/{sheet.pk}/"
    gone = client.post(
        f"/sheets/{sheet.pk}/sections/1/", {"remove": str(Evidence.objects.get().pk)}
    )
    assert gone["Location"] == f"/sheets/{sheet.pk}/?section=1"
    assert not Evidence.objects.exists()
    for other in ("999999999", "x"):
        again = client.post(f"/sheets/{sheet.pk}/sections/1/", {"remove": other})
        assert again.status_code == 302


def test_a_section_keeps_what_was_typed_beside_what_was_wrong(
    as_person: SignIn, sheet: Sheet, head: User
) -> None:
    client = as_person(head)
    data = section_form(client, sheet, "2", **{"2_1__count_1": "多", "2_2__count_2": "1"})
    reply = client.post(f"/sheets/{sheet.pk}/sections/2/", data)
    page = reply.content.decode()
    assert reply.status_code == 422
    assert 'value="多"' in page
    assert "“缺一次记录”的次数应为 0 至 999 的整数。" in page
    assert mark(sheet, "2.2").value == 4


def test_a_section_never_overwrites_what_others_did_meanwhile(
    as_person: SignIn, sheet: Sheet, head: User, colleague: User
) -> None:
    mine = as_person(colleague)
    data = section_form(mine, sheet, "1", **{"1_3__met": "no", "1_2__option": "2"})
    save(as_person(head), sheet, "1.3", met="yes")
    save(as_person(head), sheet, "1.1", met="yes")
    reply = mine.post(f"/sheets/{sheet.pk}/sections/1/", data)
    page = reply.content.decode()
    assert reply.status_code == 409
    assert "此项已由王园长于 14:32 改过" in page
    # What the colleague did not touch stays as the head left it, without a question.
    assert page.count("改过，您的修改还没有保存") == 1
    assert mark(sheet, "1.1").answer == {"met": True}
    assert mark(sheet, "1.2").by == colleague
    assert mark(sheet, "1.3").value == 20
    # The page now holds the version that was seen: saving it again is meant.
    key = mark(sheet, "1.3").indicator_id
    assert f'name="m{key}-version" value="1"' in page
    again = mine.post(
        f"/sheets/{sheet.pk}/sections/1/", section_form(mine, sheet, "1", **{"1_3__met": "no"})
    )
    assert again.status_code == 302
    assert mark(sheet, "1.3").value == 0


def test_a_refused_file_stands_beside_its_indicator(
    as_person: SignIn, sheet: Sheet, head: User
) -> None:
    client = as_person(head)
    data = section_form(client, sheet, "1", **{"1_1__files": upload("病毒.exe", b"MZ")})
    reply = client.post(f"/sheets/{sheet.pk}/sections/1/", data)
    assert reply.status_code == 422
    assert "病毒.exe：文件内容不是可接受的类型" in reply.content.decode()


def test_evidence_is_uploaded_shown_and_removed(
    as_person: SignIn, sheet: Sheet, head: User
) -> None:
    client = as_person(head)
    save(client, sheet, "1.1", met="yes")
    url = f"/sheets/{sheet.pk}/marks/{mark(sheet, '1.1').indicator_id}/evidence/"
    data = client.post(
        url, {"files": [upload(), upload("二.pdf", PDF + b"2")]}, headers=JSON
    ).json()
    assert "回执.pdf" in data["html"]["files-1.1"]
    assert "二.pdf" in data["html"]["files-1.1"]
    assert "缺少必须的佐证材料" not in data["html"]["state-1.1"]
    scenes.inspected(NOW)
    evidence = Evidence.objects.order_by("pk")[0]
    reply = client.get(f"/evidence/{evidence.pk}/")
    assert reply["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert reply["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert body(reply) == PDF
    shown = client.get(f"/evidence/{evidence.pk}/?inline")
    assert shown["Content-Disposition"].startswith("inline")
    assert body(shown) == PDF
    left = client.post(f"/evidence/{evidence.pk}/delete/", headers=JSON).json()
    assert "回执.pdf" not in left["html"]["files-1.1"]
    assert client.post(f"/evidence/{Evidence.objects.get().pk}/delete/").status_code == 302
    assert client.post(url, {"files": upload()}).status_code == 302


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([], "请选择要上传的文件。"),
        ([("a.txt", b"hello")], "a.txt：文件内容不是可接受的类型"),
        ([("b.pdf", b"%PDF-" + b"0" * (20 * 1024 * 1024))], "b.pdf：文件超过 20 MB"),
        ([("c.pdf", b"")], "c.pdf：文件是空的。"),
    ],
)
def test_an_upload_that_is_refused_says_why(
    as_person: SignIn, sheet: Sheet, head: User, files: list[Any], sentence: str
) -> None:
    url = f"/sheets/{sheet.pk}/marks/{mark(sheet, '1.1').indicator_id}/evidence/"
    reply = as_person(head).post(url, {"files": [upload(*file) for file in files]}, headers=JSON)
    assert reply.status_code == 422
    assert reply.json()["errors"][0].startswith(sentence)


def test_a_seal_in_between_is_told_in_words(
    as_person: SignIn, sheet: Sheet, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = services.add_evidence(mark(sheet, "1.1"), PDF, name="a.pdf", by=head, at=NOW)
    fill(sheet, head)
    services.seal(sheet, by=head, at=NOW)
    # The page was looked at before the seal and saved after it.
    monkeypatch.setattr("scoring.views.page._locked", lambda *_: "")
    client = as_person(head)
    indicator = mark(sheet, "1.1").indicator_id
    sealed = {"errors": ["评分已封存，不能再修改。"]}
    assert save(client, sheet, "1.3", met="no").json() == sealed
    url = f"/sheets/{sheet.pk}/marks/{indicator}/evidence/"
    assert client.post(url, {"files": upload()}, headers=JSON).json() == sealed
    assert client.post(f"/evidence/{evidence.pk}/delete/", headers=JSON).json() == sealed
    data = section_form(client, sheet, "1", **{"1_3__met": "no"})
    assert client.post(f"/sheets/{sheet.pk}/sections/1/", data).status_code == 403


def test_a_save_takes_few_queries(
    *,
    as_person: SignIn,
    folders: dict[int, Folder],
    folder: Folder,
    head: User,
    stranger: User,
) -> None:
    ours = beside(folders, folder, stranger).sheet
    client = as_person(stranger)
    save(client, ours, "2.1", count_1="1")
    data = names(ours, "2.1", count_1="2")
    url = f"/sheets/{ours.pk}/marks/{mark(ours, '2.1').indicator_id}/"
    whole, own_queries = queries_of(lambda: client.post(url, data, headers=JSON))
    # sheet, write, readings of both
    assert own_queries == 3
    # and the user; a savepoint and its release stand for the transaction of the test
    assert whole <= 7
    assert mark(ours, "2.1").version == 2
