"""Sizes of quotas: set together, seen before they are changed, moved between cities, on record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from quotas.models import Cycle, Place, Quota
from quotas.services import set_quotas, take_place, transfer_places
from tests import scenes
from workflow import Refused, perform
from workflow.models import Event

pytestmark = pytest.mark.django_db


def save(scene, sizes, **more):
    values = {"by": scene.officer, "at": scenes.JULY, "reason": "核增。"} | more
    set_quotas(scene.cycle, sizes, **values)


def move(scene, count=1, **more):
    values = {
        "source": scene.city,
        "target": scene.other_city,
        "by": scene.officer,
        "at": scenes.JULY,
        "reason": "申报不足。",
    }
    transfer_places(scene.cycle, count=count, **(values | more))


def sizes(scene):
    return dict(scene.cycle.quotas.values_list("region__name", "size"))


def places(scene, region):
    return Place.objects.of_unit(scene.cycle, region).count()


def problems(refusal):
    return [(problem.field, problem.text) for problem in refusal.value.problems]


def test_one_save_is_one_decision_and_a_fact_for_each_city(scene):
    save(
        scene,
        {scene.city: 5, scene.other_city: 1, scene.zone: 0},
        notes={scene.city: "新增两区"},
    )
    decision = Event.objects.of(scene.cycle).last()
    assert (decision.verb, decision.actor, decision.reason) == (
        "set_quota",
        scene.officer,
        "核增。",
    )
    assert [(q["name"], q["before"], q["after"], q["note"]) for q in decision.data["quotas"]] == [
        ("沈阳市", 3, 5, "新增两区"),
        ("沈抚改革创新示范区", 1, 0, ""),
    ]
    quota = Quota.objects.get(cycle=scene.cycle, region=scene.city)
    fact = Event.objects.of(quota).last()
    assert fact.data == {"before": 3, "after": 5, "note": "新增两区"}
    assert (fact.region_path, fact.reason) == (scene.city.path, "核增。")
    assert places(scene, scene.city) == 5


def test_what_does_not_change_is_no_event_and_wants_no_reason(scene):
    before = Event.objects.count()
    save(scene, {scene.city: 3, scene.other_city: 1}, reason="")
    assert Event.objects.count() == before


def test_a_unit_that_had_none_gets_its_first_places(scene):
    unit = scenes.region("210200", "大连市", "city", scene.root)
    save(scene, {unit: 0})
    assert not Quota.objects.filter(region=unit).exists()
    save(scene, {unit: 2})
    assert places(scene, unit) == 2


def test_a_running_cycle_wants_the_reason(scene):
    with pytest.raises(Refused) as refusal:
        save(scene, {scene.city: 4}, reason=" ")
    assert problems(refusal) == [("reason", "周期已启动，调整名额须写明理由。")]
    assert sizes(scene)["沈阳市"] == 3


def test_a_closed_cycle_keeps_its_quotas(scene):
    perform(scene.cycle, "close", actor=scene.officer, at=scenes.JULY, reason="结束。")
    with pytest.raises(Refused, match="周期已结束，名额不再调整。"):
        save(scene, {scene.city: 4})


def test_two_officers_do_not_overwrite_each_other(scene):
    seen = {scene.city: 3, scene.other_city: 1}
    save(scene, {scene.city: 6, scene.other_city: 1}, seen=seen)
    with pytest.raises(Refused) as refusal:
        save(scene, {scene.city: 3, scene.other_city: 4}, seen=seen)
    assert problems(refusal) == [
        (f"size_{scene.city.pk}", "沈阳市名额已由他人改为 6 个，请核对后再保存。")
    ]
    assert sizes(scene) == {"沈阳市": 6, "鞍山市": 1, "沈抚改革创新示范区": 1}


def test_one_number_that_does_not_do_holds_all_back(scene):
    take_place(scene.cycle, scene.city, at=scenes.JULY)
    with pytest.raises(Refused) as refusal:
        save(scene, {scene.city: 0, scene.other_city: 9}, reason="")
    assert problems(refusal) == [
        ("reason", "周期已启动，调整名额须写明理由。"),
        (f"size_{scene.city.pk}", "沈阳市已使用 1 个名额，不能减少到 0 个。"),
    ]
    assert sizes(scene)["鞍山市"] == 1


@pytest.mark.parametrize("who", ["city_handler", "county_handler", "zone_city"])
def test_nobody_but_the_province_sets_or_moves(scene, who):
    somebody = getattr(scene, who)
    with pytest.raises(PermissionDenied):
        save(scene, {scene.city: 9}, by=somebody)
    with pytest.raises(PermissionDenied):
        move(scene, by=somebody)


def test_a_transfer_is_on_record_on_both_sides_and_with_the_cycle(scene):
    take_place(scene.cycle, scene.city, at=scenes.JULY)
    move(scene, 2)
    assert sizes(scene) == {"沈阳市": 1, "鞍山市": 3, "沈抚改革创新示范区": 1}
    assert (places(scene, scene.city), places(scene, scene.other_city)) == (1, 3)
    told = Event.objects.of(scene.cycle).last()
    assert (told.verb, told.data["count"], told.reason) == ("transfer_places", 2, "申报不足。")
    sides = [(q["name"], q["before"], q["after"]) for q in told.data["quotas"]]
    assert sides == [("沈阳市", 3, 1), ("鞍山市", 1, 3)]
    for region, verb, other in (
        (scene.city, "give_places", "鞍山市"),
        (scene.other_city, "receive_places", "沈阳市"),
    ):
        fact = Event.objects.of(Quota.objects.get(cycle=scene.cycle, region=region)).last()
        assert (fact.verb, fact.data["other"], fact.data["count"]) == (verb, other, 2)
        assert fact.region_path == region.path


def test_a_unit_without_a_quota_may_receive_but_not_give(scene):
    unit = scenes.region("210200", "大连市", "city", scene.root)
    with pytest.raises(Refused) as refusal:
        move(scene, source=unit)
    assert problems(refusal) == [("source", "大连市在本周期没有名额。")]
    move(scene, target=unit)
    assert places(scene, unit) == 1


def test_only_free_places_move(scene):
    for _ in range(2):
        take_place(scene.cycle, scene.city, at=scenes.JULY)
    with pytest.raises(Refused) as refusal:
        move(scene, 2)
    assert problems(refusal) == [("count", "沈阳市可调出的空闲名额有 1 个。")]
    assert sizes(scene)["沈阳市"] == 3


def test_everything_that_forbids_a_transfer_is_said_at_once(scene):
    with pytest.raises(Refused) as refusal:
        move(scene, 0, target=scene.city, reason=" ")
    assert problems(refusal) == [
        ("reason", "周期已启动，调整名额须写明理由。"),
        ("target", "调出与调入不能是同一个市级单位。"),
        ("count", "至少调剂 1 个名额。"),
    ]


def test_before_the_start_numbers_are_simply_set(scene):
    cycle = scenes.draft_cycle(scene.root, scene.version, name="2025年评选", year=2025)
    with pytest.raises(Refused, match="周期尚未启动，请直接分配名额。"):
        transfer_places(
            cycle,
            scene.city,
            scene.other_city,
            1,
            by=scene.officer,
            at=scenes.JULY,
            reason="试。",
        )


def outcome_of(attempt):
    try:
        with transaction.atomic():
            return attempt()
    except Refused as refused:
        return str(refused)
    finally:
        connection.close()


def together(*attempts):
    """Run every attempt on a thread of its own; they begin together."""
    barrier = Barrier(len(attempts))

    def run(attempt):
        barrier.wait(30)
        return outcome_of(attempt)

    with ThreadPoolExecutor(len(attempts)) as pool:
        return list(pool.map(run, attempts))


def whole(scene):
    """Nothing is lost or doubled: sizes, places, and those taken agree for every unit."""
    for quota in Quota.objects.with_counts().filter(cycle=scene.cycle):
        ordinals = sorted(quota.places.values_list("ordinal", flat=True))
        assert ordinals == list(range(1, quota.size + 1))
        assert 0 <= quota.taken <= quota.size
    return sum(sizes(scene).values())


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_places_move_while_they_are_taken(self):
        """Ten take, five transfers of two: never over the quota, never below what is held."""
        scene = scenes.province(places=10)
        taking = [lambda: take_place(scene.cycle, scene.city, at=scenes.JULY)] * 10
        moving = [lambda: move(scene, 2)] * 5
        outcomes = together(*taking, *moving)
        taken = [each for each in outcomes[:10] if isinstance(each, Place)]
        moved = [each for each in outcomes[10:] if each is None]
        assert whole(scene) == 12
        assert sizes(scene)["沈阳市"] == 10 - 2 * len(moved)
        held = Place.objects.of_unit(scene.cycle, scene.city).exclude(taken_at=None).count()
        assert held == len(taken)
        refused = [each for each in outcomes if isinstance(each, str)]
        assert all("名额已用完" in each or "可调出的空闲名额" in each for each in refused)

    def test_transfers_to_and_fro_do_not_wait_for_each_other_for_ever(self):
        scene = scenes.province(places=5)
        back = {"source": scene.other_city, "target": scene.city}
        there = [lambda: move(scene)] * 4
        again = [lambda: move(scene, **back)] * 4
        outcomes = together(*there, *again)
        assert whole(scene) == 7
        assert outcomes.count(None) >= 4

    def test_two_officers_saving_at_once_one_is_told(self):
        scene = scenes.province(places=3)
        seen = {scene.city: 3}

        def resize(size):
            return lambda: save(scene, {scene.city: size}, seen=seen)

        outcomes = together(resize(4), resize(5))
        assert outcomes.count(None) == 1
        told = next(each for each in outcomes if each)
        assert told == f"沈阳市名额已由他人改为 {sizes(scene)['沈阳市']} 个，请核对后再保存。"

    def test_a_draft_is_begun_while_quotas_are_saved(self):
        """The lock of the cycle lets those through who only point at it."""
        scene = scenes.province(places=1)
        of = scenes.nursery(scene.county)
        by = scenes.staff(of)
        saved, drafted = Barrier(2), Barrier(2)

        def hold():
            save(scene, {scene.city: 2})
            saved.wait(10)
            drafted.wait(10)

        def begin():
            from applications import services as applications

            saved.wait(10)
            cycle = Cycle.objects.get(pk=scene.cycle.pk)
            found = applications.draft(of, cycle, by=by, at=scenes.JUNE)
            drafted.wait(10)
            return found

        assert together(hold, begin)[1].state == "draft"
