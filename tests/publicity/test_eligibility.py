"""A title that runs, or one that was lost, stands in the way of the next application."""

from __future__ import annotations

from datetime import date

import pytest

from applications import eligibility
from applications import services as applications
from applications.models import Application
from publicity import services
from publicity.eligibility import not_sitting_out, title_has_room
from publicity.statuses import RevocationGround
from quotas.models import Cycle
from tests import scenes
from tests.publicity import crowd
from tests.publicity.crowd import CONCLUDED
from tests.scenes import Province, at
from workflow import Refused, perform, why_not

pytestmark = pytest.mark.django_db


def cycle_of(scene: Province, year: int) -> Cycle:
    return scenes.open_cycle(
        scene.root,
        scene.version,
        scene.officer,
        {scene.city: 1},
        name=f"{year}年省级示范托育机构评选",
        year=year,
        opens_on=date(year, 5, 28),
        nursery_deadline=date(year, 7, 15),
        county_deadline=date(year, 8, 10),
        city_deadline=date(year, 8, 30),
    )


def applying(scene: Province, title, year: int) -> Application:
    """What the titled nursery would apply with in a later cycle."""
    return Application(nursery=title.nursery, cycle=cycle_of(scene, year))


def sentences(application: Application, when: str) -> list[str]:
    return [problem.text for problem in eligibility.problems(application, at(when))]


@pytest.fixture
def title(scene):
    """From 10 October 2023 to 9 October 2025."""
    return crowd.concluded(scene)[0]


def test_both_rules_are_asked_at_every_submit():
    assert {title_has_room, not_sitting_out} <= set(eligibility._rules)


def test_nothing_stands_in_the_way_of_who_never_had_a_title(scene):
    application, _ = scenes.drafted(scene)
    assert sentences(application, "2023-06-10 09:00") == []


def test_a_title_that_ends_within_the_cycles_year_leaves_room(scene, title):
    assert sentences(applying(scene, title, 2025), "2025-06-10 09:00") == []


def test_a_title_that_outlives_the_cycle_does_not(scene, title):
    application = applying(scene, title, 2024)
    (sentence,) = sentences(application, "2024-06-10 09:00")
    assert title.number in sentence
    assert "有效期至2025年10月9日" in sentence
    assert "期满后方可再次申报" in sentence


def test_no_draft_is_begun_that_could_not_be_handed_in(scene, title):
    by = scenes.staff(title.nursery)
    with pytest.raises(Refused, match="期满后方可再次申报"):
        applications.draft(title.nursery, cycle_of(scene, 2024), by=by, at=at("2024-06-10 09:00"))


def test_a_title_lost_while_drafting_shuts_the_submit_with_a_link(scene, title):
    by = scenes.staff(title.nursery)
    when = at("2025-06-10 09:00")
    application = applications.draft(title.nursery, cycle_of(scene, 2025), by=by, at=when)
    services.revoke_title(
        title, ground=RevocationGround.OTHER, actor=scene.officer, at=when, reason="弄虚作假。"
    )
    problems = why_not(application, "submit", user=by, at=when)
    assert title.get_absolute_url() in [problem.url for problem in problems]


def test_who_lost_the_title_sits_out_the_next_cycle_only(scene, title):
    services.revoke_title(
        title,
        ground=RevocationGround.OTHER,
        actor=scene.officer,
        at=at("2024-05-06 09:00"),
        reason="弄虚作假。",
    )
    (sentence,) = sentences(applying(scene, title, 2025), "2025-06-10 09:00")
    assert "已于2024年5月6日撤销" in sentence
    assert "1 个评选周期内不得申报" in sentence
    assert sentences(applying(scene, title, 2027), "2027-06-10 09:00") == []


def test_how_many_cycles_is_a_setting(scene, title):
    Cycle.objects.filter(pk=scene.cycle.pk).update(barred_cycles=2)
    services.revoke_title(
        title,
        ground=RevocationGround.OTHER,
        actor=scene.officer,
        at=at("2024-05-06 09:00"),
        reason="弄虚作假。",
    )
    assert sentences(applying(scene, title, 2025), "2025-06-10 09:00")
    assert sentences(applying(scene, title, 2027), "2027-06-10 09:00")


def test_a_title_under_an_order_is_in_force_all_the_same(scene, title):
    services.order_rectification(title, actor=scene.officer, at=CONCLUDED, reason="师幼比不足。")
    assert sentences(applying(scene, title, 2024), "2024-06-10 09:00")


def test_an_expired_title_stands_in_nobodys_way(scene, title):
    perform(title, "expire", actor=None, at=at("2025-10-10 09:00"))
    assert sentences(applying(scene, title, 2027), "2027-06-10 09:00") == []
