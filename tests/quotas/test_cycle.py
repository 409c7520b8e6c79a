"""The machine of a cycle: who starts it, when it may start, what closing means."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from quotas.models import Cycle
from quotas.services import set_quotas
from scoring import services as scoring
from tests import scenes
from workflow import Refused, checklist, open_to, perform


@pytest.fixture
def preparing(scene):
    return scenes.draft_cycle(scene.root, scene.version, name="2025年评选", year=2025)


def test_a_cycle_starts_with_a_published_rubric_and_places(scene, preparing):
    set_quotas(preparing, {scene.city: 2}, by=scene.officer, at=scenes.JULY)
    event = perform(preparing, "start", actor=scene.officer, at=scenes.JULY)
    assert (event.source, event.target, preparing.state) == ("preparing", "open", "open")


def test_without_places_it_does_not_start(scene, preparing):
    set_quotas(preparing, {scene.city: 0}, by=scene.officer, at=scenes.JULY)
    with pytest.raises(Refused) as refusal:
        perform(preparing, "start", actor=scene.officer, at=scenes.JULY)
    (problem,) = refusal.value.problems
    assert problem.text == "尚未分配名额。"
    assert problem.url == f"/cycles/{preparing.pk}/quotas/"


def test_with_a_rubric_still_in_work_it_does_not_start(scene, preparing):
    draft = scoring.load_rubric(
        scenes.SMALL_RUBRIC | {"code": "draft"}, by=scene.officer, at=scenes.JUNE
    )
    cycle = scenes.draft_cycle(scene.root, draft, name="2027年评选", year=2027)
    checks = checklist(cycle, "start", user=scene.officer, at=scenes.JULY)
    assert [(check.title, check.met) for check in checks] == [
        ("评分表已发布", False),
        ("名额已分配", False),
    ]
    assert checks[0].problems[0].url == f"/cycles/{cycle.pk}/settings/"


def test_a_cycle_closes_with_a_reason_and_for_good(scene):
    with pytest.raises(Refused, match="请写明理由。"):
        perform(scene.cycle, "close", actor=scene.officer, at=scenes.SEPTEMBER)
    perform(scene.cycle, "close", actor=scene.officer, at=scenes.SEPTEMBER, reason="评选结束。")
    assert scene.cycle.state == "closed"
    assert open_to(scene.officer, scene.cycle, at=scenes.SEPTEMBER) == []


@pytest.mark.parametrize("who", ["city_handler", "county_handler", "zone_city"])
def test_nobody_but_the_province_moves_a_cycle(scene, who):
    somebody = getattr(scene, who)
    assert open_to(somebody, scene.cycle, at=scenes.JULY) == []
    with pytest.raises(PermissionDenied):
        perform(scene.cycle, "close", actor=somebody, at=scenes.JULY, reason="试试")


def test_a_cycle_in_preparation_is_the_province_s_alone(scene, preparing):
    assert list(Cycle.objects.visible_to(scene.officer).newest_first()) == [preparing, scene.cycle]
    for somebody in (scene.city_handler, scene.experts[0], None):
        assert list(Cycle.objects.visible_to(somebody)) == [scene.cycle]
    assert list(Cycle.objects.open()) == [scene.cycle]


def test_words_for_a_cycle_and_its_parts(scene):
    quota = scene.cycle.quotas.with_counts().get(region=scene.city)
    assert str(scene.cycle) == "2023年省级示范托育机构评选"
    assert (str(quota), quota.region_path, quota.free) == ("沈阳市 3", "21/2101", 3)
    assert str(quota.places.first()) == "沈阳市 3 第 1 个"
