"""Accounts as the system administrator keeps them."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts import services
from accounts.models import User
from accounts.passwords import ThreeClassesValidator, generate
from tests import scenes
from workflow import Refused
from workflow.models import Event


@pytest.fixture
def zhao(scene):
    return scenes.person("zhao", "赵新", phone="13912345678", employer="沈阳市妇幼保健院")


def names(answer):
    return [person.username for person in answer.context["page_obj"]]


NEW = {
    "username": "neu",
    "name": "新人",
    "phone": "13812345678",
    "employer": "和平区卫生健康局",
}


class TestList:
    @pytest.mark.parametrize("more", [0, 2, 299])
    def test_it_takes_the_same_queries_however_long(
        self, as_admin, scene, more, django_assert_num_queries
    ):
        for n in range(more):
            scenes.official(f"weiter{n}", f"新{n}", "county_handler", scene.county)
        with django_assert_num_queries(8):
            as_admin.get("/people/")

    def test_one_person_alone(self, as_admin, admin):
        assert names(as_admin.get("/people/?text=sysadmin")) == ["sysadmin"]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("text=妇幼", ["zhao"]),
            ("text=赵 妇幼", ["zhao"]),
            ("text=赵 他", []),
            ("text=city&sort=-username", ["zone-city", "other-city", "city"]),
            ("role=city_handler", ["city", "other-city", "zone-city"]),
            ("role=city_handler&area=21/2103", ["other-city"]),
            ("area=21/2101/210106", []),
            ("area=21/2101", ["city", "county", "county-approver"]),
            ("state=closed", ["expert1"]),
            ("role=expert&state=active", ["expert2", "expert3", "expert4"]),
        ],
    )
    def test_filters_stay_in_the_address(self, as_admin, zhao, query, found):
        User.objects.filter(username="expert1").update(is_active=False)
        assert names(as_admin.get(f"/people/?{query}")) == found

    def test_an_unknown_filter_value_is_said(self, as_admin):
        answer = as_admin.get("/people/?area=nirgends&role=king")
        assert set(answer.context["filter"].form.errors) == {"area", "role"}

    @pytest.mark.parametrize("sort", ["name", "-name", "last_login", "-last_login", "password"])
    def test_sorting(self, as_admin, zhao, sort):
        found = names(as_admin.get(f"/people/?sort={sort}"))
        assert len(found) == User.objects.count()
        if sort == "password":
            assert found == sorted(found)

    def test_ended_posts_do_not_show(self, as_admin, scene, zhao):
        held = services.appoint(zhao, "city_handler", scene.city, by=None, at=scenes.JUNE)
        assert "沈阳市市级经办人" in as_admin.get("/people/?text=zhao").content.decode()
        services.end(held, by=None, at=scenes.JULY)
        assert "沈阳市市级经办人" not in as_admin.get("/people/?text=zhao").content.decode()

    def test_nothing_found_says_so(self, as_admin):
        assert "没有符合条件的账号" in as_admin.get("/people/?text=niemand").content.decode()


PATHS = [
    "",
    "new/",
    "{pk}/",
    "{pk}/edit/",
    "{pk}/deactivate/",
    "{pk}/reactivate/",
    "{pk}/reset/",
    "{pk}/appoint/",
    "{pk}/posts/1/end/",
]


@pytest.mark.parametrize("path", PATHS)
def test_accounts_are_the_system_administrator_s_alone(client, scene, guard, zhao, today, path):
    for somebody in (scene.officer, scene.city_handler, guard, zhao):
        client.force_login(somebody)
        for method in (client.get, client.post):
            assert method(f"/people/{path.format(pk=zhao.pk)}").status_code == 403
    assert list(User.objects.visible_to(scene.officer)) == []


def test_a_person_who_is_not_there(as_admin):
    for path in PATHS[2:]:
        assert as_admin.get(f"/people/{path.format(pk=999999)}").status_code == 404


class TestNew:
    def test_the_first_password_shows_once_and_works(self, as_admin, admin, settings):
        answer = as_admin.post("/people/new/", NEW)
        page = answer.content.decode()
        password = re.search(r"<code>([^<]+)</code>", page)[1]
        assert "只显示这一次" in page
        assert "no-store" in answer["Cache-Control"]
        made = User.objects.get(username="neu")
        assert (made.name, made.phone, made.employer) == (
            NEW["name"],
            NEW["phone"],
            NEW["employer"],
        )
        assert made.must_change_password
        assert password not in as_admin.get(f"/people/{made.pk}/").content.decode()
        other = Client()
        other.post("/login/", {"username": "neu", "password": password})
        assert other.get("/home/").url == "/password/?next=/home/"

    def test_it_is_on_record_without_the_password(self, as_admin, admin):
        as_admin.post("/people/new/", NEW)
        event = Event.objects.of(User.objects.get(username="neu")).get()
        assert (event.verb, event.actor, event.data) == ("create", admin, {})
        assert event.post.role == "system_admin"
        assert event.region_path == "21"

    @pytest.mark.parametrize(
        ("changed", "errors"),
        [
            ({"username": "officer"}, {"username": "该用户名已被使用。"}),
            ({"username": "王 新"}, {"username": "请输入合法的用户名"}),
            ({"name": ""}, {"name": "这个字段是必填项。"}),
            ({"phone": "12345"}, {"phone": "请填写 11 位手机号码，或带区号的固定电话。"}),
        ],
    )
    def test_errors_stand_beside_their_field_and_all_typed_is_kept(self, as_admin, changed, errors):
        answer = as_admin.post("/people/new/", NEW | changed)
        found = {name: text[0] for name, text in answer.context["form"].errors.items()}
        assert found.keys() == errors.keys()
        assert all(found[name].startswith(errors[name]) for name in errors)
        assert f'value="{NEW["employer"]}"' in answer.content.decode()
        assert not User.objects.filter(name=NEW["name"]).exists()

    @pytest.mark.parametrize("phone", ["", "024-23456789", "02423456789", "13812345678"])
    def test_phones_that_do(self, as_admin, phone):
        as_admin.post("/people/new/", NEW | {"phone": phone})
        assert User.objects.get(username="neu").phone == phone

    def test_the_empty_form(self, as_admin):
        assert "建立后不能修改" in as_admin.get("/people/new/").content.decode()

    def test_a_generated_password_keeps_the_rules(self):
        made = {generate() for _ in range(200)}
        assert len(made) == 200
        for password in made:
            ThreeClassesValidator().validate(password)
            assert re.fullmatch(r"[A-Za-z2-9]{4}-[A-Za-z2-9]{4}-[A-Za-z2-9]{4}", password)
            assert not set("0O1lI") & set(password)


class TestPerson:
    def test_the_page_shows_posts_and_what_was_done(self, as_admin, admin, scene, zhao):
        services.appoint(zhao, "city_handler", scene.city, by=scene.officer, at=scenes.JUNE)
        held = services.appoint(zhao, "expert", scene.root, by=None, at=scenes.JUNE)
        services.end(held, by=None, at=scenes.JULY)
        services.correct_person(zhao, {"phone": "13987654321"}, by=admin, at=scenes.JULY)
        page = as_admin.get(f"/people/{zhao.pk}/").content.decode()
        assert "沈阳市市级经办人" in page
        assert "已终止" in page
        assert "更正资料" in page
        assert "139****4321" in page
        assert "13987654321" not in page

    def test_a_person_without_post_or_history(self, as_admin, zhao):
        page = as_admin.get(f"/people/{zhao.pk}/").content.decode()
        assert "暂无任职" in page
        assert "暂无记录" in page

    def test_tasks_of_an_expert_are_no_posts(self, as_admin, scene):
        application, _ = scenes.at_province(scene)
        scenes.seat_panel(scene, application)
        page = as_admin.get(f"/people/{scene.experts[0].pk}/").content.decode()
        assert "省级评审专家" in page
        assert "本件评审专家" not in page

    def test_correcting_keeps_which_fields_not_what_they_said(self, as_admin, zhao):
        values = {"name": "赵新新", "phone": zhao.phone, "employer": "省妇幼保健院"}
        answer = as_admin.post(f"/people/{zhao.pk}/edit/", values, follow=True)
        assert "资料已更正。" in answer.content.decode()
        event = Event.objects.of(zhao).get()
        assert (event.verb, event.data) == ("correct", {"fields": ["employer", "name"]})
        as_admin.post(f"/people/{zhao.pk}/edit/", values)
        assert Event.objects.of(zhao).count() == 1

    def test_a_wrong_correction_keeps_what_was_typed(self, as_admin, zhao):
        answer = as_admin.post(
            f"/people/{zhao.pk}/edit/", {"name": "", "phone": "1", "employer": "省院"}
        )
        assert set(answer.context["form"].errors) == {"name", "phone"}
        assert 'value="省院"' in answer.content.decode()
        assert 'value="赵新"' in as_admin.get(f"/people/{zhao.pk}/edit/").content.decode()


class TestClosing:
    def test_a_closed_account_is_out_at_once_and_comes_back_with_its_posts(
        self, as_admin, scene, zhao
    ):
        services.appoint(zhao, "city_handler", scene.city, by=None, at=scenes.JUNE)
        other = Client()
        other.force_login(zhao, "django.contrib.auth.backends.ModelBackend")
        assert other.get("/home/").status_code == 200
        answer = as_admin.post(f"/people/{zhao.pk}/deactivate/", {"reason": "调离。"}, follow=True)
        assert "已停用赵新的账号。" in answer.content.decode()
        assert other.get("/home/").status_code == 302
        answer = as_admin.post(f"/people/{zhao.pk}/reactivate/", {"reason": "调回。"}, follow=True)
        assert "已恢复赵新的账号。" in answer.content.decode()
        assert other.get("/home/").status_code == 200
        assert [(e.verb, e.reason) for e in Event.objects.of(zhao)] == [
            ("deactivate", "调离。"),
            ("reactivate", "调回。"),
        ]

    @pytest.mark.parametrize("path", ["deactivate/", "reactivate/"])
    def test_a_reason_is_wanted(self, as_admin, zhao, path):
        User.objects.filter(pk=zhao.pk).update(is_active=path == "deactivate/")
        assert as_admin.get(f"/people/{zhao.pk}/{path}").status_code == 200
        answer = as_admin.post(f"/people/{zhao.pk}/{path}", {"reason": " "})
        assert list(answer.context["form"].errors["reason"]) == ["请写明理由。"]
        assert not Event.objects.of(zhao).exists()

    @pytest.mark.parametrize(
        ("path", "why"),
        [("deactivate/", "该账号已停用。"), ("reactivate/", "该账号未停用。")],
    )
    def test_twice_is_said_and_keeps_the_reason(self, as_admin, zhao, path, why):
        User.objects.filter(pk=zhao.pk).update(is_active=path == "reactivate/")
        answer = as_admin.post(f"/people/{zhao.pk}/{path}", {"reason": "调离。"})
        assert answer.context["form"].non_field_errors() == [why]
        assert "调离。</textarea>" in answer.content.decode()

    def test_nobody_closes_his_own_account(self, as_admin, admin):
        answer = as_admin.post(f"/people/{admin.pk}/deactivate/", {"reason": "试试"})
        assert answer.context["form"].non_field_errors() == ["不能停用本人账号。"]
        admin.refresh_from_db()
        assert admin.is_active


class TestReset:
    def test_a_new_first_password_ends_every_session(self, as_admin, zhao):
        other = Client()
        other.post("/login/", {"username": "zhao", "password": scenes.PASSWORD})
        assert other.get("/home/").status_code == 200
        assert "只显示一次" in as_admin.get(f"/people/{zhao.pk}/reset/").content.decode()
        answer = as_admin.post(f"/people/{zhao.pk}/reset/")
        password = re.search(r"<code>([^<]+)</code>", answer.content.decode())[1]
        assert other.get("/home/").status_code == 302
        zhao.refresh_from_db()
        assert zhao.check_password(password)
        assert zhao.must_change_password
        assert [event.verb for event in Event.objects.of(zhao)] == ["reset_password"]

    def test_the_old_password_stays_remembered(self, as_admin, zhao):
        old = zhao.password
        as_admin.post(f"/people/{zhao.pk}/reset/")
        zhao.refresh_from_db()
        assert old in zhao.former_passwords

    def test_one_s_own_is_changed_on_its_own_page(self, as_admin, admin):
        answer = as_admin.post(f"/people/{admin.pk}/reset/")
        assert answer.context["form"].non_field_errors() == ["请在“修改密码”中修改本人密码。"]
        admin.refresh_from_db()
        assert admin.check_password(scenes.PASSWORD)


class TestPosts:
    def test_first_the_role_then_its_regions(self, as_admin, scene, zhao):
        page = as_admin.get(f"/people/{zhao.pk}/appoint/").content.decode()
        assert "?role=county_handler" in page
        assert "nursery_staff" not in page
        answer = as_admin.get(f"/people/{zhao.pk}/appoint/?role=county_handler")
        offered = [str(r) for r in answer.context["form"].fields["region"].queryset]
        assert offered == ["和平区", "铁西区", "铁西区", "沈抚改革创新示范区"]
        assert "鞍山市铁西区" in answer.content.decode()

    def test_an_unknown_role_is_asked_again(self, as_admin, zhao):
        for role in ("king", "nursery_staff", "application_expert"):
            answer = as_admin.get(f"/people/{zhao.pk}/appoint/?role={role}")
            assert answer.context["form"] is None

    def test_a_post_begins(self, as_admin, admin, scene, zhao):
        answer = as_admin.post(
            f"/people/{zhao.pk}/appoint/?role=county_handler",
            {"region": scene.county.pk, "until": "2024-12-31"},
            follow=True,
        )
        assert "已任命赵新为和平区县级经办人。" in answer.content.decode()
        held = zhao.appointments.get()
        assert (held.appointed_by, str(held.starts), str(held.until)) == (
            admin,
            "2023-07-20",
            "2024-12-31",
        )
        assert held.granted

    def test_what_does_not_fit_is_said_beside_its_field(self, as_admin, scene, zhao):
        url = f"/people/{zhao.pk}/appoint/?role=county_handler"
        answer = as_admin.post(url, {"region": scene.city.pk})
        assert set(answer.context["form"].errors) == {"region"}
        answer = as_admin.post(url, {"region": scene.county.pk, "until": "2023-07-01"})
        assert list(answer.context["form"].errors["until"]) == ["任职止日不能早于起日。"]
        assert not zhao.appointments.exists()

    def test_a_refusal_without_a_field_stands_at_the_top(self, as_admin, scene, zhao):
        services.appoint(zhao, "audit_admin", scene.root, by=None, at=scenes.JUNE)
        answer = as_admin.post(
            f"/people/{zhao.pk}/appoint/?role=security_admin", {"region": scene.root.pk}
        )
        assert answer.context["form"].non_field_errors() == [
            "系统、安全、审计三类管理员须由不同人员担任。"
        ]

    def test_a_post_ends_with_a_reason(self, as_admin, admin, scene, zhao):
        held = services.appoint(zhao, "city_handler", scene.city, by=None, at=scenes.JUNE)
        url = f"/people/{zhao.pk}/posts/{held.pk}/end/"
        assert "沈阳市市级经办人" in as_admin.get(url).content.decode()
        assert as_admin.post(url, {"reason": ""}).status_code == 200
        answer = as_admin.post(url, {"reason": "轮岗。"}, follow=True)
        assert "已终止赵新的任职：沈阳市市级经办人。" in answer.content.decode()
        event = Event.objects.of(scene.city).last()
        assert (event.verb, event.actor, event.reason) == ("end_appointment", admin, "轮岗。")
        assert as_admin.post(url, {"reason": "又一次"}).status_code == 404

    def test_staff_of_a_nursery_are_dismissed_on_its_page(self, as_admin, scene):
        staff = scenes.staff(scenes.nursery(scene.county))
        held = staff.appointments.get()
        assert as_admin.get(f"/people/{staff.pk}/posts/{held.pk}/end/").status_code == 404
        assert "终止<span" not in as_admin.get(f"/people/{staff.pk}/").content.decode()


def test_a_person_s_name_stands_for_them(db):
    assert str(User(username="a", name="甲")) == "甲"
    assert str(User(username="a")) == "a"


def test_refusals_of_services_speak_for_themselves(scene, admin):
    with pytest.raises(Refused, match="不能停用本人账号。"):
        services.deactivate(admin, by=admin, at=scenes.JULY, reason="x")
