"""Role × move × state, from the machines themselves.

MAY says for every move who may make it; the sources come from the transition tables. Whoever adds a
move to a machine has to add its line here.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from applications import services
from applications.models import Application
from applications.statuses import ApplicationState, Step
from tests import scenes
from tests.scenes import AUGUST, JULY, SEPTEMBER, Province
from workflow import Refused, open_to, perform
from workflow.machine import transitions
from workflow.models import Event

ROLES = (
    "staff",
    "other_staff",
    "county_handler",
    "county_approver",
    "other_county_handler",
    "city_handler",
    "city_approver",
    "other_city_handler",
    "officer",
    "expert",
    "other_expert",
    "sysadmin",
    "secadmin",
    "auditor",
)
COUNTY = {"county_handler", "county_approver"}
CITY = {"city_handler", "city_approver"}
MAY: dict[str, set[str]] = {
    "submit": {"staff"},
    "resubmit": {"staff"},
    "withdraw": {"staff"},
    "return_for_correction": COUNTY,
    "recommend_to_city": COUNTY,
    "decline_by_county": COUNTY,
    "send_back_to_county": CITY,
    "recommend_to_province": CITY,
    "decline_by_city": CITY,
    "send_back_to_city": {"officer"},
    "pass_review": {"officer"},
    "fail_review": {"officer"},
    "put_on_notice": {"officer"},
    "award": {"officer"},
    "uphold_objection": {"officer"},
    "give_way": set(),
    "lapse": {"officer"},
}
NEVER_OFFERED = {"put_on_notice", "award", "uphold_objection", "give_way"}


@pytest.fixture
def people(scene: Province) -> dict[str, User]:
    official = scenes.official
    return {
        "county_handler": scene.county_handler,
        "county_approver": scene.county_approver,
        "other_county_handler": scene.other_county_handler,
        "city_handler": scene.city_handler,
        "city_approver": official("city-approver", "孙沈", "city_approver", scene.city),
        "other_city_handler": scene.other_city_handler,
        "officer": scene.officer,
        "expert": scene.experts[0],
        "other_expert": scene.experts[1],
        "sysadmin": official("sysadmin", "系统员", "system_admin", scene.root),
        "secadmin": official("secadmin", "安全员", "security_admin", scene.root),
        "auditor": official("auditor", "审计员", "audit_admin", scene.root),
    }


@pytest.fixture
def cast(scene: Province, people: dict[str, User]) -> tuple[Application, dict[str, User]]:
    """One application that has been everywhere up to the province, and everyone around it."""
    application, staff = scenes.at_province(scene)
    other = scenes.nursery(scene.county, "邻家托育园")
    people["staff"] = staff
    people["other_staff"] = scenes.staff(other, "other-staff", "别园长")
    services.assign_expert(
        application, people["expert"], Step.PAPER, by=scene.officer, at=SEPTEMBER
    )
    for user in people.values():
        user.forget_grants()
    return application, people


def in_state(application: Application, state: str) -> Application:
    """As it would look in that state; in memory only."""
    application.__dict__["state"] = state
    return application


def test_the_table_names_every_move() -> None:
    assert set(transitions(Application)) == set(MAY)


@pytest.mark.parametrize("state", ApplicationState.values)
def test_who_is_offered_what(cast: tuple[Application, dict[str, User]], state: str) -> None:
    application, people = cast
    in_state(application, state)
    for role in ROLES:
        expected = {
            move
            for move, by_source in transitions(Application).items()
            if state in by_source and role in MAY[move] and move not in NEVER_OFFERED
        }
        offered = {offer.name for offer in open_to(people[role], application, at=JULY)}
        assert offered == expected, f"{role} at {state}"


@pytest.mark.parametrize("role", ROLES)
def test_who_may_not_is_told_nothing(cast: tuple[Application, dict[str, User]], role: str) -> None:
    """The policy is asked before the state: no refusal tells a stranger where the file stands."""
    application, people = cast
    before = Event.objects.count()
    for move in transitions(Application):
        with pytest.raises((PermissionDenied, Refused)) as answer:
            # No move goes through: the state is wrong for all but the province's, and those lack
            # a panel or a reason.
            perform(application, move, actor=people[role], at=AUGUST, reason="")
        denied = isinstance(answer.value, PermissionDenied)
        assert denied == (role not in MAY[move]), f"{role} {move}"
    assert Event.objects.count() == before


def test_nobody_and_the_portal(cast: tuple[Application, dict[str, User]]) -> None:
    application, _ = cast
    for move in transitions(Application):
        with pytest.raises((PermissionDenied, Refused)) as answer:
            perform(application, move, actor=None, at=AUGUST, reason="x")
        portals = {"put_on_notice", "lapse", "give_way"}
        assert isinstance(answer.value, Refused) == (move in portals), move


def seen_by(user: Any) -> bool:
    return Application.objects.visible_to(user).exists()


def test_who_sees_a_file(cast: tuple[Application, dict[str, User]]) -> None:
    _, people = cast
    seeing = {role for role in ROLES if seen_by(people[role])}
    assert seeing == {"staff", "officer", "expert"} | COUNTY | CITY


def test_a_draft_is_the_nurserys_own(scene: Province, people: dict[str, User]) -> None:
    _, staff = scenes.drafted(scene)
    assert seen_by(staff)
    assert not any(seen_by(user) for user in people.values())
