"""What stands around every page: the site's own facts, the navigation, the answers to faults."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.template import TemplateDoesNotExist, loader
from django.test import Client, RequestFactory
from django.urls import reverse

from applications import services as applications
from applications.statuses import Step
from portal import navigation
from portal.context import DEMO_PASSWORD, Site
from portal.views import errors
from tests import scenes


def words(response) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", response.content.decode())


@pytest.fixture
def request_by():
    def build(user, path: str = "/home/"):
        request = RequestFactory().get(path)
        request.user = user
        return request

    return build


# ---- navigation ----


def test_permissions_open_pages_and_nothing_else_does():
    labels = [item.label for item in navigation.items(navigation.SIGNED_IN, (), "/home/")]
    assert labels == ["工作台"]
    desk = navigation.items(navigation.SIGNED_IN, {"review_county"}, "/desk/")
    assert [item.label for item in desk if item.active] == ["申报审核"]


def test_the_longest_address_is_the_active_one():
    entries = [navigation.Entry("办件", "/desk/"), navigation.Entry("公示", "/desk/notices/")]
    assert navigation.nearest(entries, "/desk/notices/7/").label == "公示"
    assert navigation.nearest(entries, "/desk/7/").label == "办件"
    assert navigation.nearest(entries, "/elsewhere/") is None


def test_the_front_page_is_active_only_on_itself():
    active = [
        item.label for item in navigation.items(navigation.PUBLIC, (), "/guide/") if item.active
    ]
    assert active == ["办事指南"]
    assert navigation.items(navigation.PUBLIC, (), "/")[0].active


def test_an_entry_without_a_page_is_not_offered():
    entry = navigation.Entry("尚未建成", "/not/built/yet/")
    assert navigation.items([entry], (), "/") == []


# ---- what a page knows of its reader ----


@pytest.mark.django_db
def test_an_official_sees_the_post_and_the_pages_of_it(
    scene, request_by, django_assert_num_queries
):
    site = Site(request_by(scene.county_handler, "/desk/"))
    with django_assert_num_queries(1):
        labels = [item.label for item in site.navigation]
        assert site.post.role == "county_handler"
    assert "申报审核" in labels
    assert "异议办理" not in labels
    assert site.person == scene.county_handler.name
    assert site.login_label == "进入工作台"
    assert site.login_url == "/home/"
    assert [link.label for link in site.account_links] == ["账号安全", "修改密码", "回到公众首页"]


@pytest.mark.django_db
def test_a_review_is_a_task_and_no_post(scene, request_by):
    expert = scene.experts[0]
    application, _ = scenes.at_province(scene)
    applications.assign_expert(
        application, expert, Step.PAPER, by=scene.officer, at=scenes.SEPTEMBER
    )
    site = Site(request_by(expert))
    assert [post.role for post in site.posts] == ["expert"]
    assert site.unread == 0


def test_a_stranger_has_no_posts_and_costs_no_query(request_by):
    site = Site(request_by(AnonymousUser(), "/"))
    assert (site.person, site.posts, site.post, site.unread) == ("", [], None, 0)
    assert site.login_url == reverse("login")
    assert site.login_label == "登录"
    assert Site(RequestFactory().get("/")).user is None


def test_example_people_exist_in_demo_mode_only(request_by, settings):
    settings.DEMO = False
    assert Site(request_by(AnonymousUser())).demo_logins == []
    assert Site(request_by(AnonymousUser())).demo_password == ""
    settings.DEMO = True
    logins = Site(request_by(AnonymousUser())).demo_logins
    assert len(logins) == 13
    assert {login["password"] for login in logins} == {DEMO_PASSWORD}


# ---- signing in ----


def test_the_login_page_offers_the_example_people_in_demo_mode(client, settings):
    settings.DEMO = True
    page = client.get("/login/").content.decode()
    assert 'data-fill=\'{"id_username": "county-approver"' in page
    assert "示例数据" in page
    settings.DEMO = False
    page = client.get("/login/").content.decode()
    assert "data-fill" not in page
    assert "示例数据" not in page
    assert "省级示范托育机构评选管理平台</title>" in page


@pytest.mark.django_db
def test_a_wrong_password_is_said_and_the_name_and_the_way_back_are_kept(client):
    answer = client.post(
        "/login/?next=/desk/", {"username": "li", "password": "no", "next": "/desk/"}
    )
    page = answer.content.decode()
    assert "用户名或密码不正确" in page
    assert 'role="alert"' in page
    assert 'value="li"' in page
    assert 'name="next" value="/desk/"' in page


@pytest.mark.django_db
def test_a_session_that_ended_is_said_on_the_login_page(client):
    client.cookies["sessionid"] = "ended"
    answer = client.get("/home/", follow=True)
    assert answer.redirect_chain == [("/login/?expired=1&next=/home/", 302)]
    assert "登录已超时" in words(answer)


@pytest.mark.django_db
def test_a_stranger_is_not_told_of_a_session(client):
    answer = client.get("/home/", follow=True)
    assert answer.redirect_chain == [("/login/?next=/home/", 302)]
    assert "登录已超时" not in words(answer)


@pytest.mark.django_db
def test_five_failures_lead_to_the_locked_page(client, scene):
    for _ in range(6):
        answer = client.post("/login/", {"username": "county-handler", "password": "wrong"})
    assert answer.status_code == 429
    assert "账号已临时锁定" in words(answer)


@pytest.mark.django_db
def test_the_first_password_is_asked_for_in_words(client, scene):
    user = scene.county_handler
    user.must_change_password = True
    user.save()
    client.force_login(user)
    answer = client.get("/home/", follow=True)
    assert "首次登录须修改初始密码" in words(answer)
    answer = client.post(
        "/password/", {"old_password": "x", "new_password1": "", "new_password2": ""}
    )
    assert "新密码：请填写此项。" in words(answer)


# ---- when something went wrong ----


@pytest.mark.django_db
def test_an_address_that_is_not_there(client):
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "未找到您要的页面" in words(answer)
    assert "返回首页" in words(answer)


def test_a_refusal_gives_its_own_sentence_or_the_general_one(request_by):
    request = request_by(AnonymousUser())
    own = errors.permission_denied(request, PermissionDenied("本机构的申报由其他人员办理。"))
    assert own.status_code == 403
    assert "本机构的申报由其他人员办理。" in own.content.decode()
    assert "当前账号的岗位不能办理此事项" in errors.permission_denied(request).content.decode()


def test_a_request_that_cannot_be_read(request_by):
    answer = errors.bad_request(request_by(AnonymousUser()))
    assert answer.status_code == 400
    assert "系统未作任何改动" in answer.content.decode()


@pytest.mark.django_db
def test_a_stale_form_says_what_to_do():
    answer = Client(enforce_csrf_checks=True).post("/login/", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "页面已过期" in words(answer)


def test_a_failure_shows_no_trace_and_needs_nothing(rf, monkeypatch):
    answer = errors.server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "故障已记录" in answer.content.decode()
    assert "Traceback" not in answer.content.decode()

    def missing(name: str) -> None:
        raise TemplateDoesNotExist(name)

    monkeypatch.setattr(loader, "get_template", missing)
    assert "系统繁忙" in errors.server_error(rf.get("/")).content.decode()


# ---- through a browser ----


@pytest.mark.django_db
def test_the_navigation_of_a_phone_opens_and_closes(phone, scene, live_server, client):
    client.force_login(scene.officer)
    phone.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    phone.goto("/home/")
    entry = phone.get_by_role("link", name="评选周期", exact=True)
    assert not entry.is_visible()
    phone.get_by_label("打开主导航").click()
    assert entry.is_visible()
    phone.keyboard.press("Escape")
    assert not entry.is_visible()


def test_a_password_can_be_shown_and_an_example_login_fills_the_form(page, live_server, settings):
    settings.DEMO = True
    page.goto("/login/")
    page.get_by_role("button", name="县级审核人").click()
    assert page.input_value("#id_username") == "county-approver"
    page.get_by_role("button", name="显示密码").click()
    assert page.get_attribute("#id_password", "type") == "text"
    assert page.input_value("#id_password") == DEMO_PASSWORD
