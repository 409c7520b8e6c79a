"""Who must stand aside: the rules on plain values, and as they are found in the database."""

from __future__ import annotations

from typing import Any

import pytest

from applications import services
from applications.conflicts import (
    ExpertFacts,
    FileFacts,
    Kind,
    Person,
    city_unit,
    conflicts,
    normal,
)
from applications.models import Application
from applications.statuses import Step
from tests import scenes
from tests.applications.crowd import crowd
from tests.scenes import SEPTEMBER, Province
from workflow import Refused

NURSERY = 7
FILE = FileFacts(NURSERY, "阳光托育园（示例）", "21/2101/210102")


def kinds(expert: ExpertFacts, file: FileFacts = FILE, key: int = 1) -> list[Kind]:
    return [conflict.kind for conflict in conflicts(key, expert, file)]


def test_who_stands_in_no_relation_may_sit() -> None:
    expert = ExpertFacts("张专家", "示例医科大学", "21/2103/210303", {99: "配偶任职"})
    assert kinds(expert) == []


@pytest.mark.parametrize(
    "employer",
    ["阳光托育园（示例）", "阳光托育园(示例)", " 阳光 托育园（示例） ", "阳光托育园【示例】"],
)
def test_the_same_employer_however_it_is_typed(employer: str) -> None:
    expert = ExpertFacts("张专家", employer)
    assert [c.sentence for c in conflicts(1, expert, FILE)] == ["张专家在该机构任职，应当回避。"]


def test_another_employer_is_none() -> None:
    assert kinds(ExpertFacts("张专家", "阳光托育园")) == []


@pytest.mark.parametrize(
    ("region", "near"),
    [
        ("21/2101/210102", True),
        ("21/2101/210106", True),
        ("21/2101", True),
        ("21/2103/210303", False),
        ("21/21010", False),
        ("21", False),
        ("", False),
    ],
)
def test_the_same_region_is_the_same_city(region: str, near: bool) -> None:
    """Whoever works at the province itself is near to no city."""
    expected = [Kind.REGION] if near else []
    assert kinds(ExpertFacts("张专家", "", region)) == expected


def test_the_zone_is_a_city_of_its_own() -> None:
    zone = FileFacts(NURSERY, "园", "21/2115")
    assert kinds(ExpertFacts("张专家", "", "21/2115"), zone) == [Kind.REGION]
    assert city_unit("21/2115") == "21/2115"


def test_a_declared_tie_with_its_words() -> None:
    (found,) = conflicts(1, ExpertFacts("张专家", ties={NURSERY: "配偶任该园园长"}), FILE)
    assert found.sentence == "张专家申报与该机构有利害关系（配偶任该园园长），应当回避。"


@pytest.mark.parametrize(
    ("named", "employer", "meant"),
    [
        (Person("张专家", "", "亲属"), "示例大学", True),
        (Person("张 专家", "示例大学", "亲属"), "", True),
        (Person("张专家", "示例大学", "亲属"), "示例 大学", True),
        (Person("张专家", "另一大学", "亲属"), "示例大学", False),
        (Person("李专家", "示例大学", "亲属"), "示例大学", False),
    ],
)
def test_who_is_named_by_the_nursery(named: Person, employer: str, meant: bool) -> None:
    file = FileFacts(NURSERY, "园", "21/2101", relations=(named,))
    assert kinds(ExpertFacts("张专家", employer), file) == ([Kind.RELATION] if meant else [])


def test_who_has_scored_the_file_for_an_office() -> None:
    file = FileFacts(NURSERY, "园", "21/2101", team=(Person("张专家", "甲", "县级初审"),))
    (found,) = conflicts(1, ExpertFacts("张专家", "乙"), file)
    assert found.sentence == "张专家是本件县级初审评审组成员，应当回避。"


def test_who_has_recused_stays_aside() -> None:
    file = FileFacts(NURSERY, "园", "21/2101", recused=frozenset({1}))
    assert kinds(ExpertFacts("张专家"), file, key=1) == [Kind.RECUSED]
    assert kinds(ExpertFacts("张专家"), file, key=2) == []


def test_names_are_compared_in_one_shape() -> None:
    assert normal("Ａ【甲】 〔乙〕") == "a(甲)(乙)"


# In the database


@pytest.fixture
def judged(scene: Province) -> Application:
    application, _ = scenes.at_province(scene)
    return application


def sentence(scene: Province, judged: Application) -> str:
    found = services.conflicts_of(scene.experts[0], judged)
    return "".join(conflict.sentence for conflict in found)


def refused(scene: Province, judged: Application) -> str:
    with pytest.raises(Refused) as refusal:
        services.assign_expert(judged, scene.experts[0], Step.PAPER, by=scene.officer, at=SEPTEMBER)
    return str(refusal.value)


def test_what_the_profile_says_counts(scene: Province, judged: Application) -> None:
    assert sentence(scene, judged) == ""
    profile = scenes.profile(scene, scene.experts[0], scene.next_county)
    near = "专家1与该机构在同一市工作，应当回避。"
    assert sentence(scene, judged) == refused(scene, judged) == near
    scenes.profile(scene, scene.experts[0], scene.other_county)
    services.declare_tie(profile, judged.nursery, "曾任顾问", by=scene.experts[0], at=SEPTEMBER)
    tie = "专家1申报与该机构有利害关系（曾任顾问），应当回避。"
    assert sentence(scene, judged) == refused(scene, judged) == tie


def test_what_the_file_says_counts(scene: Province) -> None:
    application, staff = scenes.drafted(scene)
    services.add_relation(application, name="专家1", employer="", what="负责人的兄弟", by=staff)
    assert sentence(scene, application) == "该机构申请专家1回避（负责人的兄弟）。"


def test_the_offices_teams_count(scene: Province, judged: Application) -> None:
    scene.experts[0].name = "冯组长"
    scene.experts[0].save()
    assert refused(scene, judged) == (
        "冯组长是本件县级初审评审组成员，应当回避。 冯组长是本件市级审核评审组成员，应当回避。"
    )


def test_many_are_asked_at_once(scene: Province, django_assert_num_queries: Any) -> None:
    files = crowd(scene, 30, state="provincial_review")
    for expert in scene.experts:
        scenes.profile(scene, expert, scene.county)
    loaded = list(Application.objects.for_list())
    with django_assert_num_queries(5):
        known = services.Conflicts(scene.experts, loaded)
        found = [known.between(expert, file) for file in loaded for expert in scene.experts]
    assert len(found) == len(files) * 4
    assert all(found)
