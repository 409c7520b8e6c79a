"""Titles: their standing on a day, their end, the register."""

from __future__ import annotations

from datetime import date
from functools import partial
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from openpyxl import load_workbook

from accounts.models import Region
from publicity import services
from publicity.models import Title
from publicity.register import COLUMNS, write_register
from publicity.statuses import RevocationGround, TitleState
from tests.publicity import crowd
from tests.publicity.crowd import CONCLUDED
from tests.scenes import at
from workflow import Refused, perform
from workflow.models import Event

LAST = date(2025, 10, 9)
AFTER = at("2025-10-10 00:00")
pytestmark = pytest.mark.django_db


@pytest.fixture
def title(scene):
    return crowd.concluded(scene)[0]


# Standing


@pytest.mark.parametrize(
    ("day", "state"), [(LAST, TitleState.VALID), (date(2025, 10, 10), TitleState.EXPIRED)]
)
def test_a_title_has_expired_the_day_after_its_last_before_anyone_writes_it_down(title, day, state):
    assert title.standing(day).state == state
    assert title.state == TitleState.VALID
    assert Title.objects.in_force_on(day).exists() is (state == TitleState.VALID)
    assert Title.objects.standing_as(state, day).get() == title


def test_the_portal_settles_expiry_once(title):
    services.settle(at("2025-10-09 23:59"))
    title.refresh_from_db()
    assert title.state == TitleState.VALID
    services.settle(AFTER)
    services.settle(AFTER)
    title.refresh_from_db()
    assert (title.state, title.ended_at) == (TitleState.EXPIRED, AFTER)
    assert Event.objects.of(title).filter(verb="expire").count() == 1


def test_nobody_expires_a_title_by_hand(scene, title):
    with pytest.raises(PermissionDenied):
        perform(title, "expire", actor=scene.officer, at=AFTER)
    with pytest.raises(Refused, match="仍在有效期内"):
        services.expire_title(title, at=CONCLUDED)


def test_a_title_may_be_put_right_or_lost(scene, title):
    services.order_rectification(title, actor=scene.officer, at=CONCLUDED, reason="师幼比不足。")
    assert title.standing(LAST).state == TitleState.RECTIFYING
    services.restore_title(title, actor=scene.officer, at=CONCLUDED, reason="已补足。")
    assert title.state == TitleState.VALID
    services.revoke_title(
        title, ground=RevocationGround.OTHER, actor=scene.officer, at=CONCLUDED, reason="弄虚作假。"
    )
    assert (title.state, title.ended_at) == (TitleState.REVOKED, CONCLUDED)
    assert title.standing(date(2026, 1, 1)).state == TitleState.REVOKED
    assert Title.objects.standing_as(TitleState.REVOKED, LAST).get() == title


@pytest.mark.parametrize(
    "move",
    [
        services.order_rectification,
        partial(services.revoke_title, ground=RevocationGround.OTHER),
    ],
)
def test_what_is_over_cannot_be_taken_any_more(scene, title, move):
    with pytest.raises(Refused, match="2025年10月9日届满"):
        move(title, actor=scene.officer, at=AFTER, reason="迟了。")


@pytest.mark.parametrize("who", ["city_handler", "county_approver"])
def test_only_the_province_revokes(scene, title, who):
    with pytest.raises(PermissionDenied):
        services.revoke_title(
            title,
            ground=RevocationGround.OTHER,
            actor=getattr(scene, who),
            at=CONCLUDED,
            reason="不行。",
        )


# The register


def test_the_register_is_searched_by_words_number_area_and_year(scene, title):
    found = Title.objects.for_list()
    assert found.matching("托育园 0").get() == title
    assert found.matching(title.number.lower()).get() == title
    assert not found.matching("没有这家").exists()
    assert found.in_area(scene.city.path).get() == title
    assert found.in_area(scene.county.path).get() == title
    assert not found.in_area(scene.next_county.path).exists()
    assert found.awarded_in(2023).get() == title
    assert not found.awarded_in(2025).exists()
    assert found.with_codes([title.code, "A" * 12]).get() == title


def test_the_register_is_sorted_only_by_what_it_shows(scene):
    first, second = crowd.concluded(scene, 2)
    found = Title.objects.for_list()
    assert list(found.sorted_by("name")) == [first, second]
    assert list(found.sorted_by("-name")) == [second, first]
    assert list(found.sorted_by("code")) == list(found.sorted_by("")) == [first, second]


def test_every_city_is_counted_the_empty_ones_too(scene):
    crowd.concluded(scene, 2)
    crowd.concluded(scene, 1, scene.other_county)
    crowd.concluded(scene, 1, scene.zone)
    counts = {region.name: n for region, n in Title.objects.counts_by_city(LAST)}
    assert counts == {"沈阳市": 2, "鞍山市": 1, "沈抚改革创新示范区": 1}
    assert set(dict(Title.objects.counts_by_city(AFTER.date())).values()) == {0}
    assert Region.objects.city_units().count() == 3


def test_an_official_supervises_the_titles_of_the_own_area(scene, title):
    for user, sees in (
        (scene.officer, True),
        (scene.city_handler, True),
        (scene.county_handler, True),
        (scene.other_county_handler, False),
        (scene.other_city_handler, False),
        (scene.experts[0], False),
        (None, False),
    ):
        assert Title.objects.supervised_by(user).exists() is sees
    assert Title.objects.visible_to(None).exists()


def test_the_register_goes_into_a_spreadsheet_as_texts_and_dates(scene, title):
    nursery = title.nursery
    nursery.name = "=HYPERLINK(1)"
    nursery.save()
    book = BytesIO()
    rows = Title.objects.for_list().order_by("number")
    write_register(rows, today=AFTER.date(), to=book)
    sheet = load_workbook(book).active
    heading, row = list(sheet.iter_rows(values_only=True))
    assert heading == tuple(name for name, _ in COLUMNS)
    assert row[0] == title.number
    assert row[1] == "=HYPERLINK(1)"
    assert sheet["B2"].data_type == "s"
    assert row[2:4] == ("沈阳市", "和平区")
    assert row[7].date() == LAST
    assert row[8] == "已到期"


# The database


def test_an_ended_title_says_when(title):
    with pytest.raises(IntegrityError, match="title_ended_with_state"), transaction.atomic():
        Title.objects.filter(pk=title.pk).update(state=TitleState.REVOKED)
    with pytest.raises(IntegrityError, match="title_period_ordered"), transaction.atomic():
        Title.objects.filter(pk=title.pk).update(valid_until=date(2023, 1, 1))


def test_it_has_a_page_of_its_own(title):
    assert title.get_absolute_url() == f"/titles/{title.pk}/"
    assert str(title).endswith(title.number)
