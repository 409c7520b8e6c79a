"""The pages of cycles and quotas as people use them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from quotas.models import Cycle
from quotas.services import propose_quotas, set_quotas, take_place
from quotas.statuses import Basis
from tests import scenes
from workflow import Refused
from workflow.models import Event


@pytest.fixture
def preparing(scene):
    return scenes.draft_cycle(scene.root, scene.version, name="2025年评选", year=2025)


def url(cycle, rest=""):
    return f"/cycles/{cycle.pk}/{rest}"


def many_cycles(scene, count):
    for year in range(2100, 2100 + count):
        scenes.draft_cycle(scene.root, scene.version, name=f"{year}年评选", year=year)


@pytest.mark.parametrize("more", [0, 2, 299])
def test_the_list_takes_the_same_queries_however_long(
    as_officer, scene, more, django_assert_num_queries
):
    many_cycles(scene, more)
    with django_assert_num_queries(6):
        answer = as_officer.get("/cycles/")
    assert len(answer.context["page_obj"]) == min(more + 1, 20)


def test_the_list_names_state_deadlines_and_places(as_officer, scene):
    take_place(scene.cycle, scene.city, at=scenes.JULY)
    page = as_officer.get("/cycles/").content.decode()
    assert "2023年省级示范托育机构评选" in page
    assert "2023年7月15日" in page
    assert '<td class="num" data-label="名额">5</td>' in page
    assert '<td class="num" data-label="已用">1</td>' in page


def test_an_empty_list_says_what_will_come(as_officer, scene):
    Cycle.objects.filter(pk=scene.cycle.pk).delete()
    assert "暂无评选周期" in as_officer.get("/cycles/").content.decode()


def test_a_city_reads_but_is_offered_nothing_to_change(client, scene, today, preparing):
    client.force_login(scene.city_handler)
    listed = client.get("/cycles/").content.decode()
    assert "2025年评选" not in listed
    assert "新建周期" not in listed
    page = client.get(url(scene.cycle)).content.decode()
    assert "修改设置" not in page.replace("修改设置都将", "")
    assert "结束周期" not in page
    assert client.get(url(preparing)).status_code == 404
    for path in ("settings/", "quotas/"):
        assert client.get(url(scene.cycle, path)).status_code == 403
    assert client.get("/cycles/new/").status_code == 403


def test_who_has_no_post_sees_no_cycles(client, scene, today):
    client.force_login(scenes.person("nobody", "路人"))
    assert client.get("/cycles/").status_code == 403
    client.logout()
    assert client.get("/cycles/").status_code == 302


def test_the_overview_shows_deadlines_places_and_what_was_changed(as_officer, scene):
    take_place(scene.cycle, scene.city, at=scenes.JULY)
    page = as_officer.get(url(scene.cycle)).content.decode()
    assert "已逾期 5 天" in page
    assert "剩 21 天" in page
    assert "沈阳市名额：0 → 3" in page
    assert "周省" in page
    assert "结束周期" in page
    assert '<progress class="measure-bar" value="1" max="3"' in page
    assert f"/cycles/{scene.cycle.pk}/decisions/" in page


def test_the_overview_of_a_fresh_cycle(as_officer, preparing):
    page = as_officer.get(url(preparing)).content.decode()
    assert "尚未分配名额" in page
    assert "暂无记录" in page
    assert "启动周期" in page


@pytest.mark.parametrize("units", [1, 15])
def test_the_overview_takes_the_same_queries_for_one_city_or_fifteen(
    as_officer, scene, units, django_assert_num_queries
):
    made = [
        scenes.region(f"22{n}00", f"第{n}市", "city", scene.root) for n in range(10, 10 + units)
    ]
    sizes = dict.fromkeys(made, 2)
    set_quotas(scene.cycle, sizes, by=scene.officer, at=scenes.JULY, reason="增加。")
    as_officer.get(url(scene.cycle))
    with django_assert_num_queries(9):
        as_officer.get(url(scene.cycle))


SETTINGS = (
    *("name", "year", "basis", "opens_on", "nursery_deadline", "county_deadline", "city_deadline"),
    *("entry_mark", "panel_size", "paper_weight", "site_weight", "pass_mark", "max_spread"),
    *("publicity_days", "objection_days", "title_years", "rectification_days", "barred_cycles"),
    *("extension_days", "statement_days", "complaint_days", "fraud_barred_cycles"),
)


def form_values(cycle, **changes):
    values = {name: getattr(cycle, name) for name in SETTINGS}
    values |= {"version": cycle.version_id, "reason": "", "first_day_counts": "on"}
    return values | changes


def test_settings_are_saved_with_their_reason(as_officer, scene):
    answer = as_officer.post(
        url(scene.cycle, "settings/"),
        form_values(scene.cycle, city_deadline="2023-09-05", reason="各市反映时间不足。"),
        follow=True,
    )
    assert answer.redirect_chain == [(url(scene.cycle), 302)]
    page = answer.content.decode()
    assert "设置已保存。" in page
    assert "市级报送截止日期：2023年8月30日 → 2023年9月5日" in page
    assert "各市反映时间不足。" in page


def errors_beside(answer):
    return {name: list(found) for name, found in answer.context["form"].errors.items()}


def test_what_is_wrong_stands_beside_its_field_and_all_typed_is_kept(as_officer, scene):
    answer = as_officer.post(
        url(scene.cycle, "settings/"),
        form_values(
            scene.cycle, county_deadline="2023-07-01", site_weight=50, panel_size="", name="改名"
        ),
    )
    assert errors_beside(answer) == {
        "county_deadline": ["县级报送截止日期不能早于申报截止日期。"],
        "site_weight": ["书面与实地评审权重之和须为 100%，现为 90%。"],
        "panel_size": ["这个字段是必填项。"],
    }
    page = answer.content.decode()
    assert 'value="改名"' in page
    assert 'value="2023-07-01"' in page
    scene.cycle.refresh_from_db()
    assert scene.cycle.name == "2023年省级示范托育机构评选"


def test_a_started_cycle_asks_for_the_reason_beside_its_field(as_officer, scene):
    answer = as_officer.post(url(scene.cycle, "settings/"), form_values(scene.cycle, pass_mark=80))
    assert errors_beside(answer) == {"reason": ["周期已启动，修改设置须写明理由。"]}
    assert 'value="80"' in answer.content.decode()


def test_a_started_cycle_keeps_its_rubric_whatever_is_posted(as_officer, scene):
    other = scenes.rubric(scene.officer, scenes.SMALL_RUBRIC | {"code": "other"})
    answer = as_officer.get(url(scene.cycle, "settings/"))
    assert answer.context["form"].fields["version"].disabled
    as_officer.post(
        url(scene.cycle, "settings/"), form_values(scene.cycle, version=other.pk, reason="换")
    )
    scene.cycle.refresh_from_db()
    assert scene.cycle.version == scene.version


def test_a_cycle_in_preparation_changes_freely(as_officer, scene, preparing):
    other = scenes.rubric(scene.officer, scenes.SMALL_RUBRIC | {"code": "other"})
    answer = as_officer.post(
        url(preparing, "settings/"), form_values(preparing, version=other.pk, panel_size=5)
    )
    assert answer.url == url(preparing)
    preparing.refresh_from_db()
    assert (preparing.version, preparing.panel_size) == (other, 5)


def test_a_new_cycle_begins_in_the_browser(as_officer, scene):
    assert "只能选用已发布的版本。" in as_officer.get("/cycles/new/").content.decode()
    values = form_values(
        scene.cycle,
        name="2025年评选",
        year=2025,
        opens_on="2025-05-01",
        nursery_deadline="2025-07-15",
        county_deadline="2025-08-10",
        city_deadline="2025-08-30",
    )
    answer = as_officer.post("/cycles/new/", values)
    made = Cycle.objects.get(year=2025)
    assert answer.url == url(made, "quotas/")
    assert (made.state, made.province, made.pass_mark) == ("preparing", scene.root, Decimal(85))


def test_a_year_has_one_cycle(as_officer, scene):
    answer = as_officer.post("/cycles/new/", form_values(scene.cycle))
    assert errors_beside(answer) == {"year": ["该年度已有评选周期。"]}


def sizes(scene, **changes):
    wanted = {"city": 3, "other_city": 1, "zone": 1} | changes
    posted = {f"size_{getattr(scene, unit).pk}": size for unit, size in wanted.items()}
    return posted | {"reason": "核增。"}


def held_sizes(cycle):
    return dict(cycle.quotas.values_list("region__name", "size"))


def test_quotas_are_saved_together(as_officer, scene):
    answer = as_officer.post(
        url(scene.cycle, "quotas/"), sizes(scene, city=5, other_city=2), follow=True
    )
    assert "名额已保存。" in answer.content.decode()
    assert held_sizes(scene.cycle) == {"沈阳市": 5, "鞍山市": 2, "沈抚改革创新示范区": 1}


def test_one_quota_below_its_taken_places_holds_all_back(as_officer, scene):
    for _ in range(2):
        take_place(scene.cycle, scene.city, at=scenes.JULY)
    events = Event.objects.count()
    answer = as_officer.post(
        url(scene.cycle, "quotas/"), sizes(scene, city=1, other_city=9, zone=4)
    )
    assert errors_beside(answer) == {
        f"size_{scene.city.pk}": ["沈阳市已使用 2 个名额，不能减少到 1 个。"]
    }
    assert 'value="9"' in answer.content.decode()
    assert held_sizes(scene.cycle) == {"沈阳市": 3, "鞍山市": 1, "沈抚改革创新示范区": 1}
    assert Event.objects.count() == events


def test_every_row_that_does_not_do_says_so(as_officer, scene):
    take_place(scene.cycle, scene.city, at=scenes.JULY)
    take_place(scene.cycle, scene.zone, at=scenes.JULY)
    answer = as_officer.post(url(scene.cycle, "quotas/"), sizes(scene, city=0, zone=0))
    assert set(errors_beside(answer)) == {f"size_{scene.city.pk}", f"size_{scene.zone.pk}"}


def test_a_number_is_wanted_in_every_row(as_officer, scene):
    answer = as_officer.post(url(scene.cycle, "quotas/"), sizes(scene, city="", zone=-1))
    assert errors_beside(answer) == {
        f"size_{scene.city.pk}": ["请填写名额，没有名额的填 0。"],
        f"size_{scene.zone.pk}": ["确保该值大于或等于0。"],
    }


def test_units_without_places_get_no_row_until_they_get_one(as_officer, preparing, scene):
    as_officer.post(url(preparing, "quotas/"), sizes(scene, city=2, other_city=0, zone=0))
    assert held_sizes(preparing) == {"沈阳市": 2}


def test_only_the_province_sets_quotas(scene):
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        set_quotas(scene.cycle, {scene.city: 9}, by=scene.city_handler, at=scenes.JULY)


def test_places_proposed_by_counties(as_officer, scene):
    """Shenyang has two counties, Anshan one, the zone stands for one itself."""
    answer = as_officer.get(url(scene.cycle, "quotas/"), {"total": 8, "basis": "counties"})
    page = answer.content.decode()
    filled = [line.size.initial for line in answer.context["lines"]]
    assert filled == [4, 2, 2]
    assert "按比例生成的建议数，合计 8 个，尚未保存" in page
    assert held_sizes(scene.cycle) == {"沈阳市": 3, "鞍山市": 1, "沈抚改革创新示范区": 1}


def test_places_proposed_by_filed_nurseries(scene):
    scenes.nursery(scene.county, "甲")
    scenes.nursery(scene.next_county, "乙")
    scenes.nursery(scene.zone, "丙")
    scenes.nursery(
        scene.other_county, "丁", filing_receipt_number="", filing_date=None, filing_county=None
    )
    assert propose_quotas(scene.cycle, 6, Basis.NURSERIES) == {
        scene.city.pk: 4,
        scene.other_city.pk: 0,
        scene.zone.pk: 2,
    }


def test_a_proposal_never_falls_below_what_is_taken(scene):
    take_place(scene.cycle, scene.other_city, at=scenes.JULY)
    scenes.nursery(scene.county, "甲")
    assert propose_quotas(scene.cycle, 3, Basis.NURSERIES)[scene.other_city.pk] == 1


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"total": 1, "basis": "counties"}, {"total": "各市已使用 2 个名额，总数不能少于此数。"}),
        ({"total": 9, "basis": "nurseries"}, {"basis": "没有可作依据的已备案托育机构数。"}),
        ({"total": "很多", "basis": "counties"}, {"total": "输入整数。"}),
    ],
)
def test_a_proposal_that_cannot_be_made_says_why(as_officer, scene, asked, why):
    for _ in range(2):
        take_place(scene.cycle, scene.city, at=scenes.JULY)
    answer = as_officer.get(url(scene.cycle, "quotas/"), asked)
    errors = answer.context["asked"].errors
    assert {name: found[0] for name, found in errors.items()} == why
    assert answer.context["filled_from"] == ""


def test_refusals_without_a_field_stand_at_the_top():
    from quotas.forms import ProposalForm, show_refusal

    form = ProposalForm({"total": 3, "basis": "counties"})
    show_refusal(form, Refused("不行。"))
    assert list(form.non_field_errors()) == ["不行。"]
