"""Example nurseries, spread over all fourteen cities and the zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import cycle, islice
from random import Random
from typing import Any

from stdnum.cn import uscc

from accounts.models import Region
from nurseries import services as nurseries
from nurseries.kinds import ClassKind, FeeUnit, Form, Organiser, Post, RegistrationKind, Service
from nurseries.models import Nursery
from nurseries.parts import ClassLine, FeeLine, Parts, StaffLine
from portal.demo.people import HOME_CITY, HOME_COUNTY, People

NAMES = (
    "阳光", "小太阳", "蓓蕾", "春芽", "童乐", "星星树", "彩虹桥", "小海豚", "金摇篮", "育苗",
    "爱贝", "晨曦", "安琪", "启明", "小橡树", "宝葫芦", "向日葵", "白鸽", "七彩", "萌芽",
    "康乐", "朝阳花", "同心", "玥童", "喆宝", "星河", "海韵", "青禾", "知了", "暖阳",
)  # fmt: skip
# The digits of GB 32100 stand for no registered body: sector 99 and an X in the body code.
FIRST_LETTERS = {
    RegistrationKind.ENTERPRISE: "91",
    RegistrationKind.PRIVATE_NON_ENTERPRISE: "52",
    RegistrationKind.PUBLIC_INSTITUTION: "12",
    RegistrationKind.SOLE_TRADER: "92",
}
KINDS = tuple(FIRST_LETTERS)
FORMS = (Form.INDEPENDENT, Form.COMMUNITY, Form.KINDERGARTEN, Form.EMPLOYER)


def make_nurseries(count: int, people: People, at: datetime) -> list[Nursery]:
    """`count` nurseries, each with one member of staff (the login `nursery-N`)."""
    return _make(enumerate(islice(_regions(), count)), people, at)


def make_home_nurseries(count: int, people: People, at: datetime, *, first: int) -> list[Nursery]:
    """`count` more in the counties of the home city in turn, numbered from `first` on."""
    counties = cycle(Region.objects.counties_of(Region.objects.get(code=HOME_CITY)))
    return _make(enumerate(islice(counties, count), start=first), people, at)


def _make(numbered: Iterable[tuple[int, Region]], people: People, at: datetime) -> list[Nursery]:
    made = []
    for number, region in numbered:
        nursery = _nursery(number, region, at)
        nurseries.appoint_staff(nursery, staff_of(nursery, number, people), by=None, at=at)
        made.append(nursery)
    return made


def staff_of(nursery: Nursery, number: int, people: People) -> Any:
    return people.person({0: "nursery", 1: "nursery2"}.get(number, f"nursery-{number + 1}"))


def _regions() -> Iterator[Region]:
    """The home county first and often, the others in turn, the longest name among them."""
    home = Region.objects.get(code=HOME_COUNTY)
    units = list(Region.objects.county_units().select_related("parent").order_by("code"))
    by_city: dict[int, list[Region]] = {}
    for unit in units:
        by_city.setdefault(unit.city_unit.pk, []).append(unit)
    turns = [_longest_first(group) for group in by_city.values()]
    yield from [home] * 6
    while True:
        for group in turns:
            group.append(group.pop(0))
            yield group[-1]


def _longest_first(group: list[Region]) -> list[Region]:
    return sorted(group, key=lambda region: (-len(region.name), region.code))


def _nursery(number: int, region: Region, at: datetime) -> Nursery:
    dice = Random(number)  # noqa: S311 - examples, not secrets
    kind = KINDS[number % len(KINDS)]
    name = NAMES[number % len(NAMES)] + ("托育服务中心" if number % 3 else "托育园")
    capacity = dice.choice((40, 60, 80, 120, 150))
    values = {
        "name": f"{region.name}{name}（示例）",
        "credit_code": _credit_code(FIRST_LETTERS[kind], region.code, number),
        "registration_body": f"{region.name}登记机关（示例）",
        "registration_kind": kind,
        "filing_receipt_number": f"托备{region.code}{number:04d}",
        "filing_date": at.date() - timedelta(days=dice.randint(30, 700)),
        "filing_county": region,
        "address": f"{region.full_name}示例路 {number + 1} 号",
        "region": region,
        "legal_representative": f"{'赵钱孙李周吴郑王'[number % 8]}示例",
        "head": f"{'冯陈褚卫蒋沈韩杨'[number % 8]}示例",
        "phone": f"0{24 + number % 3}-8{number:07d}" if number % 2 else f"1390000{number:04d}",
        "organiser": Organiser.PUBLIC
        if kind == RegistrationKind.PUBLIC_INSTITUTION
        else Organiser.PRIVATE,
        "form": FORMS[number % len(FORMS)],
        "inclusive": number % 3 != 2,
        "services_offered": [Service.FULL_DAY, Service.HALF_DAY, Service.OCCASIONAL][
            : 1 + number % 3
        ],
        "opened_on": date(2016 + number % 7, 1 + number % 12, 1),
        "floor_area": Decimal(capacity * 9 + dice.randint(0, 200)),
        "outdoor_area": Decimal(capacity * 2 + dice.randint(0, 80)),
        "capacity": capacity,
    }
    return nurseries.create(values, _parts(capacity, dice), by=None, at=at)


def _parts(capacity: int, dice: Random) -> Parts:
    younger, older = capacity // 3, capacity // 2
    return Parts(
        classes=(
            ClassLine(ClassKind.INFANT, 1, dice.randint(4, 10)),
            ClassLine(ClassKind.YOUNGER, -(-younger // 15), younger - dice.randint(0, 5)),
            ClassLine(ClassKind.OLDER, -(-older // 20), older - dice.randint(0, 6)),
        ),
        staff=(
            StaffLine(Post.HEAD, 1, 1),
            StaffLine(Post.CARER, -(-capacity // 5), -(-capacity // 5) - dice.randint(0, 2)),
            StaffLine(Post.HEALTH_WORKER, 1, 1),
            StaffLine(Post.GUARD, 2, 2),
            StaffLine(Post.COOK, 2, 2),
        ),
        fees=(
            FeeLine("保育费", Decimal(1200 + 100 * dice.randint(0, 12)), FeeUnit.MONTH),
            FeeLine("伙食费", Decimal(18), FeeUnit.DAY),
        ),
    )


def _credit_code(first: str, division: str, number: int) -> str:
    """Right by both check digits, and nobody's: the body code begins with X99 9."""
    body = f"X999{number + 100:04d}"
    organisation = body + _body_digit(body)
    stem = f"{first}{division}{organisation}"
    return stem + uscc.calc_check_digit(stem)


def _body_digit(body: str) -> str:
    """GB 11714: weights 3 7 9 10 5 8 4 2, modulo 11."""
    values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(w * values.index(c) for w, c in zip(weights, body, strict=True))
    return "0123456789X0"[11 - total % 11]
