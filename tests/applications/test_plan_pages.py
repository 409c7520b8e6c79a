"""The pages of a plan, and what the panel of one file proposes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from applications import services
from applications.models import AssignmentPlan
from applications.statuses import EXPERT_STEPS
from tests import scenes
from tests.applications.browsing import Browse, words
from tests.applications.crowd import crowd
from tests.applications.planning import DAYS, carry, make, seated, sits, tasks_of
from tests.applications.test_pool import many_experts
from tests.scenes import SEPTEMBER, Province


def url_of(name: str, *args: Any) -> str:
    return reverse(f"applications:{name}", args=args)


def test_a_plan_by_the_pages(scene: Province, pool: list[User], files: Any, browse: Browse) -> None:
    client = browse(scene.officer)
    new = url_of("plan_new", scene.cycle.pk)
    page = client.get(new)
    assert (page.context["waiting"].files, page.context["waiting"].seats) == (4, 24)
    assert page.context["pool"] == (4, 0)
    for typed, said in (
        ({"seed": "0"}, "大于或等于1"),
        ({"seed": "7", "site_from": "2023-06-20"}, "起止日期须同时填写"),
        ({"seed": "7", "site_from": "2023-06-01", "site_until": "2023-06-20"}, "不能早于今天"),
        ({"seed": "7", "site_from": "2023-06-20", "site_until": "2023-06-19"}, "止日不能早于"),
    ):
        wrong = client.post(new, {"panels": "together", **typed})
        assert wrong.status_code == 422
        assert said in words(wrong)
    made = client.post(new, {"panels": "together", "seed": "7"}, follow=True)
    plan = AssignmentPlan.objects.get()
    assert made.redirect_chain == [(plan.get_absolute_url(), 302)]
    assert "执行后承担 3 件，全体 3 件" in words(made)
    assert "可选 4 人；专业：" in words(made)
    twice = client.post(new, {"panels": "together", "seed": "7"})
    assert "已有一份未完成的分配方案" in words(twice)
    same = client.get(plan.get_absolute_url(), {"recompute": "1"})
    assert "按种子重新计算，结果与方案一致。" in words(same)


def test_a_seat_by_the_page(scene: Province, pool: list[User], files: Any, browse: Browse) -> None:
    plan = make(scene)
    client = browse(scene.officer)
    seat = plan.seats.order_by("pk")[0]
    other = next(expert for expert in pool if not sits(plan, seat, expert))
    url = url_of("plan_seat", plan.pk, seat.pk)
    candidates = client.get(url).context["candidates"]
    assert [one.may_sit for one in candidates] == [True, False, False, False]
    assert candidates[0].expert == other
    refused = client.post(url, {"expert": seat.expert_id})
    assert refused.status_code == 422
    assert "已在本件的书面评审中" in words(refused)
    assert "请在专家库中选择" in words(client.post(url, {"expert": "0"}))
    moved = client.post(url, {"expert": other.pk}, follow=True)
    assert "席位已调整。" in words(moved)
    assert "人工调整" in words(moved)
    emptied = client.post(url, {"expert": ""}, follow=True)
    assert "空缺" in words(emptied)
    shown = {
        show: len(client.get(plan.get_absolute_url(), {"show": show}).context["rows"])
        for show in ("empty", "by_hand", "failed")
    }
    assert shown == {"empty": 1, "by_hand": 1, "failed": 0}
    by_name = client.get(plan.get_absolute_url(), {"q": "第2托育园 专家"})
    assert len(by_name.context["rows"]) == 1
    recomputed = words(client.get(plan.get_absolute_url(), {"recompute": "1"}))
    assert "（人工调整的 2 个席位除外）" in recomputed
    assert "没有符合条件的席位" in words(client.get(plan.get_absolute_url(), {"q": "没有"}))


def test_carrying_it_out_by_the_page(
    scene: Province, pool: list[User], files: Any, browse: Browse
) -> None:
    plan = make(scene)
    client = browse(scene.officer)
    page = plan.get_absolute_url()
    under_way = client.post(url_of("carry_out", plan.pk), follow=True)
    assert "正在执行" in words(under_way)
    assert "hx-get" in under_way.content.decode()
    part = client.get(page, headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div id="plan-state"')
    assert "plan-chairs" not in part.content.decode()
    services.carry_on(plan.pk, now=lambda: SEPTEMBER)
    done = client.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "已分配 24 个席位" in done
    assert "hx-get" not in done
    again = client.post(url_of("carry_out", plan.pk), follow=True)
    assert "该方案已执行完毕或已放弃。" in words(again)
    seat = plan.seats.order_by("pk")[0]
    locked = words(client.get(url_of("plan_seat", plan.pk, seat.pk)))
    assert "不能再调整" in locked


def test_discarding_by_the_page(
    scene: Province, pool: list[User], files: Any, browse: Browse
) -> None:
    plan = make(scene)
    client = browse(scene.officer)
    url = url_of("discard_plan", plan.pk)
    assert "请写明放弃理由。" in words(client.post(url, {}, follow=True))
    assert "方案已放弃" in words(client.post(url, {"reason": "重来。"}, follow=True))
    assert "未分配任何专家" in words(client.get(plan.get_absolute_url()))


def test_plans_are_the_provinces(
    scene: Province, pool: list[User], files: Any, browse: Browse
) -> None:
    plan = make(scene)
    _, staff = scenes.drafted(scene, scene.other_county)
    seat = plan.seats.order_by("pk")[0]
    pages = [
        url_of("plan_new", scene.cycle.pk),
        plan.get_absolute_url(),
        url_of("plan_seat", plan.pk, seat.pk),
    ]
    posts = [url_of("carry_out", plan.pk), url_of("discard_plan", plan.pk)]
    for user in (scene.county_handler, scene.city_handler, pool[0], staff):
        client = browse(user)
        assert [client.get(page).status_code for page in pages] == [403] * 3
        assert [client.post(page).status_code for page in posts] == [403] * 2
    assert browse(scene.officer).get(url_of("plan", plan.pk + 1)).status_code == 404
    assert browse(scene.officer).get(url_of("plan_new", scene.cycle.pk + 9)).status_code == 404


PLAN_QUERIES, NEW_QUERIES, SEAT_QUERIES = 11, 10, 17


@pytest.mark.parametrize("size", [1, 3, 300])
def test_the_pages_cost_the_same_however_many(
    scene: Province, browse: Browse, size: int, django_assert_num_queries: Any
) -> None:
    many_experts(scene, max(3, size // 5))
    crowd(scene, size, state="provincial_review")
    client = browse(scene.officer)
    client.get("/home/")
    with django_assert_num_queries(NEW_QUERIES):
        client.get(url_of("plan_new", scene.cycle.pk))
    plan = make(scene)
    assert seated(plan).total() == size * 6
    with django_assert_num_queries(PLAN_QUERIES):
        page = client.get(plan.get_absolute_url())
    assert len(page.context["rows"]) == min(size, 50)
    seat = plan.seats.order_by("pk")[0]
    with django_assert_num_queries(SEAT_QUERIES):
        client.get(url_of("plan_seat", plan.pk, seat.pk))


# One click on the panel of one file


def test_the_panel_proposes_who_follows(
    scene: Province, pool: list[User], files: Any, browse: Browse
) -> None:
    file = files[0]
    services.assign_experts(file, pool[:3], EXPERT_STEPS, by=scene.officer, at=SEPTEMBER)
    services.recuse(
        file.reviews.current().filter(reviewer=pool[0])[0],
        by=pool[0],
        at=SEPTEMBER,
        reason="配偶任职。",
    )
    client = browse(scene.officer)
    url = url_of("panel", file.pk)
    page = client.get(url)
    (proposal,) = page.context["proposals"]
    assert (proposal.steps, [expert for expert, _ in proposal.experts]) == ("both", [pool[3]])
    text = words(page)
    assert "可选 1 人（回避 1 人：曾申请回避 1；已在本件 2 人）；专业：照护与早期发展" in text
    assert "专家1已就本件申请回避。" in text
    sent = {"steps": proposal.steps, "experts": [pool[3].pk]}
    answer = client.post(url, sent, follow=True)
    assert "已分配 1 名专家，待本人接受任务。" in words(answer)
    assert tasks_of(file) == 6
    assert answer.context["proposals"] == []


def test_a_panel_that_nobody_can_fill_says_why(
    scene: Province, pool: list[User], files: Any, browse: Browse
) -> None:
    for expert in pool:
        scenes.profile(scene, expert, scene.county)
    page = browse(scene.officer).get(url_of("panel", files[0].pk))
    assert "书面评审和实地评审有席位无人可派" in words(page)
    assert "回避 4 人：同地区 4" in words(page)


def test_the_days_of_the_last_plan_hold_for_who_follows(
    scene: Province, pool: list[User], files: Any, it_is: Any, browse: Browse
) -> None:
    services.add_days(
        pool[0].expert_profile, date(2023, 9, 19), date(2023, 9, 19), by=scene.officer
    )
    plan = make(scene, DAYS)
    carry(plan, scene)
    client = browse(scene.officer)
    empty = next(file for file in files if tasks_of(file) == 0)
    found = {}
    for now in ("2023-09-18 09:00", "2023-09-20 09:00"):
        it_is(now)
        (proposal,) = client.get(url_of("panel", empty.pk)).context["proposals"]
        found[now] = len(proposal.experts)
    # Afterwards the days have passed and nobody is held to them.
    assert found == {"2023-09-18 09:00": 0, "2023-09-20 09:00": 3}
