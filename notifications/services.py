"""Messages and mails from events; reading them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import User
from notifications import audiences, catalog, words
from notifications.models import Mail, Message
from workflow.models import Event

SENDER = "省级示范托育机构评选管理平台"
SUBJECT_PREFIX = "【示范托育评选】"


def announce(event: Event) -> int:
    """Write the messages and mails of an event as the catalog says; returns how many messages.

    Repeatable: what is there already is not written again. Who did it hears of it only where the
    catalog says so, and nobody gets two messages about one event.
    """
    lines = catalog.lines_for(event.subject_type, event.verb, event.source)
    if not lines:
        return 0
    about = words.about(event)
    if about.silent:
        return 0
    told: dict[int, tuple[User, catalog.Line]] = {}
    for line in lines:
        for user in audiences.people(line.to, about.scope):
            if user.pk != event.actor_id or line.receipt:
                told.setdefault(user.pk, (user, line))
    mailed = [user.pk for user, line in told.values() if line.mail]
    with transaction.atomic():
        Message.objects.bulk_create(
            (_message(event, about, user, line) for user, line in told.values()),
            ignore_conflicts=True,
        )
        messages = Message.objects.of_event(event).for_people(mailed).without_mail()
        write_mails(messages, at=event.at)
    return len(told)


def _message(event: Event, about: words.About, user: User, line: catalog.Line) -> Message:
    return Message(
        recipient=user,
        event=event,
        kind=event.verb,
        title=" ".join(line.title.format_map(about.words).split())[:200],
        text=line.text.format_map(about.words),
        url=about.url if line.linked else "",
        created_at=event.at,
    )


def write_mails(messages: Iterable[Message], *, at: datetime) -> None:
    """Put the messages into the outbox too, for everyone who has an address. Repeatable."""
    Mail.objects.bulk_create(
        (
            Mail(
                message=message,
                to=message.recipient.email,
                subject=f"{SUBJECT_PREFIX}{message.title}"[:200],
                body=_body(message),
                created_at=at,
                next_at=at,
            )
            for message in messages
            if message.recipient.email
        ),
        ignore_conflicts=True,
    )


def _body(message: Message) -> str:
    link = f"\n\n请登录平台办理：{settings.SITE_URL}{message.url}" if message.url else ""
    return (
        f"{message.recipient}：\n\n{message.text}{link}\n\n"
        f"——{SENDER}\n本邮件由系统自动发送，请勿回复。\n"
    )


def unread_count(user: Any) -> int:
    """How many messages wait; one look into a partial index."""
    return Message.objects.unread_by(user).count()


def mark_read(message: Message, *, at: datetime) -> None:
    """Keeps the first time it was read."""
    Message.objects.filter(pk=message.pk, read_at=None).update(read_at=at)


def mark_all_read(user: User, *, at: datetime) -> int:
    return Message.objects.unread_by(user).update(read_at=at)
