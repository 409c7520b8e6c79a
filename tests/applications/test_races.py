"""What happens when everyone clicks at once, on real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from applications.models import Application
from applications.statuses import ApplicationState, Step
from quotas.models import Place
from tests import scenes
from tests.scenes import AUGUST, JULY, JUNE
from workflow import Refused, perform
from workflow.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


def all_at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Run every call on a thread and a connection of its own; results or what was raised."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return call()
        except Exception as raised:  # noqa: BLE001 - the race's outcome, asserted by the caller
            return raised
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def clicks(
    pk: int, name: str, actor: User, at: Any, reason: str = "", **data: Any
) -> Callable[[], Any]:
    """One click: the row is fetched anew, as a request would."""
    actor_pk = actor.pk

    def click() -> Any:
        application = Application.objects.get(pk=pk)
        user = User.objects.get(pk=actor_pk)
        return perform(application, name, actor=user, at=at, reason=reason, **data)

    return click


def refusals(results: list[Any]) -> list[Refused]:
    return [result for result in results if isinstance(result, Refused)]


def test_twenty_clicks_on_submit_make_one_event() -> None:
    scene = scenes.province()
    application, nursery = scenes.drafted(scene)

    results = all_at_once([clicks(application.pk, "submit", nursery, JUNE)] * 20)

    assert sum(isinstance(result, Event) for result in results) == 1
    assert len(refusals(results)) == 19
    assert all("目前为“县级初审”，不能“提交申报”" in str(r) for r in refusals(results))
    assert Event.objects.of(application).filter(verb="submit").count() == 1


def test_thirty_files_for_the_last_place_of_a_city() -> None:
    scene = scenes.province(places=1)
    files = []
    for n in range(30):
        application, _ = scenes.at_city(scene, name=f"第{n}园", username=f"staff{n}")
        scenes.scored(application, Step.CITY, scene.city_handler, when=AUGUST)
        files.append(application.pk)

    results = all_at_once(
        [
            # Whichever comes first comes before others of the ranking.
            clicks(
                pk,
                "recommend_to_province",
                scene.city_handler,
                AUGUST,
                "同意推荐。",
                overrule="优先。",
            )
            for pk in files
        ]
    )

    assert sum(isinstance(result, Event) for result in results) == 1
    assert len(refusals(results)) == 29
    assert all("沈阳市本周期的名额已用完，不能再推荐。" in str(r) for r in refusals(results))
    assert Place.objects.filter(quota__region=scene.city, taken_at__isnull=False).count() == 1
    recommended = Application.objects.filter(state=ApplicationState.PROVINCIAL_REVIEW)
    assert recommended.count() == 1
    assert recommended.get().place is not None


def test_recommending_against_declining() -> None:
    """Handler and approver decide the same file at the same moment: one decision stands."""
    scene = scenes.province()
    application, _ = scenes.submitted(scene)
    scenes.scored(application, Step.COUNTY, scene.county_handler, when=JULY)

    results = all_at_once(
        [
            clicks(application.pk, "recommend_to_city", scene.county_handler, JULY, "同意。"),
            clicks(application.pk, "decline_by_county", scene.county_approver, JULY, "不同意。"),
        ]
    )

    assert len(refusals(results)) == 1
    assert application.opinions.count() == 1


def test_withdrawing_against_recommending_leaves_no_place_behind() -> None:
    scene = scenes.province(places=1)
    application, nursery = scenes.at_city(scene)
    scenes.scored(application, Step.CITY, scene.city_handler, when=AUGUST)

    all_at_once(
        [
            clicks(application.pk, "recommend_to_province", scene.city_handler, AUGUST, "同意。"),
            clicks(application.pk, "withdraw", nursery, AUGUST, "搬迁。"),
        ]
    )

    application.refresh_from_db()
    taken = Place.objects.filter(taken_at__isnull=False).count()
    assert taken == (1 if application.place else 0)
