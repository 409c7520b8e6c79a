"""The application form as people get it: real PDFs, read back."""

from __future__ import annotations

import hashlib
from io import BytesIO

import pytest
from pypdf import PdfReader

from accounts.models import Region
from applications.models import Application
from applications.statuses import Step
from documents import production, services
from documents.models import Document
from documents.papers import application_form
from documents.papers.patterns import PATTERNS
from documents.statuses import Kind, TextKind
from nurseries.models import Nursery
from tests import scenes
from tests.documents.conftest import content_of, text_of, touched
from tests.scenes import AUGUST, JULY, JUNE
from workflow import perform
from workflow.models import Event

TEXTS = PATTERNS[TextKind.APPLICATION_FORM].defaults
RARE = "喆昇玥珺堃垚芃镕琤祎翀"


def form_of(application: Application) -> Document:
    return Document.objects.of(application).current().get(kind=Kind.APPLICATION_FORM, copies=1)


def test_it_says_what_the_nursery_handed_in(scene, carry):
    application, _ = scenes.submitted(scene)
    carry()
    text = text_of(form_of(application))
    for words in (
        "辽宁省省级示范托育机构申报表",
        "示例（非官方）",
        application.number,
        "阳光托育园",
        application.nursery.credit_code,
        "企业（营利）",
        "沈阳市和平区",
        "陈园长",
        "13900001234",
        "620.5平方米",
        "本园于2021年开办。",
        "坚持医育结合。",
        "√本机构无失信惩戒记录。",
        "办托条件",
        "90/100",
        "填报日期：2023年6月10日",
        "法定代表人（签字）",
    ):
        assert words in text, words


def test_its_cells_fill_as_the_file_moves_on(scene, carry):
    application, _ = scenes.submitted(scene)
    carry()
    empty = text_of(form_of(application))
    assert empty.count("（盖章）") == 4
    assert "同意推荐。" not in empty
    assert "和平区卫生健康委（盖章）年月日" in empty

    scenes.scored(application, Step.COUNTY, scene.county_handler, total="91.5", when=JULY)
    perform(
        application,
        "recommend_to_city",
        actor=scene.county_handler,
        at=JULY,
        reason="经现场核查，同意推荐。\n\n请市级审核。",
    )
    carry()
    county = text_of(form_of(application))
    assert "经现场核查，同意推荐。请市级审核。" in county
    assert "结论：同意推荐。" in county
    assert "县级评分：91.5分。" in county
    assert "和平区卫生健康委（盖章）2023年7月20日" in county
    assert "沈阳市卫生健康委（盖章）年月日" in county
    forms = Document.objects.of(application).of_kinds(Kind.APPLICATION_FORM)
    assert forms.current().count() == 1


def test_it_ends_with_the_provinces_word(scene, carry):
    application, _ = scenes.passed(scene)
    carry()
    text = text_of(form_of(application))
    assert "结论：评审通过。" in text
    assert "评审得分：90.2分。" in text
    assert "辽宁省卫生健康委（盖章）2023年9月15日" in text
    assert Document.objects.of(application).of_kinds(Kind.APPLICATION_FORM).count() == 4


def test_a_step_sent_back_empties_its_cell_again(scene, carry):
    application, _ = scenes.at_city(scene)
    perform(
        application, "send_back_to_county", actor=scene.city_handler, at=JULY, reason="评分不全。"
    )
    carry()
    text = text_of(form_of(application))
    assert "同意推荐" not in text
    assert "评分不全" not in text


def test_the_zone_takes_both_steps_and_both_stand_on_the_form(scene, carry):
    application, _ = scenes.submitted(scene, scene.zone)
    scenes.scored(application, Step.COUNTY, scene.zone_county, when=JULY)
    perform(application, "recommend_to_city", actor=scene.zone_county, at=JULY, reason="初审同意。")
    scenes.scored(application, Step.CITY, scene.zone_city, when=AUGUST)
    perform(
        application, "recommend_to_province", actor=scene.zone_city, at=AUGUST, reason="审核同意。"
    )
    carry()
    text = text_of(form_of(application))
    assert text.count("沈抚改革创新示范区卫生健康委（盖章）2023年") == 2
    assert "初审同意。" in text
    assert "审核同意。" in text


def test_rare_names_and_the_longest_county(scene):
    county = Region.objects.create(
        code="211324",
        name="喀喇沁左翼蒙古族自治县",
        level="county",
        parent=scene.city,
        path=f"{scene.city.path}/211324",
        commission="喀喇沁左翼蒙古族自治县卫生健康局",
    )
    application, _ = scenes.submitted(scene, county, name=f"{RARE}婴幼儿照护服务中心")
    Nursery.objects.filter(pk=application.nursery_id).update(head=RARE)
    text = _text(_drawn(application))
    assert text.count(RARE) == 2
    assert "喀喇沁左翼蒙古族自治县卫生健康局（盖章）" in text


def test_three_copies_say_which_they_are_and_count_their_own_pages(scene):
    application, _ = scenes.submitted(scene)
    content = _drawn(application, copies=3)
    pages = PdfReader(BytesIO(content)).pages
    single = len(PdfReader(BytesIO(_drawn(application))).pages)
    assert len(pages) == 3 * single
    for number, name in enumerate("一二三"):
        first = "".join(pages[number * single].extract_text().split())
        assert f"第{name}份（共三份）" in first
        assert f"第1页共{single}页" in first


def test_a_very_long_opinion_runs_over_the_page(scene):
    application, _ = scenes.submitted(scene)
    scenes.scored(application, Step.COUNTY, scene.county_handler, when=JULY)
    perform(
        application,
        "recommend_to_city",
        actor=scene.county_handler,
        at=JULY,
        reason="该机构办托条件良好，同意推荐。" * 130,
    )
    pages = PdfReader(BytesIO(_drawn(application))).pages
    assert len(pages) > 3
    assert (
        "".join(page.extract_text().replace("\n", "") for page in pages).count("同意推荐。") >= 130
    )


def test_the_same_file_after_the_same_event_gives_the_same_bytes(scene):
    application, _ = scenes.submitted(scene)
    assert _drawn(application) == _drawn(application)
    assert len(_drawn(application)) < 300_000


def test_markup_that_somebody_typed_is_text(scene):
    application, _ = scenes.submitted(scene)
    Application.objects.filter(pk=application.pk).update(practice="<b>加粗</b>&amp;<script>")
    assert "<b>加粗</b>&amp;<script>" in _text(_drawn(application))


def test_a_draft_of_a_nursery_that_is_not_filed_yet(scene):
    """It can be looked at long before it can be handed in."""
    application, _ = scenes.drafted(scene)
    Nursery.objects.filter(pk=application.nursery_id).update(
        filing_receipt_number="", filing_date=None, filing_county=None
    )
    found = application_form.application(application.pk)
    nursery = application_form.facts_of(found, TEXTS, until=JUNE, draft=True)["nursery"]
    assert (nursery["filing_receipt_number"], nursery["filed"]) == ("—", "—")


def test_what_a_draft_says_is_marked_as_one(scene):
    application, staff = scenes.drafted(scene)
    job = services.request_form(application, copies=1, by=staff, at=JUNE)
    document = services.work(job.pk, now=lambda: JUNE)
    assert document is not None
    assert document.kind == Kind.APPLICATION_DRAFT
    assert "草稿" in text_of(document)
    assert document.sha256 == hashlib.sha256(content_of(document)).hexdigest()


@pytest.mark.parametrize("more", [0, 4])
def test_the_facts_take_the_same_queries_however_much_there_is(
    scene, more, django_assert_num_queries
):
    application, _ = scenes.submitted(scene)
    for number in range(more):
        application.nursery.fees.create(item=f"项目{number}", amount=10, unit="month")
    with django_assert_num_queries(7):
        found = application_form.application(application.pk)
        application_form.facts_of(found, TEXTS, until=JUNE, draft=False)


def _drawn(application: Application, copies: int = 1) -> bytes:
    event = Event.objects.of(application).last()
    assert event is not None
    made = production.make(Kind.APPLICATION_FORM, event, copies=copies)
    assert made is not None
    return made.content


def _text(content: bytes) -> str:
    pages = PdfReader(BytesIO(content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


@pytest.mark.parametrize("sentences", [1, 20, 60, 130])
def test_every_seal_stays_in_its_cell_and_touches_no_opinion(scene, sentences):
    """Short, half a page, over the page, two pages."""
    application, _ = scenes.submitted(scene)
    scenes.scored(application, Step.COUNTY, scene.county_handler, when=JULY)
    event = perform(
        application,
        "recommend_to_city",
        actor=scene.county_handler,
        at=JULY,
        reason="该机构办托条件良好，同意推荐。" * sentences,
    )
    made = production.make(Kind.APPLICATION_FORM, event, copies=3)
    assert made is not None
    assert [(p.role, p.copy) for p in made.places] == [
        (role, copy) for copy in (1, 2, 3) for role in ("county", "city", "province")
    ]
    bodies = {
        "county": (scene.county.path, "和平区卫生健康委（盖章）", "2023年7月20日"),
        "city": (scene.city.path, "沈阳市卫生健康委（盖章）", "年月日"),
        "province": (scene.root.path, "辽宁省卫生健康委（盖章）", "年月日"),
    }
    for place in made.places:
        path, name, day = bodies[place.role]
        assert place.body == path
        assert touched(made.content, place) == {name, day}


def test_the_zones_two_cells_are_told_apart(scene):
    application, _ = scenes.submitted(scene, scene.zone)
    event = Event.objects.of(application).last()
    assert event is not None
    made = production.make(Kind.APPLICATION_FORM, event)
    assert made is not None
    bodies = [(place.role, place.body) for place in made.places]
    assert bodies == [
        ("county", scene.zone.path),
        ("city", scene.zone.path),
        ("province", scene.root.path),
    ]
