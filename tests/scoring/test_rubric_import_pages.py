"""The pages of the import of rubrics, as they answer without JavaScript."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from scoring import services
from scoring.models import RubricImport, RubricVersion
from tests.scoring.conftest import NOW
from tests.scoring.rubric_texts import ODD
from tests.scoring.rubrics import SMALL
from tests.scoring.test_spreadsheets import exported, setting

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(as_person: Callable[[User], Client], officer: User) -> Client:
    return as_person(officer)


def text(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


def upload(content: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("表.xlsx", content)}


def test_an_import_is_looked_through_and_confirmed(desk: Client) -> None:
    url = "/scoring/imports/"
    page = desk.post(url, upload(exported(ODD)), follow=True)
    assert "确认后将新建评分表“小而怪的表”，作为第 1 版草稿" in text(page)
    check = page.request["PATH_INFO"]
    assert "待确认" in text(desk.get(url))
    stale = desk.post(f"{check}confirm/", {"fingerprint": "older"}, follow=True)
    assert "请按下面的最新内容重新核对" in text(stale)
    seen_plan = page.context["plan"].fingerprint
    done = desk.post(f"{check}confirm/", {"fingerprint": seen_plan}, follow=True)
    assert "已导入为第 1 版草稿" in text(done)
    version = RubricVersion.objects.get()
    assert services.layout_of(version) == ODD
    assert desk.get(check).headers["Location"] == version.get_absolute_url()
    assert "已经导入" in text(desk.post(f"{check}give-up/", follow=True))
    desk.post(f"/scoring/{version.pk}/discard/")
    assert desk.get(check).headers["Location"] == url
    assert "草稿已放弃" in text(desk.get(url))


def test_a_bad_sheet_names_its_cells_and_nothing_is_imported(
    desk: Client, version: RubricVersion
) -> None:
    changed = copy.deepcopy(SMALL) | {"note": "新"}
    layout = services.layout_of(services.load_rubric(changed, by=None, at=NOW))
    page = desk.post(
        "/scoring/imports/", upload(exported(layout, setting("F3", "abc"))), follow=True
    )
    assert "有 1 处需要更正，没有导入任何内容" in text(page)
    assert "指标!F3" in text(page)
    assert "分值“abc”应为 0 至 1000 之间的数。" in text(page)
    assert "确认导入" not in text(page)
    given_up = desk.post(f"{page.request['PATH_INFO']}give-up/", follow=True)
    assert "没有导入任何内容" in text(given_up)
    assert not RubricImport.objects.exists()


def test_files_that_are_no_spreadsheet(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for content, sentence in (
        (b"%PDF-1.7", "这不是 .xlsx 文件"),
        (b"", "文件是空的"),
        (exported(ODD) + b" " * 1000, "文件超过"),
    ):
        answer = desk.post("/scoring/imports/", upload(content))
        assert (answer.status_code, sentence in text(answer)) == (422, True)
        monkeypatch.setattr("files.services.MAX_BYTES", 1000)
    monkeypatch.undo()
    monkeypatch.setattr("files.types.SPREADSHEETS", frozenset())
    assert "不是可接受的类型" in text(desk.post("/scoring/imports/", upload(exported(ODD))))
