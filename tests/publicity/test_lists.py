"""Every list asks the database as often for 300 rows as for one."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from accounts.access import regions_held
from publicity.models import DayOverride, Notice, NoticeEntry, Objection
from tests.publicity import crowd
from tests.publicity.conftest import signed_in
from tests.scenes import NOTICED

pytestmark = pytest.mark.django_db
SIZES = pytest.mark.parametrize("size", [1, 3, 300])


@pytest.fixture(autouse=True)
def during_the_notice(set_clock):
    set_clock("2023-09-27 10:00")


def notices(scene, size: int) -> None:
    """Open notices of one nursery each."""
    crowd.opened_rows(scene, [1] * size)


def one_notice(scene, size: int) -> Notice:
    """One open notice over so many nurseries."""
    return crowd.opened_rows(scene, [size])[0]


def objections(scene, size: int) -> None:
    notices(scene, size)
    Objection.objects.bulk_create(
        Objection(
            entry=entry,
            name="冯异议",
            contact="13711112222",
            content="护栏",
            filed_at=NOTICED,
            due_on=date(2023, 10, 12),
        )
        for entry in NoticeEntry.objects.all()
    )


@SIZES
def test_notices(scene, size, django_assert_num_queries):
    notices(scene, size)
    with django_assert_num_queries(3):
        shown = Client().get("/notices/")
    assert len(shown.context["rows"]) == min(size, 20)


@SIZES
def test_a_notice(scene, size, django_assert_num_queries):
    notice = one_notice(scene, size)
    with django_assert_num_queries(4):
        shown = Client().get(f"/notices/{notice.pk}/")
    assert shown.context["count"] == size


@SIZES
def test_titles(scene, size, django_assert_num_queries):
    crowd.titles(scene, scene.cycle, size)
    with django_assert_num_queries(6):
        shown = Client().get("/titles/")
    assert len(shown.context["rows"]) == min(size, 50)


@SIZES
def test_titles_exported(scene, size, django_assert_num_queries):
    crowd.titles(scene, scene.cycle, size)
    with django_assert_num_queries(3):
        answer = Client().get("/titles/export/")
    assert len(answer.getvalue()) > 4000


def query_free(user) -> Client:
    """Signed in; what a session and a navigation cost is counted with the page."""
    regions_held(user)
    return signed_in(user)


@SIZES
def test_notices_at_the_desk(scene, size, django_assert_num_queries):
    notices(scene, size)
    client = query_free(scene.officer)
    with django_assert_num_queries(DESK + 3):
        shown = client.get("/desk/notices/")
    assert len(shown.context["rows"]) == min(size, 50)


@SIZES
def test_objections_at_the_desk(scene, size, django_assert_num_queries):
    objections(scene, size)
    client = query_free(scene.officer)
    with django_assert_num_queries(DESK + 3):
        shown = client.get("/desk/objections/")
    assert len(shown.context["page_obj"]) == min(size, 50)


@SIZES
def test_a_notice_at_the_desk(scene, size, django_assert_num_queries):
    notice = one_notice(scene, size)
    client = query_free(scene.officer)
    with django_assert_num_queries(DESK + 6):
        shown = client.get(f"/desk/notices/{notice.pk}/")
    assert shown.context["count"] == size


@SIZES
def test_a_draft_at_the_desk(scene, size, django_assert_num_queries):
    notice = crowd.drafted(scene, size)
    client = query_free(scene.officer)
    with django_assert_num_queries(DESK + 4):
        shown = client.get(f"/desk/notices/{notice.pk}/edit/")
    assert len(shown.context["choices"]) == size


@SIZES
def test_composing(scene, size, django_assert_num_queries):
    crowd.passed(scene, size)
    client = query_free(scene.officer)
    with django_assert_num_queries(DESK + 6):
        shown = client.get("/desk/notices/new/")
    assert len(shown.context["free"]) == size


@SIZES
def test_concluding(scene, size, django_assert_num_queries, set_clock):
    notice = one_notice(scene, size)
    client = query_free(scene.officer)
    set_clock("2023-10-10 09:00")
    with django_assert_num_queries(DESK + 6):
        shown = client.get(f"/desk/notices/{notice.pk}/conclude/")
    assert len(shown.context["clear"]) == size


@SIZES
def test_the_calendar(scene, size, django_assert_num_queries):
    DayOverride.objects.bulk_create(
        DayOverride(
            day=date.fromordinal(date(2027, 1, 1).toordinal() + n), working=False, source="示例"
        )
        for n in range(size)
    )
    client = query_free(scene.officer)
    with django_assert_num_queries(DESK + 4):
        shown = client.get("/desk/calendar/", {"year": "2027"})
    assert len(shown.context["overrides"]) == size


# The person, the grants, the posts, the unread messages.
DESK = 4
