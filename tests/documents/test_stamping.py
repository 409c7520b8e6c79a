"""Seals on papers: whose, where, and on which decision."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from accounts.models import Region
from applications.statuses import Step
from documents import production, sealing, services
from documents.models import Document
from documents.papers.pdf import Drawn
from documents.papers.places import SealPlace
from documents.statuses import Kind
from portal import invariants
from publicity.statuses import RevocationGround
from quotas.models import Quota
from supervision import services as supervision
from tests import scenes
from tests.documents.conftest import content_of, made_again, paper_of, touched
from tests.documents.holdings import equip, give_seal, pictures_of, red_box
from tests.documents.test_papers import LATER, ordered
from tests.scenes import AUGUST, JULY
from workflow import perform
from workflow.models import Event

DPI = 60
LONGEST = "喀喇沁左翼蒙古族自治县"


def form_of(application) -> Document:
    return paper_of(Kind.APPLICATION_FORM, application=application)


def sealed_places(document: Document) -> dict[str, SealPlace]:
    """Where seals were put on the first copy."""
    places = {(place.role, place.copy): place for place in made_again(document).places}
    roles = document.impressions.filter(copy=1).order_by("pk").values_list("role", flat=True)
    return {role: places[role, 1] for role in roles}


def check_looks(document: Document, folder: Path, *nearby: str) -> None:
    """Every seal fills its square, is centred in it, and lies over name and date alone."""
    content = content_of(document)
    pages = pictures_of(content, folder)
    places = sealed_places(document)
    assert places
    for place in places.values():
        page = pages[place.page]
        scale = DPI / 72
        bottom = page.height / scale - place.y
        edges = (place.x, bottom - place.width, place.x + place.width, bottom)
        found = red_box(page.crop(tuple(round(edge * scale) for edge in edges)))
        assert found is not None
        left, bottom, right, top = found
        assert abs(left + right - place.width) < 4
        assert abs(bottom + top - place.width) < 4
        assert min(right - left, top - bottom) > place.width * 0.95
        under = touched(content, place)
        assert any("年" in words and "日" in words for words in under)
        assert len(under) <= 2, under


class TestTheForm:
    def test_before_anybody_decided_nothing_is_red(self, scene, carry, tmp_path):
        equip(scene, scene.county, scene.city, scene.root)
        application, _ = scenes.submitted(scene)
        carry()
        document = form_of(application)
        assert (document.sealed_by, document.unsealed_by, document.certificate) == ("", "", None)
        assert document.seal_words == ""
        assert all(red_box(page) is None for page in pictures_of(content_of(document), tmp_path))

    def test_after_the_county_it_has_the_countys_seal_alone(self, scene, carry, tmp_path):
        equip(scene, scene.county, scene.city, scene.root)
        application, _ = scenes.at_city(scene)
        carry()
        document = form_of(application)
        assert list(sealed_places(document)) == ["county"]
        check_looks(document, tmp_path)
        [impression] = document.impressions.all()
        assert impression.event.verb == "recommend_to_city"
        assert impression.seal.body == scene.county
        assert document.certificate is not None
        assert document.certificate.body == scene.county
        assert document.seal_words == ("已加盖和平区卫生健康委印章；和平区卫生健康委已电子签名")

    def test_with_the_longest_name_and_an_opinion_of_two_pages(self, scene, carry, tmp_path):
        path = f"{scene.city.path}/211324"
        county = Region.objects.create(
            code="211324",
            name=LONGEST,
            level="county",
            parent=scene.city,
            path=path,
            commission=f"{LONGEST}卫生健康局",
        )
        equip(scene, county, scene.city)
        handler = scenes.official("kazuo", "包喀", "county_handler", county)
        application, _ = scenes.submitted(scene, county)
        scenes.scored(application, Step.COUNTY, handler, when=JULY)
        reason = "该机构办托条件良好，同意推荐。" * 130
        perform(application, "recommend_to_city", actor=handler, at=JULY, reason=reason)
        scenes.scored(application, Step.CITY, scene.city_handler, when=AUGUST)
        perform(
            application,
            "recommend_to_province",
            actor=scene.city_handler,
            at=AUGUST,
            reason="同意。",
        )
        carry()
        document = form_of(application)
        assert document.sealed_by == f"{LONGEST}卫生健康局、沈阳市卫生健康委"
        assert list(sealed_places(document)) == ["county", "city"]
        check_looks(document, tmp_path)
        assert document.certificate is not None
        assert document.certificate.body == scene.city
        assert list(invariants.papers.seals_stand_for_decisions()) == []

    def test_three_copies_hold_the_picture_once(self, scene, carry):
        equip(scene, scene.county)
        application, _ = scenes.at_city(scene)
        carry()
        event = form_of(application).event
        one = production.make(Kind.APPLICATION_FORM, event)
        three = production.make(Kind.APPLICATION_FORM, event, copies=3)
        assert one is not None
        assert three is not None
        assert [each.due.place.copy for each in three.sealed.imprints] == [1, 2, 3]
        pages = PdfReader(BytesIO(three.content)).pages
        drawn = {
            image.indirect_reference.idnum
            for page in pages
            for image in page.images
            if image.name.startswith("Seal")
        }
        assert len(drawn) == 1
        assert len(three.content) < 300_000

    def test_the_words_stay_where_they_were(self, scene, carry):
        application, _ = scenes.at_city(scene)
        carry()
        event = form_of(application).event
        bare = production.make(Kind.APPLICATION_FORM, event)
        give_seal(scene, scene.county)
        sealed = production.make(Kind.APPLICATION_FORM, event)
        assert bare is not None
        assert sealed is not None
        assert sealed.content.startswith(bare.content)
        assert bare.places == sealed.places

    def test_a_body_without_a_seal_leaves_its_place_empty_and_that_is_said(self, scene, carry):
        give_seal(scene, scene.city)
        application, _ = scenes.at_province(scene)
        carry()
        document = form_of(application)
        assert document.sealed_by == "沈阳市卫生健康委"
        assert document.unsealed_by == "和平区卫生健康委"
        assert document.seal_words == (
            "已加盖沈阳市卫生健康委印章；和平区卫生健康委尚未用印；无电子签名"
        )

    def test_a_seal_of_later_is_not_put_on_a_decision_of_before(self, scene, carry):
        application, _ = scenes.at_city(scene)
        give_seal(scene, scene.county, when=AUGUST)
        carry()
        assert form_of(application).sealed_by == ""

    def test_a_replaced_seal_stays_on_what_was_decided_under_it(self, scene, carry):
        first = give_seal(scene, scene.county)
        application, _ = scenes.at_city(scene)
        give_seal(scene, scene.county, when=AUGUST)
        carry()
        assert form_of(application).impressions.get().seal == first

    def test_sent_back_the_cell_is_empty_again_seal_and_all(self, scene, carry):
        equip(scene, scene.county, scene.city)
        application, _ = scenes.at_city(scene)
        perform(
            application,
            "send_back_to_county",
            actor=scene.city_handler,
            at=JULY,
            reason="评分不全。",
        )
        carry()
        document = form_of(application)
        assert (document.sealed_by, document.certificate) == ("", None)

    def test_the_zone_seals_both_cells(self, scene, carry, tmp_path):
        equip(scene, scene.zone)
        application, _ = scenes.submitted(scene, scene.zone)
        scenes.scored(application, Step.COUNTY, scene.zone_county, when=JULY)
        perform(application, "recommend_to_city", actor=scene.zone_county, at=JULY, reason="同意。")
        scenes.scored(application, Step.CITY, scene.zone_city, when=AUGUST)
        perform(
            application, "recommend_to_province", actor=scene.zone_city, at=AUGUST, reason="同意。"
        )
        carry()
        document = form_of(application)
        assert document.sealed_by == "沈抚改革创新示范区卫生健康委"
        check_looks(document, tmp_path)
        assert document.impressions.count() == 2


class TestOtherPapers:
    def test_the_countys_letter_has_the_countys_seal(self, scene, carry, tmp_path):
        equip(scene, scene.county)
        scenes.at_city(scene)
        carry()
        check_looks(paper_of(Kind.COUNTY_LETTER), tmp_path)

    @pytest.mark.parametrize("kind", [Kind.CITY_LETTER, Kind.SUMMARY_PDF])
    def test_what_a_city_writes_rests_on_its_recommendations(self, scene, carry, tmp_path, kind):
        equip(scene, scene.city)
        scenes.at_province(scene)
        carry()
        quota = Quota.objects.get(cycle=scene.cycle, region=scene.city)
        job = services.request_from_city(quota, kind, by=scene.city_handler, at=AUGUST)
        document = services.work(job.pk, now=lambda: AUGUST)
        assert document is not None
        assert document.seal_words == "已加盖沈阳市卫生健康委印章；沈阳市卫生健康委已电子签名"
        [impression] = document.impressions.all()
        assert impression.event.verb == "recommend_to_province"
        check_looks(document, tmp_path)
        assert list(invariants.papers.seals_stand_for_decisions()) == []

    def test_a_table_that_the_province_asks_for_is_not_the_citys(self, scene, carry):
        equip(scene, scene.city, scene.root)
        scenes.at_province(scene)
        carry()
        quota = Quota.objects.get(cycle=scene.cycle, region=scene.city)
        for subject in (quota, scene.cycle):
            job = services.request_from_city(subject, Kind.SUMMARY_PDF, by=scene.officer, at=AUGUST)
            document = services.work(job.pk, now=lambda: AUGUST)
            assert document is not None
            assert document.impressions.count() == 0
            assert document.certificate is None

    def test_the_provinces_papers_have_the_provinces_seal(self, scene, carry, tmp_path):
        equip(scene, scene.root)
        order = ordered(scene)
        carry()
        kinds = (Kind.NOTICE, Kind.AWARD_DECISION, Kind.CERTIFICATE, Kind.RECTIFICATION_ORDER)
        supervision.revoke(
            order.title,
            ground=RevocationGround.FRAUD,
            actor=scene.officer,
            at=LATER,
            reason="材料弄虚作假。",
        )
        for kind in kinds:
            document = Document.objects.get(kind=kind)
            assert document.sealed_by == "辽宁省卫生健康委"
            assert document.certificate is not None
        check_looks(paper_of(Kind.NOTICE), tmp_path)
        check_looks(paper_of(Kind.CERTIFICATE), tmp_path)
        check_looks(paper_of(Kind.RECTIFICATION_ORDER), tmp_path)

    def test_score_tables_have_none(self, scene, carry):
        equip(scene, scene.county)
        scenes.at_city(scene)
        carry()
        for kind in (Kind.SCORES_SELF, Kind.SCORES_COUNTY):
            assert paper_of(kind).seal_words == ""

    def test_a_decision_of_nobody_in_particular_is_not_sealed(self, scene):
        """Something that the portal did by itself: nobody acted in a post of the body."""
        equip(scene, scene.root)
        event = Event.objects.create(
            subject_type="publicity.notice", subject_id=1, verb="publish", at=AUGUST, target="open"
        )
        place = SealPlace("issuer", scene.root.path, 1, 0, 0, 0, 119)
        assert sealing.seal(Kind.NOTICE, event, Drawn(b"%PDF-", (place,))).content == b"%PDF-"
