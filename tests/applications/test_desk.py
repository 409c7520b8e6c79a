"""The desks: what waits first, filters in the address, sorting, paging, the spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from applications import desk as desks
from applications.models import Application
from tests import scenes
from tests.applications.browsing import Browse
from tests.applications.crowd import crowd
from tests.scenes import JULY, JUNE, Province
from workflow import perform

DESK = "/desk/"


def names(answer: Any) -> Any:
    return [row.application.nursery.name for row in answer.context["rows"]]


def sheet(answer: Any) -> Any:
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    return book.active


def test_each_desk_holds_its_own_area(scene: Province, browse: Browse) -> None:
    scenes.submitted(scene, name="和平园", username="a")
    scenes.submitted(scene, scene.next_county, name="铁西园", username="b")
    scenes.submitted(scene, scene.other_county, name="鞍山园", username="c")
    scenes.drafted(scene, name="未交园", username="d")
    assert names(browse(scene.county_handler).get(DESK)) == ["和平园"]
    assert set(names(browse(scene.city_handler).get(DESK))) == {"和平园", "铁西园"}
    assert set(names(browse(scene.officer).get(DESK))) == {"和平园", "铁西园", "鞍山园"}


def test_what_waits_comes_first_and_longest_on_top(
    scene: Province, browse: Browse, it_is: Callable[[str], None]
) -> None:
    scenes.submitted(scene, name="先交", username="a", when=JUNE)
    scenes.submitted(scene, name="后交", username="b", when=scenes.at("2023-07-01 09:00"))
    scenes.at_city(scene, name="已送市", username="c")
    it_is("2023-07-25 09:00")
    answer = browse(scene.county_handler).get(DESK)
    assert answer.context["tab"] == "waiting"
    assert names(answer) == ["先交", "后交"]
    assert [row.days for row in answer.context["rows"]] == [45, 24]
    page = answer.content.decode()
    assert "县级报送截止" in page
    assert "剩 16 天" in page


def test_the_tabs_count_by_state(scene: Province, browse: Browse) -> None:
    scenes.submitted(scene, name="一", username="a")
    scenes.at_city(scene, name="二", username="b")
    answer = browse(scene.county_handler).get(DESK, {"tab": "all"})
    assert {tab.label: tab.count for tab in answer.context["tabs"]} == {
        "待我办理": 1,
        "全部": 2,
        "县级初审": 1,
        "市级审核": 1,
    }
    assert names(browse(scene.county_handler).get(DESK, {"tab": "city_review"})) == ["二"]


def test_where_nothing_waits_all_are_shown(scene: Province, browse: Browse) -> None:
    scenes.at_city(scene)
    answer = browse(scene.county_handler).get(DESK)
    assert answer.context["tab"] == "all"
    waiting = browse(scene.county_handler).get(DESK, {"tab": "waiting"}).content.decode()
    assert "没有待办理的申报" in waiting


def test_an_empty_desk_says_what_will_come(scene: Province, browse: Browse) -> None:
    page = browse(scene.county_handler).get(DESK, {"tab": "all"}).content.decode()
    assert "辖区内机构提交申报后，将在此显示。" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "和平"}, {"和平园"}),
        ({"q": "和平 园"}, {"和平园"}),
        ({"q": "和平 铁西"}, set()),
        ({"q": "912101"}, {"和平园"}),
        ({"q": "2023210106"}, {"铁西园"}),
    ],
)
def test_the_text_finds_name_code_and_number(
    scene: Province, browse: Browse, asked: Any, found: Any
) -> None:
    scenes.submitted(scene, name="和平园", username="a")
    scenes.submitted(scene, scene.next_county, name="铁西园", username="b")
    assert set(names(browse(scene.city_handler).get(DESK, asked))) == found


def test_a_desk_narrows_to_an_area_below(scene: Province, browse: Browse) -> None:
    scenes.submitted(scene, name="和平园", username="a")
    scenes.submitted(scene, scene.next_county, name="铁西园", username="b")
    client = browse(scene.city_handler)
    assert names(client.get(DESK, {"area": scene.next_county.pk})) == ["铁西园"]
    # Another city's county is no choice of this desk: the filter is ignored, nothing is let out.
    other = client.get(DESK, {"area": scene.other_county.pk})
    assert set(names(other)) <= {"和平园", "铁西园"}


def test_a_filter_without_hits_says_so(scene: Province, browse: Browse) -> None:
    scenes.submitted(scene)
    page = browse(scene.county_handler).get(DESK, {"q": "没有这家"}).content.decode()
    assert "没有符合条件的申报" in page
    assert "清除" in page


@pytest.mark.parametrize("key", sorted(Application.objects.none().ORDERS))
def test_every_column_sorts_both_ways(scene: Province, browse: Browse, key: Any) -> None:
    crowd(scene, 3)
    client = browse(scene.officer)
    up = names(client.get(DESK, {"tab": "all", "sort": key}))
    down = names(client.get(DESK, {"tab": "all", "sort": f"-{key}"}))
    assert sorted(up) == sorted(down)
    if key in ("nursery", "number"):
        assert up == down[::-1]


def test_the_county_learns_nothing_of_the_citys_marks(scene: Province, browse: Browse) -> None:
    crowd(scene, 2, state="city_review")
    answer = browse(scene.county_handler).get(DESK, {"tab": "all", "sort": "-city"})
    assert [row.application.city_total for row in answer.context["rows"]] == [None, None]
    assert "市级</a>" not in answer.content.decode()
    assert "市级得分" not in [cell.value for cell in sheet_of(browse, scene.county_handler)[1]]
    city = browse(scene.city_handler).get(DESK, {"tab": "all"})
    assert [str(row.application.city_total) for row in city.context["rows"]] == ["91.50"] * 2


def sheet_of(browse: Browse, user: Any, **asked: Any) -> Any:
    return sheet(browse(user).get(reverse("applications:desk_export"), asked))


def test_the_zone_takes_both_steps_but_not_both_sights(scene: Province, browse: Browse) -> None:
    crowd(scene, 1, state="city_review", where=scene.zone)
    county = browse(scene.zone_county).get(DESK, {"tab": "all"})
    city = browse(scene.zone_city).get(DESK, {"tab": "all"})
    assert county.context["rows"][0].application.city_total is None
    assert city.context["rows"][0].application.city_total is not None
    rows = list(sheet_of(browse, scene.zone_city).values)
    assert rows[1][3:5] == ("沈抚改革创新示范区", None)


def test_the_city_sees_its_quota(scene: Province, browse: Browse) -> None:
    scenes.at_province(scene)
    answer = browse(scene.city_handler).get(DESK)
    assert [(q.region.name, q.taken, q.size) for q in answer.context["quotas"]] == [
        ("沈阳市", 1, 2)
    ]
    assert answer.context["quotas"][0].region.name in answer.content.decode()
    assert browse(scene.county_handler).get(DESK).context["quotas"] == []


def test_without_an_open_cycle_there_is_neither_quota_nor_deadline(
    scene: Province, browse: Browse
) -> None:
    perform(scene.cycle, "close", actor=scene.officer, at=JULY, reason="结束。")
    answer = browse(scene.city_handler).get(DESK)
    assert answer.context["quotas"] == []
    assert answer.context["deadlines"] == []


@pytest.mark.parametrize("size", [1, 3, 300])
def test_the_desk_costs_the_same_however_long(
    scene: Province, browse: Browse, size: int, django_assert_num_queries: Any
) -> None:
    crowd(scene, size)
    client = browse(scene.city_handler)
    client.get(DESK, {"tab": "all"})
    with django_assert_num_queries(DESK_QUERIES):
        assert client.get(DESK, {"tab": "all"}).status_code == 200


DESK_QUERIES = 13


def test_fifty_are_a_page(scene: Province, browse: Browse) -> None:
    crowd(scene, 60)
    client = browse(scene.county_handler)
    assert len(client.get(DESK).context["rows"]) == 50
    second = client.get(DESK, {"page": 2, "q": "托育园"})
    assert len(second.context["rows"]) == 10
    assert "q=%E6%89%98%E8%82%B2%E5%9B%AD" in second.content.decode()


def test_the_spreadsheet_holds_what_is_shown_and_nothing_runs(
    scene: Province, browse: Browse
) -> None:
    scenes.submitted(scene, name="=cmd|' /C calc'!A0", username="a")
    scenes.submitted(scene, name="+1", username="b")
    scenes.submitted(scene, scene.next_county, name="铁西园", username="c")
    found = sheet_of(browse, scene.city_handler, area=scene.county.pk)
    assert [cell.value for cell in found[1]][:3] == ["受理编号", "机构名称", "统一社会信用代码"]
    cells = {row[1].value: row[1] for row in found.iter_rows(min_row=2)}
    assert set(cells) == {"=cmd|' /C calc'!A0", "+1"}
    assert all(cell.data_type == "s" and cell.number_format == "@" for cell in cells.values())
    assert found.freeze_panes == "A2"
    row = next(iter(found.iter_rows(min_row=2, values_only=True)))
    assert row[3:7] == ("沈阳市", "和平区", "县级初审", 90)


@pytest.mark.parametrize("size", [1, 3, 300])
def test_the_spreadsheet_costs_the_same_however_long(
    scene: Province, browse: Browse, size: int, django_assert_num_queries: Any
) -> None:
    crowd(scene, size)
    client = browse(scene.officer)
    url = reverse("applications:desk_export")
    b"".join(client.get(url).streaming_content)
    with django_assert_num_queries(EXPORT_QUERIES):
        found = sheet(client.get(url))
    assert found.max_row == size + 1


EXPORT_QUERIES = 4


def test_only_officials_have_a_desk(scene: Province, browse: Browse) -> None:
    for user in (scene.experts[0], scenes.staff(scenes.nursery(scene.county))):
        assert browse(user).get(DESK).status_code == 403
        assert browse(user).get(reverse("applications:desk_export")).status_code == 403


def test_an_unknown_tab_is_no_fault(scene: Province, browse: Browse) -> None:
    scenes.submitted(scene)
    assert browse(scene.county_handler).get(DESK, {"tab": "nonsense"}).context["tab"] == "waiting"
    assert desks.first_tab({"waiting": 0, "all": 3}) == "all"
