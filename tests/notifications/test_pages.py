"""The inbox, and the mailbox of the demo."""

from __future__ import annotations

import pytest

from notifications.models import Mail, Message
from tests import scenes
from tests.scenes import JUNE


@pytest.fixture
def reader(db):
    return scenes.person("reader", "收件人")


def message(user, number: int = 0, **more) -> Message:
    values = {"title": f"标题{number}", "text": "正文", "url": "/guide/"} | more
    return Message.objects.create(recipient=user, kind="test", created_at=JUNE, **values)


class TestInbox:
    @pytest.mark.parametrize("rows", [1, 3, 300])
    def test_it_costs_the_same_however_long(self, reader, browse, rows, django_assert_num_queries):
        Message.objects.bulk_create(
            Message(recipient=reader, kind="t", title=f"标题{n}", text="文", created_at=JUNE)
            for n in range(rows)
        )
        page = browse(reader)
        with django_assert_num_queries(7):
            answer = page.get("/messages/")
        assert f"{rows} 条未读" in answer.content.decode()

    def test_unread_stand_first(self, reader, browse):
        for number in range(4):
            message(reader, number, read_at=JUNE if number in {1, 3} else None)
        rows = browse(reader).get("/messages/").context["page_obj"]
        assert [row.title for row in rows] == ["标题2", "标题0", "标题3", "标题1"]

    def test_opening_reads_and_leads_on(self, reader, browse):
        opened = message(reader)
        answer = browse(reader).post(f"/messages/{opened.pk}/open/")
        assert answer["Location"] == "/guide/"
        opened.refresh_from_db()
        assert opened.read_at is not None

    def test_a_message_without_a_page_leads_back(self, reader, browse):
        opened = message(reader, url="")
        assert browse(reader).post(f"/messages/{opened.pk}/open/")["Location"] == "/messages/"

    def test_one_or_all_are_marked(self, reader, browse):
        first = message(reader)
        message(reader, 1)
        page = browse(reader)
        page.post(f"/messages/{first.pk}/read/")
        assert Message.objects.unread_by(reader).count() == 1
        page.post("/messages/read/")
        assert Message.objects.unread_by(reader).count() == 0

    def test_others_messages_are_not_there(self, reader, browse):
        theirs = message(scenes.person("other", "别人"))
        page = browse(reader)
        for what in ("open", "read"):
            assert page.post(f"/messages/{theirs.pk}/{what}/").status_code == 404
        page.post("/messages/read/")
        theirs.refresh_from_db()
        assert theirs.read_at is None
        assert "标题0" not in page.get("/messages/").content.decode()

    def test_looking_changes_nothing(self, reader, browse):
        message(reader)
        page = browse(reader)
        page.get("/messages/")
        assert page.get("/messages/read/").status_code == 405
        assert Message.objects.unread_by(reader).count() == 1

    def test_an_empty_inbox_says_what_will_be_there(self, reader, browse):
        assert "消息将在此显示" in browse(reader).get("/messages/").content.decode()

    def test_it_is_for_people_signed_in(self, client, db):
        assert client.get("/messages/").status_code == 302


class TestMailbox:
    @pytest.fixture
    def mails(self, reader):
        def make(total: int) -> None:
            for number in range(total):
                Mail.objects.create(
                    message=message(reader, number),
                    to=f"r{number}@portal.example",
                    subject=f"主题{number}",
                    body="正文",
                    created_at=JUNE,
                    next_at=JUNE,
                )

        return make

    @pytest.fixture
    def demo(self, reader, browse, settings):
        settings.DEMO = True
        return browse(reader)

    def test_there_is_none_outside_the_demo(self, reader, browse):
        assert browse(reader).get("/mailbox/").status_code == 404

    @pytest.mark.parametrize("rows", [1, 3, 300])
    def test_it_costs_the_same_however_long(
        self, reader, mails, demo, rows, django_assert_num_queries
    ):
        mails(rows)
        with django_assert_num_queries(6):
            answer = demo.get("/mailbox/")
        assert f"共 {rows} 封" in answer.content.decode()

    def test_it_is_searched_by_address_and_subject(self, mails, demo):
        mails(12)
        assert demo.get("/mailbox/?q=r11@").context["page_obj"].paginator.count == 1
        assert demo.get("/mailbox/?q=主题3").context["page_obj"].paginator.count == 1

    def test_it_says_what_became_of_each(self, mails, demo):
        mails(3)
        first, second, _ = Mail.objects.order_by("pk")
        Mail.objects.filter(pk=first.pk).update(sent_at=JUNE, next_at=None, attempts=1)
        Mail.objects.filter(pk=second.pk).update(next_at=None, attempts=8, fault="收件地址被拒收。")
        html = demo.get("/mailbox/").content.decode()
        for words in ("已发送", "待发送", "发送失败", "收件地址被拒收。"):
            assert words in html
