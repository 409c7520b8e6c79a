"""The desk with five thousand files: nothing is asked for each of them, and it stays quick.

DESK_TIMES=1 holds its time to ten times a bare list's; with other work on the machine it may fail.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.template import engines
from django.test.utils import CaptureQueriesContext

from applications.models import Application, Handling
from tests.applications.browsing import Browse
from tests.applications.crowd import crowd
from tests.scenes import JULY, JUNE, Province
from workflow.models import Event

FEW, MANY = 50, 5000
# A list of fifty of five thousand in one query and a template of five columns.
BARE = engines["django"].from_string(
    "<table>{% for a in rows %}<tr><td>{{ a.number }}</td><td>{{ a.nursery.name }}</td>"
    "<td>{{ a.state }}</td><td>{{ a.submitted_at|date:'Y-m-d' }}</td>"
    "<td>{{ a.region.name }}</td></tr>{% endfor %}</table>"
)
TIMES_BARE = 10
TIMED = bool(os.environ.get("DESK_TIMES"))
ASKED: tuple[dict[str, Any], ...] = (
    {"tab": "waiting"},
    {"tab": "all"},
    {"tab": "all", "sort": "county"},
    {"tab": "waiting", "q": "园", "returned": "no"},
    {"tab": "waiting", "score": "county", "score_min": 80},
    {"tab": "waiting", "days": 3},
    {"tab": "waiting", "handler": "none"},
)


def lived_in(scene: Province, size: int) -> list[Application]:
    """Files with a history, every third of them handled by somebody."""
    files = crowd(scene, size)
    Event.objects.bulk_create(
        Event(
            subject_type="applications.application",
            subject_id=file.pk,
            verb=verb,
            target=target,
            actor=scene.officer,
            at=JUNE + timedelta(minutes=n),
            region_path=file.region_path,
        )
        for n, file in enumerate(files)
        for verb, target in (("draft", ""), ("submit", "county_review"), ("take_on", ""))
    )
    Handling.objects.bulk_create(
        Handling(application=file, tier="county", handler=scene.county_handler, since=JULY)
        for file in files[::3]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return files


def queries(client: Any, asked: dict[str, Any]) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get("/desk/", asked).status_code == 200
    return len(caught)


def best(work: Callable[[], Any]) -> float:
    took = []
    for _ in range(9):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return min(took)


def bare() -> str:
    rows = Application.objects.select_related("nursery", "region").order_by("-submitted_at", "pk")
    return BARE.render({"rows": rows[:50]})


def test_thousands_cost_no_more_queries_and_hardly_more_time(
    scene: Province, browse: Browse, it_is: Callable[[str], None]
) -> None:
    lived_in(scene, FEW)
    client = browse(scene.county_handler)
    it_is("2023-06-20 09:00")

    def counts() -> list[int]:
        return [queries(client, asked) for asked in ASKED]

    counts()
    few = counts()
    assert few == [DESK] * len(ASKED)
    files = lived_in(scene, MANY - FEW)
    assert counts() == few
    for asked in ASKED[:2] if TIMED else ():
        limit = TIMES_BARE * best(bare)
        assert best(partial(client.get, "/desk/", asked)) < limit, asked

    address = f"{files[100].get_absolute_url()}?queue=tab%3Dwaiting&at=151"
    turn = client.get(address).context["queue"]
    assert (turn.place, turn.size) == (151, MANY)


DESK = 12
