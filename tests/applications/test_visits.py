"""Site visits: the time and, if the expert allows it, the place."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from applications import services
from applications.models import Review, Visit
from applications.services import Place
from applications.statuses import Step
from scoring import services as scoring
from scoring.holders import holder_of
from tests import scenes
from tests.applications.browsing import Browse
from tests.scenes import SEPTEMBER, Province
from workflow import Refused
from workflow.models import Event

ARRIVED = SEPTEMBER + timedelta(hours=1)
SENT = SEPTEMBER + timedelta(hours=3)
HERE = Place(Decimal("41.7968712"), Decimal("123.4291034"), 18)


@pytest.fixture
def task(scene: Province) -> Review:
    """expert1's site visit, accepted."""
    application, _ = scenes.at_province(scene)
    return given(scene, application, Step.SITE)


def given(scene: Province, application: Any, step: Step) -> Review:
    review = services.assign_expert(
        application, scene.experts[0], step, by=scene.officer, at=SEPTEMBER
    )
    review.accepted_at = SEPTEMBER
    review.save(update_fields=["accepted_at"])
    return review


def test_an_arrival_is_recorded_with_its_place(scene: Province, task: Review) -> None:
    visit = services.record_visit(
        task, by=scene.experts[0], at=SENT, arrived_at=ARRIVED, place=HERE
    )
    visit.refresh_from_db()
    assert (visit.arrived_at, visit.recorded_at) == (ARRIVED, SENT)
    assert (visit.latitude, visit.longitude) == (Decimal("41.79687"), Decimal("123.42910"))
    assert visit.accuracy == 18
    assert visit.has_place
    event = Event.objects.of(task.application).last()
    assert event is not None
    assert (event.verb, event.label) == ("visit", "记录到场")
    holder = holder_of(task.sheet)
    assert holder.visit == visit
    assert holder.visit_url.endswith(f"/reviews/{task.pk}/visit/")


def test_the_first_record_stays(scene: Province, task: Review) -> None:
    expert = scene.experts[0]
    first = services.record_visit(task, by=expert, at=SENT, arrived_at=ARRIVED)
    again = services.record_visit(task, by=expert, at=SENT, arrived_at=SENT, place=HERE)
    assert again == first
    assert not again.has_place
    with pytest.raises(DatabaseError), transaction.atomic():
        Visit.objects.update(accuracy=1)


def test_what_cannot_be_recorded(scene: Province, task: Review) -> None:
    expert = scene.experts[0]
    for impossible in (SEPTEMBER - timedelta(minutes=1), SENT + timedelta(minutes=1)):
        with pytest.raises(Refused, match="到达时间应在任务分配之后、现在之前"):
            services.record_visit(task, by=expert, at=SENT, arrived_at=impossible)
    with pytest.raises(PermissionDenied):
        services.record_visit(task, by=scene.experts[1], at=SENT, arrived_at=ARRIVED)
    paper = given(scene, task.application, Step.PAPER)
    with pytest.raises(Refused, match="只有实地评审"):
        services.record_visit(paper, by=expert, at=SENT, arrived_at=ARRIVED)
    scenes.fill(task.sheet, "90", expert, SENT)
    scoring.seal(task.sheet, by=expert, at=SENT)
    with pytest.raises(Refused, match="目前不能记录到场"):
        services.record_visit(task, by=expert, at=SENT, arrived_at=ARRIVED)
    assert not Visit.objects.exists()


def test_the_page_without_javascript_records_the_time(
    scene: Province, task: Review, browse: Browse, it_is: Any
) -> None:
    it_is("2023-09-15 10:30")
    answer = browse(scene.experts[0]).post(address(task), follow=True)
    assert "已记录到场时间 10:30。" in answer.content.decode()
    visit = Visit.objects.get()
    assert visit.arrived_at - scenes.at("2023-09-15 10:30") < timedelta(minutes=1)
    assert not visit.has_place


def test_a_phone_sends_time_and_place(
    scene: Province, task: Review, browse: Browse, it_is: Any
) -> None:
    it_is("2023-09-15 12:00")
    sent = {
        "arrived_at": "2023-09-15T02:10:00.000Z",
        "latitude": "41.796871234567",
        "longitude": "123.42",
        "accuracy": "17.6",
    }
    client = browse(scene.experts[0])
    answer = client.post(address(task), sent, headers={"accept": "application/json"})
    assert answer.json() == {"recorded": "10:10", "has_place": True}
    visit = Visit.objects.get()
    assert (visit.latitude, visit.accuracy) == (Decimal("41.79687"), 18)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"arrived_at": "gestern"}, "到达时间应为日期和时间。"),
        ({"arrived_at": "2023-09-16T00:00:00Z"}, "到达时间应在任务分配之后、现在之前。"),
        ({"latitude": "91", "longitude": "1"}, "确保该值小于或等于"),
        ({"latitude": "x", "longitude": "1"}, "输入一个数字。"),
    ],
)
def test_nonsense_is_refused_in_words(
    scene: Province, task: Review, browse: Browse, it_is: Any, sent: Any, sentence: str
) -> None:
    it_is("2023-09-15 12:00")
    client = browse(scene.experts[0])
    answer = client.post(address(task), sent, headers={"accept": "application/json"})
    assert answer.status_code == 422
    assert sentence in "".join(answer.json()["errors"])
    page = client.post(address(task), sent, follow=True)
    assert sentence in page.content.decode()
    assert not Visit.objects.exists()


def test_another_experts_visit_is_not_there(scene: Province, task: Review, browse: Browse) -> None:
    assert browse(scene.experts[1]).post(address(task)).status_code == 404
    assert browse(scene.officer).post(address(task)).status_code == 403


def address(task: Review) -> str:
    return reverse("applications:record_visit", args=[task.application_id, task.pk])
