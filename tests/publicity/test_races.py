"""On real PostgreSQL, with real threads: an award never overtakes an objection."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import close_old_connections, connection

from accounts.models import User
from applications import services as applications
from applications.models import Application
from publicity import services
from publicity.models import Notice, Objection, StatementRequest, Title
from publicity.statuses import UNSETTLED, EntryOutcome, NoticeState
from tests import scenes
from tests.publicity import crowd
from tests.publicity.crowd import CONCLUDED
from tests.publicity.test_eligibility import cycle_of
from tests.scenes import at
from workflow import Refused, perform
from workflow.models import Event

pytestmark = pytest.mark.django_db(transaction=True)
LAST_SECOND = at("2023-10-09 23:59:59")


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run all acts at the same moment; a refusal is an answer, anything else fails the test."""
    start, answers = Barrier(len(acts)), [None] * len(acts)

    def run(number: int) -> None:
        close_old_connections()
        start.wait(10)
        try:
            answers[number] = acts[number]()
        except Exception as fault:  # noqa: BLE001 - it is looked at below
            answers[number] = fault
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    faults = [a for a in answers if isinstance(a, Exception) and not isinstance(a, Refused)]
    assert not faults, faults
    return answers


@pytest.fixture
def notice():
    return crowd.opened(scenes.province(), 3)


def officer():
    return User.objects.get(username="officer")


@pytest.mark.parametrize("attempt", range(6))
def test_a_conclusion_against_objections_of_the_last_second(notice, attempt):
    """Whoever comes first: an objection that was taken holds its entry, always."""
    entry = notice.entries.order_by("pk")[0]

    def object_now() -> Objection:
        return services.file_objection(
            entry, name="冯异议", contact="13711112222", content="二楼未设护栏。", at=LAST_SECOND
        )

    def conclude() -> list[Title]:
        return services.conclude(Notice.objects.get(pk=notice.pk), actor=officer(), at=CONCLUDED)

    acts = [object_now, conclude, object_now] if attempt % 2 else [conclude, object_now, object_now]
    at_once(*acts)
    notice.refresh_from_db()
    taken = Objection.objects.count()
    assert notice.state == NoticeState.CONCLUDED
    assert Title.objects.count() == (2 if taken else 3)
    assert not Title.objects.filter(application__entries__objections__state__in=UNSETTLED).exists()


def test_many_conclusions_award_each_nursery_once(notice):
    acts = [
        lambda: services.conclude(Notice.objects.get(pk=notice.pk), actor=officer(), at=CONCLUDED)
        for _ in range(8)
    ]
    answers = at_once(*acts)
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refused) == 7
    assert all("已公布" in str(refusal) for refusal in refused)
    assert Title.objects.count() == 3
    assert Event.objects.of(notice).filter(verb="close").count() == 1


def test_upholding_against_awarding_what_was_held(notice):
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=officer(), at=CONCLUDED)
    services.conclude(notice, actor=officer(), at=CONCLUDED)

    def uphold() -> None:
        services.uphold(
            Objection.objects.get(pk=objection.pk), actor=officer(), at=CONCLUDED, reason="属实。"
        )

    def award() -> list[Title]:
        return services.award_held(Notice.objects.get(pk=notice.pk), actor=officer(), at=CONCLUDED)

    at_once(uphold, award, award)
    entry = notice.entries.get(pk=objection.entry_id)
    assert entry.outcome == EntryOutcome.REMOVED
    assert Title.objects.count() == 2


def test_two_handlers_settle_one_objection_once(notice):
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=officer(), at=CONCLUDED)

    def uphold() -> None:
        services.uphold(
            Objection.objects.get(pk=objection.pk), actor=officer(), at=CONCLUDED, reason="属实。"
        )

    def overrule() -> object:
        return perform(
            Objection.objects.get(pk=objection.pk),
            "overrule",
            actor=officer(),
            at=CONCLUDED,
            reason="不属实。",
        )

    answers = at_once(uphold, overrule, uphold, overrule)
    assert sum(isinstance(answer, Refused) for answer in answers) == 3
    settled = Event.objects.of(objection).filter(verb__in=["uphold", "overrule"])
    assert settled.count() == 1
    removed = notice.entries.filter(outcome=EntryOutcome.REMOVED).count()
    assert removed == (1 if settled.get().verb == "uphold" else 0)


def test_workers_that_settle_at_once_settle_once(notice):
    at_once(*[lambda: services.settle(CONCLUDED) for _ in range(6)])
    assert Event.objects.of(notice).filter(verb="close").count() == 1


@pytest.mark.parametrize("attempt", range(4))
def test_a_title_that_begins_against_a_draft_that_is_begun(attempt):
    """A held entry is awarded two years late while its nursery begins its next application."""
    scene = scenes.province()
    notice = crowd.opened(scene)
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=officer(), at=CONCLUDED)
    services.conclude(notice, actor=officer(), at=CONCLUDED)
    perform(objection, "overrule", actor=officer(), at=CONCLUDED, reason="查无实据。")
    nursery = notice.entries.get().application.nursery
    staff, cycle = scenes.staff(nursery), cycle_of(scene, 2025)
    late = at("2025-07-01 09:00")

    def award() -> list[Title]:
        return services.award_held(Notice.objects.get(pk=notice.pk), actor=officer(), at=late)

    def begin() -> object:
        return applications.draft(nursery, cycle, by=staff, at=late)

    at_once(*([award, begin] if attempt % 2 else [begin, award]))
    assert Title.objects.count() == 1
    assert not Application.objects.under_way_of(nursery.pk).exists()


def test_two_answers_of_a_nursery_are_one(notice):
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=officer(), at=CONCLUDED)
    staff = scenes.staff(objection.entry.application.nursery)
    asked = services.ask_statement(
        objection, question="护栏？", due_on=CONCLUDED.date(), by=officer(), at=CONCLUDED
    )

    def answer(text: str) -> object:
        statement = StatementRequest.objects.get(pk=asked.pk)
        who = User.objects.get(pk=staff.pk)
        return services.give_statement(statement, text=text, by=who, at=CONCLUDED)

    answers = at_once(*[lambda n=n: answer(f"第 {n} 份。") for n in range(4)])
    assert sum(isinstance(given, Refused) for given in answers) == 3
    assert Event.objects.of(asked).filter(verb="give_statement").count() == 1


def test_a_decision_and_an_answer_of_the_nursery_never_cross(notice):
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=officer(), at=CONCLUDED)
    staff = scenes.staff(objection.entry.application.nursery)
    asked = services.ask_statement(
        objection, question="护栏？", due_on=CONCLUDED.date(), by=officer(), at=CONCLUDED
    )

    def answer() -> object:
        statement = StatementRequest.objects.get(pk=asked.pk)
        who = User.objects.get(pk=staff.pk)
        return services.give_statement(statement, text="已设。", by=who, at=CONCLUDED)

    def overrule() -> object:
        own = Objection.objects.get(pk=objection.pk)
        return perform(own, "overrule", actor=officer(), at=CONCLUDED, reason="不属实。")

    at_once(answer, overrule)
    verbs = list(
        Event.objects.filter(verb__in=["give_statement", "overrule"])
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert verbs in (["give_statement", "overrule"], ["overrule"])
