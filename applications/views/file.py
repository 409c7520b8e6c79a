"""The page of one application: the nursery's, an office's or an expert's, by who looks at it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts import access
from accounts.access import SignedRequest
from accounts.device import may_keep
from applications import facts, policies, services, sight, stages
from applications.comparison import comparison
from applications.forms import HandOverForm, Queue
from applications.materials import materials
from applications.models import Application, Review
from applications.neighbours import neighbours
from applications.sight import OWN_STEP, TIERS, Sight
from applications.statuses import ApplicationState, Verdict
from workflow import checklist, clock, open_to
from workflow.models import Event

HAND_IN = ("submit", "resubmit")
TEMPLATES = {
    Sight.NURSERY: "applications/track.html",
    Sight.COUNTY: "applications/file.html",
    Sight.CITY: "applications/file.html",
    Sight.PROVINCE: "applications/file.html",
    Sight.EXPERT: "applications/expert_file.html",
}


def visible_file(request: SignedRequest, pk: int) -> Application:
    """The file with its reviews, for who may see it; else 404."""
    seen = Application.objects.visible_to(request.user).for_list().with_reviews()
    application: Application = get_object_or_404(seen, pk=pk)
    return application


@access.signed_in
@require_GET
def application(request: SignedRequest, pk: int) -> HttpResponse:
    """One file; what the person may not see of it is not in the page's context."""
    found = visible_file(request, pk)
    seen_as = sight.sight_of(found, request.user)
    if seen_as is None:
        raise Http404
    context: dict[str, Any] = {
        "application": found,
        "facts": facts.nursery_facts(found.nursery),
        "contact": facts.contact_facts(found),
        "declared": facts.declared(found),
        "scores": sight.scores(found, seen_as, request.user),
    }
    if seen_as is Sight.EXPERT:
        own = found.reviews.given_to(request.user).with_progress()
        context["tasks"] = list(own)
        context |= _answer(context["tasks"])
    else:
        context |= _process(request, found, seen_as)
    if seen_as.is_official:
        context |= _office(request, found, seen_as, context["scores"])
        context["brief"] = facts.brief(context["facts"])
    page = render(request, TEMPLATES[seen_as], context)
    return may_keep(page, request.user) if seen_as is Sight.EXPERT else page


def _answer(own: Iterable[Review]) -> dict[str, Any]:
    """The task that waits for the expert's word, and why it could only be to stand aside."""
    unfinished = [task for task in own if not task.sheet.sealed_at]
    offered = next((task for task in unfinished if not task.is_accepted), None)
    task = offered or next(iter(unfinished), None)
    return {
        "offered": offered,
        "open_task": task,
        "stands_aside": services.stands_aside(task) if task else [],
    }


def _process(request: SignedRequest, found: Application, seen_as: Sight) -> dict[str, Any]:
    """Where the file stands, what was said of it and what may be done with it."""
    at = clock.now()
    events = list(Event.objects.of(found).with_people())
    offers = open_to(request.user, found, at=at)
    hand_in = next((offer for offer in offers if offer.name in HAND_IN), None)
    opinions = sight.opinions(found, seen_as)
    names = sight.expert_names(found) if seen_as is Sight.PROVINCE else {}
    context: dict[str, Any] = {
        "steps": stages.stages(found, events),
        "history": sight.history(events, seen_as, names),
        "opinions": opinions,
        "offers": [offer for offer in offers if offer.name not in HAND_IN],
        "hand_in": hand_in,
    }
    if hand_in:
        context["checks"] = checklist(found, hand_in.name, user=request.user, at=at)
        context["tally"] = found.self_tally
    if found.state == ApplicationState.RETURNED:
        returns = [opinion for opinion in opinions if opinion.verdict == Verdict.RETURN]
        context["returned"] = returns[-1] if returns else None
    return context


def _office(
    request: SignedRequest, found: Application, seen_as: Sight, scores: list[sight.Score]
) -> dict[str, Any]:
    """What only the offices have: their queue, who handles the file, their own score sheet, the
    evidence of all sheets, the state of the panel.
    """
    context: dict[str, Any] = {
        "scoring": _scoring(request, found, seen_as),
        "relations": found.relations.all(),
        "comparison": comparison(found.cycle.version_id, scores),
        "materials": materials(scores),
        **_handling(request, found, seen_as),
        **_queue(request, found),
    }
    if seen_as is Sight.PROVINCE and found.place:
        context["seats"] = sight.seats(found)
        context["result"] = sight.panel_result(found, seen_as)
        context["may_assign"] = policies.may_assign_experts(found, request.user)
    return context


def _handling(request: SignedRequest, found: Application, seen_as: Sight) -> dict[str, Any]:
    """Who handles the file at the tier of who looks at it, and who could."""
    tier = TIERS[seen_as]
    present = services.handling_of(found, tier)
    if not services.may_handle(found, tier, request.user):
        return {"handling": present}
    people = services.colleagues(found, tier, but=present)
    return {
        "handling": present,
        "handles": present is not None and present.handler_id == request.user.pk,
        "may_handle": True,
        "hand_over": HandOverForm(people=people),
    }


def _queue(request: SignedRequest, found: Application) -> dict[str, Any]:
    """The file's neighbours in the queue from which it was opened, if the address names one."""
    asked = request.GET.get("queue", "")
    if not asked:
        return {}
    queue = Queue(QueryDict(asked), request.user, clock.now())
    hint = request.GET.get("at", "")
    return {"queue": neighbours(queue.files, found, queue.address, hint)}


def _scoring(request: SignedRequest, found: Application, seen_as: Sight) -> dict[str, Any] | None:
    """The button of the tier's own sheet: begin it, go on with it, or nothing."""
    step = OWN_STEP.get(seen_as)
    if step is None or not services.may_score(found, step, request.user):
        return None
    review = found.review_at(step)
    return {"step": step, "review": review}
