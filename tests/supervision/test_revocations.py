"""From the proposal to the decision, and the way round it for what is grave."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from publicity.models import Title
from publicity.services import settle
from publicity.statuses import RevocationGround, TitleState
from supervision import services
from supervision.models import Revocation
from supervision.statuses import AT_ONCE, OrderState, RevocationState
from supervision.subscribers import end_proceedings
from tests import scenes
from tests.publicity import crowd
from tests.scenes import at
from tests.supervision.stories import LATE, NOVEMBER, ordered, picture, proposed
from workflow import Refused, open_to, perform, why_not
from workflow.models import Event

pytestmark = pytest.mark.django_db
DUE = date(2023, 11, 6)
AFTER = at("2023-11-07 00:00")


@pytest.fixture
def title(scene):
    return crowd.concluded(scene)[0]


@pytest.fixture
def revocation(scene, title):
    return proposed(scene, title)


@pytest.fixture
def staff(title):
    return scenes.staff(title.nursery)


def state_of(title: Title) -> str:
    return str(Title.objects.get(pk=title.pk).state)


def test_a_proposal_says_why_and_until_when_and_leaves_the_title(title, revocation):
    assert (revocation.state, revocation.statement_due_on) == (RevocationState.PROPOSED, DUE)
    assert state_of(title) == TitleState.VALID
    (event,) = Event.objects.of(revocation)
    assert (event.verb, event.data["ground"]) == ("propose", "closed")
    assert str(revocation) == f"拟撤销{title.nursery.name}的称号"
    assert revocation.get_absolute_url() == f"/supervision/revocations/{revocation.pk}/"


def test_one_proposal_is_open_at_a_time(scene, title, revocation):
    with pytest.raises(Refused, match="已有未办结"):
        proposed(scene, title)
    with pytest.raises(IntegrityError, match="revocation_one_open"), transaction.atomic():
        Revocation.objects.create(
            title=title,
            ground="closed",
            facts="又。",
            basis="无",
            proposed_by=scene.officer,
            proposed_at=NOVEMBER,
            statement_due_on=DUE,
        )


def test_only_the_province_proposes_and_only_on_a_title_in_force(scene, title):
    with pytest.raises(PermissionDenied):
        proposed(scene, title, by=scene.city_handler)
    with pytest.raises(Refused, match="届满"):
        proposed(scene, title, at=at("2025-10-10 09:00"))


# Heard first


def test_nothing_is_decided_before_the_nursery_was_heard(scene, title, revocation):
    (problem,) = why_not(revocation, "decide", user=scene.officer, at=NOVEMBER)
    assert "陈述申辩期限至2023年11月6日" in problem.text
    with pytest.raises(Refused, match="尚未陈述"):
        services.decide_revocation(revocation, actor=scene.officer, at=NOVEMBER, reason="撤。")
    assert state_of(title) == TitleState.VALID


def test_a_statement_opens_the_way_to_a_decision(scene, title, revocation, staff):
    services.make_statement(
        revocation, text="已恢复收托。", by=staff, at=NOVEMBER, uploads=[picture()]
    )
    assert revocation.state == RevocationState.STATED
    assert revocation.statement_files.count() == 1
    assert not revocation.awaits_statement
    services.decide_revocation(revocation, actor=scene.officer, at=NOVEMBER, reason="经核不符。")
    title.refresh_from_db()
    assert (revocation.state, revocation.outcome) == (RevocationState.DECIDED, "经核不符。")
    assert (title.state, title.revoked_for) == (TitleState.REVOKED, RevocationGround.CLOSED)
    assert "已予复核" in revocation.heard_in_words
    assert list(Revocation.objects.decided()) == [revocation]


def test_who_waives_is_decided_on_at_once(scene, title, revocation, staff):
    perform(revocation, "waive_statement", actor=staff, at=NOVEMBER)
    services.decide_revocation(revocation, actor=scene.officer, at=NOVEMBER, reason="撤。")
    assert state_of(title) == TitleState.REVOKED
    assert "已放弃" in revocation.heard_in_words


def test_after_its_day_silence_is_no_obstacle(scene, title, revocation):
    assert not revocation.is_unheard(DUE)
    assert revocation.is_unheard(AFTER.date())
    services.decide_revocation(revocation, actor=scene.officer, at=AFTER, reason="撤。")
    assert state_of(title) == TitleState.REVOKED
    assert "规定期限内未作" in revocation.heard_in_words


def test_a_late_statement_still_counts_before_the_decision(revocation, staff):
    services.make_statement(revocation, text="迟到的说明。", by=staff, at=AFTER)
    assert revocation.state == RevocationState.STATED


def test_nobody_speaks_for_the_nursery(scene, revocation):
    for user in (scene.officer, scene.county_handler):
        with pytest.raises(PermissionDenied):
            services.make_statement(revocation, text="代言。", by=user, at=NOVEMBER)
    assert open_to(scene.county_handler, revocation, at=NOVEMBER) == []


# Dropped


def test_a_dropped_proposal_leaves_a_valid_title_valid(scene, title, revocation):
    services.drop_revocation(revocation, actor=scene.officer, at=NOVEMBER, reason="已恢复。")
    assert (revocation.state, state_of(title)) == (RevocationState.DROPPED, TitleState.VALID)
    assert not revocation.is_open
    proposed(scene, title, at=AFTER)


def test_dropped_after_a_failed_order_the_title_is_valid_again(scene, title):
    order = ordered(scene, title)
    proposal = services.fail_check(order, actor=scene.officer, at=LATE, reason="未整改。")
    services.drop_revocation(proposal, actor=scene.officer, at=LATE, reason="陈述属实。")
    assert state_of(title) == TitleState.VALID


def test_dropped_beside_a_running_order_the_order_goes_on(scene, title):
    order = ordered(scene, title)
    proposal = proposed(scene, title)
    services.drop_revocation(proposal, actor=scene.officer, at=NOVEMBER, reason="证据不足。")
    order.refresh_from_db()
    assert (state_of(title), order.state) == (TitleState.RECTIFYING, OrderState.ORDERED)


# With the title


def test_a_decision_ends_the_running_order(scene, title, staff):
    order = ordered(scene, title)
    proposal = proposed(scene, title)
    perform(proposal, "waive_statement", actor=staff, at=NOVEMBER)
    services.decide_revocation(proposal, actor=scene.officer, at=NOVEMBER, reason="撤。")
    order.refresh_from_db()
    assert order.state == OrderState.ENDED


def test_a_title_that_expires_takes_the_proposal_with_it(title, revocation):
    over = at("2025-10-10 00:05")
    settle(over)
    event = Event.objects.of(title).get(verb="expire")
    end_proceedings(event)
    end_proceedings(event)
    revocation.refresh_from_db()
    assert (revocation.state, revocation.closed_at) == (RevocationState.ENDED, over)


def test_what_is_grave_ends_the_title_at_once_and_the_proposal_with_it(scene, title, revocation):
    services.revoke(
        title, ground=RevocationGround.ACCIDENT, actor=scene.officer, at=NOVEMBER, reason="事故。"
    )
    revocation.refresh_from_db()
    assert title.state == TitleState.REVOKED
    assert revocation.state == RevocationState.ENDED


@pytest.mark.parametrize("ground", [g for g in RevocationGround if g not in AT_ONCE])
def test_for_anything_else_the_nursery_is_told_first(scene, title, ground):
    with pytest.raises(Refused, match="应当先告知") as refused:
        services.revoke(title, ground=ground, actor=scene.officer, at=NOVEMBER, reason="撤。")
    assert refused.value.problems[0].field == "ground"
    assert state_of(title) == TitleState.VALID


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"closed_at": NOVEMBER}, "revocation_closed_with_state"),
        ({"statement": "无状态。"}, "revocation_heard_with_state"),
        ({"statement_due_on": NOVEMBER.date()}, "revocation_due_after_proposal"),
    ],
)
def test_impossible_revocations_are_refused(revocation, change, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Revocation.objects.filter(pk=revocation.pk).update(**change)
