"""The cycle before: concluded two times over, so that titles are valid, in rectification, revoked
and expired.
"""

from __future__ import annotations

from datetime import date, timedelta

from accounts.models import Appointment, User
from applications import services as applications
from applications.models import Application
from nurseries.models import Nursery
from portal.demo import supervision as following
from portal.demo.days import Days
from portal.demo.notices import compose, decision
from portal.demo.people import Offices, People
from portal.demo.stories import DECLINE, Stories
from publicity import services as publicity
from publicity.models import Title
from publicity.statuses import RevocationGround
from quotas.models import Cycle
from supervision import services as supervision
from workflow import perform

EARLY, LATE = 4, 8
GOOD = ("89", "90", "91", "90.5", "91", "92")


def tell(
    cycle: Cycle,
    nurseries: list[Nursery],
    people: People,
    offices: Offices,
    days: Days,
    *,
    first: int,
) -> None:
    stories = Stories(cycle, people, offices)
    numbered = list(enumerate(nurseries[first:], start=first))
    start = (days.today - cycle.opens_on).days
    early, late, rest = numbered[:EARLY], numbered[EARLY : EARLY + LATE], numbered[EARLY + LATE :]
    # The first batch is so long ago that its two years are over, the second is in force.
    for name, batch, drafted, noticed in (
        ("第1批", early, start - 10, start - 52),
        ("第2批", late, start - 20, 420),
    ):
        _pass(stories, batch, days, drafted)
        _award(stories, name, days.today - timedelta(days=noticed), days)
    _end_otherwise(stories, rest, days, start)
    publicity.settle(days.now)
    _supervise(offices.province, days)
    perform(
        cycle, "close", actor=offices.province, at=days.back(200), reason="本周期评选工作已完成。"
    )


def _pass(stories: Stories, batch: list[tuple[int, Nursery]], days: Days, back: int) -> None:
    for number, nursery in batch:
        application = stories.draft(nursery, number, days.back(back))
        stories.submit(application, number, days.back(back - 2))
        stories.county(application, days.back(back - 6))
        stories.city(application, days.back(back - 10))
        stories.panel(application, days.back(back - 16), GOOD)
        perform(application, "pass_review", actor=stories.offices.province, at=days.back(back - 20))


def _award(stories: Stories, name: str, over_by: date, days: Days) -> None:
    """A notice that was over by then, concluded the day after it ended."""
    actor = stories.offices.province
    opened = days.opening_that_ends_by(over_by)
    notice = compose(stories.cycle, name, actor, days.moment(opened, 8))
    publicity.publish(notice, actor=actor, at=days.moment(opened))
    after = days.after(notice)
    publicity.settle(after)
    publicity.conclude(
        notice, actor=actor, at=after, decision_number=decision(stories.cycle, name[1])
    )


def _end_otherwise(
    stories: Stories, rest: list[tuple[int, Nursery]], days: Days, start: int
) -> None:
    """Not passed, declined, withdrawn, lapsed."""
    offices = stories.offices
    # The others are never handed in and lapse.
    failed, declined, withdrawn, *_ = [
        (number, stories.draft(nursery, number, days.back(start - 20))) for number, nursery in rest
    ]
    for number, application in (failed, declined, withdrawn):
        stories.submit(application, number, days.back(start - 24))
    stories.county(failed[1], days.back(start - 30))
    stories.city(failed[1], days.back(start - 34))
    stories.panel(failed[1], days.back(start - 40), ("78", "80", "79", "76", "77", "78"))
    _move(failed[1], "fail_review", offices.province, days.back(start - 45), DECLINE)
    county = offices.county(declined[1].region)
    _move(declined[1], "decline_by_county", county, days.back(start - 30), DECLINE)
    by = _staff_of(withdrawn[1].nursery)
    _move(withdrawn[1], "withdraw", by, days.back(start - 28), "机构装修，本周期不再申报。")
    applications.lapse_overdue(days.moment(stories.cycle.nursery_deadline + timedelta(days=1), 1))


def _staff_of(nursery: Nursery) -> User:
    return Appointment.objects.current().on(nursery).select_related("user")[0].user


def _move(application: Application, name: str, by: User, at: object, reason: str) -> None:
    perform(application, name, actor=by, at=at, reason=reason)  # type: ignore[arg-type]


def _supervise(officer: User, days: Days) -> None:
    """An order in each of its states; a proposal that led to a revocation, and one that was
    overtaken by a graver thing.
    """
    ordered, reported, passed, failed, ended, grave = Title.objects.in_force().order_by("pk")[:6]
    problem = "抽查发现监控录像保存不足 90 日，晨午检记录不全，须全面整改。"
    orders = {
        title: supervision.order_rectification(title, problem=problem, by=officer, at=days.back(n))
        for title, n in ((ordered, 12), (reported, 25), (passed, 60), (failed, 70), (ended, 50))
    }
    following.report(orders[reported], _staff_of(reported.nursery), days.back(15))
    following.extended_and_passed(orders[passed], officer, days)
    following.failed_and_revoked(orders[failed], officer, days)
    following.proposed_and_ended(grave, officer, days)
    for title, ground, reason, n in (
        (grave, RevocationGround.ACCIDENT, "经查实，发生重大安全责任事故。", 40),
        (ended, RevocationGround.FRAUD, "经查实，申报材料弄虚作假。", 20),
    ):
        supervision.revoke(title, ground=ground, actor=officer, at=days.back(n), reason=reason)
