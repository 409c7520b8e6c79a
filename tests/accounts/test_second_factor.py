"""Codes of an app, recovery codes, and who has to have them."""

from __future__ import annotations

from base64 import b32encode
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from django_otp.oath import TOTP, hotp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import access, roles, services
from accounts.models import User
from tests import doors, scenes
from workflow import Refused
from workflow.models import Event

KEY = "3132333435363738393031323334353637383930"  # the key of RFC 6238's examples

pytestmark = pytest.mark.django_db


@pytest.fixture
def wang(scene):
    return scenes.person("wang", "王新")


@pytest.fixture
def second(monkeypatch):
    """The clock that codes go by."""

    def move(seconds):
        monkeypatch.setattr("django_otp.oath.time", lambda: seconds)
        held = SimpleNamespace(time=lambda: seconds)
        monkeypatch.setattr("django_otp.plugins.otp_totp.models.time", held)

    return move


def enrolled(user):
    """The app of this person and the recovery codes, as enrolling gives them."""
    key = services.new_key()
    code = f"{hotp(bytes.fromhex(key), TOTP(b'').t()):06}"
    return services.enrol_factor(user, key, code, at=scenes.JULY)


def facts(user):
    return [event.verb for event in Event.objects.of(user)]


def check(user, code):
    return services.check_code(user, code, at=scenes.JULY)


class TestWhoNeedsIt:
    @pytest.mark.parametrize("role", [r for r in roles.ROLES if r.on == roles.REGION], ids=str)
    def test_whoever_acts_for_an_office(self, scene, role):
        on = {"county": scene.county, "city": scene.city}.get(role.levels[0].value, scene.root)
        user = scenes.official("zhao", "赵", role.code, on)
        assert access.is_official(user) == (role.code != "expert")
        assert access.is_official(user) == (role.code in roles.OFFICES)
        waiting = User.objects.without_second_factor()
        assert (user in waiting) == access.is_official(user)
        doors.give_app(user)
        assert user not in waiting.all()

    def test_nurseries_and_strangers_do_not(self, scene, wang):
        from django.contrib.auth.models import AnonymousUser

        staff = scenes.staff(scenes.nursery(scene.county))
        assert not any(access.is_official(user) for user in (staff, wang, AnonymousUser()))

    def test_the_technical_back_office_does(self, wang):
        wang.is_staff = True
        assert access.is_official(wang)

    def test_whose_post_has_ended_or_whose_account_is_closed_is_not_waited_for(self, scene):
        zhao = scenes.official("zhao", "赵", "city_handler", scene.city)
        assert zhao in User.objects.without_second_factor()
        User.objects.filter(pk=zhao.pk).update(is_active=False)
        assert zhao not in User.objects.without_second_factor()
        User.objects.filter(pk=zhao.pk).update(is_active=True)
        services.end(zhao.appointments.get(), by=None, at=scenes.JULY)
        assert zhao not in User.objects.without_second_factor()


class TestCodesOfAnApp:
    @pytest.fixture
    def app(self, wang, second):
        second(59)
        return TOTPDevice.objects.create(user=wang, key=KEY)

    def test_as_the_standard_computes_them(self, app, wang):
        assert check(wang, "287082")
        assert facts(wang) == []

    @pytest.mark.parametrize(("step", "good"), [(98, 0), (99, 1), (100, 1), (101, 1), (102, 0)])
    def test_half_a_minute_of_drift_is_forgiven(self, app, wang, second, step, good):
        second(100 * 30)
        assert check(wang, f"{hotp(app.bin_key, step):06}") == bool(good)

    def test_each_is_good_once_and_none_before_it_afterwards(self, app, wang, second):
        second(100 * 30)
        assert check(wang, f"{hotp(app.bin_key, 100):06}")
        for used in (100, 99):
            assert not check(wang, f"{hotp(app.bin_key, used):06}")
            doors.forget_the_wait()
        assert check(wang, f"{hotp(app.bin_key, 101):06}")

    @pytest.mark.parametrize("code", ["", "1", "287081", "28708", "2870822", "0000000000"])
    def test_nothing_else_is_one(self, app, wang, code):
        assert not check(wang, code)

    def test_another_persons_is_none(self, app, wang):
        assert not check(scenes.person("li", "李"), "287082")

    def test_an_app_still_to_be_confirmed_proves_nothing(self, app, wang):
        TOTPDevice.objects.update(confirmed=False)
        assert services.device_of(wang) is None
        assert not check(wang, "287082")

    def test_failures_slow_the_next_attempt_down(self, app, wang):
        assert services.slowed_until(wang, "287082") is None
        check(wang, "000000")
        check(wang, "000000")
        until = services.slowed_until(wang, "287082")
        assert timezone.now() < until < timezone.now() + timedelta(seconds=2)
        assert not check(wang, "287082")
        services.forget_failures("wang")
        assert services.slowed_until(wang, "287082") is None
        assert check(wang, "287082")


class TestEnrolling:
    def test_the_app_learns_the_secret_by_camera_or_by_hand(self, wang):
        setup = services.setup(wang, KEY)
        secret = b32encode(bytes.fromhex(KEY)).decode()
        assert setup.secret.replace(" ", "") == secret
        assert all(len(group) <= 4 for group in setup.secret.split())
        assert setup.address.startswith("otpauth://totp/")
        assert f"secret={secret}" in setup.address
        assert "wang" in setup.address

    def test_every_secret_is_another(self):
        made = {services.new_key() for _ in range(50)}
        assert len(made) == 50
        assert all(len(bytes.fromhex(key)) == 20 for key in made)

    def test_it_gives_ten_recovery_codes_and_is_on_record_without_a_secret(self, wang):
        codes = enrolled(wang)
        assert len(set(codes)) == 10
        assert all(len(code) == 10 and code.isdigit() for code in codes)
        assert services.recovery_codes_left(wang) == 10
        event = Event.objects.of(wang).get()
        assert (event.verb, event.actor, event.data) == ("enrol_factor", wang, {})
        assert event.label == "启用双因素认证"

    def test_the_code_that_confirmed_it_is_used_up(self, wang):
        enrolled(wang)
        device = services.device_of(wang)
        assert not check(wang, f"{hotp(device.bin_key, device.last_t):06}")

    def test_a_wrong_code_changes_nothing(self, wang):
        enrolled(wang)
        held = services.device_of(wang)
        with pytest.raises(Refused, match="验证码不正确") as refusal:
            services.enrol_factor(wang, services.new_key(), "000000", at=scenes.JULY)
        assert refusal.value.problems[0].field == "code"
        assert services.device_of(wang) == held
        assert services.recovery_codes_left(wang) == 10
        assert facts(wang) == ["enrol_factor"]

    def test_another_app_takes_the_place_of_the_old_one(self, wang):
        old = enrolled(wang)
        enrolled(wang)
        assert TOTPDevice.objects.filter(user=wang).count() == 1
        assert not check(wang, old[0])
        assert services.recovery_codes_left(wang) == 10

    def test_every_change_ends_sessions(self, wang):
        seen = {wang.get_session_auth_hash()}
        enrolled(wang)
        seen.add(wang.get_session_auth_hash())
        services.remove_factor(wang, at=scenes.JULY)
        seen.add(wang.get_session_auth_hash())
        assert len(seen) == 3
        assert User.objects.get(pk=wang.pk).get_session_auth_hash() in seen


class TestRecoveryCodes:
    def test_each_is_good_once_and_its_use_is_on_record(self, wang):
        codes = enrolled(wang)
        assert check(wang, codes[3])
        assert not check(wang, codes[3])
        assert services.recovery_codes_left(wang) == 9
        assert facts(wang) == ["enrol_factor", "use_recovery_code"]

    def test_they_are_kept_as_digests(self, wang):
        codes = enrolled(wang)
        kept = set(StaticToken.objects.values_list("token", flat=True))
        assert not kept & set(codes)
        assert len(kept) == 10

    def test_another_persons_is_none(self, wang):
        codes = enrolled(wang)
        li = scenes.person("li", "李")
        assert not check(li, codes[0])
        enrolled(li)
        assert not check(li, codes[0])

    def test_failures_slow_the_next_attempt_down(self, wang):
        codes = enrolled(wang)
        check(wang, "0000000000")
        assert services.slowed_until(wang, codes[0])
        assert not check(wang, codes[0])
        services.forget_failures("wang")
        assert check(wang, codes[0])

    def test_new_ones_make_the_old_ones_void(self, wang):
        old = enrolled(wang)
        new = services.renew_recovery_codes(wang, at=scenes.JULY)
        assert not check(wang, old[0])
        services.forget_failures("wang")
        assert check(wang, new[0])
        assert "renew_recovery_codes" in facts(wang)

    def test_there_are_none_without_an_app(self, wang):
        with pytest.raises(Refused, match="请先启用双因素认证。"):
            services.renew_recovery_codes(wang, at=scenes.JULY)
        assert services.slowed_until(wang, "0000000000") is None
        assert not check(wang, "0000000000")


class TestTakingAway:
    def test_whoever_need_not_have_it_may_go_back_to_the_password(self, wang):
        enrolled(wang)
        services.remove_factor(wang, at=scenes.JULY)
        assert services.device_of(wang) is None
        assert services.recovery_codes_left(wang) == 0
        assert facts(wang)[-1] == "remove_factor"

    def test_an_official_may_not(self, scene):
        enrolled(scene.officer)
        with pytest.raises(Refused, match="公职人员须使用双因素认证，不能停用。"):
            services.remove_factor(scene.officer, at=scenes.JULY)
        assert services.device_of(scene.officer)

    def test_what_is_not_there_cannot_be_taken_away(self, wang, admin):
        with pytest.raises(Refused, match="该账号未启用双因素认证。"):
            services.remove_factor(wang, at=scenes.JULY)
        with pytest.raises(Refused, match="该账号未启用双因素认证。"):
            services.reset_factor(wang, by=admin, at=scenes.JULY, reason="手机遗失。")

    def test_an_administrator_resets_it_with_a_reason(self, wang, admin):
        enrolled(wang)
        services.reset_factor(wang, by=admin, at=scenes.JULY, reason="手机遗失。")
        assert services.device_of(wang) is None
        event = Event.objects.of(wang).last()
        assert (event.verb, event.actor, event.reason) == ("reset_factor", admin, "手机遗失。")

    def test_nobody_resets_his_own(self, admin):
        enrolled(admin)
        with pytest.raises(Refused, match="请在“账号安全”中更换本人的验证器。"):
            services.reset_factor(admin, by=admin, at=scenes.JULY, reason="x")
        assert services.device_of(admin)


class TestShownCode:
    def test_never_outside_demo_mode(self, wang, settings):
        enrolled(wang)
        assert services.shown_code(services.device_of(wang)) == ""
        assert services.setup(wang, KEY).shown_code == ""
        settings.DEMO = True
        assert services.shown_code(None) == ""
        assert len(services.shown_code(services.device_of(wang))) == 6

    def test_it_is_always_one_that_is_still_good(self, wang, settings):
        settings.DEMO = True
        enrolled(wang)
        for _ in range(5):
            assert check(wang, services.shown_code(services.device_of(wang)))
