"""Reminders of deadlines: each once for its day, a missed day made up once.

What is due is worked out from the present state, so that a reminder never speaks of what has been
done meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from notifications import services
from notifications.models import Message, Reminder
from notifications.reminders import checks, filing, publicity, supervision, titles
from notifications.reminders.due import Due

# Two workers that remind at the same moment take turns.
LOCK = 0x72656D696E64


@transaction.atomic
def remind(at: datetime) -> int:
    """Send the reminders that are due and were not sent yet; returns how many. Repeatable."""
    _take_turns()
    wanted = {due.key: due for source in SOURCES for due in source(timezone.localdate(at))}
    sent = set(
        Reminder.objects.on_days({due.day for due in wanted.values()}).values_list(
            "recipient", "kind", "subject_type", "subject_id", "day"
        )
    )
    fresh = [due for key, due in wanted.items() if key not in sent]
    messages = Message.objects.bulk_create(_message(due, at) for due in fresh)
    Reminder.objects.bulk_create(
        _reminder(due, message) for due, message in zip(fresh, messages, strict=True)
    )
    services.write_mails(messages, at=at)
    return len(fresh)


def _take_turns() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _message(due: Due, at: datetime) -> Message:
    return Message(
        recipient=due.recipient,
        kind=f"remind_{due.kind}",
        title=due.title,
        text=due.text,
        url=due.url,
        created_at=at,
    )


def _reminder(due: Due, message: Message) -> Reminder:
    return Reminder(
        recipient=due.recipient,
        kind=due.kind,
        subject_type=due.subject_type,
        subject_id=due.subject_id,
        day=due.day,
        message=message,
    )


SOURCES: tuple[Callable[[date], Iterable[Due]], ...] = (
    filing.drafts,
    filing.corrections,
    filing.county_queues,
    filing.city_queues,
    filing.offered_tasks,
    publicity.objections,
    publicity.overdue_objections,
    publicity.statements,
    titles.nurseries,
    titles.offices,
    supervision.orders,
    supervision.statements,
    supervision.prompts,
    supervision.complaints,
    checks.campaigns,
    checks.inspectors,
)
