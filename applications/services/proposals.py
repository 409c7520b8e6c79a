"""Two steps 两级签批: a handler proposes, an approver confirms or gives back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.access import holds
from accounts.models import Region, User
from applications import guards, policies, two_steps
from applications.models import Application, Proposal, TwoSteps
from applications.statuses import ProposalState
from workflow import Problem, Refused, perform, record, why_not
from workflow.models import Event

SETTLED = "该拟办意见{state}，不能再办理。"
OFF = "本单位未实行两级签批，请直接办理。"


@transaction.atomic
def set_two_steps(region: Region, on: bool, *, by: User, at: datetime, reason: str) -> TwoSteps:
    """Turn the two steps of a commission on or off; its history says who did and why.

    Raises PermissionDenied for who does not approve there, Refused without a reason.
    """
    if not holds(by, "accounts.approve", region):
        raise PermissionDenied
    if not reason.strip():
        raise Refused([Problem("请写明理由。", field="reason")])
    TwoSteps.objects.get_or_create(region=region)
    setting = (
        TwoSteps.objects.select_for_update(of=("self",)).select_related("region").get(region=region)
    )
    if setting.on != on:
        setting.on = on
        setting.save(update_fields=["on"])
        record(setting, "turn_on" if on else "turn_off", actor=by, at=at, reason=reason)
    return setting


def why_no_proposal(
    application: Application, name: str, *, user: Any, at: datetime, **data: Any
) -> list[Problem]:
    """What stands against proposing the move now: all that stands against the move itself.

    Raises PermissionDenied for who does not decide at that tier.
    """
    commission = two_steps.commission_of(application, two_steps.TIER_OF[name])
    found = why_not(
        application, name, user=user, at=at, without=[guards.two_steps_are_kept], **data
    )
    return found if two_steps.are_on(commission) else [Problem(OFF), *found]


@transaction.atomic
def propose(
    application: Application, name: str, *, actor: User, at: datetime, reason: str, **data: Any
) -> Proposal:
    """Propose a move with its opinion; what was proposed before and still stands lapses.

    Raises PermissionDenied, Refused with the sentences of the move's own guards.
    """
    held = _held(application)
    problems = why_no_proposal(held, name, user=actor, at=at, **data)
    if not reason.strip():
        problems.append(Problem("请写明意见。", field="reason"))
    if problems:
        raise Refused(problems)
    held.proposals.standing().update(outcome=ProposalState.DROPPED, decided_at=at)
    tier = two_steps.TIER_OF[name]
    proposal = held.proposals.create(
        tier=tier,
        move=name,
        text=reason.strip(),
        overrule=data.get("overrule", "").strip(),
        corrections=list(data.get("corrections", ())),
        by=actor,
        post=actor.post_for(held),
        at=at,
    )
    record(held, "propose", actor=actor, at=at, reason=reason, **_told(proposal))
    return proposal


@transaction.atomic
def confirm(proposal: Proposal, *, by: User, at: datetime, text: str = "") -> Event:
    """Make the move that was proposed, with its opinion or with `text` in place of it.

    Raises PermissionDenied, Refused when somebody has settled it meanwhile or a guard forbids.
    """
    held, standing = _standing(proposal, by)
    event = perform(
        held,
        standing.move,
        actor=by,
        at=at,
        reason=text.strip() or standing.text,
        overrule=standing.overrule,
        corrections=standing.corrections,
    )
    record(held, "confirm_proposal", actor=by, at=at, **_told(standing))
    return event


@transaction.atomic
def give_back(proposal: Proposal, *, by: User, at: datetime, remark: str) -> Proposal:
    """Give it back to the handler, who reads why. Raises PermissionDenied, Refused."""
    if not remark.strip():
        raise Refused([Problem("请写明退回说明。", field="remark")])
    held, standing = _standing(proposal, by)
    standing.outcome, standing.remark = ProposalState.RETURNED, remark.strip()
    standing.decided_by, standing.decided_at = by, at
    standing.save(update_fields=["outcome", "remark", "decided_by", "decided_at"])
    record(held, "give_back_proposal", actor=by, at=at, reason=remark, **_told(standing))
    return standing


def words_to_start_from(application: Application, name: str) -> dict[str, Any]:
    """What the form of a proposal shows first: the one for this move that was given back last."""
    last = application.proposals.newest_first().first()
    if last is None or last.move != name or last.outcome != ProposalState.RETURNED:
        return {}
    return {"reason": last.text, "overrule": last.overrule, "corrections": last.corrections}


def _held(application: Application) -> Application:
    """The row under the lock that every move takes."""
    rows = Application.objects.select_for_update(of=("self",)).for_list()
    return rows.get(pk=application.pk)


def _standing(proposal: Proposal, by: User) -> tuple[Application, Proposal]:
    """The file under its lock and the proposal as it stands now."""
    held = _held(proposal.application)
    if not policies.may_approve(held, proposal.tier, by):
        raise PermissionDenied
    current = Proposal.objects.select_related("by").get(pk=proposal.pk)
    if not current.is_standing:
        raise Refused(SETTLED.format(state=current.get_outcome_display()))
    return held, current


def _told(proposal: Proposal) -> dict[str, Any]:
    """What the history says besides: at which step, which move, whose proposal."""
    return {"step": proposal.tier, "move": proposal.move, "person": proposal.by_id}
