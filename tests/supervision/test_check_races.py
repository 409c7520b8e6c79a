"""Two officers at the same campaign, an inspector at a check that ends: on real PostgreSQL."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection

from supervision import services
from supervision.models import Campaign, Candidate, Finding, SpotCheck
from supervision.statuses import CampaignState, Severity
from tests import scenes
from tests.publicity import crowd
from tests.supervision import checking
from tests.supervision.checking import NOVEMBER
from workflow import Refused
from workflow.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Any) -> list[Any]:
    """Runs them in threads of their own that set out together; what each came to."""
    gate = threading.Barrier(len(acts))
    found: list[Any] = [None] * len(acts)

    def run(place: int, act: Any) -> None:
        gate.wait()
        try:
            found[place] = act()
        except (Refused, DatabaseError, PermissionDenied) as fault:
            found[place] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_officers_draw_at_once_and_there_is_one_draw() -> None:
    scene = scenes.province()
    crowd.titles(scene, scene.cycle, 6)
    second = scenes.official("officer2", "吴省", "province_officer", scene.root)
    campaign = checking.prepared(scene, size=3)
    services.fix_seed(campaign, seed=checking.SEED, by=scene.officer, at=NOVEMBER)

    def draw(by: Any) -> Any:
        own = Campaign.objects.get(pk=campaign.pk)
        return lambda: services.draw_campaign(own, actor=by, at=NOVEMBER)

    found = at_once(draw(scene.officer), draw(second))
    assert [type(each) for each in found].count(Refused) == 1
    assert found.count(None) == 1
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.DRAWN
    assert (Candidate.objects.count(), SpotCheck.objects.count()) == (6, 3)
    assert Event.objects.of(campaign).filter(verb="draw").count() == 1


def test_two_seeds_at_once_and_the_first_stands() -> None:
    scene = scenes.province()
    campaign = checking.prepared(scene)

    def fix(seed: str) -> Any:
        return lambda: services.fix_seed(campaign, seed=seed, by=scene.officer, at=NOVEMBER)

    found = at_once(fix("一"), fix("二"))
    assert [type(each) for each in found].count(Refused) == 1
    campaign.refresh_from_db()
    assert Event.objects.of(campaign).get(verb="fix_seed").data["seed"] == campaign.seed


def test_nothing_is_found_after_the_check_was_finished() -> None:
    """Either the finding came first and stands, or it is refused; never in between."""
    scene = scenes.province()
    title = crowd.concluded(scene)[0]
    check = checking.visited(scene, checking.opened(scene, title))
    lead, other = scene.experts[:2]

    def finish() -> None:
        services.finish_check(SpotCheck.objects.get(), actor=lead, at=NOVEMBER)

    def note() -> None:
        services.add_finding(
            SpotCheck.objects.get(), text="又。", severity=Severity.MINOR, by=other, at=NOVEMBER
        )

    done, noted = at_once(finish, note)
    assert done is None
    check.refresh_from_db()
    assert check.is_finished
    assert Finding.objects.count() == (2 if noted is None else 1)
