"""The score tables as the provincial officer looks at them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from accounts import services as accounts
from accounts.models import Region, User
from accounts.statuses import Level
from scoring import services
from scoring.models import RubricVersion
from tests.scoring.conftest import NOW
from tests.scoring.posting import queries_of
from tests.scoring.rubrics import SMALL

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(stranger: User) -> User:
    """A provincial officer, who runs the cycles."""
    province = Region.objects.create(
        code="210000", name="辽宁省", level=Level.PROVINCE, path="21", commission="省卫生健康委"
    )
    day = date(2023, 6, 1)
    accounts.appoint(stranger, "province_officer", province, by=None, starts=day, at=NOW)
    return stranger


def test_a_version_is_shown_whole(
    as_person: Callable[[User], Client], version: RubricVersion, officer: User
) -> None:
    client = as_person(officer)
    assert "小评分表" in client.get("/scoring/").content.decode()
    page = client.get(f"/scoring/{version.pk}/").content.decode()
    for words in ("5 项指标", "一票否决", "24.99", "必须提供：", version.digest):
        assert words in page
    assert client.get(f"/scoring/{version.pk + 1}/").status_code == 404


def test_others_do_not_run_cycles(
    as_person: Callable[[User], Client], version: RubricVersion, head: User
) -> None:
    assert as_person(head).get("/scoring/").status_code == 403
    assert as_person(head).get(f"/scoring/{version.pk}/").status_code == 403


def test_an_empty_list_says_what_will_appear(
    as_person: Callable[[User], Client], officer: User
) -> None:
    assert "暂无评分表" in as_person(officer).get("/scoring/").content.decode()


@pytest.mark.parametrize("rows", [1, 3, 300])
def test_the_list_takes_as_many_queries_however_long(
    as_person: Callable[[User], Client],
    officer: User,
    rows: int,
) -> None:
    first = services.load_rubric(copy.deepcopy(SMALL), by=None, at=NOW)
    RubricVersion.objects.bulk_create(
        RubricVersion(rubric=first.rubric, number=number, full_mark=100)
        for number in range(2, rows + 1)
    )
    client = as_person(officer)
    _, own_queries = queries_of(lambda: client.get("/scoring/"))
    # count and rows
    assert own_queries == 2
