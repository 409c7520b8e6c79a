"""Sending mail: retried, never twice, never in the way of another."""

from __future__ import annotations

import smtplib
import socket
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from notifications import outbox, tasks
from notifications.models import Mail, Message
from tests import scenes
from tests.scenes import JUNE


def waiting(number: int = 1) -> list[Mail]:
    user = scenes.person("reader", "收件人")
    messages = [
        Message.objects.create(
            recipient=user, kind="test", title=f"标题{n}", text="正文", created_at=JUNE
        )
        for n in range(number)
    ]
    return [
        Mail.objects.create(
            message=message,
            to=f"reader{n}@portal.example",
            subject=message.title,
            body="正文\n",
            created_at=JUNE,
            next_at=JUNE,
        )
        for n, message in enumerate(messages)
    ]


def send(minutes: float = 0) -> int:
    return outbox.send_waiting(now=lambda: JUNE + timedelta(minutes=minutes))


class Backend(BaseEmailBackend):
    """A mail server that answers each address as the test says; "" takes the letter."""

    answers: dict[str, Exception | None] = {}
    letters: list[Any] = []

    def send_messages(self, messages):
        for letter in messages:
            fault = self.answers.get(letter.to[0])
            if fault:
                raise fault
            self.letters.append(letter)
        return len(messages)


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Backend"
    Backend.answers, Backend.letters = {}, []
    return Backend


@pytest.mark.django_db
class TestOneByOne:
    def test_it_goes_out_once(self):
        mail = waiting()[0]
        assert (send(), send(), send(60)) == (1, 0, 0)
        mail.refresh_from_db()
        assert (mail.sent_at, mail.next_at, mail.attempts, mail.fault) == (JUNE, None, 1, "")
        letter = django_mail.outbox[0]
        assert (letter.subject, letter.to) == ("标题0", ["reader0@portal.example"])
        assert letter.extra_headers["Auto-Submitted"] == "auto-generated"

    def test_nothing_waiting_costs_nothing(self, server):
        assert send() == 0

    def test_a_failure_is_tried_again_and_stops_no_other(self, server):
        _, second, _ = waiting(3)
        server.answers[second.to] = ConnectionRefusedError()
        assert send() == 2
        second.refresh_from_db()
        assert (second.sent_at, second.attempts) == (None, 1)
        assert second.fault == "无法连接邮件服务器。"
        assert second.next_at == JUNE + timedelta(minutes=2)
        assert send(1) == 0
        server.answers.clear()
        assert send(2) == 1
        second.refresh_from_db()
        assert (second.fault, second.attempts) == ("", 2)

    def test_it_is_given_up_after_the_last_wait(self, server):
        mail = waiting()[0]
        server.answers[mail.to] = smtplib.SMTPServerDisconnected("away")
        minutes, tries = 0.0, 0
        while mail.next_at is not None:
            send(minutes)
            mail.refresh_from_db()
            tries += 1
            if mail.next_at:
                minutes = (mail.next_at - JUNE).total_seconds() / 60
        assert tries == mail.attempts == len(outbox.BACKOFF) + 1
        assert mail.fault == "邮件服务器拒绝发送。"
        assert minutes > 2 * 24 * 60

    @pytest.mark.parametrize(
        ("fault", "sentence"),
        [
            (smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")}), "收件地址被拒收。"),
            (smtplib.SMTPDataError(554, b"spam"), "邮件服务器拒绝发送。"),
            (ValueError("bad header"), "收件地址或主题不正确。"),
        ],
    )
    def test_what_is_refused_for_good_is_not_tried_again(self, server, fault, sentence):
        mail = waiting()[0]
        server.answers[mail.to] = fault
        send()
        mail.refresh_from_db()
        assert (mail.next_at, mail.fault) == (None, sentence)

    @pytest.mark.parametrize(
        "fault",
        [
            smtplib.SMTPRecipientsRefused({"x": (450, b"busy")}),
            smtplib.SMTPDataError(451, b"later"),
        ],
    )
    def test_what_is_refused_for_now_is_tried_again(self, server, fault):
        mail = waiting()[0]
        server.answers[mail.to] = fault
        send()
        mail.refresh_from_db()
        assert mail.next_at is not None

    def test_a_worker_that_dies_while_sending_counts_as_a_try(self, server):
        """Nobody else takes the mail before its wait is over, and it keeps its Message-ID."""
        mail = waiting()[0]
        server.answers[mail.to] = KeyboardInterrupt()
        with pytest.raises(KeyboardInterrupt):
            send()
        mail.refresh_from_db()
        assert (mail.attempts, mail.fault) == (1, "已发出，结果未知。")
        server.answers.clear()
        assert send(1) == 0
        assert send(2) == 1
        again = Backend.letters[0].extra_headers["Message-ID"]
        assert again == outbox._letter(mail, Backend()).extra_headers["Message-ID"]

    def test_the_database_knows_no_mail_that_is_sent_and_waits(self):
        waiting()
        with pytest.raises(IntegrityError), transaction.atomic():
            Mail.objects.update(sent_at=JUNE)

    def test_a_message_is_mailed_once(self):
        mail = waiting()[0]
        with pytest.raises(IntegrityError), transaction.atomic():
            Mail.objects.create(message=mail.message, to="x@y.z", created_at=JUNE)

    def test_the_task_of_the_schedule(self):
        waiting()
        assert tasks.send_waiting_mail() == 1


class Post(threading.Thread):
    """A mail server on loopback that takes letters, as far as SMTP is needed here."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.letters: list[str] = []

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def run(self) -> None:
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            with peer, peer.makefile("rwb") as lines:
                self.talk(lines)

    def talk(self, lines: Any) -> None:
        def say(text: str) -> None:
            lines.write(f"{text}\r\n".encode())
            lines.flush()

        say("220 here")
        for raw in lines:
            word = raw[:4].upper().strip()
            if word == b"DATA":
                say("354 go on")
                body = b""
                while not body.endswith(b"\r\n.\r\n"):
                    body += lines.readline()
                self.letters.append(body.decode())
                say("250 taken")
            elif word == b"QUIT":
                say("221 bye")
                return
            elif word == b"RCPT" and b"nobody" in raw:
                say("550 no such user")
            else:
                say("250 fine")


@pytest.fixture
def post(settings):
    server = Post()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.socket.close()


@pytest.mark.django_db
def test_over_real_smtp(post):
    good, bad, _ = waiting(3)
    Mail.objects.filter(pk=bad.pk).update(to="nobody@portal.example")
    assert send() == 2
    assert len(post.letters) == 2
    assert f"Message-ID: <mail-{good.pk}-" in post.letters[0]
    bad.refresh_from_db()
    assert (bad.fault, bad.next_at) == ("收件地址被拒收。", None)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once(server):
    waiting(20)
    counts: list[int] = []

    def work() -> None:
        counts.append(send())
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert sum(counts) == len(server.letters) == 20
    assert len({letter.to[0] for letter in server.letters}) == 20
    assert User.objects.count() == 1
