"""Accounts and addresses that are locked out after failed logins (等保 2.0).

django-axes counts by the real clock, never by a moved one, so the database's own time is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt, AccessLog
from axes.utils import reset
from django.conf import settings
from django.db import transaction
from django.db.models import Max, Sum
from django.db.models.functions import Now

from accounts.browsers import device_name
from accounts.models import Region, User
from accounts.services import second_factor
from workflow import Refused, record

ACCOUNT = "username"
ADDRESS = "ip_address"


@dataclass(frozen=True)
class Lock:
    """An account name or an address that nobody can sign in with until `until`."""

    kind: str
    value: str
    failures: int
    until: datetime
    person: str = ""

    @property
    def kind_label(self) -> str:
        return "账号" if self.kind == ACCOUNT else "地址"


def standing_locks() -> list[Lock]:
    """All locks of this moment, those that last longest first."""
    found = [*_locks(ACCOUNT), *_locks(ADDRESS)]
    return sorted(found, key=lambda lock: lock.until, reverse=True)


@transaction.atomic
def unlock(kind: str, value: str, *, by: User, at: datetime) -> None:
    """Let an account name or an address try again. Raises Refused when it is not locked."""
    if kind not in (ACCOUNT, ADDRESS) or value not in {lock.value for lock in _locks(kind)}:
        raise Refused("该账号或地址未被锁定，或锁定已到期。")
    if kind == ACCOUNT:
        forget_failures(value)
    else:
        reset(ip=value)
    record(Region.objects.province(), "unlock", actor=by, at=at, **{kind: value})


def forget_failures(username: str) -> None:
    """What failed before counts no longer: neither towards a lock nor as a wait before a code."""
    reset(username=username)
    second_factor.forget_failures(username)


def security_rules() -> list[tuple[str, str]]:
    """The rules in force, in words."""
    length: Any = settings.AUTH_PASSWORD_VALIDATORS[0]
    minutes = round(_cool_off().total_seconds() / 60)
    return [
        (
            "登录锁定",
            f"同一账号或同一地址连续 {settings.AXES_FAILURE_LIMIT} 次失败，锁定 {minutes} 分钟",
        ),
        ("自动退出", f"{settings.SESSION_COOKIE_AGE // 60} 分钟未操作"),
        (
            "密码长度",
            f"至少 {length['OPTIONS']['min_length']} 位，含大写字母、小写字母、数字、符号中的三类",
        ),
        ("密码重复", "不得与当前及最近五次使用过的相同"),
        ("初始密码", "首次登录须修改"),
        ("双因素认证", "公职人员每次登录、每次敏感操作（距上次验证超过 10 分钟）须输入验证码"),
    ]


@dataclass(frozen=True)
class Login:
    at: datetime
    address: str
    device: str


def last_logins(user: User, *, most: int = 10) -> list[Login]:
    """When, from where and with what the person signed in, the latest first."""
    logged = AccessLog.objects.filter(username=user.username).order_by("-attempt_time")
    return [
        Login(each.attempt_time, each.ip_address or "", device_name(each.user_agent))
        for each in logged[:most]
    ]


def _cool_off() -> timedelta:
    return timedelta(hours=settings.AXES_COOLOFF_TIME)


def _locks(kind: str) -> list[Lock]:
    recent = AccessAttempt.objects.filter(attempt_time__gte=Now() - _cool_off()).order_by()
    counted = (
        recent.exclude(**{kind: None})
        .values_list(kind)
        .annotate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
        .filter(failures__gte=settings.AXES_FAILURE_LIMIT)
    )
    rows: list[tuple[str, int, datetime]] = list(counted)
    people = _names([value for value, _, _ in rows]) if kind == ACCOUNT else {}
    return [
        Lock(kind, value, failures, last + _cool_off(), people.get(value, ""))
        for value, failures, last in rows
    ]


def _names(usernames: list[str]) -> dict[str, str]:
    """Who these accounts belong to; a name that nobody has is only a guess of an attacker."""
    people = User.objects.filter(username__in=usernames)
    return dict(people.values_list("username", "name"))
