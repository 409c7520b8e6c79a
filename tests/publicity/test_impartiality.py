"""Who had a part in a file stands aside, and an answer gives nobody away."""

from __future__ import annotations

import pytest

from applications.models import Handling, Proposal
from applications.statuses import Step, Tier, Verdict
from publicity.confidence import gives_away
from publicity.impartiality import parts_in
from scoring.models import Sheet
from tests import scenes
from tests.publicity import crowd
from tests.scenes import JULY, NOTICED, SEPTEMBER

DECLINED = ("", "参与过该机构的评审", "签署过对该机构的推荐意见", "经办过该机构的申报")


@pytest.mark.django_db
def test_the_long_way_of_a_file_bars_all_who_touched_it(scene):
    application, staff = scenes.passed(scene)
    parts = parts_in(application)
    assert parts.of(scene.county_handler) == DECLINED[1]
    assert parts.of(scene.city_handler) == DECLINED[1]
    assert parts.of(scene.experts[0]) == DECLINED[1]
    for free in (scene.officer, scene.experts[3], scene.other_city_handler, staff):
        assert parts.of(free) == "", free


@pytest.mark.django_db
def test_each_kind_of_part_is_named(scene):
    application = crowd.passed(scene)[0]
    county, approver = scene.county_handler, scene.county_approver
    application.opinions.create(
        tier=Tier.COUNTY, verdict=Verdict.RECOMMEND, by=approver, at=SEPTEMBER
    )
    Handling.objects.create(application=application, tier=Tier.COUNTY, handler=county, since=JULY)
    Proposal.objects.create(
        application=application,
        tier=Tier.CITY,
        move="recommend_to_province",
        text="同意。",
        by=scene.city_handler,
        at=JULY,
    )
    province = {"application": application, "tier": Tier.PROVINCE}
    application.opinions.create(
        tier=Tier.PROVINCE, verdict=Verdict.RECOMMEND, by=scene.officer, at=SEPTEMBER
    )
    Handling.objects.create(**province, handler=scene.officer, since=JULY)
    parts = parts_in(application)
    assert parts.of(scene.officer) == ""
    assert parts.of(approver) == DECLINED[2]
    assert parts.of(county) == DECLINED[3]
    assert parts.of(scene.city_handler) == DECLINED[3]


@pytest.mark.django_db
def test_a_member_of_a_team_is_known_by_name_however_it_is_written(scene):
    application = crowd.passed(scene)[0]
    review = application.reviews.create(
        step=Step.CITY,
        assigned_by=scene.city_handler,
        assigned_at=NOTICED,
        sheet=Sheet.objects.create(version=scene.version, purpose="applications.review"),
    )
    assert parts_in(application).of(scene.officer) == ""
    review.team.create(order=1, name="周 省", employer="省妇幼保健院", leads=True)
    assert parts_in(application).of(scene.officer) == "是该机构评审组的成员"


SECRETS = ("欧阳Ａ", "024-23456789", "Feng@Example.com")


@pytest.mark.parametrize(
    "text",
    [
        "反映人欧阳a来电。",
        "欧 阳 A",
        "电话（024）2345-6789。",
        "电话２３４５６７８９",
        "邮箱 feng@example.com",
        "邮箱 feng [at] example.com 之类，另见 FENG＠EXAMPLE．COM",
    ],
)
def test_a_name_or_contact_is_found_however_it_is_written(text):
    assert gives_away(text, SECRETS)


@pytest.mark.parametrize("text", ["", "经核查，反映的情况不属实。", "欧阳先生", "2345 678"])
def test_other_words_give_nobody_away(text):
    assert not gives_away(text, SECRETS)


def test_nothing_is_given_away_where_nothing_is_secret():
    assert not gives_away("任何内容", ["", "，"])
