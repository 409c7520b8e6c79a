"""Role × move × state for every machine but the application's, which has a matrix of its own.

The sources come from the transition tables; MAY says who may. A move that is missing here fails.
"""

from __future__ import annotations

import pytest

from accounts.models import User
from applications.models import Application
from publicity import services as publicity
from publicity.services import Writing
from supervision import services as supervision
from tests import scenes
from tests.scenes import NOTICED, SEPTEMBER, Province, at
from tests.supervision import checking, stories
from workflow import open_to, perform
from workflow.checks import machines
from workflow.machine import any_transition, transitions
from workflow.models import Subject

PROVINCE = {"officer"}
PORTAL: set[str] = set()  # the clock alone
MAY: dict[str, dict[str, set[str]]] = {
    "quotas.cycle": {"start": PROVINCE, "close": PROVINCE},
    "publicity.notice": {"publish": PROVINCE, "close": PORTAL, "conclude": PROVINCE},
    "publicity.objection": {
        "accept": PROVINCE,
        "refuse": PROVINCE,
        "uphold": PROVINCE,
        "overrule": PROVINCE,
    },
    "publicity.title": {
        "order_rectification": PROVINCE,
        "restore": PROVINCE,
        "revoke": PROVINCE,
        "expire": PORTAL,
    },
    "publicity.practice": {
        "submit": {"staff"},
        "return_for_correction": PROVINCE,
        "publish": PROVINCE,
        "withdraw": PROVINCE,
    },
    "supervision.prompt": {"answer": {"staff"}, "end_with_title": PORTAL},
    "supervision.revocation": {
        "make_statement": {"staff"},
        "waive_statement": {"staff"},
        "decide": PROVINCE,
        "drop": PROVINCE,
        "end_with_title": PORTAL,
    },
    "supervision.complaint": {
        "accept": PROVINCE,
        "refuse": PROVINCE,
        "substantiate": PROVINCE,
        "dismiss": PROVINCE,
    },
    "supervision.campaign": {"draw": PROVINCE, "start": PROVINCE, "close": PROVINCE},
    "supervision.spotcheck": {
        "begin": PROVINCE | {"lead"},
        "finish": {"lead"},
        "cancel": PROVINCE,
    },
    "supervision.rectificationorder": {
        "hand_in_report": {"staff"},
        "pass_check": PROVINCE,
        "fail_check": PROVINCE,
        "end_with_title": PORTAL,
    },
}
AFTER = at("2023-10-10 09:00")


@pytest.fixture
def subjects(scene: Province) -> dict[str, Subject]:
    """One of each, all about the same nursery."""
    notice, application, _ = scenes.on_notice(scene)
    objection = publicity.file_objection(
        notice.entries.get(),
        name="林异议",
        contact="13700000000",
        content="该机构宣传的师资与实际不符。",
        at=NOTICED,
    )
    publicity_move(objection, scene.officer)
    title = publicity.conclude(notice, actor=scene.officer, at=AFTER)[0]
    order = supervision.order_rectification(
        title, problem="录像保存不足 90 日。", by=scene.officer, at=AFTER
    )
    prompt = stories.prompted(title, scene.city_handler, at=AFTER)
    complaint, _ = stories.complained(title, AFTER)
    revocation = stories.proposed(scene, title, at=AFTER)
    campaign = checking.prepared(scene)
    check = checking.staffed(scene, checking.opened(scene, title))
    written = Writing("做法", "摘要。", "正文。", consents=True)
    staff = User.objects.get(username="staff")
    practice = publicity.draft_practice(title.nursery, written, by=staff, at=AFTER)
    about = (practice, prompt, complaint, revocation, campaign, check)
    found = (scene.cycle, notice, objection, title, order, *about)
    return {subject.machine_label: subject for subject in found}


def publicity_move(objection: Subject, officer: User) -> None:
    """Refused, so that the entry may be awarded."""
    perform(objection, "refuse", actor=officer, at=SEPTEMBER, reason="未写明事实。")


@pytest.fixture
def people(scene: Province, subjects: dict[str, Subject]) -> dict[str, User]:
    staff = User.objects.get(username="staff")
    found = {
        "staff": staff,
        "county": scene.county_handler,
        "city": scene.city_handler,
        "other_county": scene.other_county_handler,
        "officer": scene.officer,
        "expert": scene.experts[3],
        "lead": scene.experts[0],
        "auditor": scenes.official("auditor", "审计员", "audit_admin", scene.root),
        "sysadmin": scenes.official("sysadmin", "系统员", "system_admin", scene.root),
    }
    for user in found.values():
        user.forget_grants()
    return found


def test_every_machine_has_its_lines() -> None:
    tables = {m._meta.label_lower: set(transitions(m)) for m in machines() if m is not Application}
    assert {label: set(moves) for label, moves in MAY.items()} == tables


@pytest.mark.parametrize("label", MAY)
def test_who_is_offered_what(
    subjects: dict[str, Subject], people: dict[str, User], label: str
) -> None:
    subject = subjects[label]
    states = [state for state, _ in type(subject)._meta.get_field("state").flatchoices]  # type: ignore[union-attr]
    for state in states:
        subject.__dict__["state"] = state
        for role, user in people.items():
            expected = {
                move
                for move, by_source in transitions(type(subject)).items()
                if state in by_source
                and role in MAY[label][move]
                and any_transition(subject, move).custom.get("offered", True)
            }
            offered = {offer.name for offer in open_to(user, subject, at=AFTER)}
            assert offered == expected, f"{label} {state} {role}"


@pytest.mark.parametrize("label", MAY)
def test_who_may_make_it(subjects: dict[str, Subject], people: dict[str, User], label: str) -> None:
    """The policy alone, also of moves that no page offers; the portal itself is None."""
    subject = subjects[label]
    for move, allowed in MAY[label].items():
        transition = any_transition(subject, move)
        granted = {role for role, user in people.items() if transition.has_perm(subject, user)}
        assert granted == allowed, f"{label} {move}"
        assert transition.has_perm(subject, None) == (allowed == PORTAL), f"{label} {move}"
