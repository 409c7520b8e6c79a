"""Good practice 经验做法: who writes, what is asked before it is handed in, who publishes."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from accounts.models import User
from files.models import StoredFile
from files.services import Rejected
from nurseries.models import Nursery
from publicity import services
from publicity.authors import authors
from publicity.models import Practice, PracticePicture, Title
from publicity.models.practices import MAX_PICTURES
from publicity.services import Overtaken, Writing
from tests import scenes
from tests.publicity import crowd
from tests.scenes import Province, at
from workflow import Refused, open_to, perform
from workflow.models import Event

MONDAY = at("2023-11-06 09:00")
TUESDAY = at("2023-11-07 09:00")
TEXT = "一、医育结合\n与社区卫生服务中心签约。\n（一）每周巡诊\n医生每周到园一次。"


def picture(name: str = "活动室.jpg", kind: str = "JPEG", **more: Any) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (90, 140, 90)).save(out, kind, **more)
    return SimpleUploadedFile(name, out.getvalue())


def writing(**more: Any) -> Writing:
    values: dict[str, Any] = {
        "title": "医育结合的做法",
        "summary": "与社区卫生服务中心共建。",
        "text": TEXT,
        "consents": True,
    }
    return Writing(**(values | more))


@pytest.fixture
def title(scene: Province) -> Title:
    return crowd.concluded(scene)[0]


@pytest.fixture
def writer(title: Title) -> User:
    return scenes.staff(title.nursery, "writer", "陈园长")


@pytest.fixture
def practice(title: Title, writer: User) -> Practice:
    """A draft with one picture that is described and inspected."""
    made = services.draft_practice(
        title.nursery, writing(uploads=[picture()]), by=writer, at=MONDAY
    )
    scenes.inspected(MONDAY)
    services.edit_practice(
        made,
        writing(captions={made.pictures.get().pk: "活动室一角"}),
        seen_version=1,
        by=writer,
        at=MONDAY,
    )
    return Practice.objects.get(pk=made.pk)


def problems(practice: Practice, user: User, name: str = "submit") -> list[str]:
    offers = {offer.name: offer for offer in open_to(user, practice, at=TUESDAY)}
    return [problem.text for problem in offers[name].problems]


class TestWriting:
    def test_a_nursery_begins_one(self, practice: Practice, title: Title, writer: User) -> None:
        assert practice.state == "draft"
        assert (practice.nursery, practice.region) == (title.nursery, title.region)
        assert practice.author == title.nursery.name
        assert practice.written_by == writer
        assert practice.version == 2
        assert [event.verb for event in Event.objects.of(practice)] == ["draft", "edit"]
        assert str(practice) == "医育结合的做法"

    def test_a_commission_writes_in_its_own_name(self, scene: Province) -> None:
        made = services.draft_practice(scene.county, writing(), by=scene.county_handler, at=MONDAY)
        assert made.author == scene.county.commission
        perform(made, "submit", actor=scene.county_handler, at=MONDAY)
        assert made.state == "submitted"

    def test_nobody_writes_for_others(self, scene: Province, title: Title, writer: User) -> None:
        for body, by in (
            (title.nursery, scene.county_handler),
            (scene.county, writer),
            (scene.county, scene.other_county_handler),
        ):
            with pytest.raises(PermissionDenied):
                services.draft_practice(body, writing(), by=by, at=MONDAY)

    def test_a_stranger_does_not_edit(self, scene: Province, practice: Practice) -> None:
        with pytest.raises(PermissionDenied):
            services.edit_practice(
                practice, writing(), seen_version=2, by=scene.county_handler, at=MONDAY
            )

    def test_what_somebody_saved_meanwhile_is_not_overwritten(
        self, practice: Practice, writer: User
    ) -> None:
        with pytest.raises(Overtaken) as overtaken:
            services.edit_practice(practice, writing(), seen_version=1, by=writer, at=MONDAY)
        assert overtaken.value.version == 2

    def test_what_is_handed_in_is_not_changed(self, practice: Practice, writer: User) -> None:
        perform(practice, "submit", actor=writer, at=MONDAY)
        with pytest.raises(Refused, match="待审核"):
            services.edit_practice(practice, writing(), seen_version=2, by=writer, at=MONDAY)

    def test_for_whom_somebody_may_write(self, scene: Province, title: Title, writer: User) -> None:
        assert [each.body for each in authors(writer)] == [title.nursery]
        assert [each.name for each in authors(scene.city_handler)] == [scene.city.commission]
        assert authors(scene.experts[0]) == []
        unknown = scenes.nursery(scene.county, "新园")
        assert authors(scenes.staff(unknown, "newcomer")) == []
        services.revoke_title(
            title, ground="fraud", actor=scene.officer, at=MONDAY, reason="弄虚作假。"
        )
        assert authors(writer) == []


class TestPictures:
    def test_they_lose_where_they_were_taken(self, practice: Practice, writer: User) -> None:
        exif = Image.Exif()
        exif[0x8825] = {1: "N", 2: (41.0, 48.0, 0.0)}
        exif[0x010F] = "手机".encode().decode("latin-1")
        given = picture("有位置.jpg", exif=exif.tobytes())
        assert b"Exif" in given.read()
        given.seek(0)
        services.edit_practice(
            practice, writing(uploads=[given]), seen_version=2, by=writer, at=MONDAY
        )
        kept = practice.pictures.get(place=2)
        with default_storage.open(kept.file.path) as stored:
            content = stored.read()
        assert b"Exif" not in content
        assert not Image.open(io.BytesIO(content)).getexif()
        assert (kept.width, kept.height) == (320, 240)
        assert str(kept) == "图 2"
        assert str(practice.pictures.get(place=1)) == "活动室一角"

    def test_only_jpeg_and_png(self, practice: Practice, writer: User) -> None:
        for wrong in (
            SimpleUploadedFile("说明.pdf", scenes.PDF),
            picture("动图.gif", "GIF"),
        ):
            with pytest.raises(Rejected, match="JPEG 图片、PNG 图片"):
                services.edit_practice(
                    practice,
                    writing(title="不应保存", uploads=[picture(), wrong]),
                    seen_version=2,
                    by=writer,
                    at=MONDAY,
                )
        practice.refresh_from_db()
        assert practice.title == "医育结合的做法"
        assert practice.pictures.count() == 1

    def test_one_that_goes_is_forgotten_and_the_others_move_up(
        self, practice: Practice, writer: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        more = [picture("二.png", "PNG"), picture("三.png", "PNG", dpi=(72, 72))]
        services.edit_practice(
            practice, writing(uploads=more), seen_version=2, by=writer, at=MONDAY
        )
        first = practice.pictures.select_related("file").get(place=1)
        with django_capture_on_commit_callbacks(execute=True):
            services.edit_practice(
                practice,
                writing(dropped=frozenset({first.pk})),
                seen_version=3,
                by=writer,
                at=MONDAY,
            )
        assert list(practice.pictures.values_list("place", flat=True)) == [1, 2]
        assert not StoredFile.objects.filter(pk=first.file_id).exists()
        assert not default_storage.exists(first.file.path)

    def test_there_is_no_thirteenth(self, practice: Practice, writer: User) -> None:
        too_many = [picture() for _ in range(MAX_PICTURES)]
        with pytest.raises(Refused, match="最多 12 张图片，现有 1 张，又选 12 张。"):
            services.edit_practice(
                practice, writing(uploads=too_many), seen_version=2, by=writer, at=MONDAY
            )
        with pytest.raises(IntegrityError), transaction.atomic():
            PracticePicture.objects.filter(practice=practice).update(place=MAX_PICTURES + 1)


class TestHandingIn:
    def test_whole_and_described_it_goes_through(self, practice: Practice, writer: User) -> None:
        assert problems(practice, writer) == []
        perform(practice, "submit", actor=writer, at=TUESDAY)
        assert practice.state == "submitted"
        assert practice.submitted_at == TUESDAY

    def test_what_is_missing_is_said(
        self, practice: Practice, writer: User, scene: Province
    ) -> None:
        services.edit_practice(
            practice,
            writing(summary="", text=" ", consents=False, uploads=[picture("二.png", "PNG")]),
            seen_version=2,
            by=writer,
            at=MONDAY,
        )
        practice = Practice.objects.get(pk=practice.pk)
        assert problems(practice, writer) == [
            "请填写摘要和正文。",
            "请为图 2 填写说明。",
            "图 2 正在进行安全检查，请稍候。",
            "请确认文字和图片中没有婴幼儿的面部和姓名，出现的其他人员已同意公开。",
        ]
        with pytest.raises(Refused):
            perform(practice, "submit", actor=writer, at=TUESDAY)

    def test_a_picture_that_was_refused_has_to_go(
        self, practice: Practice, writer: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        services.edit_practice(
            practice,
            writing(uploads=[picture("二.png", "PNG")]),
            seen_version=2,
            by=writer,
            at=MONDAY,
        )
        monkeypatch.setattr("files.inspectors.finding", lambda *_: "发现病毒 Test")
        scenes.inspected(MONDAY)
        assert problems(practice, writer) == [
            "请为图 2 填写说明。",
            "图 2 未通过安全检查（发现病毒 Test），请删除。",
        ]

    def test_a_nursery_without_the_title_is_no_model(self, scene: Province) -> None:
        plain = scenes.nursery(scene.county, "无称号园")
        by = scenes.staff(plain, "plain")
        made = services.draft_practice(plain, writing(), by=by, at=MONDAY)
        assert problems(made, by) == ["本机构尚未获得“省级示范托育机构”称号，不能报送经验做法。"]

    def test_who_lost_the_title_is_none_either(
        self, practice: Practice, title: Title, writer: User, scene: Province
    ) -> None:
        services.revoke_title(
            title, ground="fraud", actor=scene.officer, at=MONDAY, reason="弄虚作假。"
        )
        assert problems(practice, writer) == ["本机构的称号已被撤销，不能报送经验做法。"]

    def test_an_expired_title_was_one(self, practice: Practice, title: Title, writer: User) -> None:
        services.expire_title(title, at=at("2025-10-10 09:00"))
        assert problems(practice, writer) == []

    def test_only_the_author_hands_in(self, practice: Practice, scene: Province) -> None:
        for user in (scene.county_handler, scene.officer, scene.experts[0]):
            with pytest.raises(PermissionDenied):
                perform(practice, "submit", actor=user, at=TUESDAY)


class TestPublishing:
    @pytest.fixture
    def submitted(self, practice: Practice, writer: User) -> Practice:
        perform(practice, "submit", actor=writer, at=TUESDAY)
        return practice

    def test_returned_with_a_reason_and_handed_in_again(
        self, submitted: Practice, writer: User, scene: Province
    ) -> None:
        with pytest.raises(Refused):
            perform(submitted, "return_for_correction", actor=scene.officer, at=TUESDAY)
        perform(
            submitted, "return_for_correction", actor=scene.officer, at=TUESDAY, reason="请写短。"
        )
        assert submitted.state == "returned"
        services.edit_practice(
            submitted, writing(title="更短的做法"), seen_version=2, by=writer, at=TUESDAY
        )
        perform(submitted, "submit", actor=writer, at=TUESDAY)
        services.publish_practice(submitted, actor=scene.officer, at=TUESDAY)
        assert submitted.is_published
        assert list(Practice.objects.public()) == [submitted]

    def test_withdrawn_it_is_public_no_more(self, submitted: Practice, scene: Province) -> None:
        services.publish_practice(submitted, actor=scene.officer, at=TUESDAY)
        services.withdraw_practice(
            submitted, actor=scene.officer, at=TUESDAY, reason="图片中有婴幼儿面部。"
        )
        assert submitted.state == "withdrawn"
        assert submitted.withdrawn_at == TUESDAY
        assert not Practice.objects.public().exists()
        assert not Practice.objects.visible_to(None).exists()

    def test_nobody_publishes_their_own_nurserys(
        self, submitted: Practice, title: Title, scene: Province
    ) -> None:
        assert problems(submitted, scene.officer, "publish") == []
        colleague = scenes.official("second", "钱省", "province_officer", scene.root)
        scenes.nurseries.appoint_staff(title.nursery, colleague, by=None, at=MONDAY)
        expected = ["您是本篇的撰写人或该机构的工作人员，应由其他人员发布。"]
        assert problems(submitted, colleague, "publish") == expected

    def test_who_wrote_it_for_a_nursery_does_not_publish_it(
        self, title: Title, scene: Province
    ) -> None:
        by = scenes.official("both", "孙省", "province_officer", scene.root)
        scenes.nurseries.appoint_staff(title.nursery, by, by=None, at=MONDAY)
        made = services.draft_practice(title.nursery, writing(), by=by, at=MONDAY)
        perform(made, "submit", actor=by, at=MONDAY)
        with pytest.raises(Refused, match="应由其他人员发布"):
            services.publish_practice(made, actor=by, at=TUESDAY)

    def test_a_commissions_own_is_published_by_the_province(self, scene: Province) -> None:
        made = services.draft_practice(scene.root, writing(), by=scene.officer, at=MONDAY)
        perform(made, "submit", actor=scene.officer, at=MONDAY)
        services.publish_practice(made, actor=scene.officer, at=MONDAY)
        assert made.published_at == MONDAY

    def test_counties_and_cities_do_not_publish(self, submitted: Practice, scene: Province) -> None:
        for user in (scene.county_handler, scene.city_handler, scene.experts[0]):
            with pytest.raises(PermissionDenied):
                services.publish_practice(submitted, actor=user, at=TUESDAY)


class TestSeeing:
    def test_a_draft_is_its_authors_alone(
        self, practice: Practice, writer: User, scene: Province
    ) -> None:
        assert list(Practice.objects.visible_to(writer)) == [practice]
        for user in (scene.county_handler, scene.officer, scene.experts[0], None):
            assert not Practice.objects.visible_to(user).exists()
            assert not Practice.objects.concerning(user).exists()

    def test_handed_in_its_area_sees_it(
        self, practice: Practice, writer: User, scene: Province
    ) -> None:
        perform(practice, "submit", actor=writer, at=TUESDAY)
        for user in (scene.county_handler, scene.city_handler, scene.officer, writer):
            assert list(Practice.objects.visible_to(user)) == [practice], user
        for user in (scene.other_county_handler, scene.other_city_handler, scene.experts[0]):
            assert not Practice.objects.visible_to(user).exists(), user

    def test_published_everybody_sees_it_but_only_some_follow_it(
        self, practice: Practice, writer: User, scene: Province
    ) -> None:
        perform(practice, "submit", actor=writer, at=TUESDAY)
        services.publish_practice(practice, actor=scene.officer, at=TUESDAY)
        assert list(Practice.objects.visible_to(None)) == [practice]
        assert list(Practice.objects.visible_to(scene.other_county_handler)) == [practice]
        assert not Practice.objects.concerning(scene.other_county_handler).exists()

    def test_the_desk_is_the_provinces(
        self, practice: Practice, writer: User, scene: Province
    ) -> None:
        assert not Practice.objects.on_desk(scene.officer).exists()
        perform(practice, "submit", actor=writer, at=TUESDAY)
        assert list(Practice.objects.on_desk(scene.officer)) == [practice]
        assert not Practice.objects.on_desk(scene.city_handler).exists()


def test_impossible_rows_are_refused(practice: Practice) -> None:
    rows = Practice.objects.filter(pk=practice.pk)
    for wrong in (
        {"submitted_at": MONDAY},
        {"state": "submitted"},
        {"state": "published", "submitted_at": TUESDAY, "published_at": MONDAY},
        {"withdrawn_at": MONDAY},
        {"state": "submitted", "submitted_at": MONDAY, "consents": False},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


def test_what_stands_about_a_nursery(practice: Practice, scene: Province) -> None:
    other: Nursery = scenes.nursery(scene.county, "别家")
    assert list(Practice.objects.about_nursery(practice.nursery_id)) == [practice]
    assert not Practice.objects.about_nursery(other.pk).exists()
    assert not Practice.objects.about_nursery(practice.nursery_id).ever_published().exists()
