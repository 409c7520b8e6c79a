"""The register and the verification as everyone sees them, and what nobody may see."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from publicity import services
from publicity.models import Title
from publicity.statuses import RevocationGround
from tests.publicity import crowd
from tests.publicity.crowd import CONCLUDED
from tests.scenes import NOTICED
from workflow import perform

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def during_the_notice(set_clock):
    set_clock("2023-09-27 10:00")


@pytest.fixture
def stranger():
    return Client()


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def titles(scene, set_clock):
    found = crowd.concluded(scene, 2)
    set_clock("2023-10-11 09:00")
    return found


def test_the_register_shows_who_holds_the_title_and_the_counts(scene, titles, stranger):
    shown = text(stranger.get("/titles/"))
    assert "现有 2 家机构" in shown
    for title in titles:
        assert title.nursery.name in shown
    assert "沈阳市和平区" in shown
    assert "2025年10月9日" in shown
    assert "沈抚改革创新示范区" in shown


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "托育园 0"}, 2),
        ({"q": "没有"}, 0),
        ({"area": "210100"}, 2),
        ({"area": "210102"}, 2),
        ({"area": "210300"}, 0),
        ({"state": "valid"}, 2),
        ({"state": "revoked"}, 0),
        ({"year": "2023"}, 2),
        ({"q": "托育园", "area": "210100", "state": "valid", "year": "2023"}, 2),
    ],
)
def test_the_register_is_searched(titles, stranger, asked, found):
    shown = stranger.get("/titles/", asked)
    assert len(shown.context["rows"]) == found
    assert ("没有符合条件的机构" in text(shown)) is (found == 0)


@pytest.mark.parametrize(
    "asked", [{"year": "abc"}, {"area": "x"}, {"state": "x"}, {"q": "长" * 61}]
)
def test_a_search_that_makes_no_sense_is_said_and_not_used(titles, stranger, asked):
    answer = stranger.get("/titles/", asked | {"page": "zzz"})
    assert answer.status_code == 200
    assert "is-invalid" in text(answer)
    assert len(answer.context["rows"]) == 2


def test_the_register_is_exported_as_it_is_searched(titles, stranger):
    def rows(**asked: str) -> int:
        answer = stranger.get("/titles/export/", asked)
        assert "xlsx" in answer["Content-Disposition"]
        book = load_workbook(BytesIO(answer.getvalue()))
        return book.active.max_row - 1

    assert rows() == 2
    assert rows(q="没有") == 0
    assert "?q=%E6%B2%A1" in text(stranger.get("/titles/", {"q": "没有", "page": "1"}))


def test_a_title_tells_its_history_in_facts_without_persons(scene, titles, stranger):
    title = titles[0]
    page = title.get_absolute_url()
    assert "称号有效" in text(stranger.get(page))
    services.order_rectification(title, actor=scene.officer, at=CONCLUDED, reason="师幼比不足。")
    assert "正在限期整改" in text(stranger.get(page))
    services.revoke_title(
        title, ground=RevocationGround.OTHER, actor=scene.officer, at=CONCLUDED, reason="拒不整改。"
    )
    shown = text(stranger.get(page))
    assert "称号已撤销" in shown
    assert "责令限期整改" in shown
    for kept_in in (scene.officer.name, "师幼比不足", "拒不整改"):
        assert kept_in not in shown


def test_a_certificate_is_verified_in_words(scene, titles, stranger, set_clock):
    title = titles[0]
    page = f"/verify/{title.code}/"
    typed = stranger.get("/verify/", {"code": f" {title.code.lower()} "}, follow=True)
    assert typed.redirect_chain == [(page, 302)]
    shown = text(typed)
    for words in (
        "称号有效",
        title.nursery.name,
        "省级示范托育机构",
        "辽宁省卫生健康委",
        "2023年10月10日至2025年10月9日",
        title.number,
        "示例〔2023〕2号",
    ):
        assert words in shown, words
    set_clock("2025-10-10 00:00")
    assert "有效期已于2025年10月9日届满" in text(stranger.get(page))
    set_clock("2024-01-01 00:00")
    services.revoke_title(
        title, ground=RevocationGround.OTHER, actor=scene.officer, at=CONCLUDED, reason="弄虚作假。"
    )
    assert "已于2023年10月10日撤销" in text(stranger.get(page))


def test_an_empty_code_is_asked_for_again(stranger, db):
    assert stranger.get("/verify/").status_code == 200
    assert "请填写此项。" in text(stranger.get("/verify/", {"code": " "}))
    assert stranger.get("/verify/", {"code": "-"}, follow=True).status_code == 404


def test_no_public_page_names_the_objector(scene, notice, stranger, set_clock):
    """Every public page, at every stage, searched for name, contact and what was said."""
    objection = crowd.objected(notice)
    other = crowd.objected(notice, name="另一人")

    def pages() -> list[str]:
        found = [
            "/notices/",
            f"/notices/{notice.pk}/",
            f"/notices/{notice.pk}/entries/{objection.entry_id}/object/",
            "/objections/",
            f"/objections/{objection.receipt}/",
            f"/objections/{other.receipt}/",
            "/titles/",
            "/verify/",
        ]
        for title in Title.objects.all():
            found += [title.get_absolute_url(), f"/verify/{title.code}/"]
        return found

    def search() -> None:
        for page in pages():
            shown = text(stranger.get(page))
            for secret in ("冯异议", "另一人", "13711112222", "护栏", "跌落"):
                assert secret not in shown, (page, secret)

    search()
    for each in (objection, other):
        perform(each, "accept", actor=scene.officer, at=NOTICED)
    search()
    services.uphold(objection, actor=scene.officer, at=NOTICED, reason="经核查属实。")
    set_clock("2023-10-11 09:00")
    services.conclude(notice, actor=scene.officer, at=CONCLUDED)
    search()
    assert Title.objects.count() == 2


def test_no_public_page_shows_what_a_nursery_keeps_to_itself(scene, titles, stranger):
    nursery = titles[0].nursery
    notice = titles[0].application.entries.get().notice
    for page in (
        f"/notices/{notice.pk}/",
        "/titles/",
        titles[0].get_absolute_url(),
        f"/verify/{titles[0].code}/",
    ):
        shown = text(stranger.get(page))
        for private in (nursery.phone, nursery.head, nursery.legal_representative):
            assert private not in shown, (page, private)
