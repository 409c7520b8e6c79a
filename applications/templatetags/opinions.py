"""{% load opinions %}: what opinions bring to the pages of a file and to the forms of moves."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse

from applications import corrections, phrases, policies, services, sight, two_steps
from applications.models import Application, Correction, Proposal
from applications.statuses import ApplicationState, ProposalState, Verdict
from applications.two_steps import TIER_OF
from workflow import clock
from workflow.machine import any_transition, transition_from

register = template.Library()
# What the handler and the approver still have to deal with.
LIVE = (ProposalState.STANDING, ProposalState.RETURNED)
# Ended by a commission or the province, with the opinion that the nursery reads.
REFUSED = {
    ApplicationState.COUNTY_DECLINED: Verdict.DECLINE,
    ApplicationState.CITY_DECLINED: Verdict.DECLINE,
    ApplicationState.NOT_PASSED: Verdict.FAIL,
}


@register.inclusion_tag("components/phrases.html", takes_context=True)
def phrases_for(context: Context, move: str, into: str, url: str) -> dict[str, Any]:
    """The phrases for the text with the id `into` of a move's form, whose page is `url`.

    One query for all the forms of a page.
    """
    groups = phrases.offered(context["request"].user, move)
    return {"groups": groups, "into": into, "url": url, "move": move}


@register.inclusion_tag("applications/parts/corrections.html", takes_context=True)
def corrections_of(context: Context, application: Application) -> dict[str, Any]:
    """What the last return asks for, with the answers; one query."""
    user = context["request"].user
    rows = Correction.objects.of_last_return(application)
    lines = [(each, corrections.place_of(each, application)) for each in rows]
    return {
        "application": application,
        "lines": lines,
        "open": sum(1 for each, _ in lines if not each.reply),
        "may_answer": services.may_fill(application, user),
    }


@register.inclusion_tag("applications/parts/proposal.html", takes_context=True)
def proposal_of(context: Context, application: Application) -> dict[str, Any]:
    """What is proposed, for those who decide at the tier; one query where two steps are on."""
    user = context["request"].user
    last = _last_proposal(application)
    if last is None or not sight.may_see_proposals(application, last.tier, user):
        return {"proposal": None}
    signs = policies.may_approve(application, last.tier, user) and last.by_id != user.pk
    return {
        "application": application,
        "proposal": last,
        "label": any_transition(application, last.move).custom["label"],
        "may_sign": signs and last.is_standing,
        "page": reverse("applications:proposal", args=[application.pk, last.pk]),
        "again": reverse("prepare", args=[application.machine_label, application.pk, last.move]),
    }


def _last_proposal(application: Application) -> Proposal | None:
    """The standing one, or the one given back last, as long as the file lies where it lay."""
    moves = [move for move in TIER_OF if transition_from(application, move)]
    tiers = {TIER_OF[move] for move in moves}
    on = [t for t in tiers if two_steps.are_on(two_steps.commission_of(application, t))]
    if not on:
        return None
    last: Proposal | None = application.proposals.newest_first().first()
    live = last is not None and last.move in moves and last.outcome in LIVE
    return last if live else None


@register.inclusion_tag("applications/parts/changes_link.html")
def changes_link(application: Application) -> dict[str, Any]:
    """The rounds of a file that was handed in more than once; one query."""
    rows = list(application.submissions.in_order())
    return {"application": application, "submissions": rows}


@register.inclusion_tag("applications/parts/outcome.html", takes_context=True)
def outcome_of(context: Context, application: Application) -> dict[str, Any]:
    """Why a file was declined, by whom, and whether the nursery may apply anew in this cycle."""
    verdict = REFUSED.get(ApplicationState(application.state))
    opinion = next((o for o in reversed(context["opinions"]) if o.verdict == verdict), None)
    if verdict is None or opinion is None:
        return {"opinion": None}
    return {
        "opinion": opinion,
        "body": _body(application, opinion.tier),
        "application": application,
        "why_not": services.why_no_draft(application.nursery, application.cycle, at=clock.now()),
    }


def _body(application: Application, tier: str) -> str:
    if tier in two_steps.DECIDING:
        return two_steps.commission_of(application, tier).commission
    return application.cycle.province.commission


@register.simple_tag(takes_context=True)
def url_to_ask(context: Context) -> str:
    """Where the reader may ask for a correction of the form shown; empty for who may not."""
    for offer in context.get("offers") or ():
        if offer.name == "return_for_correction":
            prepare = [p.url for p in offer.problems if p.field == "prepare"]
            others = [p for p in offer.problems if p.field != "prepare"]
            if others:
                return ""
            application = context["application"]
            label, pk = application.machine_label, application.pk
            return prepare[0] if prepare else reverse("move", args=[label, pk, offer.name])
    return ""


@register.simple_tag
def standing_move(subject: Any) -> Proposal | None:
    """What waits for an approver's signature on this subject, as far as its guards have asked."""
    found: Proposal | None = subject.__dict__.get("_standing")
    return found
