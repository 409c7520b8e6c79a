"""Reminders of deadlines: each once for its day, a missed day made up once.

What is due is worked out from the present state, so that a reminder never speaks of what has been
done meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, Count, F, When
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.statuses import Level
from applications.models import Application, Review
from applications.statuses import ApplicationState
from notifications import audiences, services
from notifications.milestones import NURSERY_DAYS, OFFICE_DAYS, left_in_words, reminder_day
from notifications.models import Message, Reminder
from notifications.words import day as in_words
from publicity.models import Objection
from quotas.models import Cycle

# Two workers that remind at the same moment take turns.
LOCK = 0x72656D696E64
# How long an expert may think about a task before being reminded of it.
TO_ACCEPT = timedelta(days=3)


@dataclass(frozen=True)
class Due:
    """One reminder that somebody should have on account of `day`."""

    recipient: User
    kind: str
    subject_type: str
    subject_id: int
    day: date
    title: str
    text: str
    url: str

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.recipient.pk, self.kind, self.subject_type, self.subject_id, self.day)


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


def _cycles() -> Iterator[Cycle]:
    yield from Cycle.objects.open().select_related("province")


# What a nursery still has to do


def _of_nurseries(
    today: date, *, kind: str, state: str, deadline_name: str, what: str, then: str
) -> Iterator[Due]:
    """One reminder per file and member of staff; a file begun after the day is not late."""
    days = {
        cycle.pk: found
        for cycle in _cycles()
        if (found := reminder_day(getattr(cycle, deadline_name), NURSERY_DAYS, today))
    }
    files = [
        application
        for application in Application.objects.in_state(state).for_list().filter(cycle__in=days)
        if timezone.localdate(application.created_at) <= days[application.cycle_id]
    ]
    staff = audiences.staff_by_nursery({application.nursery_id for application in files})
    for application in files:
        deadline = getattr(application.cycle, deadline_name)
        for user in staff.get(application.nursery_id, []):
            yield Due(
                recipient=user,
                kind=kind,
                subject_type=Application._meta.label_lower,
                subject_id=application.pk,
                day=days[application.cycle_id],
                title=f"{what}{left_in_words(deadline, today)}：{application.nursery.name}",
                text=f"受理编号 {application.number}，{what}期限为{in_words(deadline)}。{then}",
                url=application.get_absolute_url(),
            )


def drafts(today: date) -> Iterator[Due]:
    """S0, three (一): 报送截止."""
    return _of_nurseries(
        today,
        kind="draft",
        state=ApplicationState.DRAFT,
        deadline_name="nursery_deadline",
        what="申报",
        then="尚未提交，请尽快填写并提交，逾期将不能提交。",
    )


def corrections(today: date) -> Iterator[Due]:
    return _of_nurseries(
        today,
        kind="correction",
        state=ApplicationState.RETURNED,
        deadline_name="county_deadline",
        what="补正",
        then="请按退回意见补正并重新提交，逾期视为放弃。",
    )


# What an office still has to do


def _of_offices(
    today: date,
    *,
    state: str,
    deadline_name: str,
    codenames: tuple[str, ...],
    unit: Any,
    what: str,
) -> Iterator[Due]:
    """One reminder per office and cycle with something waiting, to everyone who works there."""
    for cycle in _cycles():
        deadline = getattr(cycle, deadline_name)
        day = reminder_day(deadline, OFFICE_DAYS, today)
        if day is None:
            continue
        counted = Application.objects.in_cycle(cycle).in_state(state).order_by()
        waiting: dict[int, int] = dict(
            counted.annotate(unit=unit)
            .values("unit")
            .annotate(n=Count("pk"))
            .values_list("unit", "n")
        )
        officers = audiences.officers_by_region(codenames, waiting)
        for region, users in officers.items():
            for user in users:
                yield Due(
                    recipient=user,
                    kind=f"{state}:{cycle.pk}",
                    subject_type="accounts.region",
                    subject_id=region,
                    day=day,
                    title=f"{what}{left_in_words(deadline, today)}：{waiting[region]} 件待办",
                    text=f"{cycle.name}尚有 {waiting[region]} 件待{what}，"
                    f"报送期限为{in_words(deadline)}，逾期将不能推荐。",
                    url=reverse("applications:desk"),
                )


def county_queues(today: date) -> Iterator[Due]:
    """S0, three (二)."""
    return _of_offices(
        today,
        state=ApplicationState.COUNTY_REVIEW,
        deadline_name="county_deadline",
        codenames=audiences.COUNTY_WORK,
        unit=F("region"),
        what="县级初审",
    )


def city_queues(today: date) -> Iterator[Due]:
    """S0, three (三). The zone has no city above it: it takes this step itself."""
    return _of_offices(
        today,
        state=ApplicationState.CITY_REVIEW,
        deadline_name="city_deadline",
        codenames=audiences.CITY_WORK,
        unit=Case(When(region__level=Level.COUNTY, then="region__parent"), default="region"),
        what="市级审核",
    )


def offered_tasks(today: date) -> Iterator[Due]:
    """Tasks that an expert has neither accepted nor recused from after three days; one a file."""
    day = today - TO_ACCEPT
    for review in Review.objects.offered_by(day).select_related("application__nursery"):
        application = review.application
        yield Due(
            recipient=review.reviewer,  # type: ignore[arg-type]  # an expert's task has one
            kind="accept_task",
            subject_type=Application._meta.label_lower,
            subject_id=application.pk,
            day=timezone.localdate(review.assigned_at) + TO_ACCEPT,
            title=f"评审任务待接受：{application.nursery.name}",
            text=f"受理编号 {application.number} 的评审任务尚未接受。请登录后接受任务；"
            "与该机构有利害关系的，请申请回避。",
            url=application.get_absolute_url(),
        )


def objections(today: date) -> Iterator[Due]:
    """Handled within the cycle's days; nothing of the objector is told."""
    rows = Objection.objects.unsettled().for_list().select_related("entry__notice__cycle")
    due = [
        (objection, day)
        for objection in rows
        if (day := reminder_day(objection.due_on, OFFICE_DAYS, today))
        and timezone.localdate(objection.filed_at) <= day
    ]
    provinces = {objection.entry.notice.cycle.province_id for objection, _ in due}
    handlers = audiences.officers_by_region(["handle_objections"], provinces)
    for objection, day in due:
        nursery = objection.entry.application.nursery.name
        for user in handlers.get(objection.entry.notice.cycle.province_id, []):
            yield Due(
                recipient=user,
                kind="objection",
                subject_type=Objection._meta.label_lower,
                subject_id=objection.pk,
                day=day,
                title=f"异议办理{left_in_words(objection.due_on, today)}：{nursery}",
                text=f"异议 {objection.receipt} 的办理期限为{in_words(objection.due_on)}，"
                "请及时办结。",
                url=objection.get_absolute_url(),
            )


SOURCES: tuple[Callable[[date], Iterable[Due]], ...] = (
    drafts,
    corrections,
    county_queues,
    city_queues,
    offered_tasks,
    objections,
)
