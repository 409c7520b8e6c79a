"""Deadlines of a file: of the nursery, the county, the city, the experts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, F, When
from django.urls import reverse
from django.utils import timezone

from accounts.statuses import Level
from applications.models import Application, Review
from applications.statuses import ApplicationState
from notifications import audiences
from notifications.milestones import NURSERY_DAYS, OFFICE_DAYS, left_in_words, reminder_day
from notifications.reminders.due import Due
from notifications.words import day as in_words
from quotas.models import Cycle

# How long an expert may think about a task before being reminded of it.
TO_ACCEPT = timedelta(days=3)


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
