"""On real PostgreSQL, with real threads: one decision, one extension, never a deadlock."""

from __future__ import annotations

from functools import partial

import pytest

from accounts.models import User
from publicity.models import Title
from publicity.statuses import RevocationGround, TitleState
from supervision import services
from supervision.models import Extension, RectificationOrder, Revocation
from supervision.statuses import RevocationState
from tests import scenes
from tests.publicity import crowd
from tests.publicity.test_races import at_once
from tests.scenes import at
from tests.supervision.stories import NOVEMBER, ordered, proposed
from workflow import Refused
from workflow.models import Event

pytestmark = pytest.mark.django_db(transaction=True)
AFTER = at("2023-11-07 00:00")


@pytest.fixture
def scene():
    return scenes.province()


@pytest.fixture
def title(scene):
    return crowd.concluded(scene)[0]


def officer() -> User:
    return User.objects.get(username="officer")


def refusals(answers: list[object]) -> int:
    return sum(isinstance(answer, Refused) for answer in answers)


@pytest.mark.parametrize("attempt", range(3))
def test_one_proposal_and_one_decision(scene, title, attempt):
    def propose() -> Revocation:
        return proposed(scene, Title.objects.get(), by=officer())

    assert refusals(at_once(propose, propose)) == 1
    pk = Revocation.objects.get().pk

    def decide() -> None:
        services.decide_revocation(
            Revocation.objects.get(pk=pk), actor=officer(), at=AFTER, reason="撤。"
        )

    def drop() -> None:
        services.drop_revocation(
            Revocation.objects.get(pk=pk), actor=officer(), at=AFTER, reason="不撤。"
        )

    assert refusals(at_once(decide, drop, decide)) == 2
    title.refresh_from_db()
    decided = Revocation.objects.get().state == RevocationState.DECIDED
    assert (title.state == TitleState.REVOKED) is decided
    assert Event.objects.of(title).filter(verb="revoke").count() == int(decided)


@pytest.mark.parametrize("attempt", range(3))
def test_a_decision_beside_a_revocation_at_once(scene, title, attempt):
    pk = proposed(scene, title).pk

    def decide() -> None:
        services.decide_revocation(
            Revocation.objects.get(pk=pk), actor=officer(), at=AFTER, reason="撤。"
        )

    def revoke() -> None:
        services.revoke(
            Title.objects.get(),
            ground=RevocationGround.FRAUD,
            actor=officer(),
            at=AFTER,
            reason="虚假。",
        )

    assert refusals(at_once(decide, revoke)) == 1
    title.refresh_from_db()
    assert title.state == TitleState.REVOKED
    assert Event.objects.of(title).filter(verb="revoke").count() == 1
    assert not Revocation.objects.open().exists()


@pytest.mark.parametrize("attempt", range(3))
def test_more_days_are_asked_for_and_granted_once(scene, title, attempt):
    pk = ordered(scene, title).pk
    scenes.staff(title.nursery)

    def ask() -> Extension:
        return services.ask_extension(
            RectificationOrder.objects.get(pk=pk),
            reason="设备推迟。",
            by=User.objects.get(username="staff"),
            at=NOVEMBER,
        )

    assert refusals(at_once(ask, ask, ask)) == 2
    grant = partial(_granted, pk)
    assert refusals(at_once(grant, grant)) == 1
    assert RectificationOrder.objects.get(pk=pk).due_on.isoformat() == "2023-12-11"


def _granted(pk: int) -> None:
    order = RectificationOrder.objects.get(pk=pk)
    services.grant_extension(order, days=10, by=officer(), at=NOVEMBER)
