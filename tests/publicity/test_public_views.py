"""The public pages: everything said that has to be said, nothing personal, calm about mistakes."""

from __future__ import annotations

import pytest
from django.test import Client

from publicity import services, throttle
from publicity.throttle import Limit
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
    assert stranger.post(object_page(draft), {}).status_code == 404


# Numbers


@pytest.mark.parametrize("page", ["/verify/ABCDEFGHJKMN/"])
def test_an_unknown_number_is_a_calm_sentence(stranger, page, db):
    answer = stranger.get(page)
    assert answer.status_code == 404
    assert "没有" in text(answer)
    assert "ABCDEFGHJK" in text(answer)
    assert "<form" in text(answer)


def test_numbers_cannot_be_tried_out(scene, notice, stranger, monkeypatch):
    monkeypatch.setattr(throttle, "WRONG_NUMBERS", Limit("wrong", times=2, seconds=600))
    pages = "/verify/{}/"
    right = services.conclude(notice, actor=scene.officer, at=CONCLUDED)[0].code
    tries = [stranger.get(pages.format(number)).status_code for number in ("A", "B", "C", right)]
    assert tries == [404, 404, 429, 429]
    assert "过于频繁" in text(stranger.get(pages.format(right)))
    other = Client(REMOTE_ADDR="10.0.0.7")
    assert other.get(pages.format(right)).status_code == 200
