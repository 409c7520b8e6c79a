"""The score tables as the provincial officer looks at them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from scoring.models import Rubric, RubricVersion
from tests.scoring.posting import queries_of

pytestmark = pytest.mark.django_db


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
    made = Rubric.objects.bulk_create(Rubric(code=f"r{n}", name=f"表{n}") for n in range(rows))
    RubricVersion.objects.bulk_create(
        RubricVersion(rubric=rubric, number=1, full_mark=100) for rubric in made
    )
    client = as_person(officer)
    _, own_queries = queries_of(lambda: client.get("/scoring/"))
    # count and rows
    assert own_queries == 2
