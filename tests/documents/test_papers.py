"""The papers that follow the moves: letters, notice, decision, certificate, order, revocation."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from accounts.models import Region, User
from applications.statuses import Step
from documents import production, services
from documents.models import Document, Job
from documents.papers.qr import verification_url
from documents.statuses import Kind
from nurseries.models import Nursery
from publicity import services as publicity
from publicity.models import Title
from publicity.statuses import RevocationGround
from quotas.models import Quota
from supervision import services as supervision
from tests import scenes
from tests.documents.conftest import content_of, made_again, paper_of, text_of, touched
from tests.documents.conftest import words as words_of
from tests.scenes import AUGUST, JULY
from tests.supervision import stories
from workflow import Refused, perform
from workflow.models import Event

OVER = scenes.at("2023-10-10 09:00")
LATER = scenes.at("2024-05-06 09:00")
# As long as a name may be, in the county with the longest one.
LONGEST = (
    "喀喇沁左翼蒙古族自治县示例镇中心社区普惠婴幼儿照护服务综合指导中心附属示例托育服务有限责任公司"
)
LONGEST_BODY = "喀喇沁左翼蒙古族自治县卫生健康局"
RARE = "喆昇玥珺堃垚芃镕琤祎翀"


def awarded(scene) -> Title:
    notice, application, _ = scenes.on_notice(scene)
    publicity.conclude(notice, actor=scene.officer, at=OVER, decision_number="示例卫发〔2023〕12号")
    return Title.objects.get(application=application)


def ordered(scene):
    title = awarded(scene)
    return supervision.order_rectification(
        title, problem="晨午检记录不全。\n监控录像保存不足 90 日。", by=scene.officer, at=LATER
    )


class TestLetters:
    def test_a_county_recommends_in_the_words_of_its_opinion(self, scene, carry):
        application, _ = scenes.at_city(scene)
        carry()
        document = paper_of(Kind.COUNTY_LETTER)
        text = text_of(document)
        for words in (
            "和平区卫生健康委",
            "关于推荐阳光托育园参评2023年省级示范托育机构的函",
            "沈阳市卫生健康委：",
            f"受理编号：{application.number}",
            "自评90分，县级评分90分。同意推荐。",
            "和平区卫生健康委2023年7月20日",
        ):
            assert words in text, words
        [place] = made_again(document).places
        assert place.body == scene.county.path

    @pytest.mark.usefixtures("undrawn")
    def test_sent_back_the_letter_no_longer_counts(self, scene, carry):
        application, _ = scenes.at_city(scene)
        carry()
        perform(
            application, "send_back_to_county", actor=scene.city_handler, at=JULY, reason="请复核。"
        )
        carry()
        assert not Document.objects.current().of_kinds(Kind.COUNTY_LETTER).exists()

    @pytest.mark.usefixtures("undrawn")
    def test_the_zone_writes_no_letter_to_itself(self, scene, carry):
        application, _ = scenes.submitted(scene, scene.zone)
        scenes.scored(application, Step.COUNTY, scene.zone_county, when=JULY)
        perform(application, "recommend_to_city", actor=scene.zone_county, at=JULY, reason="同意。")
        carry()
        assert not Document.objects.of_kinds(Kind.COUNTY_LETTER).exists()

    def test_a_city_recommends_with_its_list(self, scene):
        scenes.at_province(scene)
        scenes.at_city(scene, name="待审托育园", username="waiting")
        quota = Quota.objects.get(cycle=scene.cycle, region=scene.city)
        job = services.request_from_city(quota, Kind.CITY_LETTER, by=scene.city_handler, at=AUGUST)
        assert (job.event.verb, job.event.label) == ("write_letter", "出具推荐函")
        document = services.work(job.pk, now=lambda: AUGUST)
        assert document is not None
        text = text_of(document)
        for words in (
            "辽宁省卫生健康委：",
            "在分配的2个名额内择优推荐1家机构（名单见附件）",
            "沈阳市推荐2023年省级示范托育机构名单序号机构名称所在县（市、区）市级得分1阳光托育园和平区90",
        ):
            assert words in text, words
        assert "待审托育园" not in text

    def test_nobody_is_recommended_by_nobody(self, scene):
        quota = Quota.objects.get(cycle=scene.cycle, region=scene.city)
        with pytest.raises(Refused, match="尚未推荐机构"):
            services.request_from_city(quota, Kind.CITY_LETTER, by=scene.city_handler, at=AUGUST)
        for subject in (quota, scene.cycle):
            with pytest.raises(Refused, match="由各市自行出具"):
                services.request_from_city(subject, Kind.CITY_LETTER, by=scene.officer, at=AUGUST)

    def test_whose_list_has_emptied_is_told_so(self, scene):
        application, staff = scenes.at_province(scene)
        quota = Quota.objects.get(cycle=scene.cycle, region=scene.city)
        job = services.request_from_city(quota, Kind.CITY_LETTER, by=scene.city_handler, at=AUGUST)
        perform(application, "withdraw", actor=staff, at=AUGUST, reason="装修。")
        assert services.work(job.pk, now=lambda: AUGUST) is None
        assert Job.objects.get().fault == "目前没有可以写入该文书的内容。"


class TestPublication:
    def test_the_notice_says_what_its_page_says(self, scene, carry):
        notice, _, _ = scenes.on_notice(scene)
        carry()
        text = text_of(paper_of(Kind.NOTICE))
        for words in (
            "示例〔2023〕1号2023年省级示范托育机构名单公示现将名单予以公示。",
            "公示期：2023年9月27日至2023年10月9日，共5个工作日。",
            "受理异议：省卫生健康委人口家庭处024-00000000",
            "辽宁省卫生健康委2023年9月27日",
            "1阳光托育园沈阳市和平区",
        ):
            assert words in text, words

    def test_the_decision_names_the_titles_with_their_term(self, scene, carry):
        title = awarded(scene)
        carry()
        text = text_of(paper_of(Kind.AWARD_DECISION))
        for words in (
            "辽宁省卫生健康委文件示例卫发〔2023〕12号",
            "根据有关规定，",
            "决定授予下列1家机构“省级示范托育机构”称号（名单见附件），有效期2年，",
            "自2023年10月10日至2025年10月9日。",
            f"1阳光托育园沈阳市和平区{title.number}",
        ):
            assert words in text, words

    @pytest.mark.usefixtures("undrawn")
    def test_a_second_decision_stands_beside_the_first(self, scene, carry):
        scenes.passed(scene, name="春苗托育园", username="second")
        notice, application, _ = scenes.on_notice(scene)
        entry = notice.entries.get(application=application)
        objection = publicity.file_objection(
            entry, name="某人", contact="13800000000", content="不实。", at=scenes.NOTICED
        )
        publicity.conclude(notice, actor=scene.officer, at=OVER, decision_number="12号")
        perform(objection, "accept", actor=scene.officer, at=OVER)
        perform(objection, "overrule", actor=scene.officer, at=OVER, reason="查无此事。")
        publicity.award_held(notice, actor=scene.officer, at=LATER, decision_number="13号")
        carry()
        first, second = Document.objects.current().of_kinds(Kind.AWARD_DECISION).order_by("pk")
        assert (first.event.verb, second.event.verb) == ("conclude", "award_held")

    @pytest.mark.usefixtures("undrawn")
    def test_awarding_nobody_makes_no_decision(self, scene, carry):
        notice, application, _ = scenes.on_notice(scene)
        entry = notice.entries.get(application=application)
        publicity.file_objection(
            entry, name="某人", contact="13800000000", content="不实。", at=scenes.NOTICED
        )
        publicity.conclude(notice, actor=scene.officer, at=OVER, decision_number="12号")
        carry()
        assert not Document.objects.of_kinds(Kind.AWARD_DECISION).exists()


class TestTitles:
    def test_the_certificate_is_one_page_across_with_the_titles_own_code(self, scene, carry):
        title = awarded(scene)
        carry()
        document = paper_of(Kind.CERTIFICATE)
        assert document.code == title.code
        [page] = PdfReader(BytesIO(content_of(document))).pages
        assert page.mediabox.width > page.mediabox.height
        text = text_of(document)
        for words in (
            "证书",
            "阳光托育园：",
            "授予你单位“省级示范托育机构”称号，特发此证。",
            "有效期：2023年10月10日至2025年10月9日",
            f"证书编号{title.number}",
            "示例卫发〔2023〕12号",
            "辽宁省卫生健康委2023年10月10日",
        ):
            assert words in text, words
        assert verification_url(title.code).endswith(f"/verify/{title.code}/")

    @pytest.mark.parametrize("name", [LONGEST, f"{RARE}婴幼儿照护服务中心"])
    def test_the_seal_keeps_clear_of_the_longest_names(self, scene, name):
        title = awarded(scene)
        Nursery.objects.filter(pk=title.nursery_id).update(name=name)
        Region.objects.filter(pk=scene.root.pk).update(commission=LONGEST_BODY)
        event = Event.objects.of(title).get(verb="begin")
        made = production.make(Kind.CERTIFICATE, event)
        assert made is not None
        assert name in words_of(made.content)
        [place] = made.places
        assert touched(made.content, place) == {LONGEST_BODY, "2023年10月10日"}

    def test_an_order_says_what_to_put_right_and_by_when(self, scene, carry):
        order = ordered(scene)
        carry()
        document = paper_of(Kind.RECTIFICATION_ORDER)
        text = text_of(document)
        for words in (
            f"卫托改〔2024〕{order.pk}号限期整改通知书阳光托育园：",
            "晨午检记录不全。监控录像保存不足90日。",
            "请于2024年6月5日前完成整改",
            "辽宁省卫生健康委2024年5月6日",
        ):
            assert words in text, words
        assert document.application == order.title.application

    def test_a_revocation_takes_the_certificate_away(self, scene, carry):
        title = awarded(scene)
        carry()
        supervision.revoke(
            title,
            ground=RevocationGround.FRAUD,
            actor=scene.officer,
            at=LATER,
            reason="经查实，材料弄虚作假。",
        )
        carry()
        assert not Document.objects.current().of_kinds(Kind.CERTIFICATE).exists()
        text = text_of(paper_of(Kind.REVOCATION_DECISION))
        for words in (
            "关于撤销阳光托育园“省级示范托育机构”称号的决定",
            "经查实，材料弄虚作假。",
            "决定自2024年5月6日起撤销",
        ):
            assert words in text, words

    def test_a_revocation_is_announced_first_and_decided_with_what_was_said(self, scene, carry):
        title = awarded(scene)
        staff = User.objects.get(username="staff")
        proposal = stories.proposed(scene, title, at=LATER)
        carry()
        text = text_of(paper_of(Kind.REVOCATION_NOTICE))
        for words in (
            "撤销称号事先告知书",
            "已停止收托三个月。",
            "停止提供托育服务",
            "请于2024年5月11日前（5日内）",
        ):
            assert words in text, words
        supervision.make_statement(proposal, text="已恢复。", by=staff, at=LATER)
        supervision.decide_revocation(
            proposal, actor=scene.officer, at=LATER, reason="经复核，情况属实。"
        )
        carry()
        text = text_of(paper_of(Kind.REVOCATION_DECISION))
        for words in ("经复核，情况属实。", "陈述、申辩意见已予复核", "停止提供托育服务"):
            assert words in text, words

    def test_an_extension_leaves_the_order_as_it_was_written(self, scene, carry):
        order = ordered(scene)
        carry()
        staff = User.objects.get(username="staff")
        supervision.ask_extension(order, reason="设备推迟。", by=staff, at=LATER)
        supervision.grant_extension(order, days=10, by=scene.officer, at=LATER)
        document = paper_of(Kind.RECTIFICATION_ORDER)
        assert made_again(document).content == content_of(document)
        assert "2024年6月5日" in text_of(document)

    @pytest.mark.usefixtures("undrawn")
    def test_a_certificate_that_comes_late_does_not_count(self, scene, carry):
        title = awarded(scene)
        supervision.revoke(
            title, ground=RevocationGround.FRAUD, actor=scene.officer, at=LATER, reason="弄虚作假。"
        )
        carry()
        assert Document.objects.get(kind=Kind.CERTIFICATE).superseded_at is not None


def test_every_paper_comes_out_the_same_again(scene, carry):
    order = ordered(scene)
    supervision.revoke(
        order.title,
        ground=RevocationGround.FRAUD,
        actor=scene.officer,
        at=LATER,
        reason="弄虚作假。",
    )
    carry()
    documents = list(Document.objects.all())
    assert len({document.kind for document in documents}) == 11
    for document in documents:
        if not document.superseded_at or document.kind == Kind.CERTIFICATE:
            assert made_again(document).content == content_of(document), document
