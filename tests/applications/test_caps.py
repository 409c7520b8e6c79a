"""A city caps what its counties may recommend; the last one is given once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import User
from applications.models import Application
from applications.services import set_caps
from applications.statuses import ApplicationState, Step
from quotas.models import CountyCap, Quota
from tests import scenes
from tests.applications.browsing import Browse, words
from tests.applications.test_races import all_at_once, clicks, refusals
from tests.scenes import AUGUST, JULY, Province
from workflow import Refused, open_to, perform, why_not
from workflow.models import Event

OVER = "本周期和平区可推荐 1 件，已推荐 1 件，不能再推荐。"


def quota_of(scene: Province, region: Any = None) -> Quota:
    return Quota.objects.of_unit(scene.cycle, region or scene.city).select_related("cycle").get()


def cap(scene: Province, size: int | None, **more: Any) -> None:
    values = {"by": scene.city_handler, "at": JULY, **more}
    set_caps(quota_of(scene), {scene.county: size}, **values)


def scored(scene: Province, name: str) -> Application:
    """With the county, scored, ready to be recommended."""
    file, _ = scenes.submitted(scene, name=name, username=name)
    scenes.scored(file, Step.COUNTY, scene.county_handler, when=JULY)
    return file


def recommend(scene: Province, file: Application) -> Event:
    return perform(
        file, "recommend_to_city", actor=scene.county_handler, at=JULY, reason="同意推荐。"
    )


@pytest.mark.django_db
class TestRule:
    def test_without_a_cap_a_county_recommends_any_number(self, scene: Province) -> None:
        for name in ("甲", "乙", "丙"):
            recommend(scene, scored(scene, name))

    def test_the_cap_is_a_last_word_in_words(self, scene: Province) -> None:
        cap(scene, 1)
        recommend(scene, scored(scene, "甲"))
        second = scored(scene, "乙")
        (offer,) = [
            offer
            for offer in open_to(scene.county_handler, second, at=JULY)
            if offer.name == "recommend_to_city"
        ]
        assert [problem.text for problem in offer.problems] == [OVER]
        with pytest.raises(Refused, match=OVER):
            recommend(scene, second)

    @pytest.mark.parametrize(
        ("move", "who"),
        [("send_back_to_county", "city_handler"), ("decline_by_city", "city_handler")],
    )
    def test_what_the_city_gives_back_may_be_used_again(
        self, scene: Province, move: str, who: str
    ) -> None:
        cap(scene, 1)
        first = scored(scene, "甲")
        recommend(scene, first)
        second = scored(scene, "乙")
        perform(first, move, actor=getattr(scene, who), at=JULY, reason="材料不足。")
        recommend(scene, second)

    def test_what_holds_a_place_counts_for_good(self, scene: Province) -> None:
        """As the place stays used, so does the county's share: failed by the province or not."""
        cap(scene, 1)
        first, _ = scenes.at_province(scene)
        scenes.seat_panel(scene, first, paper=("70", "71", "72"), site=("70", "71", "72"))
        perform(first, "fail_review", actor=scene.officer, at=scenes.SEPTEMBER, reason="未达到。")
        assert first.state == ApplicationState.NOT_PASSED
        second = scored(scene, "乙")
        problems = why_not(second, "recommend_to_city", user=scene.county_handler, at=JULY)
        assert [problem.text for problem in problems] == [OVER]

    def test_a_neighbouring_county_is_not_concerned(self, scene: Province) -> None:
        cap(scene, 0)
        handler = scenes.official("next", "邻和", "county_handler", scene.next_county)
        file, _ = scenes.submitted(scene, scene.next_county)
        scenes.scored(file, Step.COUNTY, handler, when=JULY)
        perform(file, "recommend_to_city", actor=handler, at=JULY, reason="同意。")

    def test_the_zone_has_no_counties_and_no_caps(self, scene: Province) -> None:
        file, _ = scenes.submitted(scene, scene.zone)
        scenes.scored(file, Step.COUNTY, scene.zone_county, when=JULY)
        perform(file, "recommend_to_city", actor=scene.zone_county, at=JULY, reason="同意。")


@pytest.mark.django_db
class TestSetting:
    def test_it_is_on_record_with_both_numbers(self, scene: Province) -> None:
        cap(scene, 5, reason="按基础分解。")
        cap(scene, None)
        told = Event.objects.of(quota_of(scene)).telling("set_caps")
        assert [event.data["caps"] for event in told] == [
            [{"name": "和平区", "before": None, "after": 5}],
            [{"name": "和平区", "before": 5, "after": None}],
        ]
        assert [event.reason for event in told] == ["按基础分解。", ""]
        assert not CountyCap.objects.exists()

    def test_the_same_again_is_no_event(self, scene: Province) -> None:
        cap(scene, 5)
        before = Event.objects.count()
        cap(scene, 5)
        assert Event.objects.count() == before

    def test_not_below_what_was_recommended(self, scene: Province) -> None:
        recommend(scene, scored(scene, "甲"))
        with pytest.raises(Refused) as refusal:
            set_caps(
                quota_of(scene),
                {scene.county: 0, scene.next_county: 3},
                by=scene.city_handler,
                at=JULY,
            )
        assert [(p.field, p.text) for p in refusal.value.problems] == [
            (f"cap_{scene.county.pk}", "和平区已推荐 1 件，上限不能少于此数。")
        ]
        assert not CountyCap.objects.exists()

    @pytest.mark.parametrize("who", ["county_handler", "other_city_handler", "officer"])
    def test_the_city_alone_sets_them(self, scene: Province, who: str) -> None:
        with pytest.raises(PermissionDenied):
            cap(scene, 5, by=getattr(scene, who))

    def test_a_closed_cycle_keeps_them(self, scene: Province) -> None:
        perform(scene.cycle, "close", actor=scene.officer, at=AUGUST, reason="结束。")
        with pytest.raises(Refused, match="周期已结束，推荐上限不再调整。"):
            cap(scene, 5)

    def test_a_cap_names_itself(self, scene: Province) -> None:
        cap(scene, 5)
        assert str(CountyCap.objects.get()) == "和平区 5"


@pytest.mark.django_db
class TestDesk:
    def test_a_county_sees_what_it_may_still_recommend(
        self, scene: Province, browse: Browse
    ) -> None:
        cap(scene, 5)
        recommend(scene, scored(scene, "甲"))
        page = words(browse(scene.county_handler).get("/desk/"))
        assert "2023年和平区可推荐 5 件，已推荐 1 件，还可推荐 4 件。" in page

    def test_others_and_the_uncapped_see_nothing_of_it(
        self, scene: Province, browse: Browse
    ) -> None:
        assert "还可推荐" not in words(browse(scene.county_handler).get("/desk/"))
        cap(scene, 5)
        for user in (scene.city_handler, scene.other_county_handler, scene.officer):
            assert "还可推荐" not in words(browse(user).get("/desk/"))

    def test_caps_of_a_closed_cycle_are_over(self, scene: Province, browse: Browse) -> None:
        cap(scene, 5)
        perform(scene.cycle, "close", actor=scene.officer, at=AUGUST, reason="结束。")
        assert "还可推荐" not in words(browse(scene.county_handler).get("/desk/"))


def url(scene: Province, rest: str = "") -> str:
    return f"/desk/quotas/{quota_of(scene).pk}/{rest}"


@pytest.mark.django_db
class TestPage:
    def test_the_city_sets_caps_and_sees_them(self, scene: Province, browse: Browse) -> None:
        recommend(scene, scored(scene, "甲"))
        page = browse(scene.city_handler)
        posted = {
            f"cap_{scene.county.pk}": "2",
            f"cap_{scene.next_county.pk}": "",
            "reason": "按基础分解。",
        }
        answer = page.post(url(scene, "caps/"), posted, follow=True)
        assert answer.redirect_chain == [(url(scene), 302)]
        text = words(answer)
        assert "县级推荐上限已保存。" in text
        assert "和平区可推荐件数：不限 → 2" in text
        assert "按基础分解。" in text
        uses = [
            (use.county.name, use.size, use.used, use.left) for use in answer.context["caps"].uses
        ]
        assert uses == [("和平区", 2, 1, 1), ("铁西区", None, 0, None)]

    def test_a_refusal_stands_beside_its_county_and_keeps_the_rest(
        self, scene: Province, browse: Browse
    ) -> None:
        recommend(scene, scored(scene, "甲"))
        posted = {f"cap_{scene.county.pk}": "0", f"cap_{scene.next_county.pk}": "7"}
        answer = browse(scene.city_handler).post(url(scene, "caps/"), posted)
        errors = answer.context["caps"].errors
        assert errors == {f"cap_{scene.county.pk}": ["和平区已推荐 1 件，上限不能少于此数。"]}
        assert 'value="7"' in answer.content.decode()

    def test_what_speaks_of_no_county_stands_at_the_top(
        self, scene: Province, browse: Browse
    ) -> None:
        perform(scene.cycle, "close", actor=scene.officer, at=AUGUST, reason="结束。")
        answer = browse(scene.city_handler).post(
            url(scene, "caps/"), {f"cap_{scene.county.pk}": "1"}
        )
        assert list(answer.context["caps"].non_field_errors()) == ["周期已结束，推荐上限不再调整。"]

    def test_nonsense_is_said_beside_its_field(self, scene: Province, browse: Browse) -> None:
        answer = browse(scene.city_handler).post(
            url(scene, "caps/"), {f"cap_{scene.county.pk}": "很多"}
        )
        assert list(answer.context["caps"].errors) == [f"cap_{scene.county.pk}"]

    @pytest.mark.parametrize(
        ("who", "status"),
        [("other_city_handler", 404), ("officer", 403), ("county_handler", 403), ("nobody", 302)],
    )
    def test_nobody_else_sets_them(
        self, scene: Province, browse: Browse, who: str, status: int
    ) -> None:
        client = Client() if who == "nobody" else browse(getattr(scene, who))
        assert client.post(url(scene, "caps/"), {}).status_code == status
        assert not CountyCap.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_files_for_the_last_of_a_county(self) -> None:
        scene = scenes.province()
        cap(scene, 1)
        files = [scored(scene, name) for name in ("甲", "乙", "丙")]
        results = all_at_once(
            [
                clicks(file.pk, "recommend_to_city", scene.county_handler, JULY, "同意。")
                for file in files
            ]
        )
        assert sum(isinstance(result, Event) for result in results) == 1
        assert [str(each) for each in refusals(results)] == [OVER] * 2
        assert Application.objects.in_state(ApplicationState.CITY_REVIEW).count() == 1

    def test_a_first_cap_against_a_recommendation(self) -> None:
        """Whoever comes first: never more recommended than the cap says."""
        scene = scenes.province()
        file, quota = scored(scene, "甲"), quota_of(scene)

        def close() -> None:
            by = User.objects.get(pk=scene.city_handler.pk)
            set_caps(quota, {scene.county: 0}, by=by, at=JULY)

        results = all_at_once(
            [close, clicks(file.pk, "recommend_to_city", scene.county_handler, JULY, "同意。")]
        )
        assert len(refusals(results)) == 1
        capped = CountyCap.objects.exists()
        sent = Application.objects.in_state(ApplicationState.CITY_REVIEW).exists()
        assert capped != sent
