"""The pages of a sheet: who sees what."""

from __future__ import annotations

import copy
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from scoring import services
from scoring.arithmetic import Answer
from scoring.models import Evidence, Sheet
from tests import scenes
from tests.scoring.conftest import NOW, PURPOSE, Folder, mark
from tests.scoring.posting import (
    PDF,
    SignIn,
    beside,
    body,
    fill,
    queries_of,
    save,
)
from tests.scoring.rubrics import SMALL

pytestmark = pytest.mark.django_db


def test_the_overview_says_what_is_still_open(as_person: SignIn, sheet: Sheet, head: User) -> None:
    fill(sheet, head, **{"1_2": None, "1_3": Answer(met=False)})
    page = as_person(head).get(f"/sheets/{sheet.pk}/").content.decode()
    assert "小红花托育园自评" in page
    assert "“1.2 场地”未评。" in page
    assert f'href="/sheets/{sheet.pk}/?section=1#i1.2"' in page
    assert "“1.1 已备案”须附佐证材料。" in page
    assert "距申报线 85 分还差 45 分" in page
    assert "最多再得 40 分" in page


def test_the_overview_of_a_finished_sheet(as_person: SignIn, folder: Folder, head: User) -> None:
    fill(folder.sheet, head)
    services.add_evidence(mark(folder.sheet, "1.1"), PDF, name="a.pdf", by=head, at=NOW)
    folder.finish_url, folder.finish_label = "/home/", "去提交"
    page = as_person(head).get(f"/sheets/{folder.sheet.pk}/").content.decode()
    assert "各项均已评完" in page
    assert "已达到申报线 85 分" in page
    assert "去提交" in page


def test_a_reviewers_overview_asks_for_no_files(
    as_person: SignIn, folder: Folder, head: User
) -> None:
    fill(folder.sheet, head)
    folder.wants_evidence = False
    page = as_person(head).get(f"/sheets/{folder.sheet.pk}/").content.decode()
    assert "各项均已评完" in page
    assert "须附佐证材料" not in page


def test_a_save_of_another_day_names_the_day(
    as_person: SignIn, sheet: Sheet, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sheet, head)
    monkeypatch.setattr("workflow.clock.now", lambda: NOW + timedelta(days=1))
    client = Client()
    client.force_login(head, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/sheets/{sheet.pk}/?section=1").content.decode()
    assert "王园长 7月1日 14:32 保存" in page


def test_a_section_shows_every_kind_of_control(as_person: SignIn, sheet: Sheet, head: User) -> None:
    client = as_person(head)
    first = client.get(f"/sheets/{sheet.pk}/?section=1").content.decode()
    assert first.count('type="radio"') == 2 + 4 + 2
    assert "一票否决项，不计分" in first
    assert "必须提供：" in first
    second = client.get(f"/sheets/{sheet.pk}/?section=2").content.decode()
    assert second.count('type="number"') == 4
    assert "无扣分情形" in second
    assert "无加分项" in second
    assert "保存并查看汇总" in second


def test_typed_answers_stand_in_their_controls(as_person: SignIn, sheet: Sheet, head: User) -> None:
    fill(sheet, head, **{"2_1": Answer(counts={1: 3})})
    page = as_person(head).get(f"/sheets/{sheet.pk}/?section=2").content.decode()
    assert 'value="3" placeholder="0"' in page
    assert "22.5 分" in page
    assert "王园长 14:32 保存" in page


def test_only_open_items(as_person: SignIn, sheet: Sheet, head: User) -> None:
    fill(sheet, head, **{"1_3": None})
    page = as_person(head).get(f"/sheets/{sheet.pk}/?section=1&show=open").content.decode()
    assert 'id="i1.3"' in page
    assert 'id="i1.2"' not in page
    services.fill_sheet(sheet, {"1.3": Answer(met=True)}, by=head, at=NOW)
    page = as_person(head).get(f"/sheets/{sheet.pk}/?section=1&show=open").content.decode()
    assert "没有符合筛选条件的指标" in page


@pytest.mark.parametrize(
    "path",
    ["?section=9", "marks/999999999/", "sections/9/", "../999999999/", "../../evidence/999999999/"],
)
def test_what_does_not_exist_is_404(as_person: SignIn, sheet: Sheet, head: User, path: str) -> None:
    client = as_person(head)
    url = f"/sheets/{sheet.pk}/{path}"
    reply = client.get(url) if path[0] in "?." else client.post(url)
    assert reply.status_code == 404


def test_other_peoples_sheets_do_not_exist(
    as_person: SignIn, sheet: Sheet, head: User, stranger: User
) -> None:
    evidence = services.add_evidence(mark(sheet, "1.1"), PDF, name="a.pdf", by=head, at=NOW)
    indicator = mark(sheet, "1.1").indicator_id
    client = as_person(stranger)
    for path in ("", "?section=1", "whole/"):
        assert client.get(f"/sheets/{sheet.pk}/{path}").status_code == 404
    assert client.get(f"/evidence/{evidence.pk}/").status_code == 404
    for url in (
        f"/sheets/{sheet.pk}/marks/{indicator}/",
        f"/sheets/{sheet.pk}/marks/{indicator}/evidence/",
        f"/sheets/{sheet.pk}/sections/1/",
        f"/evidence/{evidence.pk}/delete/",
    ):
        assert client.post(url).status_code == 404
    assert Evidence.objects.exists()


def test_a_sheet_without_a_registered_holder_does_not_exist(
    as_person: SignIn, sheet: Sheet, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scoring.holders._resolvers", {})
    assert as_person(head).get(f"/sheets/{sheet.pk}/").status_code == 404


def test_nobody_is_sent_to_the_login(client: Client, sheet: Sheet) -> None:
    reply = client.get(f"/sheets/{sheet.pk}/")
    assert reply.status_code == 302
    assert reply["Location"].startswith("/login/")


def test_a_reader_reads_and_is_told_why(
    as_person: SignIn, folder: Folder, head: User, stranger: User
) -> None:
    sheet = folder.sheet
    folder.readers.append(stranger)
    evidence = services.add_evidence(mark(sheet, "1.1"), PDF, name="a.pdf", by=head, at=NOW)
    client = as_person(stranger)
    page = client.get(f"/sheets/{sheet.pk}/?section=1").content.decode()
    assert "申报截止日期已过，不能再填写。" in page
    assert 'type="radio"' not in page
    scenes.inspected(NOW)
    assert body(client.get(f"/evidence/{evidence.pk}/")) == PDF
    indicator = mark(sheet, "1.1").indicator_id
    for url in (
        f"/sheets/{sheet.pk}/marks/{indicator}/",
        f"/sheets/{sheet.pk}/marks/{indicator}/evidence/",
        f"/sheets/{sheet.pk}/sections/1/",
        f"/evidence/{evidence.pk}/delete/",
    ):
        assert client.post(url).status_code == 403
    reply = save(client, sheet, "1.3", met="yes")
    assert (reply.status_code, reply.json()) == (
        403,
        {"errors": ["申报截止日期已过，不能再填写。"]},
    )
    folder.closed = ""
    assert "不能填写" in client.get(f"/sheets/{sheet.pk}/").content.decode()


def test_a_sealed_sheet_says_so(as_person: SignIn, sheet: Sheet, head: User) -> None:
    fill(sheet, head)
    sealed = services.seal(sheet, by=head, at=NOW)
    client = as_person(head)
    page = client.get(f"/sheets/{sheet.pk}/").content.decode()
    assert "此评分已由王园长于 2023年7月1日 14:32 封存，不能再修改。" in page
    assert sealed.digest in page
    assert save(client, sheet, "1.3", met="no").status_code == 403
    assert client.post(f"/sheets/{sheet.pk}/sections/1/").status_code == 403


def test_ours_stands_beside_the_nurserys(
    as_person: SignIn, folders: dict[int, Folder], folder: Folder, head: User, stranger: User
) -> None:
    fill(folder.sheet, head)
    services.add_evidence(mark(folder.sheet, "1.1"), PDF, name="回执.pdf", by=head, at=NOW)
    ours = beside(folders, folder, stranger).sheet
    answers = {"1.1": Answer(met=False), "1.2": Answer(option=2), "1.3": Answer(met=True)}
    services.fill_sheet(ours, answers, by=stranger, at=NOW)
    client = as_person(stranger)
    page = client.get(f"/sheets/{ours.pk}/?section=1").content.decode()
    for words in ("机构自评", "低 15 分", "▼", "不一致", "一致", "回执.pdf", "与机构自评不同 2"):
        assert words in page
    page = client.get(f"/sheets/{ours.pk}/?section=1&show=different").content.decode()
    assert 'id="i1.2"' in page
    assert 'id="i1.3"' not in page
    data = save(client, ours, "2.1", count_1="1").json()
    assert "低 2.5 分" in data["html"]["state-2.1"]
    whole = client.get(f"/sheets/{ours.pk}/whole/").content.decode()
    assert "▼ 低 15 分" in whole


def test_a_reference_of_another_version_is_left_out(
    as_person: SignIn, folders: dict[int, Folder], folder: Folder, head: User, stranger: User
) -> None:
    draft = services.load_rubric(copy.deepcopy(SMALL) | {"note": "二"}, by=None, at=NOW)
    other = services.publish_version(draft, by=None, at=NOW)
    ours = services.open_sheet(other, PURPOSE)
    folders[ours.pk] = Folder(ours, writers=[stranger], reference=folder.sheet)
    page = as_person(stranger).get(f"/sheets/{ours.pk}/?section=1").content.decode()
    assert "机构自评" not in page


def big_rubric(indicators: int) -> dict[str, Any]:
    """One section of as many indicators, each with four levels."""
    levels = [{"label": f"第{n}档", "value": str(4 - n)} for n in range(1, 5)]
    rows = [
        {
            "code": f"1.{n}",
            "title": f"指标{n}",
            "kind": "scale",
            "mark": "3",
            "evidence_wanted": "照片",
            "options": levels,
        }
        for n in range(1, indicators + 1)
    ]
    section = {"code": "1", "name": "全部", "indicators": rows}
    return {"code": "big", "name": "大表", "full_mark": str(3 * indicators), "sections": [section]}


@pytest.mark.parametrize("indicators", [1, 3, 100])
def test_a_page_takes_few_queries_however_long_it_is(
    *,
    as_person: SignIn,
    folders: dict[int, Folder],
    head: User,
    stranger: User,
    indicators: int,
) -> None:
    draft = services.load_rubric(big_rubric(indicators), by=None, at=NOW)
    version = services.publish_version(draft, by=None, at=NOW)
    own = services.open_sheet(version, PURPOSE)
    fill(own, head)
    for row in own.marks.all()[:3]:
        services.add_evidence(row, PDF, name="a.pdf", by=head, at=NOW)
    folders[own.pk] = Folder(own, writers=[head], threshold=Decimal(2))
    ours = beside(folders, folders[own.pk], stranger).sheet
    fill(ours, stranger)
    client = as_person(stranger)
    client.get(f"/sheets/{ours.pk}/?section=1")
    whole, own_queries = queries_of(lambda: client.get(f"/sheets/{ours.pk}/?section=1"))
    # sheet, readings of both, marks and evidence of each
    assert own_queries == 6
    assert whole <= 15
