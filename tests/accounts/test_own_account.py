"""One's own account page, and what administrators see and do about the second factor."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django_otp.oath import TOTP, hotp

from accounts import services
from notifications.models import Message
from notifications.services import announce
from tests import doors, scenes
from workflow.models import Event

pytestmark = pytest.mark.django_db

NEW_APP = "/account/factor/?next=/cycles/"


@pytest.fixture
def inside(client, scene):
    """Staff of a nursery, who may have a second factor and need not."""
    staff = scenes.staff(scenes.nursery(scene.county))
    doors.give_password(client, staff.username)
    client.staff = staff
    return client


def code_of_secret(page):
    """What an app shows that was told the secret of this page."""
    from base64 import b32decode

    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    key = b32decode(secret)
    return f"{hotp(key, TOTP(key).t()):06}"


def set_up(client):
    page = client.get(NEW_APP).content.decode()
    return client.post(NEW_APP, {"code": code_of_secret(page)})


class TestSettingUp:
    def test_the_page_shows_a_picture_and_the_secret_without_inline_style(self, inside):
        answer = inside.get(NEW_APP)
        page = answer.content.decode()
        assert '<svg viewBox="0 0' in page
        assert "style=" not in page
        assert "no-store" in answer["Cache-Control"]
        assert "公职人员启用后" not in page

    def test_the_secret_stays_until_it_is_confirmed(self, inside):
        first = inside.get(NEW_APP).context["setup"].secret
        answer = inside.post(NEW_APP, {"code": "000000"})
        assert list(answer.context["form"].errors["code"]) == [
            "验证码不正确，请核对手机时间后重新输入。"
        ]
        assert answer.context["setup"].secret == first
        assert services.device_of(inside.staff) is None

    def test_a_code_is_wanted(self, inside):
        assert inside.post(NEW_APP, {"code": ""}).context["form"].errors["code"]

    def test_the_right_code_ends_it_with_the_recovery_codes(self, inside):
        answer = set_up(inside)
        page = answer.content.decode()
        codes = re.findall(r"<li><code>(\d{5}) (\d{5})</code></li>", page)
        assert len(codes) == 10
        assert "只显示这一次" in page
        assert 'href="/cycles/"' in page
        assert "no-store" in answer["Cache-Control"]
        assert services.check_code(inside.staff, "".join(codes[0]), at=scenes.JULY)

    def test_an_official_is_let_on_and_his_other_sessions_end(self, client, scene):
        other = Client()
        for browser in (client, other):
            doors.give_password(browser, "officer")
        set_up(client)
        assert client.get("/cycles/").status_code == 200
        assert other.get("/cycles/").url == "/login/?expired=1&next=/cycles/"

    def test_another_app_wants_a_code_of_the_old_one_first(self, inside):
        doors.give_app(inside.staff)
        held = services.device_of(inside.staff)
        for ask in (inside.get, inside.post):
            assert ask(NEW_APP).url.startswith("/login/confirm/?next=/account/factor/")
        inside.post("/login/confirm/", {"code": doors.code_of(inside.staff)})
        assert "更换后，原验证器与原恢复码失效" in inside.get(NEW_APP).content.decode()
        set_up(inside)
        assert services.device_of(inside.staff).key != held.key

    def test_demo_mode_shows_the_code(self, inside, settings):
        settings.DEMO = True
        page = inside.get(NEW_APP).content.decode()
        assert f"验证码 <strong>{code_of_secret(page)}</strong>" in page


class TestAccountPage:
    def test_without_a_second_factor(self, inside):
        page = inside.get("/account/").content.decode()
        assert "未启用。启用后" in page
        assert "启用双因素认证" in page
        assert "192.0.2.1" not in page
        assert "127.0.0.1" in page

    @pytest.mark.parametrize(
        ("user_agent", "name"),
        [
            ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537 Edg/120", "Edge，Windows"),
            ("Mozilla/5.0 (Linux; Android 14) Chrome/120 MicroMessenger/8", "微信，安卓"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17 Safari/604", "Safari，苹果手机"),
            ("curl/8", "未知设备"),
        ],
    )
    def test_a_device_has_a_name_its_user_knows(self, inside, user_agent, name):
        from axes.models import AccessLog

        AccessLog.objects.update(user_agent=user_agent)
        assert f">{name}<" in inside.get("/account/").content.decode()

    def test_without_a_login_on_record(self, client, scene):
        client.force_login(scenes.person("neu", "新人"))
        from axes.models import AccessLog

        AccessLog.objects.all().delete()
        assert "暂无登录记录" in client.get("/account/").content.decode()

    def test_with_one(self, inside):
        set_up(inside)
        page = inside.get("/account/").content.decode()
        assert "10 个" in page
        assert "更换恢复码" in page
        assert "停用</a>" in page

    def test_few_codes_are_pointed_out(self, inside):
        doors.give_app(inside.staff)
        assert "请及时更换" in inside.get("/account/").content.decode()

    def test_an_official_is_not_offered_to_stop(self, client, scene):
        doors.give_app(scene.officer)
        client.force_login(scene.officer)
        assert "停用</a>" not in client.get("/account/").content.decode()
        answer = client.post("/account/remove-factor/")
        assert "公职人员须使用双因素认证，不能停用。" in answer.content.decode()

    def test_new_recovery_codes(self, inside):
        set_up(inside)
        assert "原有恢复码全部失效" in inside.get("/account/codes/").content.decode()
        page = inside.post("/account/codes/").content.decode()
        assert len(re.findall(r"<code>\d{5} \d{5}</code>", page)) == 10
        assert Event.objects.of(inside.staff).last().verb == "renew_recovery_codes"

    def test_a_refusal_is_said(self, client, scene):
        client.force_login(scene.officer)
        answer = client.post("/account/codes/")
        assert "请先启用双因素认证。" in answer.content.decode()

    def test_back_to_the_password_alone(self, inside):
        set_up(inside)
        assert "仅凭密码登录" in inside.get("/account/remove-factor/").content.decode()
        answer = inside.post("/account/remove-factor/", follow=True)
        assert "已停用双因素认证。" in answer.content.decode()
        assert services.device_of(inside.staff) is None

    @pytest.mark.parametrize("address", ["/account/codes/", "/account/remove-factor/"])
    def test_both_want_a_code_first(self, inside, address):
        doors.give_app(inside.staff)
        for ask in (inside.get, inside.post):
            assert ask(address).url == f"/login/confirm/?next={address}"


class TestAdministrators:
    @pytest.fixture
    def officer(self, scene):
        doors.give_app(scene.officer)
        return scene.officer

    def test_the_person_s_page_says_so(self, as_admin, scene, officer):
        page = as_admin.get(f"/people/{officer.pk}/").content.decode()
        assert "已启用（" in page
        assert "重置双因素认证" in page
        page = as_admin.get(f"/people/{scene.city_handler.pk}/").content.decode()
        assert "重置双因素认证" not in page

    def test_a_lost_phone_is_reset_with_a_reason_and_ends_every_session(self, as_admin, officer):
        other = Client()
        doors.give_password(other, "officer")
        other.post("/login/second/", {"code": doors.code_of(officer)})
        assert other.get("/home/").status_code == 200
        url = f"/people/{officer.pk}/factor/"
        assert "手机遗失" in as_admin.get(url).content.decode()
        assert as_admin.post(url, {"reason": ""}).context["form"].errors["reason"]
        answer = as_admin.post(url, {"reason": "手机遗失。"}, follow=True)
        assert "的双因素认证。" in answer.content.decode()
        assert other.get("/home/").status_code == 302
        again = as_admin.post(url, {"reason": "手机遗失。"})
        assert again.context["form"].non_field_errors() == ["该账号未启用双因素认证。"]

    @pytest.mark.parametrize(
        ("verb", "title"),
        [
            ("reset_factor", "双因素认证已重置"),
            ("enrol_factor", "双因素认证已启用"),
            ("use_recovery_code", "已使用恢复码"),
        ],
    )
    def test_the_person_hears_of_it(self, scene, admin, verb, title):
        doors.give_app(scene.officer)
        if verb == "reset_factor":
            services.reset_factor(scene.officer, by=admin, at=scenes.JULY, reason="手机遗失。")
        else:
            codes = services.enrol_factor(
                scene.officer,
                services.device_of(scene.officer).key,
                doors.code_of(scene.officer),
                at=scenes.JULY,
            )
            services.check_code(scene.officer, codes[0], at=scenes.JULY)
        event = Event.objects.of(scene.officer).get(verb=verb)
        announce(event)
        message = Message.objects.get(event=event)
        assert (message.recipient, message.title) == (scene.officer, title)
        assert message.url == "/account/"

    def test_whoever_is_still_without_can_be_found(self, as_admin, as_guard_page, scene, officer):
        found = as_admin.get("/people/?state=one_factor").context["page_obj"]
        names = {person.username for person in found}
        assert "city" in names
        assert not names & {"officer", "expert1"}
        assert {person.username for person in as_guard_page.context["page_obj"]} <= names

    @pytest.fixture
    def as_guard_page(self, guard, today, officer):
        client = Client()
        client.force_login(guard, "django.contrib.auth.backends.ModelBackend")
        return client.get("/security/")

    def test_nobody_left_says_so(self, as_guard, scene):
        from accounts.models import User

        doors.give_app(*User.objects.without_second_factor())
        assert "全部公职人员均已启用" in as_guard.get("/security/").content.decode()

    def test_every_fact_shows_in_the_audit(self, client, scene, admin, officer):
        services.reset_factor(officer, by=admin, at=scenes.JULY, reason="手机遗失。")
        client.force_login(scenes.official("auditor", "审审", "audit_admin", scene.root))
        assert "重置双因素认证" in client.get("/audit/").content.decode()
