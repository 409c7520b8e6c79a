"""The second factor: a code of an app on one's phone, or one of ten recovery codes (等保 2.0).

Codes go by the real clock, as the phones do, never by a moved one.
"""

from __future__ import annotations

import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac
from django_otp import verify_token
from django_otp.oath import TOTP, hotp
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from accounts import access
from accounts.models import User
from workflow import Problem, Refused, record

DIGITS = 6
RECOVERY_DIGITS = 10
RECOVERY_CODES = 10


def device_of(user: User) -> TOTPDevice | None:
    """The app that the person set up."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


@dataclass(frozen=True)
class Setup:
    """What an app needs to know: an address for its camera, the same secret for typing."""

    address: str
    secret: str
    shown_code: str


def setup(user: User, key: str) -> Setup:
    """The words for setting up an app with this key, which nothing keeps yet."""
    device = TOTPDevice(user=user, key=key)
    letters = b32encode(device.bin_key).decode()
    groups = " ".join(wrap(letters, 4))
    return Setup(device.config_url, groups, shown_code(device))


def new_key() -> str:
    """The secret that the portal and an app will share, in hexadecimal digits."""
    return str(random_hex(20))


def check_code(user: User, code: str, *, at: datetime) -> bool:
    """Whether `code` (digits only) proves the person; it is good once.

    Failures slow the next attempt down: 1, 2, 4, 8 … seconds.
    """
    if not is_recovery_code(code):
        return _proves(user, device_of(user), code)
    with transaction.atomic():
        proved = _proves(user, _recovery_device(user), _digest(code))
        if proved:
            record(user, "use_recovery_code", actor=user, at=at)
    return proved


def is_recovery_code(code: str) -> bool:
    """Whether it has the form of one; everything else is taken for a code of the app."""
    return len(code) == RECOVERY_DIGITS


def slowed_until(user: User, code: str) -> datetime | None:
    """Until when such a code is not looked at, after failures before it; None when it is."""
    device = _recovery_device(user) if is_recovery_code(code) else device_of(user)
    allowed, why = device.verify_is_allowed() if device else (True, {})
    return None if allowed else why["locked_until"]


@transaction.atomic
def enrol_factor(user: User, key: str, code: str, *, at: datetime) -> list[str]:
    """Set up the app that holds `key` in place of any other; returns the new recovery codes.

    They are shown once and kept as digests. Other sessions of the person end. Raises Refused when
    the code does not come from that key.
    """
    _lock(user)
    _forget(user)
    device = TOTPDevice.objects.create(user=user, name="", key=key)
    if not device.verify_token(code):
        raise Refused([Problem("验证码不正确，请核对手机时间后重新输入。", "code")])
    codes = _give_recovery_codes(user)
    _end_sessions(user)
    record(user, "enrol_factor", actor=user, at=at)
    return codes


@transaction.atomic
def renew_recovery_codes(user: User, *, at: datetime) -> list[str]:
    """Ten new codes in place of what is left of the old ones. Raises Refused without an app."""
    _lock(user)
    if device_of(user) is None:
        raise Refused("请先启用双因素认证。")
    codes = _give_recovery_codes(user)
    record(user, "renew_recovery_codes", actor=user, at=at)
    return codes


def recovery_codes_left(user: User) -> int:
    return int(StaticToken.objects.filter(device__user=user).count())


@transaction.atomic
def remove_factor(user: User, *, at: datetime) -> None:
    """Go back to the password alone; not for officials. Raises Refused."""
    if access.is_official(user):
        raise Refused("公职人员须使用双因素认证，不能停用。")
    _take_away(user)
    record(user, "remove_factor", actor=user, at=at)


@transaction.atomic
def reset_factor(user: User, *, by: User, at: datetime, reason: str) -> None:
    """For a phone that is lost: the person sets the factor up anew. Raises Refused."""
    if user == by:
        raise Refused("请在“账号安全”中更换本人的验证器。")
    _take_away(user)
    record(user, "reset_factor", actor=by, at=at, reason=reason)


def forget_failures(username: str) -> None:
    """Let a person try a code at once who failed before."""
    for devices in (TOTPDevice.objects, StaticDevice.objects):
        devices.filter(user__username=username).update(
            throttling_failure_count=0, throttling_failure_timestamp=None
        )


def shown_code(device: TOTPDevice | None) -> str:
    """What the app shows now, for the pages of demo mode; outside it nothing."""
    if not settings.DEMO or device is None:
        return ""
    app = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    # A code is good once, and example people sign in more than once within its half minute.
    step = max(app.t(), device.last_t + 1)
    return f"{hotp(device.bin_key, step, device.digits):0{DIGITS}}"


def _proves(user: User, device: TOTPDevice | StaticDevice | None, token: str) -> bool:
    return device is not None and verify_token(user, device.persistent_id, token) is not None


def _recovery_device(user: User) -> StaticDevice | None:
    return StaticDevice.objects.filter(user=user).first()


def _digest(code: str) -> str:
    """All that is kept of a recovery code; as long as django-otp's column."""
    return salted_hmac("accounts.recovery_code", code).hexdigest()[:16]


def _give_recovery_codes(user: User) -> list[str]:
    codes = [_random_code() for _ in range(RECOVERY_CODES)]
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="")
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=_digest(code)) for code in codes
    )
    return codes


def _random_code() -> str:
    return f"{secrets.randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}}"


def _take_away(user: User) -> None:
    _lock(user)
    if device_of(user) is None:
        raise Refused("该账号未启用双因素认证。")
    _forget(user)
    _end_sessions(user)


def _forget(user: User) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def _end_sessions(user: User) -> None:
    """All of them; who does it to himself keeps his own by `update_session_auth_hash`."""
    User.objects.filter(pk=user.pk).update(factor_changes=F("factor_changes") + 1)
    user.refresh_from_db(fields=["factor_changes"])


def _lock(user: User) -> None:
    User.objects.select_for_update().get(pk=user.pk)
