"""A city's places and the order proposed for them; recommending out of turn wants a reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from applications.models import Application
from applications.statuses import Step
from quotas.models import Quota
from quotas.services import set_quotas
from tests import scenes
from tests.applications.browsing import Browse, words
from tests.applications.crowd import crowd
from tests.scenes import AUGUST, Province
from workflow import Refused, open_to, perform, why_not
from workflow.models import Event

pytestmark = pytest.mark.django_db
WHY = "该机构所在区尚无示范机构，经集体研究优先推荐。"


@pytest.fixture(autouse=True)
def in_august(it_is: Any) -> None:
    it_is("2023-08-15 09:00")


def url(scene: Province, region: Any = None) -> str:
    quota = Quota.objects.of_unit(scene.cycle, region or scene.city).get()
    return f"/desk/quotas/{quota.pk}/"


def waiting(scene: Province, name: str, total: str | None = "90", **more: Any) -> Application:
    """With the city; scored when a total is given."""
    file, _ = scenes.at_city(scene, name=name, username=name, **more)
    if total:
        scenes.scored(file, Step.CITY, scene.city_handler, total=total, when=AUGUST)
    return file


def recommend(scene: Province, file: Application, **more: Any) -> Event:
    return perform(
        file,
        "recommend_to_province",
        actor=scene.city_handler,
        at=AUGUST,
        reason="同意推荐。",
        **more,
    )


def ranked(answer: Any) -> list[tuple[int, str, bool]]:
    return [
        (row.standing.rank, row.file.nursery.name, row.standing.proposed)
        for row in answer.context["rows"]
    ]


class TestPage:
    def test_who_waits_in_what_order_and_how_far_the_places_reach(
        self, scene: Province, browse: Browse
    ) -> None:
        held, _ = scenes.at_province(scene, name="甲园", username="a")
        for name, total in (("乙园", "88"), ("丙园", "92"), ("丁园", None)):
            waiting(scene, name, total)
        answer = browse(scene.city_handler).get(url(scene))
        assert ranked(answer) == [(1, "丙园", True), (2, "乙园", False)]
        assert [file.nursery.name for file in answer.context["unscored"]] == ["丁园"]
        (seat,) = answer.context["seats"]
        assert (seat.file, seat.overrule) == (held, None)
        page = answer.content.decode()
        assert '<progress class="measure-bar" value="1" max="2" aria-label="名额"' in page
        text = words(answer)
        assert "已用 1 个，空闲 1 个；待推荐 2 件，待评分 1 件。" in text
        assert "市级得分 92；最弱一级指标“" in text
        assert "建议推荐前 1 件。" in text

    def test_the_line_is_drawn_below_the_last_that_has_a_place(
        self, scene: Province, browse: Browse
    ) -> None:
        for name, total in (("甲园", "91"), ("乙园", "90"), ("丙园", "89")):
            waiting(scene, name, total)
        page = browse(scene.city_handler).get(url(scene)).content.decode()
        (line,) = page.split('<tr class="quota-line">')[1:]
        assert "乙园" in line.split("</tr>")[0]

    def test_a_tie_at_the_line_is_told(self, scene: Province, browse: Browse) -> None:
        scene = self.with_one_place(scene)
        for name in ("甲园", "乙园"):
            waiting(scene, name, "90")
        text = words(browse(scene.city_handler).get(url(scene)))
        assert "名额线上下两件（第 1 名与第 2 名）市级得分" in text

    def with_one_place(self, scene: Province) -> Province:
        sizes = {scene.city: 1}
        set_quotas(scene.cycle, sizes, by=scene.officer, at=AUGUST, reason="核减。")
        return scene

    def test_an_empty_city_is_told_what_will_come(self, scene: Province, browse: Browse) -> None:
        text = words(browse(scene.city_handler).get(url(scene)))
        assert "没有待推荐的申报" in text
        assert "名额尚未使用" in text
        assert "县级推荐上限" in text

    def test_without_a_free_place_nothing_is_proposed(
        self, scene: Province, browse: Browse
    ) -> None:
        scene = self.with_one_place(scene)
        scenes.at_province(scene, name="甲园", username="a")
        waiting(scene, "乙园")
        answer = browse(scene.city_handler).get(url(scene))
        assert ranked(answer) == [(1, "乙园", False)]
        assert "已没有空闲名额。" in words(answer)

    def test_the_zone_has_its_page_without_caps(self, scene: Province, browse: Browse) -> None:
        text = words(browse(scene.zone_city).get(url(scene, scene.zone)))
        assert "沈抚改革创新示范区名额与推荐排序" in text
        assert "县级推荐上限" not in text

    def test_the_province_reads_and_is_offered_nothing_to_do(
        self, scene: Province, browse: Browse
    ) -> None:
        waiting(scene, "甲园")
        page = browse(scene.officer).get(url(scene)).content.decode()
        assert "甲园" in page
        assert "推荐…" not in page
        assert "保存上限" not in page

    def test_the_desk_and_the_home_page_lead_there(self, scene: Province, browse: Browse) -> None:
        page = browse(scene.city_handler)
        for address in ("/desk/", "/home/"):
            assert url(scene) in page.get(address).content.decode()

    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ("other_city_handler", 404),
            ("county_handler", 403),
            ("county_approver", 403),
            ("expert", 403),
            ("staff", 403),
        ],
    )
    def test_it_is_nobody_elses(
        self, scene: Province, browse: Browse, who: str, status: int
    ) -> None:
        _, staff = scenes.drafted(scene)
        people = {"staff": staff, "expert": scene.experts[0]}
        user: User = people.get(who) or getattr(scene, who)
        assert browse(user).get(url(scene)).status_code == status

    def test_strangers_sign_in_first(self, scene: Province) -> None:
        answer = Client().get(url(scene))
        assert answer.headers["Location"].startswith("/login/")

    def test_a_quota_in_preparation_is_the_provinces(self, scene: Province, browse: Browse) -> None:
        cycle = scenes.draft_cycle(scene.root, scene.version, name="2025年评选", year=2025)
        set_quotas(cycle, {scene.city: 1}, by=scene.officer, at=AUGUST)
        address = f"/desk/quotas/{cycle.quotas.get().pk}/"
        assert browse(scene.city_handler).get(address).status_code == 404
        assert browse(scene.officer).get(address).status_code == 200

    @pytest.mark.parametrize("size", [1, 3, 300])
    def test_it_costs_the_same_however_many_wait(
        self, scene: Province, browse: Browse, size: int, django_assert_num_queries: Any
    ) -> None:
        crowd(scene, size, "city_review")
        crowd(scene, size, "provincial_review")
        page = browse(scene.city_handler)
        page.get(url(scene))
        with django_assert_num_queries(18):
            answer = page.get(url(scene))
        assert len(answer.context["rows"]) == min(size, 50)

    def test_each_list_has_its_pages(self, scene: Province, browse: Browse) -> None:
        crowd(scene, 60, "city_review")
        answer = browse(scene.city_handler).get(f"{url(scene)}?page=2")
        assert [row.standing.rank for row in answer.context["rows"]] == list(range(51, 61))


class TestOutOfTurn:
    @pytest.fixture
    def better(self, scene: Province) -> Application:
        return waiting(scene, "甲园", "92")

    @pytest.fixture
    def lesser(self, scene: Province, better: Application) -> Application:
        return waiting(scene, "乙园", "88")

    def test_in_turn_nothing_is_asked(
        self, scene: Province, better: Application, lesser: Application
    ) -> None:
        for file in (better, lesser):
            event = recommend(scene, file)
            assert "overruled" not in event.data

    def test_out_of_turn_the_reason_is_asked(
        self, scene: Province, better: Application, lesser: Application
    ) -> None:
        asked = f"推荐排序在前的 1 件（{better.number}）尚未推荐，先推荐本件的，须写明理由。"
        for overrule in ("", "  "):
            with pytest.raises(Refused) as refusal:
                recommend(scene, lesser, overrule=overrule)
            assert [(p.field, p.text) for p in refusal.value.problems] == [("overrule", asked)]
        (offer,) = [
            offer
            for offer in open_to(scene.city_handler, lesser, at=AUGUST)
            if offer.name == "recommend_to_province"
        ]
        assert offer.enabled
        (question,) = offer.questions
        assert (question.field, question.text) == ("overrule", asked)

    def test_the_reason_is_on_record(
        self, scene: Province, better: Application, lesser: Application
    ) -> None:
        event = recommend(scene, lesser, overrule=WHY)
        assert event.data == {"place": 1, "overruled": [better.number]}
        fact = Event.objects.of(lesser).telling("overrule_ranking").get()
        assert (fact.reason, fact.actor, fact.label) == (WHY, scene.city_handler, "调整推荐次序")
        assert fact.data["overruled"] == [better.number]

    def test_a_needless_reason_is_no_overrule(self, scene: Province, better: Application) -> None:
        event = recommend(scene, better, overrule=WHY)
        assert event.data == {"place": 1}
        assert not Event.objects.of(better).telling("overrule_ranking").exists()

    def test_what_is_not_scored_waits_for_nobody(self, scene: Province) -> None:
        waiting(scene, "丙园", None)
        recommend(scene, waiting(scene, "丁园", "86"))

    def test_another_citys_files_do_not_count(self, scene: Province, better: Application) -> None:
        file, _ = scenes.submitted(scene, scene.zone, name="区园", username="z")
        scenes.scored(file, Step.COUNTY, scene.zone_county, when=scenes.JULY)
        perform(file, "recommend_to_city", actor=scene.zone_county, at=scenes.JULY, reason="同意。")
        scenes.scored(file, Step.CITY, scene.zone_city, total="85", when=AUGUST)
        assert why_not(file, "recommend_to_province", user=scene.zone_city, at=AUGUST) == []

    def test_many_ahead_are_named_by_three(self, scene: Province) -> None:
        for name in "甲乙丙丁":
            waiting(scene, name, "95")
        last = waiting(scene, "戊", "86")
        (problem,) = why_not(last, "recommend_to_province", user=scene.city_handler, at=AUGUST)
        assert problem.text.startswith("推荐排序在前的 4 件（")
        assert problem.text.count("、") == 2
        assert "等）尚未推荐" in problem.text

    def test_from_the_ranking_to_the_place(
        self, scene: Province, browse: Browse, better: Application, lesser: Application
    ) -> None:
        """The page leads to the form, which asks; back again, the place shows why."""
        page = browse(scene.city_handler)
        move = f"/moves/applications.application/{lesser.pk}/recommend_to_province/"
        assert f"{move}?next={url(scene)}" in page.get(url(scene)).content.decode()
        asked = page.get(move, {"next": url(scene)})
        assert list(asked.context["form"].fields) == ["reason", "overrule"]
        assert "先推荐本件的，须写明理由。" in words(asked)
        assert asked.context["problems"] == []
        posted = {"reason": "同意推荐。", "overrule": "", "next": url(scene)}
        refused = page.post(move, posted)
        assert refused.status_code == 422
        assert list(refused.context["form"].errors) == ["overrule"]
        assert "同意推荐。</textarea>" in refused.content.decode()
        done = page.post(move, posted | {"overrule": WHY}, follow=True)
        assert done.redirect_chain == [(url(scene), 302)]
        (seat,) = done.context["seats"]
        assert seat.overrule.reason == WHY
        assert WHY in words(done)
        assert better.number in words(done)

    def test_in_turn_the_form_asks_for_the_opinion_alone(
        self, scene: Province, browse: Browse, better: Application, lesser: Application
    ) -> None:
        page = browse(scene.city_handler)
        answer = page.get(f"/moves/applications.application/{better.pk}/recommend_to_province/")
        assert list(answer.context["form"].fields) == ["reason"]
        assert answer.context["form"].fields["reason"].label == "推荐意见"

    def test_the_file_page_asks_beside_the_opinion(
        self, scene: Province, browse: Browse, lesser: Application
    ) -> None:
        page = browse(scene.city_handler)
        content = page.get(lesser.get_absolute_url()).content.decode()
        assert 'name="overrule"' in content
        assert "调整推荐次序的理由" in content

    def test_who_reads_why_in_the_history(
        self, scene: Province, browse: Browse, lesser: Application
    ) -> None:
        """City and province; the nursery and its county read the opinion, not the comparison."""
        recommend(scene, lesser, overrule=WHY)
        staff = User.objects.get(username="乙园")
        address = lesser.get_absolute_url()
        for user, reads in (
            (scene.city_handler, True),
            (scene.officer, True),
            (scene.county_handler, False),
            (staff, False),
        ):
            assert (WHY in words(browse(user).get(address))) == reads, user
