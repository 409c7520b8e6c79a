"""The pages of good practice 经验做法: public ones, the author's, the province's desk."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from notifications.models import Message
from notifications.words.practices import of_practice
from portal import waiting
from publicity import services
from publicity.models import Practice, Title
from tests import scenes
from tests.publicity import crowd
from tests.publicity.conftest import signed_in
from tests.publicity.test_practices import MONDAY, TUESDAY, picture, writing
from tests.scenes import Province
from workflow import perform
from workflow.models import Delivery, Event
from workflow.tasks import deliver

OWN_QUERIES = 7
DESK_QUERIES = 8
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def on_tuesday(set_clock: Any) -> None:
    set_clock("2023-11-07 10:00")


@pytest.fixture
def title(scene: Province) -> Title:
    return crowd.concluded(scene)[0]


@pytest.fixture
def writer(title: Title) -> User:
    return scenes.staff(title.nursery, "writer", "陈园长")


@pytest.fixture
def submitted(title: Title, writer: User) -> Practice:
    made = services.draft_practice(
        title.nursery, writing(uploads=[picture()]), by=writer, at=MONDAY
    )
    scenes.inspected(MONDAY)
    captions = {made.pictures.get().pk: "活动室一角"}
    services.edit_practice(made, writing(captions=captions), seen_version=1, by=writer, at=MONDAY)
    perform(made, "submit", actor=writer, at=MONDAY)
    return made


@pytest.fixture
def published(submitted: Practice, scene: Province) -> Practice:
    services.publish_practice(submitted, actor=scene.officer, at=TUESDAY)
    return submitted


def pictures_of(practice: Practice) -> list[str]:
    keys = [practice.pk, practice.pictures.get().pk]
    return [reverse(f"publicity:practice_{name}", args=keys) for name in ("picture", "thumbnail")]


def form(**more: Any) -> dict[str, Any]:
    values = {
        "title": "晨检的做法",
        "summary": "每日晨检。",
        "text": "一、晨检\r\n每日两次。",
        "consents": "on",
    }
    return values | more


class TestPublic:
    def test_what_is_published_is_read_by_everybody(
        self, published: Practice, client: Client
    ) -> None:
        shown = client.get(published.public_url).content.decode()
        for words in ("医育结合的做法", "活动室一角", published.author, "<h2>一、医育结合</h2>"):
            assert words in shown, words
        assert "<h3>（一）每周巡诊</h3>" in shown
        assert 'loading="lazy"' in shown
        assert 'width="320" height="240"' in shown
        for hidden in ("陈园长", "周省"):
            assert hidden not in shown
        assert published.title in client.get(reverse("publicity:practices")).content.decode()

    def test_what_is_not_published_is_not_there(self, submitted: Practice, client: Client) -> None:
        for address in (submitted.public_url, *pictures_of(submitted)):
            assert client.get(address).status_code == 404, address
        assert submitted.title not in client.get(reverse("publicity:practices")).content.decode()

    def test_taken_off_it_is_gone_with_its_pictures(
        self, published: Practice, client: Client, scene: Province
    ) -> None:
        services.withdraw_practice(published, actor=scene.officer, at=TUESDAY, reason="有面部。")
        for address in (published.public_url, *pictures_of(published)):
            assert client.get(address).status_code == 404, address

    def test_pictures_may_be_kept_by_browsers_for_a_while(
        self, published: Practice, client: Client
    ) -> None:
        for address in pictures_of(published):
            answer = client.get(address)
            assert answer.status_code == 200
            assert answer.headers["Content-Type"] == "image/jpeg"
            assert answer.headers["Cache-Control"] == "public, max-age=600"
            answer.getvalue()

    def test_others_pictures_only_for_who_may_see(
        self, submitted: Practice, writer: User, scene: Province
    ) -> None:
        for user, status in (
            (writer, 200),
            (scene.county_handler, 200),
            (scene.officer, 200),
            (scene.other_county_handler, 404),
            (scene.experts[0], 404),
        ):
            for address in pictures_of(submitted):
                answer = signed_in(user).get(address)
                assert answer.status_code == status, (user, address)
                if status == 200:
                    assert answer.headers["Cache-Control"] == "private, no-store"
                    answer.getvalue()

    def test_another_ones_picture_is_not_reached_through_a_public_one(
        self, published: Practice, title: Title, writer: User, client: Client
    ) -> None:
        draft = services.draft_practice(
            title.nursery, writing(uploads=[picture()]), by=writer, at=MONDAY
        )
        hidden = draft.pictures.get().pk
        address = reverse("publicity:practice_picture", args=[published.pk, hidden])
        assert client.get(address).status_code == 404

    def test_nothing_typed_runs(
        self, title: Title, writer: User, scene: Province, client: Client
    ) -> None:
        words = writing(title=SCRIPT, summary=SCRIPT, text=f"{SCRIPT}\n一、{SCRIPT}")
        made = services.draft_practice(title.nursery, words, by=writer, at=MONDAY)
        perform(made, "submit", actor=writer, at=MONDAY)
        services.publish_practice(made, actor=scene.officer, at=MONDAY)
        for address in (made.public_url, reverse("publicity:practices")):
            shown = client.get(address).content.decode()
            assert SCRIPT not in shown
            assert "&lt;script&gt;" in shown

    def test_the_search(self, published: Practice, scene: Province, client: Client) -> None:
        address = reverse("publicity:practices")
        for query, found in (
            ({"q": "医育"}, True),
            ({"q": "不相干"}, False),
            ({"city": scene.city.code}, True),
            ({"city": scene.other_city.code}, False),
            ({"year": "2023"}, True),
            ({"year": "1999"}, True),
            ({"city": "无"}, True),
        ):
            shown = client.get(address, query).content.decode()
            assert (f">{published.title}<" in shown) is found, query

    def test_strangers_get_it_from_memory_until_it_changes(
        self, published: Practice, scene: Province, settings: Any, client: Client
    ) -> None:
        settings.PUBLIC_PAGE_SECONDS = 30
        assert client.get(published.public_url).status_code == 200
        services.withdraw_practice(published, actor=scene.officer, at=TUESDAY, reason="有面部。")
        assert client.get(published.public_url).status_code == 404

    @pytest.mark.parametrize("count", [1, 3, 300])
    def test_one_query_count(
        self,
        published: Practice,
        client: Client,
        django_assert_num_queries: Any,
        count: int,
    ) -> None:
        many(published, count)
        client.get(reverse("publicity:practices"))
        with django_assert_num_queries(5):
            client.get(reverse("publicity:practices"))
        with django_assert_num_queries(2):
            client.get(published.public_url)


def many(model: Practice, count: int) -> None:
    """So many beside the first, in rows."""
    values = {field.attname: getattr(model, field.attname) for field in Practice._meta.fields}
    Practice.objects.bulk_create(
        Practice(**values | {"id": None, "title": f"做法{n:04d}"}) for n in range(count - 1)
    )


class TestAuthor:
    def test_begun_saved_and_handed_in(self, title: Title, writer: User) -> None:
        client = signed_in(writer)
        assert "撰写" in client.get(reverse("publicity:own_practices")).content.decode()
        address = reverse("publicity:new_practice")
        key = f"nursery-{title.nursery_id}"
        assert key in client.get(address).content.decode()
        answer = client.post(address, form(author=key, uploads=[picture()]))
        made = Practice.objects.get()
        assert answer.headers["Location"] == made.get_absolute_url()
        assert made.text == "一、晨检\n每日两次。"
        scenes.inspected(MONDAY)
        hung = made.pictures.get()
        saved = client.post(made.editing_url, form(version="1", **{f"caption_{hung.pk}": "晨检"}))
        assert saved.headers["Location"] == made.get_absolute_url()
        again = client.post(
            made.editing_url, form(version="2", stay="1", **{f"caption_{hung.pk}": "晨检室"})
        )
        assert again.headers["Location"] == made.editing_url
        assert made.pictures.get().caption == "晨检室"
        moved = client.post(reverse("move", args=["publicity.practice", made.pk, "submit"]))
        assert moved.status_code == 302
        made.refresh_from_db()
        assert made.state == "submitted"

    def test_what_was_typed_stays_when_it_is_refused(self, title: Title, writer: User) -> None:
        client = signed_in(writer)
        address = reverse("publicity:new_practice")
        key = f"nursery-{title.nursery_id}"
        for wrong, sentence in (
            ({"title": "短"}, "至少 4 个字"),
            ({"text": "长" * 10_001}, "10000"),
            ({"author": "region-1"}, "选择"),
            ({"uploads": [picture("动图.gif", "GIF")]}, "文件内容不是可接受的类型"),
            ({"uploads": [picture() for _ in range(13)]}, "最多上传 12 个文件"),
        ):
            answer = client.post(address, form(author=key) | wrong)
            assert answer.status_code == 422, wrong
            shown = answer.content.decode()
            assert sentence in shown, wrong
            assert "每日晨检。" in shown
        assert not Practice.objects.exists()

    def test_too_many_pictures_in_all(
        self, submitted: Practice, writer: User, scene: Province
    ) -> None:
        perform(
            submitted, "return_for_correction", actor=scene.officer, at=TUESDAY, reason="补图。"
        )
        answer = signed_in(writer).post(
            submitted.editing_url, form(version="2", uploads=[picture() for _ in range(12)])
        )
        assert answer.status_code == 422
        assert "最多 12 张图片，现有 1 张，又选 12 张。" in answer.content.decode()

    def test_a_second_tab_loses_nothing(self, title: Title, writer: User) -> None:
        made = services.draft_practice(title.nursery, writing(), by=writer, at=MONDAY)
        client = signed_in(writer)
        client.post(made.editing_url, form(version="1"))
        late = client.post(made.editing_url, form(version="1", title="另一页写的标题"))
        assert late.status_code == 422
        shown = late.content.decode()
        assert "另一页写的标题" in shown
        version = re.search(r'name="version" value="(\d+)"', shown)
        assert version is not None
        assert version[1] == "2"
        client.post(made.editing_url, form(version="2", title="另一页写的标题"))
        made.refresh_from_db()
        assert made.title == "另一页写的标题"

    def test_handed_in_meanwhile_it_is_said(self, submitted: Practice, writer: User) -> None:
        answer = signed_in(writer).post(submitted.editing_url, form(version="2"))
        assert answer.status_code == 422
        assert "不能修改" in answer.content.decode()

    def test_a_picture_is_taken_down(self, title: Title, writer: User) -> None:
        made = services.draft_practice(
            title.nursery, writing(uploads=[picture()]), by=writer, at=MONDAY
        )
        shown = signed_in(writer).get(made.editing_url).content.decode()
        assert "正在进行安全检查" in shown
        drop = {f"drop_{made.pictures.get().pk}": "on"}
        signed_in(writer).post(made.editing_url, form(version="1", **drop))
        assert not made.pictures.exists()

    def test_without_a_title_the_button_says_why(self, scene: Province) -> None:
        newcomer = scenes.staff(scenes.nursery(scene.county, "新园"), "newcomer")
        client = signed_in(newcomer)
        shown = client.get(reverse("publicity:own_practices")).content.decode()
        assert 'aria-describedby="why-new"' in shown
        assert client.get(reverse("publicity:new_practice")).status_code == 403

    def test_strangers_find_nothing(self, submitted: Practice, scene: Province) -> None:
        for user in (scene.other_county_handler, scene.experts[0]):
            for address in (submitted.get_absolute_url(), submitted.editing_url):
                assert signed_in(user).get(address).status_code == 404, (user, address)
        for user in (scene.county_handler, scene.officer):
            assert signed_in(user).get(submitted.get_absolute_url()).status_code == 200
            assert signed_in(user).get(submitted.editing_url).status_code == 404

    @pytest.mark.parametrize("count", [1, 3, 300])
    def test_one_query_count(
        self, submitted: Practice, writer: User, django_assert_num_queries: Any, count: int
    ) -> None:
        many(submitted, count)
        client = signed_in(writer)
        client.get(reverse("publicity:own_practices"))
        with django_assert_num_queries(OWN_QUERIES):
            client.get(reverse("publicity:own_practices"))


class TestDesk:
    def test_what_waits_comes_first(
        self, published: Practice, title: Title, writer: User, officer: Client
    ) -> None:
        waiting_one = services.draft_practice(
            title.nursery, writing(title="等待的做法"), by=writer, at=MONDAY
        )
        perform(waiting_one, "submit", actor=writer, at=MONDAY)
        shown = officer.get(reverse("publicity:desk_practices")).content.decode()
        assert shown.index("等待的做法") < shown.index(published.title)
        only = officer.get(reverse("publicity:desk_practices"), {"state": "published"})
        assert "等待的做法" not in only.content.decode()

    def test_the_provinces_alone(self, submitted: Practice, scene: Province, writer: User) -> None:
        for user in (scene.city_handler, scene.county_handler, writer, scene.experts[0]):
            assert signed_in(user).get(reverse("publicity:desk_practices")).status_code == 403

    def test_returned_with_its_reason_on_the_authors_page(
        self, submitted: Practice, writer: User, officer: Client
    ) -> None:
        keys = ["publicity.practice", submitted.pk, "return_for_correction"]
        address = reverse("move", args=keys)
        officer.post(address, {"reason": "图片请换一张。"})
        shown = signed_in(writer).get(submitted.get_absolute_url()).content.decode()
        assert "图片请换一张。" in shown
        assert submitted.editing_url in shown

    def test_published_by_its_button(
        self, submitted: Practice, officer: Client, client: Client
    ) -> None:
        address = reverse("move", args=["publicity.practice", submitted.pk, "publish"])
        assert officer.post(address).status_code == 302
        assert client.get(submitted.public_url).status_code == 200
        assert submitted.public_url in officer.get(submitted.get_absolute_url()).content.decode()
        off = reverse("move", args=["publicity.practice", submitted.pk, "withdraw"])
        assert officer.post(off, {"reason": "有面部。"}).status_code == 302
        assert client.get(submitted.public_url).status_code == 404

    @pytest.mark.parametrize("count", [1, 3, 300])
    def test_one_query_count(
        self, submitted: Practice, officer: Client, django_assert_num_queries: Any, count: int
    ) -> None:
        many(submitted, count)
        officer.get(reverse("publicity:desk_practices"))
        with django_assert_num_queries(DESK_QUERIES):
            officer.get(reverse("publicity:desk_practices"))


def carried() -> None:
    waiting_ones = Delivery.objects.filter(done_at=None, subscriber__startswith="notifications.")
    for pk in waiting_ones.order_by("pk").values_list("pk", flat=True):
        deliver(pk)
        assert Delivery.objects.get(pk=pk).fault == ""


class TestHearing:
    def test_province_then_author(self, submitted: Practice, scene: Province, writer: User) -> None:
        carried()
        assert heard(scene.officer) == ["收到经验做法：医育结合的做法"]
        perform(
            submitted, "return_for_correction", actor=scene.officer, at=TUESDAY, reason="请写短。"
        )
        carried()
        assert "经验做法退回修改：医育结合的做法" in heard(writer)
        assert heard(scene.county_handler) == []

    def test_a_commission_hears_of_its_own(self, scene: Province) -> None:
        for body, by in (
            (scene.county, scene.county_handler),
            (scene.city, scene.city_handler),
            (scene.zone, scene.zone_city),
        ):
            made = services.draft_practice(body, writing(), by=by, at=MONDAY)
            perform(made, "submit", actor=by, at=MONDAY)
            services.publish_practice(made, actor=scene.officer, at=TUESDAY)
            carried()
            assert heard(by) == ["经验做法已发布：医育结合的做法"], body

    def test_the_provinces_own_concerns_nobody_below(self, scene: Province) -> None:
        made = services.draft_practice(scene.root, writing(), by=scene.officer, at=MONDAY)
        scope = of_practice(Event.objects.of(made)[0]).scope
        assert (scope.nurseries, scope.county, scope.city) == ((), None, None)
        assert scope.province == scene.root.pk

    def test_what_waits_stands_on_the_home_page(
        self, submitted: Practice, scene: Province, writer: User
    ) -> None:
        assert panels(scene.officer)["待审核的经验做法"] == [submitted.title]
        assert "待审核的经验做法" not in panels(scene.city_handler)
        assert "退回修改的经验做法" not in panels(writer)
        perform(
            submitted, "return_for_correction", actor=scene.officer, at=TUESDAY, reason="请写短。"
        )
        assert panels(writer)["退回修改的经验做法"] == [submitted.title]
        assert "待审核的经验做法" not in panels(scene.officer)


def heard(user: User) -> list[str]:
    messages = Message.objects.filter(recipient=user).order_by("pk")
    return [each.title for each in messages if "经验做法" in each.title]


def panels(user: User) -> dict[str, list[str]]:
    fresh = User.objects.get(pk=user.pk)
    return {
        panel.title: [row.text for row in panel.rows] for panel in waiting.panels(fresh, TUESDAY)
    }
