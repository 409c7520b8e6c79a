"""A holder of its own for the tests of scoring, which knows no applications."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from hypothesis import settings

from accounts import services as accounts
from accounts.models import Region, User
from accounts.statuses import Level
from scoring import holders, services
from scoring.models import Mark, RubricVersion, Sheet
from tests.scoring.rubrics import SMALL

# How long an example takes says more about the machine than about the arithmetic.
settings.register_profile("calm", deadline=None)
settings.load_profile("calm")

NOW = datetime(2023, 7, 1, 14, 32, tzinfo=ZoneInfo("Asia/Shanghai"))
JUNE = date(2023, 6, 1)
PURPOSE = "tests.folder"


@dataclass
class Folder(holders.Holder):
    """Holds one sheet; whoever stands in its lists may see or fill it."""

    sheet: Sheet
    readers: list[User] = field(default_factory=list)
    writers: list[User] = field(default_factory=list)
    title: str = "小红花托育园自评"
    back_url: str = "/home/"
    threshold: Decimal | None = Decimal(85)
    reference: Sheet | None = None
    closed: str = "申报截止日期已过，不能再填写。"

    def may_see(self, user: Any) -> bool:
        return user in self.readers or user in self.writers

    def may_fill(self, user: Any, at: datetime) -> bool:
        return user in self.writers

    def why_locked(self, at: datetime) -> str:
        return self.closed


def person(username: str, name: str) -> User:
    return User.objects.create(username=username, name=name, must_change_password=False)


@pytest.fixture
def head(db: None) -> User:
    """The head of the nursery, who fills the sheet in."""
    return person("head", "王园长")


@pytest.fixture
def colleague(db: None) -> User:
    return person("colleague", "李老师")


@pytest.fixture
def stranger(db: None) -> User:
    return person("stranger", "陌生人")


@pytest.fixture
def officer(db: None) -> User:
    """A provincial officer, who keeps the score tables."""
    province = Region.objects.create(
        code="210000", name="辽宁省", level=Level.PROVINCE, path="21", commission="省卫生健康委"
    )
    user = person("officer", "周省")
    accounts.appoint(user, "province_officer", province, by=None, starts=JUNE, at=NOW)
    return user


@pytest.fixture
def version(db: None) -> RubricVersion:
    draft = services.load_rubric(copy.deepcopy(SMALL), by=None, at=NOW)
    return services.publish_version(draft, by=None, at=NOW)


@pytest.fixture
def folders(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[int, Folder]]:
    held: dict[int, Folder] = {}
    monkeypatch.setattr(holders, "_resolvers", {PURPOSE: lambda sheet: held[sheet.pk]})
    return held


@pytest.fixture
def folder(
    folders: dict[int, Folder], version: RubricVersion, head: User, colleague: User
) -> Folder:
    """A sheet of the small rubric that the head and a colleague fill in."""
    sheet = services.open_sheet(version, PURPOSE)
    folders[sheet.pk] = Folder(sheet, writers=[head, colleague])
    return folders[sheet.pk]


@pytest.fixture
def sheet(folder: Folder) -> Sheet:
    return folder.sheet


@pytest.fixture
def as_person(client: Client, monkeypatch: pytest.MonkeyPatch) -> Callable[[User], Client]:
    """A client signed in as somebody, on 1 July 2023 at 14:32."""
    monkeypatch.setattr("workflow.clock.now", lambda: NOW)

    def sign_in(user: User) -> Client:
        signed_in = Client()
        signed_in.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return signed_in

    return sign_in


def mark(sheet: Sheet, code: str) -> Mark:
    return Mark.objects.get(sheet=sheet, indicator__code=code)
