"""Batches at the same moment, on real PostgreSQL: two tabs, four workers, the hand against them."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from accounts.models import User
from applications import services
from applications.models import Application, Batch
from tests import scenes
from tests.applications.batching import TO_PROVINCE, choice, confirm, items, make, outcomes
from tests.applications.crowd import crowd
from tests.applications.test_races import all_at_once, refusals
from tests.scenes import AUGUST, JULY
from workflow import perform
from workflow.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_tabs_confirm_once() -> None:
    scene = scenes.province()
    batch = make(crowd(scene, 3), scene.county_handler)
    settled = choice(batch)
    pk = batch.pk

    def click() -> Any:
        services.confirm_batch(Batch.objects.get(pk=pk), settled, at=JULY)

    results = all_at_once([click] * 10)

    assert len(refusals(results)) == 9
    assert all("不会重复办理" in str(result) for result in refusals(results))
    assert Event.objects.of(batch).filter(verb="confirm_batch").count() == 1


def test_four_workers_at_one_batch_move_each_file_once_and_in_order() -> None:
    """Ten places, ten files of one ranking: out of turn any of them would be refused."""
    scene = scenes.province(places=10)
    files = crowd(scene, 10, state="city_review")
    batch = make(files, scene.city_handler, TO_PROVINCE, at=AUGUST)
    confirm(batch, AUGUST)
    pk = batch.pk

    def work() -> None:
        services.carry_on_batch(pk, now=lambda: AUGUST)

    assert all_at_once([work] * 4) == [None] * 4
    work()

    assert outcomes(batch) == ["done"] * 10
    events = Event.objects.filter(verb="recommend_to_province").order_by("pk")
    assert [event.subject_id for event in events] == [i.application_id for i in items(batch)]
    assert Event.objects.filter(verb="finish_batch").count() == 1


def test_the_hand_against_the_batch() -> None:
    """Somebody declines each file while a batch recommends it: one decision stands."""
    scene = scenes.province()
    files = crowd(scene, 6)
    batch = make(files, scene.county_handler)
    confirm(batch)
    pk, approver = batch.pk, scene.county_approver.pk

    def work() -> None:
        services.carry_on_batch(pk, now=lambda: JULY)

    def by_hand() -> list[Any]:
        user = User.objects.get(pk=approver)
        return [decline(file.pk, user) for file in reversed(files)]

    all_at_once([work, by_hand])
    work()

    assert [file.opinions.count() for file in files] == [1] * 6
    states = {file.pk: file.state for file in Application.objects.all()}
    for item in items(batch):
        moved = states[item.application_id] == "city_review"
        assert item.outcome == ("done" if moved else "refused")


def decline(pk: int, user: User) -> Any:
    try:
        return perform(
            Application.objects.get(pk=pk), "decline_by_county", actor=user, at=JULY, reason="否。"
        )
    except Exception as raised:  # noqa: BLE001 - the batch was first
        return raised


def test_one_file_in_two_batches_is_moved_once() -> None:
    scene = scenes.province()
    files = crowd(scene, 4)
    one, other = (make(files, user).pk for user in (scene.county_handler, scene.county_approver))
    for pk in (one, other):
        confirm(Batch.objects.get(pk=pk))

    def work(pk: int) -> None:
        services.carry_on_batch(pk, now=lambda: JULY)

    all_at_once([partial(work, one), partial(work, other)])

    assert [file.opinions.count() for file in files] == [1] * 4
    found = Batch.objects.with_counts().in_bulk([one, other]).values()
    assert sum(batch.done for batch in found) == 4
    assert sum(batch.left for batch in found) == 4
    assert all(batch.done_at for batch in found)
