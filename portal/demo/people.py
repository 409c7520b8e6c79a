"""The example people: the logins of the public contract, and an official for every unit used."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import roles
from accounts.models import Region, User
from accounts.services import appoint
from portal.context import DEMO_PASSWORD

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = (
    "晓梅",
    "建国",
    "淑华",
    "志强",
    "玉兰",
    "海燕",
    "文博",
    "雅琴",
    "立新",
    "春喆",
    "昇平",
    "玥",
)

# The home of the named logins: 沈阳市和平区.
HOME_COUNTY = "210102"
HOME_CITY = "210100"


@cache
def _password_hash() -> str:
    """One slow hash for all: they share one printed password."""
    return make_password(DEMO_PASSWORD)


def invented_name(seed: int) -> str:
    return SURNAMES[seed % len(SURNAMES)] + GIVEN[(seed * 7) % len(GIVEN)]


def give_app(user: User) -> None:
    """An authenticator on a phone that nobody has; the pages of demo mode show its codes."""
    key = hashlib.sha1(f"demo {user.username}".encode(), usedforsecurity=False).hexdigest()
    TOTPDevice.objects.get_or_create(user=user, defaults={"key": key})


class People:
    """Makes people once and finds them again by their user name."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.made: dict[str, User] = {}

    def person(self, username: str, name: str = "", **more: Any) -> User:
        if username not in self.made:
            number = len(self.made)
            self.made[username] = User.objects.create(
                username=username,
                name=name or invented_name(number),
                password=_password_hash(),
                email=f"{username}@example.invalid",
                phone=f"1380000{number:04d}",
                must_change_password=False,
                **more,
            )
        return self.made[username]

    def official(self, username: str, role: str, on: Region, **more: Any) -> User:
        user = self.person(username, **more)
        appoint(user, role, on, by=None, at=self.at)
        if role in roles.OFFICES:
            give_app(user)
        return user


class Offices:
    """Who acts for which unit; the named logins for 沈阳市和平区, made-up ones elsewhere."""

    def __init__(self, people: People) -> None:
        self.people = people
        root = Region.objects.get(parent=None)
        home_county = Region.objects.get(code=HOME_COUNTY)
        home_city = Region.objects.get(code=HOME_CITY)
        self._county = {home_county.pk: people.official("county", "county_handler", home_county)}
        self._city = {home_city.pk: people.official("city", "city_handler", home_city)}
        people.official("county-approver", "county_approver", home_county)
        people.official("city-approver", "city_approver", home_city)
        self.province = people.official("province", "province_officer", root)
        self.experts = [
            people.official(f"expert{n}", "expert", root, name=name, employer=employer)
            for n, (name, employer) in enumerate(EXPERTS, start=1)
        ]
        people.official("sysadmin", "system_admin", root)
        people.official("secadmin", "security_admin", root)
        people.official("auditor", "audit_admin", root)

    def county(self, region: Region) -> User:
        if region.pk not in self._county:
            name = f"county-{region.code}"
            self._county[region.pk] = self.people.official(name, "county_handler", region)
        return self._county[region.pk]

    def city(self, region: Region) -> User:
        if region.pk not in self._city:
            name = f"city-{region.code[:4]}"
            self._city[region.pk] = self.people.official(name, "city_handler", region)
        return self._city[region.pk]


# Named apart, so that nobody of a review team is taken for one of them and has to stand aside.
EXPERTS = (
    ("秦念安", "示例医科大学"),
    ("苏以宁", "示例师范大学"),
    ("顾承安", "示例消防协会"),
    ("白若溪", "示例妇幼保健院"),
    ("钟景澄", "示例营养学会"),
    ("方知夏", "示例幼儿师范学校"),
    ("石砚秋", "示例职业技术学院"),
    ("龚向晚", "示例教育研究院"),
    ("崔言蹊", "示例疾病预防控制中心"),
    ("樊晨露", "示例安全技术中心"),
    ("廖青岚", "示例托育行业协会"),
    ("邱望舒", "示例儿童医院"),
)
