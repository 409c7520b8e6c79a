"""How many queries a sheet of 100 indicators takes, with the applications that hold it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from applications import services
from applications.models import Review
from applications.statuses import Step
from scoring.models import Mark, Sheet
from tests import scenes
from tests.applications.browsing import Browse
from tests.scenes import AUGUST, JULY, SEPTEMBER, Province
from workflow import clock

LEVELS = [{"label": label, "value": value} for label, value in (("优", "1"), ("中", "0.5"))]
INDICATORS = [
    {"code": f"1.{n}", "title": f"指标{n}", "kind": "scale", "mark": "1", "options": LEVELS}
    for n in range(1, 101)
]
HUNDRED = {
    "code": "hundred",
    "name": "百项评分表",
    "full_mark": "100",
    "sections": [{"code": "1", "name": "全部", "indicators": INDICATORS}],
}
# Session and user, the sheet, who holds it and may see it, marks and evidence of both sheets, the
# frame of the page.
PAGE = 15
# The user; the sheet and whose it is; by which grant; the row; what it all comes to now.
SAVE = 5
# Who gives no second factor is asked about on every request: are they an official all the same?
SAVE_WITHOUT_CODE = SAVE + 1


@pytest.fixture
def scene(db: None, monkeypatch: pytest.MonkeyPatch) -> Province:
    monkeypatch.setattr(scenes, "SMALL_RUBRIC", HUNDRED)
    return scenes.province()


def at_the_nursery(scene: Province) -> tuple[Sheet, User]:
    application, by = scenes.drafted(scene)
    return application.self_sheet, by


def at_the_county(scene: Province) -> tuple[Sheet, User]:
    application, _ = scenes.submitted(scene)
    by = scene.county_handler
    return services.start_review(application, Step.COUNTY, by=by, at=JULY).sheet, by


def at_the_city(scene: Province) -> tuple[Sheet, User]:
    application, _ = scenes.at_city(scene)
    by = scene.city_handler
    return services.start_review(application, Step.CITY, by=by, at=AUGUST).sheet, by


def with_an_expert(scene: Province) -> tuple[Sheet, User]:
    application, _ = scenes.at_province(scene)
    review = scenes.seat_panel(scene, application, sealed=False)[0]
    Review.objects.filter(pk=review.pk, accepted_at=None).update(accepted_at=SEPTEMBER)
    return review.sheet, scene.experts[0]


HELD = [at_the_nursery, at_the_county, at_the_city, with_an_expert]


def asked(act: Callable[[], Any]) -> list[str]:
    """The queries that something takes; savepoints stand for the transaction of the test."""
    with CaptureQueriesContext(connection) as captured:
        assert act().status_code == 200
    queries = [query["sql"] for query in captured]
    return [sql for sql in queries if not sql.startswith(("SAVEPOINT", "RELEASE"))]


@pytest.mark.parametrize("held", HELD)
def test_a_page_of_a_hundred_indicators(
    scene: Province, browse: Browse, monkeypatch: pytest.MonkeyPatch, held: Any
) -> None:
    monkeypatch.setattr(clock, "now", lambda: SEPTEMBER)
    sheet, by = held(scene)
    client = browse(by)
    client.get(f"/sheets/{sheet.pk}/?section=1")
    queries = asked(lambda: client.get(f"/sheets/{sheet.pk}/?section=1"))
    assert len(queries) <= PAGE, "\n".join(queries)


@pytest.mark.parametrize(
    ("held", "most"),
    [
        (at_the_nursery, SAVE_WITHOUT_CODE),
        (at_the_county, SAVE),
        (at_the_city, SAVE),
        (with_an_expert, SAVE_WITHOUT_CODE),
    ],
)
def test_a_saved_mark(
    *, scene: Province, browse: Browse, monkeypatch: pytest.MonkeyPatch, held: Any, most: int
) -> None:
    monkeypatch.setattr(clock, "now", lambda: SEPTEMBER)
    sheet, by = held(scene)
    mark = Mark.objects.filter(sheet=sheet)[0]
    client = browse(by)

    def save(version: int) -> Any:
        data = {f"m{mark.indicator_id}-version": version, f"m{mark.indicator_id}-option": "2"}
        data[f"m{mark.indicator_id}-note"] = f"第{version}次"
        url = f"/sheets/{sheet.pk}/marks/{mark.indicator_id}/"
        return client.post(url, data, headers={"Accept": "application/json"})

    save(mark.version)
    queries = asked(lambda: save(mark.version + 1))
    assert len(queries) == most, "\n".join(queries)
