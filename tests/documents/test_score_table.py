"""The score table: a copy for each tier, with no mark that its readers may not know."""

from __future__ import annotations

import pytest

from applications.statuses import Step
from documents import services
from documents.models import Document
from documents.papers import score_table
from documents.papers.patterns import PATTERNS
from documents.statuses import SCORES, Kind, TextKind
from scoring import services as scoring
from scoring.arithmetic import Answer
from tests import scenes
from tests.documents.conftest import paper_of, text_of
from tests.scenes import AUGUST, JULY
from workflow import perform
from workflow.models import Event

TEXTS = PATTERNS[TextKind.SCORE_TABLE].defaults


def current() -> set[str]:
    return set(Document.objects.current().of_kinds(*SCORES).values_list("kind", flat=True))


def keep(application, verb: str) -> list[Document]:
    event = Event.objects.of(application).filter(verb=verb).last()
    assert event is not None
    return services.keep_papers(event, at=event.at)


def facts(application, verb: str, kind: Kind) -> dict:
    event = Event.objects.of(application).filter(verb=verb).last()
    assert event is not None
    paper = score_table.paper(event, TEXTS, kind)
    assert paper is not None
    return paper.facts


def test_the_nurserys_copy_has_its_own_marks_alone(scene):
    application, _ = scenes.submitted(scene)
    keep(application, "submit")
    text = text_of(paper_of(Kind.SCORES_SELF))
    for words in (
        "辽宁省省级示范托育机构自评分表",
        "机构名称：阳光托育园",
        "1.1备案回执在有效期内否决项符合",
        "合计10090",
        "机构自评902023年6月10日09:00",
        application.self_sheet.digest,
    ):
        assert words in text, words
    assert "县级" not in text


def test_the_nurserys_copy_has_its_own_notes(scene):
    application, staff = scenes.drafted(scene)
    mark = application.self_sheet.marks.get(indicator__code="1.1")
    scoring.save_mark(
        application.self_sheet,
        mark.indicator,
        answer=Answer(met=True),
        note="回执原件存档备查。",
        by=staff,
        at=scenes.JUNE,
        seen_version=mark.version,
    )
    perform(application, "submit", actor=staff, at=scenes.JUNE)
    said = facts(application, "submit", Kind.SCORES_SELF)
    assert said["sections"][0]["rows"][0]["notes"] == [{"who": "", "text": "回执原件存档备查。"}]


def test_an_expert_who_was_replaced_is_not_in_the_provinces_copy(scene):
    application, _ = scenes.at_province(scene)
    reviews = scenes.seat_panel(scene, application)
    application.refresh_from_db()
    perform(application, "pass_review", actor=scene.officer, at=scenes.SEPTEMBER)
    before = facts(application, "pass_review", Kind.SCORES_PROVINCE)
    application.reviews.filter(pk=reviews[0].pk).update(superseded=True)
    after = facts(application, "pass_review", Kind.SCORES_PROVINCE)
    assert len(after["seals"]) == len(before["seals"]) - 1
    assert (before["result"] != "", after["result"]) == (True, "")


def test_the_countys_copy_says_what_it_found_and_who_looked(scene):
    application, _ = scenes.submitted(scene)
    scenes.scored(application, Step.COUNTY, scene.county_handler, total="80", when=JULY)
    perform(
        application, "recommend_to_city", actor=scene.county_handler, at=JULY, reason="同意推荐。"
    )
    keep(application, "recommend_to_city")
    text = text_of(paper_of(Kind.SCORES_COUNTY))
    for words in (
        "合计1009080",
        "县级：现场核查与自评不符。",
        "县级评审组冯组长（组长，市妇幼保健院，主任医师）、蒋组员（市疾病预防控制中心，副主任技师）",
        "县级初审80",
    ):
        assert words in text, words
    assert "市级" not in text


def test_the_provinces_copy_has_all_and_the_experts_as_a_mean(scene):
    application, _ = scenes.passed(scene)
    said = facts(application, "pass_review", Kind.SCORES_PROVINCE)
    assert said["columns"] == ["自评", "县级", "市级", "书面平均", "实地平均"]
    assert said["totals"] == ["90", "90", "90", "89", "91"]
    assert len(said["seals"]) == 3 + 6
    assert "书面评审平均 89 分（权重 40%），实地评审平均 91 分（权重 60%）。" in said["result"]
    keep(application, "pass_review")
    assert "综合得分90.2分，达到通过线85分。" in text_of(paper_of(Kind.SCORES_PROVINCE))


def test_sections_add_up_to_the_totals(scene):
    from decimal import Decimal

    application, _ = scenes.passed(scene)
    said = facts(application, "pass_review", Kind.SCORES_PROVINCE)
    for place, total in enumerate(said["totals"]):
        parts = [Decimal(section["totals"][place]) for section in said["sections"]]
        assert sum(parts) == pytest.approx(Decimal(total), abs=Decimal("0.02"))


def test_a_veto_that_one_expert_found_is_a_no(scene):
    application, _ = scenes.at_province(scene)
    reviews = scenes.seat_panel(scene, application, sealed=False)
    scoring.fill_sheet(
        reviews[0].sheet,
        {"1.1": Answer(met=False)},
        by=reviews[0].reviewer,
        at=scenes.SEPTEMBER,
        notes={"1.1": "备案已注销。"},
    )
    for review in reviews:
        scoring.seal(review.sheet, by=review.reviewer, at=scenes.SEPTEMBER)
    application.refresh_from_db()
    perform(application, "fail_review", actor=scene.officer, at=scenes.SEPTEMBER, reason="否决。")
    said = facts(application, "fail_review", Kind.SCORES_PROVINCE)
    veto = said["sections"][0]["rows"][0]
    assert veto["marks"] == ["符合", "符合", "符合", "不符合", "符合"]
    assert veto["notes"] == [{"who": "书面", "text": "备案已注销。"}]


@pytest.mark.usefixtures("undrawn")
class TestRounds:
    def test_every_tier_adds_its_copy(self, scene, carry):
        scenes.passed(scene)
        carry()
        assert current() == set(SCORES)

    def test_sent_back_the_copies_of_that_step_no_longer_count(self, scene, carry):
        application, _ = scenes.at_province(scene)
        carry()
        perform(application, "send_back_to_city", actor=scene.officer, at=AUGUST, reason="请复核。")
        carry()
        assert current() == {Kind.SCORES_SELF, Kind.SCORES_COUNTY}
        perform(
            application, "send_back_to_county", actor=scene.city_handler, at=JULY, reason="请复核。"
        )
        carry()
        assert current() == {Kind.SCORES_SELF}

    def test_a_paper_that_comes_late_does_not_count_again(self, scene, carry):
        """The move that ended it was carried first."""
        application, _ = scenes.at_city(scene)
        perform(
            application, "send_back_to_county", actor=scene.city_handler, at=JULY, reason="请复核。"
        )
        keep(application, "send_back_to_county")
        keep(application, "recommend_to_city")
        assert Kind.SCORES_COUNTY not in current()
        assert Document.objects.of_kinds(Kind.SCORES_COUNTY).exists()

    def test_handed_in_anew_everything_begins_anew(self, scene, carry):
        application, staff = scenes.submitted(scene)
        scenes.scored(application, Step.COUNTY, scene.county_handler, when=JULY)
        carry()
        first = paper_of(Kind.SCORES_SELF)
        perform(
            application,
            "return_for_correction",
            actor=scene.county_handler,
            at=JULY,
            reason="缺材料。",
        )
        carry()
        assert current() == {Kind.SCORES_SELF}
        perform(application, "resubmit", actor=staff, at=scenes.at("2023-07-21 09:00"))
        carry()
        assert paper_of(Kind.SCORES_SELF) != first

    def test_of_an_earlier_round_nothing_can_be_told(self, scene):
        application, staff = scenes.submitted(scene)
        perform(
            application,
            "return_for_correction",
            actor=scene.county_handler,
            at=JULY,
            reason="缺材料。",
        )
        assert [each.kind for each in keep(application, "submit")] == [Kind.APPLICATION_FORM]
        perform(application, "resubmit", actor=staff, at=scenes.at("2023-07-21 09:00"))
        assert [each.kind for each in keep(application, "submit")] == [Kind.APPLICATION_FORM]

    def test_declined_without_a_sealed_sheet_there_is_no_copy(self, scene):
        application, _ = scenes.submitted(scene)
        perform(
            application, "decline_by_county", actor=scene.county_handler, at=JULY, reason="不符。"
        )
        assert [each.kind for each in keep(application, "decline_by_county")] == [
            Kind.APPLICATION_FORM
        ]


@pytest.mark.parametrize("more", [0, 2])
def test_it_costs_the_same_queries_however_many_experts(scene, more, django_assert_num_queries):
    scenes.Cycle.objects.filter(pk=scene.cycle.pk).update(panel_size=2 + more // 2)
    scene.cycle.refresh_from_db()
    application, _ = scenes.at_province(scene)
    marks = ("88", "90", "89")[: 2 + more // 2]
    scenes.seat_panel(scene, application, paper=marks, site=marks)
    perform(application, "pass_review", actor=scene.officer, at=scenes.SEPTEMBER)
    facts(application, "pass_review", Kind.SCORES_PROVINCE)
    event = Event.objects.of(application).filter(verb="pass_review").get()
    with django_assert_num_queries(5):
        score_table.paper(event, TEXTS, Kind.SCORES_PROVINCE)
