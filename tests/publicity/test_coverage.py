"""The two goals of S2, the chart, and what the register's pages and files say."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from itertools import pairwise

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from publicity import services
from publicity.charts import LABELS, VALUES, WIDTH, chart
from publicity.coverage import coverage
from publicity.models import Title
from publicity.register import COVERAGE_COLUMNS
from publicity.statuses import RevocationGround
from tests import scenes
from tests.publicity import crowd
from tests.publicity.crowd import CONCLUDED
from tests.publicity.test_eligibility import cycle_of
from tests.scenes import at


@dataclass
class Place:
    code: str
    name: str
    level: str
    path: str


PLACES = [
    Place("210000", "辽宁省", "province", "21"),
    Place("210100", "沈阳市", "city", "21/2101"),
    Place("210102", "和平区", "county", "21/2101/210102"),
    Place("210106", "铁西区", "county", "21/2101/210106"),
    Place("210300", "鞍山市", "city", "21/2103"),
    Place("210303", "铁西区", "county", "21/2103/210303"),
    Place("211500", "沈抚示范区", "zone", "21/2115"),
]


def test_both_goals_are_counted_by_city_and_in_all():
    found = coverage(PLACES, {"21/2101/210102": 3, "21/2103/210303": 1})
    shenyang, anshan, zone = found.cities
    assert (shenyang.count, shenyang.covered, shenyang.uncovered) == (3, 1, ("铁西区",))
    assert shenyang.city_goal_words == "已达标"
    assert (anshan.city_goal_words, anshan.covered, anshan.counties) == ("还差 2 家", 1, 1)
    assert (zone.city_goal_words, zone.counties, zone.uncovered) == ("不适用", 1, ("沈抚示范区",))
    assert (found.cities_met, found.city_count) == (1, 2)
    assert (found.counties_met, found.county_count, found.total) == (2, 4, 4)


@given(
    st.dictionaries(
        st.sampled_from([place.path for place in PLACES if place.level in {"county", "zone"}]),
        st.integers(0, 9),
    )
)
def test_every_nursery_is_counted_once_and_no_county_twice(counts):
    found = coverage(PLACES, counts)
    assert found.total == sum(counts.values())
    assert found.counties_met == sum(n > 0 for n in counts.values())
    assert found.cities_met <= found.city_count


@given(st.lists(st.tuples(st.text(max_size=9), st.integers(0, 10_000)), max_size=20))
def test_bars_stay_inside_and_grow_with_their_numbers(counts):
    drawn = chart(counts)
    widths = [bar.width for bar in drawn.bars]
    assert all(0 <= width <= WIDTH - LABELS - VALUES for width in widths)
    assert [width > 0 for width in widths] == [n > 0 for _, n in counts]
    assert all(bar.y + 14 <= drawn.height for bar in drawn.bars)
    order = sorted(drawn.bars, key=lambda bar: bar.value)
    assert all(a.width <= b.width for a, b in pairwise(order))


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def on_11_october(db, set_clock):
    set_clock("2023-10-11 09:00")


@pytest.mark.usefixtures("on_11_october")
class TestPages:
    @pytest.fixture
    def titles(self, scene, on_11_october):
        return crowd.concluded(scene, 3)

    def test_the_coverage_names_what_is_missing(self, titles):
        shown = text(Client().get("/titles/coverage/"))
        assert "称号在有效期内的机构共 3 家" in shown
        assert "已达标" in shown
        assert "还差 3 家" in shown
        assert "铁西区" in shown
        assert "不适用" in shown

    def test_the_day_after_the_last_one_nothing_is_covered(self, titles, set_clock):
        set_clock("2025-10-10 00:00")
        assert "机构共 0 家" in text(Client().get("/titles/coverage/"))
        assert "现有 0 家机构" in text(Client().get("/titles/"))

    def test_it_goes_into_a_spreadsheet_with_a_sum(self, titles):
        answer = Client().get("/titles/coverage/export/")
        rows = list(load_workbook(BytesIO(answer.getvalue())).active.iter_rows(values_only=True))
        assert rows[0] == tuple(name for name, _ in COVERAGE_COLUMNS)
        assert rows[1] == ("沈阳市", 3, "已达标", 2, 1, "铁西区")
        assert rows[-1][:5] == ("合计", 3, "1 / 2 个市", 4, 1)

    def test_the_register_shows_chart_and_table(self, titles):
        shown = text(Client().get("/titles/"))
        assert '<svg class="bars"' in shown
        assert "以表格查看" in shown
        assert 'href="?area=210100"' in shown

    @pytest.mark.parametrize("sort", ["name", "area", "year", "from", "until"])
    def test_every_column_sorts_both_ways(self, titles, sort):
        def order(asked: str) -> list[int]:
            shown = Client().get("/titles/", {"sort": asked, "q": "托育园"})
            assert f'name="sort" value="{asked}"' in text(shown)
            return [title.pk for title, _ in shown.context["rows"]]

        assert set(order(sort)) == set(order(f"-{sort}")) == {title.pk for title in titles}

    def test_a_revoked_title_stays_with_its_ground_alone(self, scene, titles):
        lost, *_ = titles
        services.revoke_title(
            lost, ground=RevocationGround.FRAUD, actor=scene.officer, at=CONCLUDED, reason="假证。"
        )
        pages = [lost.get_absolute_url(), "/titles/?state=revoked"]
        for page in pages:
            shown = text(Client().get(page))
            assert "弄虚作假" in shown, page
            assert "假证" not in shown, page
        book = load_workbook(BytesIO(Client().get("/titles/export/?state=revoked").getvalue()))
        (_, row) = book.active.iter_rows(values_only=True)
        assert (row[-2].date(), row[-1]) == (date(2023, 10, 10), "弄虚作假")

    def test_all_titles_of_a_nursery_lead_to_each_other(self, scene, titles):
        first = titles[0]
        crowd.titles(replace(scene, cycle=cycle_of(scene, 2025)), scene.cycle, 1, date(2025, 9, 1))
        Title.objects.filter(valid_from=date(2025, 9, 1)).update(nursery=first.nursery_id)
        second = Title.objects.get(valid_from=date(2025, 9, 1))
        assert second.get_absolute_url() in text(Client().get(first.get_absolute_url()))
        shown = text(Client().get(second.get_absolute_url()))
        assert first.get_absolute_url() in shown
        assert f"/verify/{second.code}/" in shown
        other = text(Client().get(titles[1].get_absolute_url()))
        assert "其他称号" not in other

    def test_the_register_as_json_is_what_the_search_shows(self, scene, titles):
        answer = Client().get("/titles/export/json/", {"area": "210102"})
        assert "json" in answer["Content-Disposition"]
        found = json.loads(answer.getvalue())
        assert found["as_of"] == "2023-10-11"
        assert {row["number"] for row in found["titles"]} == {title.number for title in titles}
        assert found["titles"][0]["valid_until"] == "2025-10-09"
        empty = json.loads(Client().get("/titles/export/json/", {"q": "没有"}).getvalue())
        assert empty["titles"] == []


SIZES = pytest.mark.parametrize("size", [1, 3, 300])


@SIZES
def test_the_coverage_takes_two_questions(scene, size, django_assert_num_queries, set_clock):
    crowd.titles(scene, scene.cycle, size)
    set_clock("2023-10-11 09:00")
    with django_assert_num_queries(2):
        shown = Client().get("/titles/coverage/")
    assert shown.context["coverage"].total == size


@SIZES
def test_the_json_takes_three(scene, size, django_assert_num_queries):
    crowd.titles(scene, scene.cycle, size)
    with django_assert_num_queries(3):
        answer = Client().get("/titles/export/json/")
    assert len(json.loads(answer.getvalue())["titles"]) == size


@SIZES
def test_a_title_takes_three(scene, size, django_assert_num_queries):
    crowd.titles(scene, scene.cycle, size)
    title = Title.objects.all()[0]
    Title.objects.update(nursery=title.nursery_id)
    with django_assert_num_queries(3):
        shown = Client().get(title.get_absolute_url())
    assert len(shown.context["others"]) == size - 1


def test_home_shows_the_title_and_what_comes_next(scene):
    from portal import waiting

    def rows(when: str) -> list[str]:
        panels = waiting.panels(user, at(when))
        return [f"{row.text} {row.note}" for panel in panels for row in panel.rows]

    title, lost = crowd.concluded(scene, 2)
    user = scenes.staff(title.nursery)
    scenes.nurseries.appoint_staff(lost.nursery, user, by=None, at=CONCLUDED)
    services.order_rectification(lost, actor=scene.officer, at=CONCLUDED, reason="师幼比不足。")
    told = rows("2023-10-11 09:00")
    assert f"证书编号 {title.number} 有效期至2025年10月9日" in told
    assert "再次申报 2025年的评选周期可以再次申报，申报时间以通知为准。" in told
    assert any("请先按期完成整改" in line for line in told)
    services.revoke_title(
        lost, ground=RevocationGround.FRAUD, actor=scene.officer, at=CONCLUDED, reason="假证。"
    )
    told = rows("2025-10-10 09:00")
    assert f"证书编号 {title.number} 有效期已于2025年10月9日届满" in told
    assert f"证书编号 {lost.number} 2023年10月10日撤销，原因：弄虚作假" in told
    assert any("撤销后 2 个评选周期内不得申报" in line for line in told)
    assert any("评选周期接受申报时，可以再次申报" in line for line in told)


def test_home_says_why_a_nursery_cannot_begin(scene):
    from portal import waiting

    title = crowd.concluded(scene)[0]
    user = scenes.staff(title.nursery)
    cycle_of(scene, 2024)
    (found,) = [p for p in waiting.panels(user, at("2024-06-10 09:00")) if p.title == "可以申报"]
    (row,) = found.rows
    assert "暂不能申报：机构现有称号" in row.note
    assert "期满后方可再次申报" in row.note
    assert row.action == "查看原因"
