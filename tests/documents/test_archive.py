"""The archive 评选工作档案: what each reader finds in it, and the province's signed paper."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import User
from applications.models import Review
from applications.statuses import Step
from documents import production, services
from documents.archive import Reader, archives, assembled, reader_of
from documents.models import Document, Job
from documents.policies import may_compile_archive
from documents.signing import validate
from documents.statuses import Kind
from nurseries.models import Nursery
from publicity import services as publicity
from publicity.models import Notice, Objection
from tests import scenes
from tests.documents import archiving
from tests.documents.archiving import ANSWER, COMPLAINANT, DECEMBER, OBJECTOR, Life
from tests.documents.conftest import content_of, text_of
from tests.documents.holdings import equip
from tests.publicity import crowd
from tests.scenes import AUGUST, JUNE, SEPTEMBER, Province, at
from tests.supervision import stories
from workflow import perform, record
from workflow.models import Event

Browse = Callable[[User], Client]
EXPERTS_MARK = "书面评审"
LIST_QUERIES = 7
PAGE_QUERIES = 25


@pytest.fixture
def life(scene: Province) -> Life:
    return archiving.lived(scene)


def page(client: Client, nursery: Nursery) -> str:
    answer = client.get(reverse("documents:archive", args=[nursery.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def told(nursery: Nursery, user: User) -> list[str]:
    """What happened, as this person reads it, in order of time."""
    reader = reader_of(nursery, user)
    assert reader is not None
    return [
        entry.what for chapter in assembled(nursery, reader).chapters for entry in chapter.entries
    ]


def everything(nursery: Nursery, reader: Reader) -> str:
    """All words of an archive."""
    archive = assembled(nursery, reader)
    return json.dumps([vars(chapter) for chapter in archive.chapters], default=repr)


def words_of(nursery: Nursery, user: User) -> str:
    reader = reader_of(nursery, user)
    assert reader is not None
    return repr(assembled(nursery, reader))


class TestWhoReads:
    def test_the_nursery_its_offices_and_the_province(self, life: Life, browse: Browse) -> None:
        scene = life.scene
        for user in (life.staff, scene.county_handler, scene.city_handler, scene.officer):
            assert life.nursery.name in page(browse(user), life.nursery)

    def test_nobody_else(self, life: Life, browse: Browse) -> None:
        scene = life.scene
        stranger = scenes.staff(scenes.nursery(scene.county, "别家"), "stranger")
        others = (scene.other_county_handler, scene.other_city_handler, scene.experts[0], stranger)
        address = reverse("documents:archive", args=[life.nursery.pk])
        for user in others:
            assert browse(user).get(address).status_code == 404, user
            assert reader_of(life.nursery, user) is None

    def test_a_colleague_of_another_county_of_the_city_does_not(
        self, life: Life, browse: Browse
    ) -> None:
        neighbour = scenes.official("next", "孙铁", "county_handler", life.scene.next_county)
        address = reverse("documents:archive", args=[life.nursery.pk])
        assert browse(neighbour).get(address).status_code == 404

    def test_who_sees_the_nursery_by_another_office_finds_no_archive(
        self, life: Life, browse: Browse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("documents.views.archives.reader_of", lambda *_: None)
        address = reverse("documents:archive", args=[life.nursery.pk])
        assert browse(life.scene.officer).get(address).status_code == 404


class TestWhatIsTold:
    def test_the_province_reads_all(self, life: Life) -> None:
        words = told(life.nursery, life.scene.officer)
        for what in (
            "开始申报",
            "提交",
            "列入公示",
            "发布公示",
            "提交异议",
            "异议不成立",
            "公布公示结果",
            "称号生效",
            "提醒督促",
            "举报：提交举报",
            "抽查检查",
            "责令限期整改",
            "报告整改情况",
            "停止申报",
            "拟撤销称号",
            "发布",
        ):
            assert any(each.startswith(what) for each in words), (what, words)
        read = words_of(life.nursery, life.scene.officer)
        for text in (ANSWER, "监控录像保存不足 90 日", "检查得分 78", "查实自评材料造假", "专家1"):
            assert text in read, text

    def test_it_stands_in_order_of_time(self, life: Life) -> None:
        reader = reader_of(life.nursery, life.scene.officer)
        assert reader is not None
        chapters = assembled(life.nursery, reader).chapters
        assert [chapter.title for chapter in chapters] == [life.scene.cycle.name, "经验做法"]
        times = [entry.at for entry in chapters[0].entries]
        assert times == sorted(times)
        assert len(times) > 20

    def test_who_signed_for_which_body(self, life: Life) -> None:
        read = words_of(life.nursery, life.scene.officer)
        assert "王和（" in read
        assert "同意推荐。" in read

    def test_a_nursery_reads_of_offices_not_of_people(self, life: Life) -> None:
        read = words_of(life.nursery, life.staff)
        for name in ("王和", "李沈", "周省", "专家1"):
            assert name not in read, name
        assert "陈园长" in read
        assert life.scene.county.commission in read or "和平区" in read

    def test_marks_follow_the_page_of_the_file(self, life: Life) -> None:
        scene = life.scene
        labels = {}
        for user in (life.staff, scene.county_handler, scene.city_handler, scene.officer):
            reader = reader_of(life.nursery, user)
            assert reader is not None
            record = assembled(life.nursery, reader).chapters[0].files[0]
            labels[user.username] = [line.label for line in record.scores]
            assert ("评审得分", "90") in [(a, b[:2]) for a, b in record.facts]
        own = "机构自评（第 1 次提交）"
        assert labels["staff"] == [own]
        assert labels["county"] == [own, "县级初审"]
        assert labels["city"] == [own, "县级初审", "市级审核"]
        assert labels["officer"] == [
            own,
            "县级初审",
            "市级审核",
            *["书面评审"] * 3,
            *["实地评审"] * 3,
        ]

    def test_the_checks_marks_are_not_the_nurserys(self, life: Life) -> None:
        assert "检查得分 78" in words_of(life.nursery, life.scene.city_handler)
        read = words_of(life.nursery, life.staff)
        assert "检查得分" not in read
        assert "监控录像保存不足 90 日" in read


class TestConfidence:
    """Of objections and complaints nobody learns more than elsewhere."""

    def test_of_an_objection_the_nursery_learns_its_end(self, life: Life) -> None:
        words = told(life.nursery, life.staff)
        assert "对本机构的异议不成立" in words
        read = words_of(life.nursery, life.staff)
        for secret in (ANSWER, "提交异议", "受理异议", *OBJECTOR, *COMPLAINANT, "举报"):
            assert secret not in read, secret

    def test_not_settled_it_learns_nothing(self, scene: Province) -> None:
        notice, application, staff = scenes.on_notice(scene)
        crowd.objected(notice)
        assert "异议" not in words_of(application.nursery, staff)

    def test_county_and_city_learn_what_is_public(self, life: Life) -> None:
        for user in (life.scene.county_handler, life.scene.city_handler):
            read = words_of(life.nursery, user)
            for secret in ("异议", ANSWER, "举报", "停止申报", *OBJECTOR, *COMPLAINANT):
                assert secret not in read, (user, secret)

    def test_the_province_reads_no_name_either(self, life: Life) -> None:
        read = words_of(life.nursery, life.scene.officer)
        for secret in (*OBJECTOR, *COMPLAINANT):
            assert secret not in read, secret
        assert "异议事项" in read

    def test_upheld_it_left_the_list(self, scene: Province) -> None:
        notice, application, staff = scenes.on_notice(scene)
        objection = crowd.objected(notice)
        perform(objection, "accept", actor=scene.officer, at=scenes.NOTICED)
        publicity.uphold(objection, actor=scene.officer, at=scenes.NOTICED, reason="经核查属实。")
        assert "对本机构的异议成立" in told(application.nursery, staff)
        assert "经核查属实" not in words_of(application.nursery, staff)

    def test_experts_marks_wait_for_the_whole_panel(self, scene: Province) -> None:
        application, _ = scenes.at_province(scene)
        reviews = scenes.seat_panel(scene, application, sealed=False)
        first = reviews[0]
        scenes.scoring.seal(first.sheet, by=first.reviewer, at=SEPTEMBER)
        assert EXPERTS_MARK not in scores_of(application.nursery, scene.officer)
        for review in reviews[1:]:
            scenes.scoring.seal(review.sheet, by=review.reviewer, at=SEPTEMBER)
        assert EXPERTS_MARK in scores_of(application.nursery, scene.officer)

    def test_a_former_round_is_told_as_such(self, scene: Province) -> None:
        application, _ = scenes.at_city(scene)
        Review.objects.filter(step=Step.COUNTY).update(superseded=True)
        assert "县级初审（前一轮）" in scores_of(application.nursery, scene.county_handler)

    def test_a_draft_is_the_nurserys_alone(self, scene: Province) -> None:
        application, staff = scenes.drafted(scene)
        reader = reader_of(application.nursery, staff)
        assert reader is not None
        record = assembled(application.nursery, reader).chapters[0].files[0]
        assert ("首次提交", "尚未提交") in record.facts
        assert told(application.nursery, scene.county_handler) == []


def scores_of(nursery: Nursery, user: User) -> str:
    reader = reader_of(nursery, user)
    assert reader is not None
    return repr(
        [file.scores for each in assembled(nursery, reader).chapters for file in each.files]
    )


class TestThePaper:
    @pytest.fixture
    def paper(self, life: Life) -> Document:
        equip(life.scene, life.scene.root)
        job = services.request_archive(life.nursery, by=life.scene.officer, at=DECEMBER)
        made = services.work(job.pk, now=lambda: DECEMBER)
        assert made is not None
        return made

    def test_it_says_all_that_the_province_reads(self, paper: Document, life: Life) -> None:
        text = text_of(paper)
        for words in (
            f"{life.nursery.name}评选工作档案",
            life.application.number,
            life.title.number,
            "监控录像保存不足90日",
            "晨检的做法",
            "异议不成立",
            "书面评审",
        ):
            assert words in text, words
        for secret in (*OBJECTOR, *COMPLAINANT):
            assert secret not in text

    def test_it_is_sealed_and_signed_by_the_province(self, paper: Document, life: Life) -> None:
        commission = life.scene.root.commission
        assert paper.sealed_by == commission
        assert paper.certificate is not None
        assert paper.certificate.body == life.scene.root
        found = validate(content_of(paper))
        assert found.is_good
        assert found.signer == commission

    def test_the_same_event_gives_the_same_content(self, paper: Document, life: Life) -> None:
        """Whatever happened since."""
        later = DECEMBER + timedelta(days=1)
        stories.prompted(life.title, life.scene.city_handler, at=later)
        again = production.make(Kind.ARCHIVE, paper.event)
        assert again is not None
        assert again.content_digest == paper.content_digest
        assert again.code == paper.code

    def test_a_newer_one_takes_its_place(self, paper: Document, life: Life) -> None:
        later = DECEMBER + timedelta(days=1)
        job = services.request_archive(life.nursery, by=life.scene.officer, at=later)
        assert services.work(job.pk, now=lambda: later) is not None
        paper.refresh_from_db()
        assert paper.superseded_at == later

    def test_one_at_a_time(self, life: Life) -> None:
        asked = [
            services.request_archive(life.nursery, by=life.scene.officer, at=DECEMBER)
            for _ in range(2)
        ]
        assert asked[0] == asked[1]
        assert Event.objects.of(life.nursery).telling("compile_archive").count() == 1

    def test_only_who_signs_for_the_province_asks(self, life: Life, browse: Browse) -> None:
        scene = life.scene
        for user in (life.staff, scene.county_approver, scene.city_handler, scene.experts[0]):
            assert not may_compile_archive(user)
            with pytest.raises(PermissionDenied):
                services.request_archive(life.nursery, by=user, at=DECEMBER)
        address = reverse("documents:compile_archive", args=[life.nursery.pk])
        assert browse(scene.county_approver).post(address).status_code == 403
        assert browse(scene.city_handler).post(address).status_code == 403

    def test_only_the_province_finds_it(self, paper: Document, life: Life) -> None:
        scene = life.scene
        assert paper in Document.objects.visible_to(scene.officer)
        for user in (life.staff, scene.county_approver, scene.city_handler, scene.experts[0]):
            assert paper not in Document.objects.visible_to(user), user

    def test_asked_for_on_its_page(self, life: Life, browse: Browse) -> None:
        client = browse(life.scene.officer)
        answer = client.post(reverse("documents:compile_archive", args=[life.nursery.pk]))
        job = Job.objects.get()
        assert answer.headers["Location"] == job.get_absolute_url()
        assert job.back_url == reverse("documents:archive", args=[life.nursery.pk])

    def test_its_page_leads_to_it(self, paper: Document, life: Life, browse: Browse) -> None:
        address = paper.get_absolute_url()
        assert address in page(browse(life.scene.officer), life.nursery)
        for user in (life.staff, life.scene.county_approver):
            shown = page(browse(user), life.nursery)
            assert address not in shown
            assert "生成签章档案" not in shown

    def test_it_can_be_verified(self, paper: Document, life: Life, client: Client) -> None:
        shown = client.get(reverse("documents:verified", args=[paper.code])).content.decode()
        assert "评选工作档案" in shown
        assert life.nursery.name in shown
        assert life.scene.root.commission in shown

    def test_another_fact_about_the_nursery_puts_no_seal(self, life: Life) -> None:
        equip(life.scene, life.scene.root)
        event = record(life.nursery, "update", actor=life.scene.officer, at=DECEMBER)
        made = production.make(Kind.ARCHIVE, event)
        assert made is not None
        assert made.sealed.imprints == ()

    def test_what_came_later_is_not_in_it(self, scene: Province) -> None:
        """The panel was half sealed, and a draft not handed in, when it was put together."""
        application, _ = scenes.at_province(scene)
        reviews = scenes.seat_panel(scene, application, sealed=False)
        scenes.scoring.seal(reviews[0].sheet, by=reviews[0].reviewer, at=SEPTEMBER)
        event = record(application.nursery, "compile_archive", actor=scene.officer, at=SEPTEMBER)
        before = production.make(Kind.ARCHIVE, event)
        later = SEPTEMBER + timedelta(days=1)
        for review in reviews[1:]:
            scenes.scoring.seal(review.sheet, by=review.reviewer, at=later)
        after = production.make(Kind.ARCHIVE, event)
        assert before is not None
        assert after is not None
        assert after.content_digest == before.content_digest


def test_a_paper_of_a_file_that_is_still_a_draft_is_empty(scene: Province) -> None:
    application, _ = scenes.drafted(scene)
    event = record(application.nursery, "compile_archive", actor=scene.officer, at=JUNE)
    made = production.make(Kind.ARCHIVE, event)
    assert made is not None


class TestTheList:
    def test_everybody_finds_what_they_may_read(self, life: Life, browse: Browse) -> None:
        scene = life.scene
        empty = scenes.nursery(scene.county, "未申报园")
        for user in (life.staff, scene.county_handler, scene.city_handler, scene.officer):
            shown = browse(user).get(reverse("documents:archives")).content.decode()
            assert life.nursery.name in shown, user
            assert empty.name not in shown
        for user in (scene.other_county_handler, scene.experts[0]):
            shown = browse(user).get(reverse("documents:archives")).content.decode()
            assert life.nursery.name not in shown, user

    def test_by_name_area_and_number(self, life: Life) -> None:
        def names(words: str, path: str = "") -> list[str]:
            return [each.name for each in archives(life.scene.officer, words=words, path=path)]

        assert names("阳光") == [life.nursery.name]
        assert names("和平区 阳光") == [life.nursery.name]
        assert names("沈阳") == [life.nursery.name]
        assert names(life.application.number) == [life.nursery.name]
        assert names(life.title.number) == [life.nursery.name]
        assert names("", life.scene.county.path) == [life.nursery.name]
        assert names("", life.scene.other_city.path) == []
        assert names("不存在") == []

    def test_what_a_line_says(self, life: Life) -> None:
        row: Any = archives(life.scene.officer).get()
        assert (row.file_count, row.last_year, row.title_number) == (1, 2023, life.title.number)

    def test_the_search_of_the_page(self, life: Life, browse: Browse) -> None:
        client = browse(life.scene.officer)
        address = reverse("documents:archives")
        for query, found in (
            ({"area": life.scene.county.code}, True),
            ({"area": life.scene.other_city.code}, False),
            ({"area": "999999"}, True),
            ({"q": "没有这家"}, False),
        ):
            shown = client.get(address, query).content.decode()
            assert (life.nursery.name in shown) is found, query

    @pytest.mark.parametrize("count", [1, 3, 300])
    def test_one_query_count(
        self, scene: Province, browse: Browse, django_assert_num_queries: Any, count: int
    ) -> None:
        crowd.passed(scene, count)
        client = browse(scene.officer)
        client.get(reverse("documents:archives"))
        with django_assert_num_queries(LIST_QUERIES):
            client.get(reverse("documents:archives"))


@pytest.mark.parametrize("more", [1, 3, 300])
def test_the_page_costs_the_same_however_much_there_is_to_tell(
    life: Life, browse: Browse, django_assert_num_queries: Any, more: int
) -> None:
    for number in range(more):
        record(life.application, "start_review", actor=life.scene.officer, at=AUGUST, step="county")
        record(life.title, "begin", actor=life.scene.officer, at=AUGUST, number=number)
    client = browse(life.scene.officer)
    client.get(reverse("documents:archive", args=[life.nursery.pk]))
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(reverse("documents:archive", args=[life.nursery.pk]))


def test_the_portal_itself_is_named(scene: Province) -> None:
    """What expired by the day was nobody's act."""
    (title,) = crowd.concluded(scene)
    publicity.expire_title(title, at=at("2025-10-10 09:00"))
    reader = reader_of(title.nursery, scene.officer)
    assert reader is not None
    last = assembled(title.nursery, reader).chapters[0].entries[-1]
    assert (last.what, last.who) == ("到期", "平台")


def test_a_revoked_title_names_its_ground(scene: Province) -> None:
    (title,) = crowd.concluded(scene)
    publicity.revoke_title(
        title, ground="fraud", actor=scene.officer, at=at("2024-01-10 09:00"), reason="材料造假。"
    )
    assert "原因：弄虚作假。材料造假。" in words_of(title.nursery, scene.county_handler)


def test_notices_without_numbers_are_told_too(scene: Province) -> None:
    notice = crowd.drafted(scene)
    Notice.objects.filter(pk=notice.pk).update(number="")
    publicity.publish(notice, actor=scene.officer, at=scenes.NOTICED)
    nursery = notice.entries.get().application.nursery
    assert "《2023年省级示范托育机构名单公示》，公示期2023年9月27日至2023年10月9日。" in words_of(
        nursery, scene.officer
    )
    assert not Objection.objects.exists()
