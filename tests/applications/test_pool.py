"""The pool of experts: profiles, days, ties, and the pages of the province and of the expert."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Appointment, RegionUserObjectPermission, User
from applications import services
from applications.models import Availability, ExpertProfile, Tie
from applications.statuses import Step
from tests import scenes
from tests.applications.browsing import Browse, words
from tests.applications.crowd import crowd, seat
from tests.scenes import JUNE, SEPTEMBER, Province
from workflow import Refused
from workflow.models import Event

PROFILE = {"field": "nutrition", "title": "教授", "max_load": 12}


def url_of(name: str, *args: Any) -> str:
    return reverse(f"applications:{name}", args=args)


@pytest.fixture
def profile(scene: Province) -> ExpertProfile:
    return scenes.profile(scene, scene.experts[0], scene.other_county)


# The services


def test_the_province_keeps_profiles_the_expert_two_columns(scene: Province) -> None:
    expert = scene.experts[0]
    with pytest.raises(PermissionDenied):
        services.save_profile(expert, {"field": "health"}, by=expert, at=JUNE)
    profile = scenes.profile(scene, expert)
    services.save_profile(expert, {"field": "care", "title": "教授"}, by=expert, at=JUNE)
    profile.refresh_from_db()
    assert (profile.field, profile.title) == ("care", "教授")
    for values in ({"max_load": 200}, {"region": scene.city}):
        with pytest.raises(PermissionDenied):
            services.save_profile(expert, values, by=expert, at=JUNE)
    with pytest.raises(PermissionDenied):
        services.save_profile(expert, {"field": "care"}, by=scene.city_handler, at=JUNE)
    fields = [event.data["fields"] for event in Event.objects.of(profile)]
    assert fields == [["field", "max_load", "region", "title"], ["field", "title"]]
    assert str(profile) == "专家1"


def test_days_and_ties_are_ones_own_or_the_provinces(
    scene: Province, profile: ExpertProfile
) -> None:
    nursery = scenes.nursery(scene.county)
    stranger = scene.experts[1]
    days = services.add_days(profile, date(2023, 9, 18), date(2023, 9, 20), by=scene.experts[0])
    tie = services.declare_tie(profile, nursery, "曾任顾问", by=scene.officer, at=JUNE)
    for act in (
        lambda: services.add_days(profile, date(2023, 9, 1), date(2023, 9, 1), by=stranger),
        lambda: services.remove_days(days, by=stranger),
        lambda: services.declare_tie(profile, nursery, "x", by=stranger, at=JUNE),
        lambda: services.withdraw_tie(tie, by=scene.experts[0], at=JUNE, reason="误报"),
    ):
        with pytest.raises(PermissionDenied):
            act()
    with pytest.raises(Refused, match="已申报过与该机构的利害关系"):
        services.declare_tie(profile, nursery, "再报", by=scene.experts[0], at=JUNE)
    with pytest.raises(Refused, match="请写明撤销理由"):
        services.withdraw_tie(tie, by=scene.officer, at=JUNE, reason=" ")
    services.withdraw_tie(tie, by=scene.officer, at=JUNE, reason="经核实为误报。")
    services.remove_days(days, by=scene.officer)
    assert not profile.ties.exists()
    assert not profile.available.exists()
    verbs = [(event.verb, event.reason) for event in Event.objects.of(profile)]
    assert verbs[1:] == [("declare_tie", "曾任顾问"), ("withdraw_tie", "经核实为误报。")]
    assert (str(tie), str(days)) == (
        "专家1 – 阳光托育园：曾任顾问",
        "2023-09-18 – 2023-09-20",
    )


def test_who_sees_which_profiles(scene: Province, profile: ExpertProfile) -> None:
    other = scenes.profile(scene, scene.experts[1])
    seen = {
        who: set(ExpertProfile.objects.visible_to(user))
        for who, user in (("officer", scene.officer), ("own", scene.experts[1]))
    }
    assert seen == {"officer": {profile, other}, "own": {other}}


# The list


def names(answer: Any) -> list[str]:
    return [expert.name for expert in answer.context["page_obj"]]


def test_the_list_is_filtered(scene: Province, profile: ExpertProfile, browse: Browse) -> None:
    one, two = scene.experts[:2]
    one.employer = "示例医科大学"
    one.save()
    scenes.profile(scene, two, field="safety", max_load=1)
    services.add_days(profile, date(2023, 9, 18), date(2023, 9, 20), by=one)
    files = crowd(scene, 1, state="provincial_review")
    seat(scene, files, Step.PAPER, two, total=None)
    client = browse(scene.officer)

    def found(**asked: Any) -> list[str]:
        return sorted(names(client.get(url_of("pool"), asked)))

    assert len(found()) == 4
    assert found(q="医科") == found(field="health") == ["专家1"]
    assert found(field="none") == ["专家3", "专家4"]
    assert found(region=scene.other_city.pk) == ["专家1"]
    assert found(region=scene.city.pk) == []
    assert found(room="free") == ["专家1"]
    assert found(first="2023-09-20", last="2023-09-30") == found(last="2023-09-18") == ["专家1"]
    assert found(first="2023-09-21") == []
    assert "没有符合条件的专家" in words(client.get(url_of("pool"), {"q": "没有"}))


def test_the_list_is_sorted(scene: Province, profile: ExpertProfile, browse: Browse) -> None:
    scenes.profile(scene, scene.experts[1], max_load=3)
    client = browse(scene.officer)
    assert names(client.get(url_of("pool"), {"sort": "-name"}))[0] == "专家4"
    assert names(client.get(url_of("pool"), {"sort": "room"}))[:2] == ["专家2", "专家1"]
    assert names(client.get(url_of("pool"), {"sort": "what"})) == [f"专家{n}" for n in (1, 2, 3, 4)]


def test_the_list_as_a_spreadsheet(scene: Province, profile: ExpertProfile, browse: Browse) -> None:
    services.add_days(profile, date(2023, 9, 18), date(2023, 9, 20), by=scene.officer)
    services.add_days(profile, date(2022, 9, 18), date(2022, 9, 20), by=scene.officer)
    answer = browse(scene.officer).get(url_of("pool_export"), {"sort": "name"})
    book: Any = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    rows = list(book.active.values)
    assert rows[0][:3] == ("姓名", "工作单位", "专业领域")
    assert rows[1] == (
        "专家1", None, "卫生保健", None, "鞍山市铁西区", 0, 40, "2023-09-18 – 2023-09-20",
    )  # fmt: skip
    assert rows[2][2] == "资料未填写"


def test_an_empty_pool_says_what_will_come(scene: Province, browse: Browse) -> None:
    User.objects.filter(pk__in=[expert.pk for expert in scene.experts]).update(is_active=False)
    assert "专家库为空" in words(browse(scene.officer).get(url_of("pool")))


POOL_QUERIES = 8


@pytest.mark.parametrize("size", [1, 3, 300])
def test_the_list_costs_the_same_however_long(
    scene: Province, browse: Browse, size: int, django_assert_num_queries: Any
) -> None:
    many_experts(scene, size)
    client = browse(scene.officer)
    client.get(url_of("pool"))
    with django_assert_num_queries(POOL_QUERIES):
        answer = client.get(url_of("pool"))
    assert answer.context["page_obj"].paginator.count == size + len(scene.experts)


def many_experts(scene: Province, size: int) -> list[User]:
    """Experts of the pool with profile and days, written straight into the database."""
    grant = RegionUserObjectPermission.objects.filter(permission__codename="be_expert")[0]
    people = User.objects.bulk_create(
        User(username=f"many-{n}", name=f"库{n:03}", employer=f"单位{n}") for n in range(size)
    )
    RegionUserObjectPermission.objects.bulk_create(
        RegionUserObjectPermission(
            user=person, permission=grant.permission, content_object=scene.root
        )
        for person in people
    )
    profiles = ExpertProfile.objects.bulk_create(
        ExpertProfile(user=person, field="health", region=scene.root) for person in people
    )
    Availability.objects.bulk_create(
        Availability(profile=one, starts=date(2023, 9, 1), until=date(2023, 9, 30))
        for one in profiles
    )
    return people


# One expert


def test_the_province_fills_in_a_profile(scene: Province, browse: Browse) -> None:
    expert = scene.experts[0]
    client = browse(scene.officer)
    page = url_of("pool_expert", expert.pk)
    assert "资料未填写" in words(client.get(page))
    wrong = client.post(page, PROFILE | {"max_load": 0})
    assert wrong.status_code == 422
    assert 'value="教授"' in wrong.content.decode()
    answer = client.post(page, PROFILE | {"region": scene.city.pk}, follow=True)
    assert "专家资料已保存。" in words(answer)
    saved = ExpertProfile.objects.get(user=expert)
    assert (saved.field, saved.region, saved.max_load) == ("nutrition", scene.city, 12)


def test_the_page_shows_tasks_and_no_marks(
    scene: Province, profile: ExpertProfile, browse: Browse
) -> None:
    files = crowd(scene, 1, state="provincial_review")
    seat(scene, files, Step.PAPER, scene.experts[0], total="87.5")
    page = words(browse(scene.officer).get(url_of("pool_expert", scene.experts[0].pk)))
    assert "第0托育园" in page
    assert "已完成" in page
    assert "87.5" not in page


def test_days_and_ties_by_the_page(scene: Province, profile: ExpertProfile, browse: Browse) -> None:
    scenes.nursery(scene.county, "阳光托育园")
    scenes.nursery(scene.county, "阳光第二托育园")
    pk = scene.experts[0].pk
    for user, back in (
        (scene.officer, url_of("pool_expert", pk)),
        (scene.experts[0], "/expert/profile/"),
    ):
        client = browse(user)
        for typed, said in (
            ({"starts": "2023-09-20", "until": "2023-09-18"}, "止日不能早于起日。"),
            ({"starts": "2023-09-20", "until": "2025-09-18"}, "一次最多填写一年。"),
            ({"starts": "x", "until": ""}, "输入一个有效的日期。"),
        ):
            answer = client.post(url_of("add_days", pk), typed)
            assert answer.status_code == 422
            assert said in words(answer)
        added = client.post(
            url_of("add_days", pk), {"starts": "2023-09-18", "until": "2023-09-20"}, follow=True
        )
        assert added.redirect_chain[-1][0] == back
        assert "2023年9月18日至2023年9月20日" in words(added)
        days = profile.available.get()
        gone = client.post(url_of("remove_days", pk, days.pk), follow=True)
        assert "已删除可参加日期" in words(gone)

        for name, said in (
            ("没有这家", "没有找到该机构"),
            ("托育园", "有多家机构符合：阳光托育园、阳光第二托育园"),
            ("园", "请至少填写两个字。"),
        ):
            answer = client.post(url_of("declare_tie", pk), {"nursery": name, "what": "顾问"})
            assert answer.status_code == 422
            assert said in words(answer)
        declared = client.post(
            url_of("declare_tie", pk), {"nursery": "阳光托育园", "what": "顾问"}, follow=True
        )
        assert "已申报与阳光托育园的利害关系" in words(declared)
        twice = client.post(url_of("declare_tie", pk), {"nursery": "阳光托育园", "what": "顾问"})
        assert "已申报过与该机构的利害关系。" in words(twice)
        Tie.objects.all().delete()


def test_a_tie_is_withdrawn_with_the_reason(
    scene: Province, profile: ExpertProfile, browse: Browse
) -> None:
    nursery = scenes.nursery(scene.county)
    tie = services.declare_tie(profile, nursery, "曾任顾问", by=scene.experts[0], at=JUNE)
    pk = scene.experts[0].pk
    url = url_of("withdraw_tie", pk, tie.pk)
    assert browse(scene.experts[0]).post(url, {"reason": "误报"}).status_code == 403
    client = browse(scene.officer)
    assert "请写明撤销理由。" in words(client.post(url, {"reason": ""}, follow=True))
    assert "已撤销与阳光托育园的利害关系申报。" in words(
        client.post(url, {"reason": "误报。"}, follow=True)
    )


def test_the_experts_own_page(scene: Province, browse: Browse) -> None:
    expert = scene.experts[0]
    client = browse(expert)
    page = url_of("own_profile")
    assert "尚未建立您的专家资料" in words(client.get(page))
    scenes.profile(scene, expert)
    answer = client.post(page, {"field": "care", "title": "讲师"}, follow=True)
    assert "专家资料已保存。" in words(answer)
    assert ExpertProfile.objects.get(user=expert).title == "讲师"
    assert "撤销…" not in words(answer)


def test_the_pool_is_the_provinces_alone(
    scene: Province, profile: ExpertProfile, browse: Browse
) -> None:
    _, staff = scenes.at_province(scene)
    pages = [url_of("pool"), url_of("pool_export"), url_of("pool_expert", scene.experts[0].pk)]
    for user in (scene.county_handler, scene.city_handler, scene.experts[1], staff):
        client = browse(user)
        assert [client.get(page).status_code for page in pages] == [403] * 3
        own = client.get(url_of("own_profile")).status_code
        assert own == (200 if user in scene.experts else 403)
    other = browse(scene.experts[1])
    for name in ("add_days", "declare_tie"):
        assert other.post(url_of(name, scene.experts[0].pk)).status_code == 404
    gone = url_of("pool_expert", scene.officer.pk)
    assert browse(scene.officer).get(gone).status_code == 404


def test_who_has_left_the_pool_is_not_in_it(scene: Province, browse: Browse) -> None:
    post = Appointment.objects.current().get(user=scene.experts[0])
    scenes.accounts.end(post, by=None, at=SEPTEMBER)
    assert "专家1" not in names(browse(scene.officer).get(url_of("pool")))
