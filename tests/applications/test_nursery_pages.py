"""The nursery's own pages: beginning, following, checking, handing in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.urls import reverse

from accounts.models import User
from applications import services, stages
from applications.models import Application
from applications.statuses import ApplicationState, Step
from nurseries.models import Nursery, NurseryUserObjectPermission
from tests import scenes
from tests.applications.browsing import Browse
from tests.applications.crowd import crowd
from tests.scenes import AUGUST, JULY, JUNE, Province, at
from workflow import Refused, perform
from workflow.models import Event


@pytest.fixture
def staffed(scene: Province) -> Any:
    of = scenes.nursery(scene.county)
    return of, scenes.staff(of)


def begin(client: Any, of: Any, cycle: Any) -> Any:
    return client.post(
        reverse("applications:new"), {"nursery": of.pk, "cycle": cycle.pk}, follow=True
    )


def test_an_open_cycle_can_be_begun_from_the_list(
    scene: Province, staffed: tuple[Nursery, User], browse: Browse
) -> None:
    of, by = staffed
    client = browse(by)
    page = client.get(reverse("applications:list")).content.decode()
    assert scene.cycle.name in page
    assert "开始申报" in page

    answer = begin(client, of, scene.cycle)

    application = Application.objects.get()
    assert answer.redirect_chain[-1][0] == application.get_absolute_url()
    assert application.contact_name == by.name
    again = client.get(reverse("applications:list")).content.decode()
    assert "开始申报" not in again
    assert "继续填报" in again


def test_a_second_click_finds_the_first(
    scene: Province, staffed: tuple[Nursery, User], browse: Browse
) -> None:
    of, by = staffed
    client = browse(by)
    begin(client, of, scene.cycle)
    page = begin(client, of, scene.cycle).content.decode()
    assert "本机构在本周期已有一件进行中的申报。" in page
    assert Application.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_application(
    scene: Province, staffed: tuple[Nursery, User]
) -> None:
    of, by = staffed
    refused = []

    def click() -> None:
        try:
            services.draft(of, scene.cycle, by=by, at=JUNE)
        except Refused as sentence:
            refused.append(str(sentence))
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(6)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert Application.objects.count() == 1
    assert refused == ["本机构在本周期已有一件进行中的申报。"] * 5


def test_who_is_not_eligible_reads_why(scene: Province, browse: Browse) -> None:
    of = scenes.nursery(
        scene.county, filing_receipt_number="", filing_date=None, filing_county=None
    )
    client = browse(scenes.staff(of))
    page = client.get(reverse("applications:list")).content.decode()
    assert "disabled" in page
    assert "机构尚未登记备案回执编号。" in page
    assert reverse("nurseries:edit", args=[of.pk]) in page
    assert "机构尚未登记备案回执编号。" in begin(client, of, scene.cycle).content.decode()
    assert not Application.objects.exists()


def test_after_the_deadline_nothing_is_begun(
    scene: Province, staffed: tuple[Nursery, User], browse: Browse, it_is: Callable[[str], None]
) -> None:
    of, by = staffed
    client = browse(by)
    it_is("2023-07-16 00:01")
    assert "申报截止日期为2023年7月15日" in begin(client, of, scene.cycle).content.decode()


def test_the_first_day_begins_at_local_midnight(
    scene: Province, staffed: tuple[Nursery, User]
) -> None:
    """28 May in Shanghai begins while it is still the 27th in UTC."""
    of, by = staffed
    with pytest.raises(Refused, match="自2023年5月28日起接受申报"):
        services.draft(of, scene.cycle, by=by, at=at("2023-05-27 23:59"))
    assert services.draft(of, scene.cycle, by=by, at=at("2023-05-28 00:01")).pk


def test_nobody_begins_for_another_nursery(
    scene: Province, staffed: tuple[Nursery, User], browse: Browse
) -> None:
    of, _ = staffed
    stranger = scenes.staff(scenes.nursery(scene.county, "另一家"), "other")
    page = begin(browse(stranger), of, scene.cycle).content.decode()
    assert "请从列表中选择" in page
    assert not Application.objects.exists()


def test_an_empty_list_says_what_to_do(scene: Province, browse: Browse) -> None:
    lonely = scenes.person("lonely", "无园")
    page = browse(lonely).get(reverse("applications:list")).content.decode()
    assert "账号尚未关联托育机构" in page


def test_a_list_without_an_open_cycle_says_what_will_come(
    scene: Province, staffed: tuple[Nursery, User], browse: Browse
) -> None:
    _, by = staffed
    perform(scene.cycle, "close", actor=scene.officer, at=JUNE, reason="测试。")
    page = browse(by).get(reverse("applications:list")).content.decode()
    assert "还没有申报" in page


@pytest.mark.parametrize("size", [1, 3, 300])
def test_the_list_costs_the_same_however_long(
    scene: Province, browse: Browse, size: int, django_assert_num_queries: Any
) -> None:
    by = scenes.person("chain", "连锁")
    act_for = Permission.objects.get(codename="act_for")
    NurseryUserObjectPermission.objects.bulk_create(
        NurseryUserObjectPermission(user=by, permission=act_for, content_object=application.nursery)
        for application in crowd(scene, size)
    )
    client = browse(by)
    client.get(reverse("applications:list"))
    with django_assert_num_queries(LIST_QUERIES):
        assert client.get(reverse("applications:list")).status_code == 200


LIST_QUERIES = 10


def test_the_track_page_says_what_is_missing(
    scene: Province, staffed: tuple[Nursery, User], browse: Browse
) -> None:
    of, by = staffed
    application = services.draft(of, scene.cycle, by=by, at=JUNE)
    page = browse(by).get(application.get_absolute_url()).content.decode()
    assert "申报表“机构简介”尚未填写。" in page
    assert "自评分表还有 " in page
    assert reverse("applications:form", args=[application.pk]) in page
    assert reverse("scoring:sheet", args=[application.self_sheet_id]) in page


def test_a_returned_file_shows_the_reason_first(
    scene: Province, browse: Browse, it_is: Callable[[str], None]
) -> None:
    application, by = scenes.submitted(scene)
    perform(
        application,
        "return_for_correction",
        actor=scene.county_handler,
        at=JULY,
        reason="请补充保险单。",
    )
    it_is("2023-07-21 09:00")
    page = browse(by).get(application.get_absolute_url()).content.decode()
    assert page.index("请补充保险单。") < page.index("申报进度")
    assert "8月10日" in page
    assert "检查并重新提交" in page


def test_what_the_offices_say_among_themselves_stays_there(scene: Province, browse: Browse) -> None:
    application, by = scenes.at_city(scene)
    perform(
        application,
        "send_back_to_county",
        actor=scene.city_handler,
        at=JULY,
        reason="县级打分偏高，请重评。",
    )
    page = browse(by).get(application.get_absolute_url()).content.decode()
    assert "退回县级" in page
    assert "县级打分偏高" not in page
    for name in ("王和", "李沈"):
        assert name not in page
    assert "开始评分" not in page


def test_the_check_page_refuses_and_lets_through_by_the_same_guards(
    scene: Province, browse: Browse
) -> None:
    application, by = scenes.drafted(scene, total="84.5")
    client = browse(by)
    url = reverse("applications:check", args=[application.pk])
    page = client.get(url).content.decode()
    assert "自评得分 84.5 分，未达到申报线 85 分。" in page
    assert 'disabled aria-describedby="why-submit"' in page

    scenes.fill(application.self_sheet, "85", by, JUNE)
    assert "disabled" not in client.get(url).content.decode()
    move = reverse("move", args=["applications.application", application.pk, "submit"])
    client.post(move)

    application.refresh_from_db()
    assert application.state == ApplicationState.COUNTY_REVIEW
    assert client.get(url).url == application.get_absolute_url()


@pytest.mark.parametrize("name", ["form", "check"])
def test_officials_see_a_file_but_do_not_fill_it_in(
    scene: Province, browse: Browse, name: Any
) -> None:
    application, _ = scenes.submitted(scene)
    url = reverse(f"applications:{name}", args=[application.pk])
    assert browse(scene.county_handler).get(url).status_code == 403
    assert browse(scene.other_county_handler).get(url).status_code == 404


def notes(application: Application) -> Any:
    events = list(Event.objects.of(application))
    return [(s.label, s.state, s.note) for s in stages.stages(application, events)]


def test_the_stages_of_a_file_carry_their_dates(scene: Province) -> None:
    application, _ = scenes.submitted(scene)
    assert notes(application)[:3] == [
        ("自评申报", "done", "6月10日"),
        ("县级初审", "current", "8月10日前"),
        ("市级审核", "todo", "8月30日前"),
    ]


def test_a_returned_file_stands_at_the_first_stage(scene: Province) -> None:
    application, _ = scenes.submitted(scene)
    perform(
        application, "return_for_correction", actor=scene.county_handler, at=JULY, reason="补。"
    )
    assert notes(application)[0] == ("自评申报", "current", "退回补正 · 8月10日前")


def test_an_ended_file_stops_where_it_ended(scene: Province) -> None:
    application, _ = scenes.at_city(scene)
    perform(application, "decline_by_city", actor=scene.city_handler, at=AUGUST, reason="名额外。")
    assert notes(application) == [
        ("自评申报", "done", "6月10日"),
        ("县级初审", "done", "7月20日"),
        ("市级不予推荐", "stopped", "8月15日"),
    ]


def test_a_withdrawn_draft_stops_at_once(scene: Province, staffed: tuple[Nursery, User]) -> None:
    of, by = staffed
    application = services.draft(of, scene.cycle, by=by, at=JUNE)
    perform(application, "withdraw", actor=by, at=JUNE, reason="不报了。")
    assert notes(application) == [("已撤回", "stopped", "6月10日")]


def test_after_the_passing_the_stage_says_so(scene: Province) -> None:
    application, _ = scenes.passed(scene)
    labels = {label: (state, note) for label, state, note in notes(application)}
    assert labels["省级评审"] == ("current", "评审通过")
    assert labels["社会公示"] == ("todo", "")


def test_the_track_page_stays_within_its_queries(
    scene: Province, browse: Browse, django_assert_max_num_queries: Any
) -> None:
    application, by = scenes.drafted(scene)
    client = browse(by)
    with django_assert_max_num_queries(30):
        client.get(application.get_absolute_url())
    perform(application, "submit", actor=by, at=JUNE)
    scenes.scored(application, Step.COUNTY, scene.county_handler, when=JULY)
    with django_assert_max_num_queries(30):
        client.get(application.get_absolute_url())
