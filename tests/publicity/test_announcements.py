"""What the public is told besides the notice: supplements, results, feeds, the published form."""

from __future__ import annotations

import hashlib
import json
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from publicity import services
from tests import scenes
from tests.publicity import crowd
from tests.publicity.conftest import signed_in
from tests.publicity.crowd import CONCLUDED
from tests.scenes import NOTICED, at
from workflow import perform

pytestmark = pytest.mark.django_db
SIZES = pytest.mark.parametrize("size", [1, 3, 300])
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture(autouse=True)
def after_the_notice(set_clock):
    set_clock("2023-10-11 09:00")


@pytest.fixture
def stranger():
    return Client()


def text(response) -> str:
    return response.content.decode()


# The announcement


def test_the_result_is_announced_by_decision_and_city(scene, stranger):
    crowd.passed(scene, 1, scene.other_county)
    notice = crowd.opened(scene, 3)
    page = f"/notices/{notice.pk}/announcement/"
    assert stranger.get(page).status_code == 404
    held = crowd.objected(notice)
    titles = services.conclude(
        notice, actor=scene.officer, at=CONCLUDED, decision_number="示例〔2023〕2号"
    )
    shown = text(stranger.get(page))
    for words in (
        "关于授予2023年省级示范托育机构称号的公告",
        "示例〔2023〕2号",
        "2023年10月10日决定，授予下列 3 家机构",
        "自2023年10月10日至2025年10月9日",
        "沈阳市<span>2 家",
        "鞍山市<span>1 家",
        "公示期为2023年9月27日至2023年10月9日，共 5 个工作日，现已期满。",
        "核查中",
        str(held.entry),
        *(title.number for title in titles),
    ):
        assert words in shown, words
    assert shown.index("沈阳市<span>") < shown.index("鞍山市<span>")
    for secret in ("冯异议", "护栏", "异议成立", held.receipt):
        assert secret not in shown, secret
    assert f'href="{page}"' in text(stranger.get("/notices/"))
    assert f'href="{page}"' in text(stranger.get(f"/notices/{notice.pk}/"))


def test_a_later_award_stands_under_its_own_decision(scene, notice, stranger):
    held = crowd.objected(notice)
    services.conclude(notice, actor=scene.officer, at=CONCLUDED, decision_number="2号")
    perform(held, "refuse", actor=scene.officer, at=CONCLUDED, reason="无关。")
    services.award_held(
        notice, actor=scene.officer, at=at("2023-10-20 09:00"), decision_number="3号"
    )
    shown = text(stranger.get(f"/notices/{notice.pk}/announcement/"))
    assert shown.index("<h2>2号") < shown.index("<h2>3号")
    assert "核查中" not in shown


def test_names_stay_as_they_were_announced(scene, notice, stranger):
    services.conclude(notice, actor=scene.officer, at=CONCLUDED)
    entry = notice.entries.in_order()[0]
    before, nursery = entry.name, entry.application.nursery
    nursery.name = "改名托育园"
    nursery.save()
    for page in (f"/notices/{notice.pk}/", f"/notices/{notice.pk}/announcement/"):
        shown = text(stranger.get(page))
        assert before in shown
        assert "改名托育园" not in shown


def test_where_nobody_was_awarded_it_says_so(scene, stranger):
    notice = crowd.opened(scene)
    crowd.objected(notice)
    services.conclude(notice, actor=scene.officer, at=CONCLUDED)
    assert "没有授予称号的机构" in text(stranger.get(f"/notices/{notice.pk}/announcement/"))


@SIZES
def test_the_announcement_asks_as_often_for_many(scene, size, stranger, django_assert_num_queries):
    notice = crowd.opened(scene, size)
    services.conclude(notice, actor=scene.officer, at=CONCLUDED)
    with django_assert_num_queries(3):
        shown = stranger.get(f"/notices/{notice.pk}/announcement/")
    assert text(shown).count("LNTY-2023-") == size


# The feeds


def test_the_feeds_tell_of_publications_supplements_and_results(scene, notice, stranger, settings):
    settings.SITE_URL = "https://portal.example"
    services.supplement(
        notice,
        text="联系电话<更正>。",
        reason="笔误。",
        by=scene.officer,
        at=at("2023-09-28 09:00"),
    )
    services.conclude(notice, actor=scene.officer, at=CONCLUDED, decision_number="2号")
    crowd.drafted(scene)
    atom = stranger.get("/notices/feed/atom/", headers={"host": "testserver"})
    assert atom["Content-Type"].startswith("application/atom+xml")
    tree = ET.fromstring(atom.content)  # noqa: S314 - our own feed
    titles = [each.text for each in tree.findall("a:entry/a:title", ATOM)]
    assert titles == [f"公告：{notice.title}", f"补充说明：{notice.title}", notice.title]
    links = [each.get("href") for each in tree.findall("a:entry/a:link", ATOM)]
    base = f"https://portal.example/notices/{notice.pk}/"
    assert links == [f"{base}announcement/", f"{base}#supplement-1", base]
    summaries = [each.text for each in tree.findall("a:entry/a:summary", ATOM)]
    assert summaries == [
        "2023年10月10日公布公示结果（2号）。",
        "联系电话<更正>。原因：笔误。",
        "公示期：2023年9月27日至2023年10月9日。",
    ]
    assert "testserver" not in text(atom)
    rss = stranger.get("/notices/feed/rss/")
    assert rss["Content-Type"].startswith("application/rss+xml")
    channel = ET.fromstring(rss.content)  # noqa: S314 - our own feed
    assert [each.text for each in channel.findall("channel/item/title")] == titles


def test_a_result_without_a_number_is_told_without(scene, notice, stranger):
    services.conclude(notice, actor=scene.officer, at=CONCLUDED)
    assert "2023年10月10日公布公示结果。" in text(stranger.get("/notices/feed/atom/"))


@pytest.mark.parametrize("feed", ["atom", "rss"])
@SIZES
def test_a_feed_asks_as_often_for_many(scene, size, feed, stranger, django_assert_num_queries):
    crowd.opened_rows(scene, [1] * size)
    with django_assert_num_queries(3):
        shown = stranger.get(f"/notices/feed/{feed}/")
    tag = "<entry>" if feed == "atom" else "<item>"
    assert text(shown).count(tag) == min(size, 40)


def test_every_public_page_names_the_feed(stranger, scene):
    for page in ("/", "/notices/", "/titles/"):
        assert 'type="application/atom+xml"' in text(stranger.get(page))


@pytest.mark.parametrize(
    "page",
    ["/notices/feed/atom/", "/notices/{}/announcement/", "/notices/{}/published.json"],
)
def test_what_is_kept_for_strangers_costs_no_query(
    scene, notice, page, settings, stranger, django_assert_num_queries
):
    settings.PUBLIC_PAGE_SECONDS = 30
    services.conclude(notice, actor=scene.officer, at=CONCLUDED)
    first = stranger.get(page.format(notice.pk))
    with django_assert_num_queries(0):
        assert stranger.get(page.format(notice.pk)).content == first.content


# The published form


def test_everyone_can_take_the_digest_again(scene, notice, stranger):
    answer = stranger.get(f"/notices/{notice.pk}/published.json")
    assert hashlib.sha256(answer.content).hexdigest() == notice.digest
    form = json.loads(answer.content)
    assert form["days"][-1] == "2023-10-09"
    assert [entry["number"] for entry in form["entries"]] == [1, 2, 3]
    assert notice.digest in text(stranger.get(f"/notices/{notice.pk}/"))
    draft = crowd.drafted(scene)
    assert stranger.get(f"/notices/{draft.pk}/published.json").status_code == 404


# At the desk


def test_a_time_is_set_and_taken_back_at_the_desk(scene, set_clock):
    set_clock("2023-09-20 10:00")
    notice, officer = crowd.drafted(scene), signed_in(scene.officer)
    desk = f"/desk/notices/{notice.pk}/"
    late = officer.post(f"{desk}schedule/", {"publish_at": "2023-09-01T09:00"})
    assert late.status_code == 422
    assert "发布时间须晚于现在" in text(late)
    assert officer.post(f"{desk}schedule/", {"publish_at": "x"}).status_code == 422
    done = officer.post(f"{desk}schedule/", {"publish_at": "2023-09-27T09:00"}, follow=True)
    assert "将于 <strong>2023年9月27日 09:00</strong> 自动发布" in text(done)
    assert f"{desk}edit/" not in text(done)
    assert "请先取消定时" in text(officer.get(f"{desk}edit/", follow=True))
    assert "已取消定时发布" in text(officer.post(f"{desk}unschedule/", follow=True))
    assert "未设定时发布" in text(officer.post(f"{desk}unschedule/", follow=True))
    notice.refresh_from_db()
    assert notice.publish_at is None


def test_a_refused_publication_is_shown_at_the_desk(scene, set_clock):
    set_clock("2023-09-27 10:00")
    notice = crowd.drafted(scene)
    services.schedule(notice, NOTICED, by=scene.officer, at=scenes.SEPTEMBER)
    notice.entries.all().delete()
    services.publish_due(NOTICED)
    shown = text(signed_in(scene.officer).get(f"/desk/notices/{notice.pk}/"))
    assert "定时发布未成" in shown
    assert "公示名单为空" in shown


def test_a_supplement_is_published_from_the_desk(scene, notice, stranger, set_clock):
    set_clock("2023-09-28 10:00")
    officer = signed_in(scene.officer)
    desk = f"/desk/notices/{notice.pk}/"
    empty = officer.post(f"{desk}supplement/", {"text": "", "reason": "笔误。"})
    assert empty.status_code == 422
    assert "<details open>" in text(empty)
    done = officer.post(f"{desk}supplement/", {"text": "更正。", "reason": "笔误。"}, follow=True)
    assert "补充说明已发布" in text(done)
    assert "与发布时一致" in text(done)
    assert "补充说明第 1 号" in text(stranger.get(f"/notices/{notice.pk}/"))
    draft = crowd.drafted(scene)
    words = {"text": "更正。", "reason": "笔误。"}
    refused = officer.post(f"/desk/notices/{draft.pk}/supplement/", words)
    assert refused.status_code == 422


def test_a_decision_number_that_is_taken_is_said_beside_the_field(scene, notice):
    other = crowd.opened(scene, 1, scene.other_county)
    services.conclude(other, actor=scene.officer, at=CONCLUDED, decision_number="2号")
    page = f"/desk/notices/{notice.pk}/conclude/"
    answer = signed_in(scene.officer).post(page, {"decision_number": "2号"})
    assert answer.status_code == 422
    assert "已用于另一项授予决定" in text(answer)
    assert "is-invalid" in text(answer)


def test_how_many_certificates_are_made_is_shown(scene, notice):
    services.conclude(notice, actor=scene.officer, at=CONCLUDED, decision_number="2号")
    shown = text(signed_in(scene.officer).get(f"/desk/notices/{notice.pk}/"))
    assert "已生成证书" in shown


def test_the_preview_of_what_is_set_counts_from_that_day(scene, set_clock):
    set_clock("2023-09-20 10:00")
    notice = crowd.drafted(scene)
    services.schedule(notice, NOTICED, by=scene.officer, at=scenes.SEPTEMBER)
    officer = signed_in(scene.officer)
    assert "如在2023年9月27日发布" in text(officer.get(f"/desk/notices/{notice.pk}/"))
    assert "2023年9月27日至2023年10月9日" in text(officer.get(f"/notices/{notice.pk}/"))
