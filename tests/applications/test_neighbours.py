"""A file among the others of its queue, and its page as the one place to decide on it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict

from applications.comparison import Cell
from applications.forms import Queue
from applications.models import Application
from applications.neighbours import neighbours
from applications.statuses import Step
from scoring import services as scoring
from scoring.models import Mark
from tests import scenes
from tests.applications.browsing import Browse
from tests.applications.crowd import crowd
from tests.scenes import JULY, JUNE, Province
from workflow import perform


def around(user: Any, address: str, application: Application, hint: str = "") -> Any:
    queue = Queue(QueryDict(address), user, JULY)
    return neighbours(queue.files, application, queue.address, hint)


def told(found: Any) -> tuple[Any, ...]:
    named = [each.name if each else None for each in (found.previous, found.following)]
    return (found.place, found.size, *named)


@pytest.mark.parametrize("hint", ["", "1", "2", "3", "77", "abc", "0", "9" * 30])
def test_the_place_is_found_whatever_the_address_says(scene: Province, hint: str) -> None:
    files = crowd(scene, 3)
    user, address = scene.county_handler, "tab=waiting&sort=number"
    names = [file.nursery.name for file in files]
    assert told(around(user, address, files[0], hint)) == (1, 3, None, names[1])
    assert told(around(user, address, files[1], hint)) == (2, 3, names[0], names[2])
    assert told(around(user, address, files[2], hint)) == (3, 3, names[1], None)


@pytest.mark.parametrize("sort", sorted(Application.objects.none().ORDERS))
@pytest.mark.parametrize("down", ["", "-"])
def test_every_order_leads_through_all_files(scene: Province, sort: str, down: str) -> None:
    crowd(scene, 2, state="city_review")
    scenes.submitted(scene, name="另一园", username="a", total="86")
    address = f"tab=all&sort={down}{sort}"
    order = list(Queue(QueryDict(address), scene.officer, JULY).files)
    places = [around(scene.officer, address, file).place for file in order]
    assert places == [1, 2, 3]


def test_the_rows_of_the_desk_lead_through_its_queue(scene: Province, browse: Browse) -> None:
    crowd(scene, 60)
    client = browse(scene.county_handler)
    asked = {"tab": "waiting", "q": "托育园", "sort": "number", "page": 2}
    desk = client.get("/desk/", asked)
    row = desk.context["rows"][0]
    query = parse_qs(urlsplit(row.url).query)
    assert query["at"] == ["51"]
    assert query["queue"] == ["tab=waiting&q=%E6%89%98%E8%82%B2%E5%9B%AD&sort=number"]
    page = client.get(row.url)
    found = page.context["queue"]
    assert (found.place, found.size) == (51, 60)
    assert '<strong class="num">51</strong>' in page.content.decode()
    on = client.get(found.following.url).context["queue"]
    assert (on.place, on.previous.url) == (52, row.url)


def test_after_the_decision_the_next_has_moved_up(
    scene: Province, browse: Browse, it_is: Callable[[str], None]
) -> None:
    files = [
        scenes.submitted(scene, name=name, username=name)[0] for name in ("甲园", "乙园", "丙园")
    ]
    client = browse(scene.county_handler)
    urls = [row.url for row in client.get("/desk/", {"tab": "waiting"}).context["rows"]]
    perform(files[1], "decline_by_county", actor=scene.county_handler, at=JUNE, reason="不符。")
    page = client.get(urls[1])
    assert told(page.context["queue"]) == (None, 2, "甲园", "丙园")
    assert "办理下一件：丙园" in page.content.decode()
    assert told(client.get(page.context["queue"].following.url).context["queue"]) == (
        2,
        2,
        "甲园",
        None,
    )
    for file in (files[0], files[2]):
        perform(file, "decline_by_county", actor=scene.county_handler, at=JUNE, reason="不符。")
    done = client.get(urls[1])
    assert told(done.context["queue"]) == (None, 0, None, None)
    assert "队列已全部办完" in done.content.decode()


def test_a_queue_shows_nobody_more_than_the_own_area(scene: Province, browse: Browse) -> None:
    mine, _ = scenes.submitted(scene, name="和平园", username="a")
    crowd(scene, 3, where=scene.other_county)
    url = f"{mine.get_absolute_url()}?queue=tab%3Dall&at=2"
    page = browse(scene.county_handler).get(url)
    assert told(page.context["queue"]) == (1, 1, None, None)
    assert browse(scene.other_county_handler).get(url).status_code == 404
    plain = browse(scene.county_handler).get(mine.get_absolute_url())
    assert "queue" not in plain.context
    odd = browse(scene.county_handler).get(url + "&queue=%00%26cycle%3D" + "9" * 40)
    assert odd.status_code == 200


def filed(scene: Province, size: int) -> Application:
    """Scored by the county, with `size` files of evidence and as many events."""
    application, staff = scenes.drafted(scene, name=f"园{size}", username=f"staff{size}")
    marks = list(Mark.objects.of(application.self_sheet.pk))
    for n in range(size):
        mark = marks[n % len(marks)]
        scoring.add_evidence(
            mark, scenes.PDF + b"%%" + str(n).encode(), name=f"{n}.pdf", by=staff, at=JUNE
        )
    scenes.inspected(JUNE)
    perform(application, "submit", actor=staff, at=JUNE)
    for _ in range(size):
        for name, by in (("return_for_correction", scene.county_handler), ("resubmit", staff)):
            reason = "补正。" if by is scene.county_handler else ""
            perform(application, name, actor=by, at=JUNE, reason=reason)
    scenes.scored(application, Step.COUNTY, scene.county_handler, total="85.5", when=JULY)
    return application


def test_the_page_costs_the_same_however_much_there_is(
    scene: Province, browse: Browse, django_assert_num_queries: Any
) -> None:
    small, large = filed(scene, 1), filed(scene, 7)
    crowd(scene, 3)
    client = browse(scene.county_handler)
    for place, file in enumerate((small, large), start=1):
        url = f"{file.get_absolute_url()}?queue=tab%3Dwaiting%26sort%3Dnumber&at={place}"
        client.get(url)
        with django_assert_num_queries(PAGE):
            page = client.get(url)
    assert sum(len(group.files) for group in page.context["materials"]) == 7


PAGE = 32


def test_evidence_stands_by_its_indicator(scene: Province, browse: Browse) -> None:
    application = filed(scene, 7)
    page = browse(scene.county_handler).get(application.get_absolute_url())
    groups = page.context["materials"]
    assert [group.code for group in groups] == ["1.1", "1.2", "2.1", "2.4", "2.2", "2.3"]
    assert [len(group.files) for group in groups] == [2, 1, 1, 1, 1, 1]
    assert {group.whose for group in groups} == {"机构自评"}
    sheet = Application.objects.get().self_sheet.get_absolute_url()
    assert groups[2].url == f"{sheet}?section=2#i2.1"
    assert "/thumbnail/" not in page.content.decode()
    text = page.content.decode()
    assert "机构情况" in text
    assert "data-over" in text


def test_differences_stand_beside_the_marks_and_open_the_sheets(
    scene: Province, browse: Browse
) -> None:
    application, _ = scenes.submitted(scene, total="90")
    review = scenes.scored(application, Step.COUNTY, scene.county_handler, total="85.5", when=JULY)
    page = browse(scene.county_handler).get(application.get_absolute_url())
    lines = page.context["comparison"].lines
    assert [cell.url for cell in lines[0].cells] == [
        f"{sheet.get_absolute_url()}?section=1"
        for sheet in (Application.objects.get().self_sheet, review.sheet)
    ]
    by = [line.cells[1].difference for line in lines]
    assert sum(each for each in by if each is not None) == Decimal("-4.5")
    assert [line.differs for line in lines] == [bool(each) for each in by]
    assert page.content.decode().count("compared-by ") == sum(1 for each in by if each)


def test_a_cell_says_how_it_differs() -> None:
    told = [
        (cell.tone, cell.words)
        for cell in (
            Cell(Decimal(8), Decimal("-2.50"), ""),
            Cell(Decimal(8), Decimal(2), ""),
            Cell(Decimal(8), Decimal(0), ""),
            Cell(None, None, ""),
        )
    ]
    assert told == [("lower", "−2.5"), ("higher", "+2"), ("", ""), ("", "")]
