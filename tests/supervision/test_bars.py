"""A nursery that may not apply is refused at submit with the reason."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from publicity.statuses import RevocationGround
from supervision import services
from supervision.models import Bar
from tests import scenes
from tests.publicity.conftest import signed_in
from tests.scenes import JUNE
from workflow import Refused, perform, why_not
from workflow.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def drafted(scene):
    return scenes.drafted(scene)


def barred(scene, nursery, cycle=None):
    return services.bar(
        nursery, cycle=cycle or scene.cycle, reason="自评材料系伪造。", by=scene.officer, at=JUNE
    )


def test_a_barred_nursery_is_refused_at_submit_with_the_reason(scene, drafted):
    application, staff = drafted
    assert not why_not(application, "submit", user=staff, at=JUNE)
    bar = barred(scene, application.nursery)
    assert (bar.ground, bar.cycles) == (RevocationGround.FRAUD, 2)
    with pytest.raises(Refused, match="申报弄虚作假，自2023年评选起 2 个评选周期内不得申报"):
        perform(application, "submit", actor=staff, at=JUNE)
    (event,) = Event.objects.of(bar)
    assert (event.verb, event.region_path) == ("bar", scene.root.path)
    assert str(bar) == f"{application.nursery.name}停止申报"


@pytest.mark.parametrize(("year", "refused"), [(2021, False), (2025, True), (2027, False)])
def test_so_many_cycles_are_missed_and_no_more(scene, drafted, year, refused):
    """From 2025 on, two cycles: 2025 and 2027 where 2023 lies before it."""
    application, staff = drafted
    later = {
        y: scenes.draft_cycle(scene.root, scene.version, year=y, name=f"{y}年评选")
        for y in (2021, 2025, 2027)
    }
    later[2025].fraud_barred_cycles = 1
    later[2025].save()
    barred(scene, application.nursery, later[2025])
    application.cycle = later[year]
    from supervision.eligibility import not_barred

    assert bool(list(not_barred(application, JUNE))) is refused


def test_only_the_province_bars_and_only_once(scene, drafted):
    nursery = drafted[0].nursery
    with pytest.raises(PermissionDenied):
        services.bar(nursery, cycle=scene.cycle, reason="否。", by=scene.city_handler, at=JUNE)
    barred(scene, nursery)
    with pytest.raises(Refused, match="已停止申报"):
        barred(scene, nursery)
    assert not Bar.objects.visible_to(scene.city_handler).exists()
    with pytest.raises(IntegrityError, match="bar_of_some_cycles"), transaction.atomic():
        Bar.objects.update(cycles=0)


def test_the_page_bars_and_the_nursery_reads_it_at_home(scene, drafted, monkeypatch):
    monkeypatch.setattr("workflow.clock.now", lambda: JUNE)
    nursery = drafted[0].nursery
    officer = signed_in(scene.officer)
    assert "没有停止申报的机构" in officer.get("/supervision/bars/").content.decode()
    assert signed_in(scene.city_handler).get("/supervision/bars/").status_code == 403
    values = {
        "credit_code": nursery.credit_code.lower(),
        "cycle": scene.cycle.pk,
        "reason": "自评材料系伪造。",
    }
    wrong = officer.post("/supervision/bars/", values | {"credit_code": "1" * 18})
    assert wrong.status_code == 422
    assert officer.post("/supervision/bars/", values).status_code == 302
    again = officer.post("/supervision/bars/", values)
    assert "已停止申报" in again.content.decode()
    assert nursery.name in officer.get("/supervision/bars/").content.decode()
    home = signed_in(drafted[1]).get("/home/").content.decode()
    assert "2 个评选周期内不得申报" in home


@pytest.mark.parametrize("size", [1, 3, 300])
def test_the_list_asks_as_often_for_300_as_for_one(scene, size, django_assert_num_queries):
    from tests.publicity import crowd

    Bar.objects.bulk_create(
        Bar(
            nursery=nursery,
            cycle=scene.cycle,
            cycles=2,
            reason="伪造。",
            by=scene.officer,
            at=JUNE,
        )
        for nursery in crowd.nurseries(scene.county, size)
    )
    client = signed_in(scene.officer)
    client.get("/supervision/bars/")
    with django_assert_num_queries(7):
        shown = client.get("/supervision/bars/")
    assert len(shown.context["page_obj"].object_list) == min(size, 50)
