"""Places: as many as the quota, in an unbroken row, never one too many."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from quotas.models import Place, Quota
from quotas.services import free_place, set_quotas, take_place
from tests import scenes
from workflow import Refused
from workflow.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return scenes.province(places=3)


def ordinals(scene) -> list[tuple[int, bool]]:
    places = Place.objects.of_unit(scene.cycle, scene.city).order_by("ordinal")
    return [(place.ordinal, place.taken_at is not None) for place in places]


def take(scene):
    with transaction.atomic():
        return take_place(scene.cycle, scene.city, at=scenes.JULY)


def resize(scene, size):
    sizes = {scene.city: size}
    set_quotas(scene.cycle, sizes, by=scene.officer, at=scenes.JULY, reason="调整。")


def test_places_are_made_with_the_quota(scene):
    assert ordinals(scene) == [(1, False), (2, False), (3, False)]


def test_a_larger_quota_adds_places_at_the_end(scene):
    take(scene)
    resize(scene, 5)
    assert ordinals(scene) == [(1, True), (2, False), (3, False), (4, False), (5, False)]


def test_a_smaller_quota_takes_free_places_from_the_end(scene):
    take(scene)
    resize(scene, 1)
    assert ordinals(scene) == [(1, True)]


def test_a_quota_may_become_none(scene):
    resize(scene, 0)
    assert ordinals(scene) == []


def test_a_held_place_beyond_the_end_moves_into_a_gap(scene):
    first, _, third = take(scene), take(scene), take(scene)
    free_place(first)
    resize(scene, 2)
    assert ordinals(scene) == [(1, True), (2, True)]
    third.refresh_from_db()
    assert third.ordinal == 1


def test_below_the_number_taken_it_is_refused_in_words(scene):
    take(scene)
    take(scene)
    with pytest.raises(Refused, match="沈阳市已使用 2 个名额，不能减少到 1 个。"):
        resize(scene, 1)
    assert ordinals(scene) == [(1, True), (2, True), (3, False)]
    assert Quota.objects.get(cycle=scene.cycle, region=scene.city).size == 3


def test_the_same_number_again_is_no_event(scene):
    before = Event.objects.count()
    resize(scene, 3)
    assert Event.objects.count() == before


def test_places_are_taken_in_order_and_given_back(scene):
    first = take(scene)
    assert (first.ordinal, first.taken_at) == (1, scenes.JULY)
    assert take(scene).ordinal == 2
    free_place(first)
    assert take(scene).ordinal == 1


def test_when_none_is_left_it_is_said(scene):
    for _ in range(3):
        take(scene)
    with pytest.raises(Refused, match="沈阳市本周期的名额已用完，不能再推荐。"):
        take(scene)


def test_another_city_or_cycle_lends_nothing(scene):
    for _ in range(3):
        take(scene)
    other = scenes.draft_cycle(scene.root, scene.version, name="下一周期", year=2025)
    with pytest.raises(Refused):
        take_place(other, scene.city, at=scenes.JULY)
    assert take_place(scene.cycle, scene.other_city, at=scenes.JULY).ordinal == 1


@pytest.mark.parametrize("values", [{"ordinal": 1}, {"ordinal": 0}])
def test_the_database_refuses_impossible_places(scene, values):
    quota = Quota.objects.get(cycle=scene.cycle, region=scene.city)
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.create(quota=quota, **values)


def at_once(count, attempt):
    """Run `attempt(n)` on `count` threads that all begin together."""
    barrier = Barrier(count)

    def run(n):
        try:
            barrier.wait()
            return attempt(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def outcome_of(attempt):
    try:
        with transaction.atomic():
            return attempt()
    except Refused as refused:
        return str(refused)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_thirty_clicks_for_the_last_place_give_one_place(self):
        scene = scenes.province(places=1)
        outcomes = at_once(
            30, lambda _: outcome_of(lambda: take_place(scene.cycle, scene.city, at=scenes.JULY))
        )
        won = [outcome for outcome in outcomes if isinstance(outcome, Place)]
        lost = [outcome for outcome in outcomes if not isinstance(outcome, Place)]
        assert len(won) == 1
        assert lost == ["沈阳市本周期的名额已用完，不能再推荐。"] * 29
        assert ordinals(scene) == [(1, True)]

    def test_as_many_clicks_as_places_all_succeed(self):
        """None is turned away while a place is left: nobody waits, nobody hides the others."""
        scene = scenes.province(places=10)
        together = Barrier(10)

        def take_and_hold():
            place = take_place(scene.cycle, scene.city, at=scenes.JULY)
            together.wait(10)
            return place

        outcomes = at_once(10, lambda _: outcome_of(take_and_hold))
        assert sorted(place.ordinal for place in outcomes) == list(range(1, 11))

    def test_lowering_a_quota_turns_nobody_away_who_still_fits(self):
        scene = scenes.province(places=3)
        lowered, taken = Barrier(2), Barrier(2)

        def lower():
            resize(scene, 1)
            lowered.wait(10)
            taken.wait(10)

        def take_meanwhile():
            lowered.wait(10)
            place = take_place(scene.cycle, scene.city, at=scenes.JULY)
            taken.wait(10)
            return place

        outcomes = at_once(2, lambda n: outcome_of(take_meanwhile if n else lower))
        assert isinstance(outcomes[1], Place)
        assert ordinals(scene) == [(1, True)]

    def test_a_place_just_being_taken_counts_as_used(self):
        scene = scenes.province(places=2)
        held, refused = Barrier(2), Barrier(2)

        def take_both():
            for _ in range(2):
                take_place(scene.cycle, scene.city, at=scenes.JULY)
            held.wait(10)
            refused.wait(10)

        def lower():
            held.wait(10)
            try:
                return resize(scene, 1)
            finally:
                refused.wait(10)

        outcomes = at_once(2, lambda n: outcome_of(lower if n else take_both))
        assert outcomes[1] == "沈阳市已使用 2 个名额，不能减少到 1 个。"
        assert ordinals(scene) == [(1, True), (2, True)]
