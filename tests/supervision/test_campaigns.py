"""A campaign of spot checks: prepared, its seed fixed, drawn once, seen through."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InternalError, transaction

from publicity.models import Title
from supervision import sampling, services
from supervision.models import Campaign, Candidate, SpotCheck
from supervision.statuses import CampaignState
from tests import scenes
from tests.publicity import crowd
from tests.supervision import checking
from tests.supervision.checking import NOVEMBER
from workflow import Refused, open_to, perform, why_not
from workflow.models import Event

pytestmark = pytest.mark.django_db
TODAY = date(2023, 11, 1)


@pytest.fixture
def scene(db):
    return scenes.province()


@pytest.fixture
def titles(scene):
    """Five in 沈阳市, two in 鞍山市."""
    crowd.titles(scene, scene.cycle, 5)
    here = list(Title.objects.order_by("number"))
    crowd.titles(scene, scene.cycle, 2)
    away = Title.objects.exclude(pk__in=[title.pk for title in here])
    away.update(region=scene.other_county, region_path=scene.other_county.path)
    return list(Title.objects.order_by("number"))


# Preparing


@pytest.mark.parametrize("who", ["city_handler", "county_handler"])
def test_the_province_alone_prepares_draws_and_sees(scene, titles, who):
    user = getattr(scene, who)
    with pytest.raises(PermissionDenied):
        services.prepare_campaign(checking.values(), province=scene.root, by=user, at=NOVEMBER)
    campaign = checking.prepared(scene)
    for act in (
        lambda: services.change_campaign(campaign, {"size": 3}, by=user, at=NOVEMBER),
        lambda: services.fix_seed(campaign, by=user, at=NOVEMBER),
        lambda: services.draw_campaign(campaign, actor=user, at=NOVEMBER),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert not Campaign.objects.visible_to(user).exists()
    assert Campaign.objects.visible_to(scene.officer).get() == campaign


def test_a_size_or_a_share_and_never_both(scene):
    for wrong in ({"size": None}, {"share": 10}):
        with pytest.raises(ValidationError, match="须填且只填一项"):
            checking.prepared(scene, **wrong)


def test_the_rules_change_until_the_seed_is_fixed(scene, titles):
    campaign = checking.prepared(scene)
    services.change_campaign(campaign, {"size": 3}, by=scene.officer, at=NOVEMBER)
    services.fix_seed(campaign, seed=" 472 ", source="公开摇号", by=scene.officer, at=NOVEMBER)
    campaign.refresh_from_db()
    assert (campaign.size, campaign.seed, campaign.seed_source) == (3, "472", "公开摇号")
    assert not campaign.is_editable
    with pytest.raises(Refused, match="不能再修改"):
        services.change_campaign(campaign, {"size": 4}, by=scene.officer, at=NOVEMBER)
    with pytest.raises(Refused, match="不能再修改"):
        services.fix_seed(campaign, seed="473", by=scene.officer, at=NOVEMBER)
    assert [event.verb for event in Event.objects.of(campaign)] == ["prepare", "change", "fix_seed"]


@pytest.mark.parametrize("change", [{"seed": "473"}, {"size": 4}, {"strata": ["city"]}])
def test_the_database_keeps_what_is_drawn_by(scene, titles, change):
    campaign = checking.prepared(scene)
    services.fix_seed(campaign, seed="472", by=scene.officer, at=NOVEMBER)
    with pytest.raises(InternalError, match="pgtrigger"), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(**change)


def test_a_seed_nobody_gives_is_generated(scene):
    one, two = checking.prepared(scene), checking.prepared(scene, name="另一次")
    seeds = {services.fix_seed(each, by=scene.officer, at=NOVEMBER).seed for each in (one, two)}
    assert len(seeds) == 2
    assert all(len(seed) == 32 for seed in seeds)
    assert Campaign.objects.filter(seed_source="系统随机生成").count() == 2
    given = checking.prepared(scene, name="第三次")
    assert services.fix_seed(given, seed="9", by=scene.officer, at=NOVEMBER).seed_source == (
        "工作人员录入"
    )


# What is drawn from


def test_the_population_is_what_is_in_force_within_the_limits(scene, titles):
    def size(**limits):
        campaign = checking.prepared(scene, name=str(limits), **limits)
        return sum(share.size for share in services.preview(campaign, TODAY))

    assert size() == 7
    assert size(city=scene.other_city) == 2
    assert size(awarded_year=2023) == 7
    assert size(awarded_year=2021) == 0
    assert size(form=titles[0].nursery.form) == 7
    assert size(form="home") == 0
    campaign = Campaign.objects.first()
    assert services.preview(campaign, titles[0].valid_until + timedelta(days=1)) == ()


def test_the_preview_says_how_many_of_each_stratum(scene, titles):
    campaign = checking.prepared(scene, size=3, strata=["city", "year"])
    assert services.preview(campaign, TODAY) == (
        sampling.Share("沈阳市 · 2023年", 5, 2),
        sampling.Share("鞍山市 · 2023年", 2, 1),
    )
    whole = checking.prepared(scene, name="不分层", size=None, share=30)
    assert services.preview(whole, TODAY) == (sampling.Share("全部", 7, 3),)
    kinds = checking.prepared(scene, name="按性质", size=1, strata=["form", "organiser"])
    words = f"{titles[0].nursery.get_organiser_display()} · {titles[0].nursery.get_form_display()}"
    assert [share.stratum for share in services.preview(kinds, TODAY)] == [words]


# The draw


def test_the_draw_is_kept_and_can_be_repeated_from_what_is_kept(scene, titles):
    campaign = checking.drawn(scene, size=3, strata=["city"])
    assert (campaign.state, campaign.drawn_at, campaign.drawn_for) == ("drawn", NOVEMBER, TODAY)
    rows = list(Candidate.objects.of(campaign))
    assert {row.title for row in rows} == set(titles)
    again = sampling.draw(
        [sampling.Candidate(row.title.number, row.stratum) for row in rows], 3, campaign.seed
    )
    assert [(lot.key, lot.lot, lot.position, lot.chosen) for lot in again.lots] == [
        (row.title.number, row.lot, row.position, row.chosen) for row in rows
    ]
    checks = SpotCheck.objects.in_campaign(campaign)
    assert {check.title.number for check in checks} == set(again.chosen)
    assert {check.candidate_id for check in checks} == {row.pk for row in rows if row.chosen}
    assert all([e.verb for e in Event.objects.of(check)] == ["open"] for check in checks)
    assert Candidate.objects.shares(campaign) == [
        {"stratum": "沈阳市", "size": 5, "gives": 2, "over": 0, "problems": 0},
        {"stratum": "鞍山市", "size": 2, "gives": 1, "over": 0, "problems": 0},
    ]


def test_no_draw_without_a_seed(scene, titles):
    campaign = checking.prepared(scene)
    with pytest.raises(Refused, match="尚未确定随机种子"):
        services.draw_campaign(campaign, actor=scene.officer, at=NOVEMBER)


def test_drawn_once_and_never_again(scene, titles):
    campaign = checking.drawn(scene)
    before = set(SpotCheck.objects.values_list("title", flat=True))
    with pytest.raises(Refused, match="已抽取"):
        services.draw_campaign(campaign, actor=scene.officer, at=NOVEMBER)
    assert set(SpotCheck.objects.values_list("title", flat=True)) == before


def test_nobody_to_draw_from_is_no_draw(scene):
    campaign = checking.prepared(scene)
    services.fix_seed(campaign, seed="1", by=scene.officer, at=NOVEMBER)
    with pytest.raises(Refused, match="没有符合条件"):
        services.draw_campaign(campaign, actor=scene.officer, at=NOVEMBER)
    campaign.refresh_from_db()
    assert campaign.is_preparing


def test_what_was_drawn_from_never_changes(scene, titles):
    campaign = checking.drawn(scene)
    row = Candidate.objects.of(campaign).filter(chosen=False)[0]
    for change in (
        lambda: Candidate.objects.filter(pk=row.pk).update(chosen=not row.chosen),
        lambda: Candidate.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(InternalError, match="pgtrigger"), transaction.atomic():
            change()


def test_more_than_there_are_is_all_of_them(scene, titles):
    assert checking.drawn(scene, size=50).checks.count() == 7


# To its end


def test_a_campaign_closes_when_every_check_is_over(scene, titles):
    campaign = checking.running(scene)
    (problem,) = why_not(campaign, "close", user=scene.officer, at=NOVEMBER)
    assert problem.text == "还有 2 件检查没有完成，不能结束抽查。"
    for check in campaign.checks.all():
        services.cancel_check(check, actor=scene.officer, at=NOVEMBER, reason="另行安排。")
    perform(campaign, "close", actor=scene.officer, at=NOVEMBER, reason="全部取消。")
    assert (campaign.state, campaign.summary, campaign.closed_at) == (
        CampaignState.CLOSED,
        "全部取消。",
        NOVEMBER,
    )
    assert open_to(scene.officer, campaign, at=NOVEMBER) == []


def test_words(scene, titles):
    campaign = checking.prepared(scene, city=scene.city, awarded_year=2023, form="home")
    assert campaign.limits_in_words == "沈阳市、2023年评选、家庭托育点"
    assert campaign.strata_in_words == "不分层"
    assert campaign.size_in_words == "2 家"
    other = checking.prepared(scene, name="二", size=None, share=5, strata=["city", "form"])
    assert (other.limits_in_words, other.strata_in_words, other.size_in_words) == (
        "全省",
        "市、机构形式",
        "5%",
    )
    assert str(campaign) == campaign.name
    assert campaign.region_path == scene.root.path


def test_lists_and_their_order(scene, titles):
    first = checking.running(scene, ends_on=date(2023, 12, 31))
    second = checking.prepared(scene, name="2024年度抽查", year=2024, ends_on=date(2023, 11, 30))
    check = first.checks.first()
    checking.visited(scene, check)
    services.finish_check(check, actor=scene.experts[0], at=NOVEMBER)
    rows = Campaign.objects.visible_to(scene.officer).for_list()
    shown = rows.get(pk=first.pk)
    assert (shown.drawn, shown.over, shown.finished, shown.problems) == (2, 1, 1, 1)
    assert list(rows.sorted_by("")) == [second, first]
    assert list(rows.sorted_by("ends")) == [second, first]
    assert list(rows.sorted_by("-ends")) == [first, second]
    assert list(rows.of_year(2024)) == [second]
    assert list(rows.in_state("running")) == list(rows.running()) == [first]
    assert list(rows.named("2024 抽查")) == [second]
    assert Candidate.objects.shares(first)[0]["problems"] == 1
    assert str(Candidate.objects.of(first)[0]) == "全部 1"
