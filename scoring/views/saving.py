"""Saving: mark by mark, or a whole section at once for browsers without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from accounts import access
from scoring import cards, services
from scoring.cards import Card
from scoring.forms import MarkForm
from scoring.layout import SectionSpec
from scoring.models import Mark
from scoring.views.page import (
    Desk,
    code_of,
    desk,
    filled_of,
    fragments,
    refused,
    saved_words,
    section_of,
    section_url,
    wants_json,
)
from scoring.views.sheet import section_page
from workflow import Refused


@require_POST
@access.signed_in
def save_mark(request: HttpRequest, pk: int, indicator_id: int) -> HttpResponse:
    """Save one mark. Answers JSON to who asks for it, else leads back to the page."""
    seen = desk(request, pk)
    code = code_of(seen, indicator_id)
    if not seen.editable:
        return refused(request, seen, code, [seen.locked], status=403)
    form = MarkForm(seen.layout.by_code()[code], indicator_id, request.POST)
    if not form.is_valid():
        return refused(request, seen, code, form.sentences(), status=422)
    entry = form.entry(indicator_id)
    try:
        mark = services.save_mark(
            seen.sheet,
            indicator_id,
            answer=entry.answer,
            note=entry.note,
            by=request.user,
            at=seen.at,
            seen_version=entry.seen_version,
        )
    except services.Conflict as conflict:
        return _conflict(request, seen, conflict.mark, form)
    except Refused as refusal:
        return refused(request, seen, code, [str(refusal)], status=403)
    if wants_json(request):
        return _saved(request, seen, mark, form)
    messages.success(request, "已保存。")
    return redirect(services.url_of(seen.sheet, code))


def _saved(request: HttpRequest, seen: Desk, mark: services.Saved, form: MarkForm) -> JsonResponse:
    return JsonResponse(
        {
            "version": mark.version,
            "saved_at": saved_words(mark.at or seen.at, seen.at),
            "was": cards.fingerprint(form.spec, form.cleaned_data["answer"], mark.note),
            "html": fragments(seen, request, form.spec.code),
        }
    )


def _conflict(request: HttpRequest, seen: Desk, mark: Mark, form: MarkForm) -> HttpResponse:
    """Somebody else was quicker: both answers are shown, and the person chooses."""
    code = form.spec.code
    theirs = filled_of(form.spec, mark)
    if not wants_json(request):
        messages.warning(request, f"{theirs.by}刚刚修改过此项，您的修改没有保存。")
        return redirect(services.url_of(seen.sheet, code))
    card = Card(
        spec=form.spec,
        key=mark.indicator_id,
        filled=theirs,
        state=seen.state(form.spec),
        values=form.typed(),
        theirs=theirs,
        mine=form.cleaned_data["answer"],
        url=services.url_of(seen.sheet, code),
        saved=saved_words(mark.at or seen.at, seen.at),
    )
    context = {"card": card, "desk": seen}
    panel = render_to_string("scoring/parts/conflict.html", context, request)
    return JsonResponse(
        {
            "version": mark.version,
            "theirs": cards.values_of(form.spec, theirs.answer, theirs.note),
            "was": card.was,
            "html": {f"conflict-{code}": panel, **fragments(seen, request, code)},
        },
        status=409,
    )


@require_POST
@access.signed_in
def save_section(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Save a whole section, files included: the way without JavaScript."""
    seen = desk(request, pk)
    section = section_of(seen, code)
    if not seen.editable:
        raise PermissionDenied(seen.locked)
    forms = _forms(seen, section, request.POST)
    entries = [form.entry(key) for key, form in forms.items() if form.is_valid() and form.changed]
    uploads = {key: request.FILES.getlist(form.add_prefix("files")) for key, form in forms.items()}
    try:
        outcome = services.save_section(
            seen.sheet,
            entries,
            uploads,
            remove=_number(request.POST.get("remove", "")),
            by=request.user,
            at=seen.at,
        )
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from None
    if outcome.complete and all(form.is_valid() for form in forms.values()):
        messages.success(request, f"“{section.name}”已保存。")
        return redirect(_after(seen, section, request.POST))
    return _typed_page(request, section, forms, outcome)


def _forms(seen: Desk, section: SectionSpec, data: Any) -> dict[int, MarkForm]:
    """A form for each indicator of the section that was on the page that is saved."""
    ids = {code: key for key, code in services.codes_of(seen.sheet.version_id).items()}
    forms = {ids[s.code]: MarkForm(s, ids[s.code], data) for s in section.indicators}
    return {key: form for key, form in forms.items() if form.add_prefix("version") in data}


def _typed_page(
    request: HttpRequest,
    section: SectionSpec,
    forms: Mapping[int, MarkForm],
    outcome: services.Outcome,
) -> HttpResponse:
    """The section again, with all that was typed and a sentence beside what was not saved."""
    seen = desk(request, int(request.resolver_match.kwargs["pk"]))  # type: ignore[union-attr]
    shown = [_as_typed(card, forms.get(card.key), outcome) for card in seen.cards(section)]
    messages.error(request, "有内容没有保存，请查看标出的各项。")
    status = 409 if outcome.conflicts else 422
    return section_page(request, seen, section, shown, status=status)


def _as_typed(card: Card, form: MarkForm | None, outcome: services.Outcome) -> Card:
    """The card as it was left by the person, where something of it was not saved."""
    if form is not None and (card.key in outcome.conflicts or not form.is_valid()):
        card = replace(card, values=form.typed(), errors=form.sentences())
    if form is not None and card.key in outcome.conflicts:
        card = replace(card, theirs=card.filled, mine=form.cleaned_data["answer"])
    rejected = outcome.rejected.get(card.key, [])
    return replace(card, errors=(*card.errors, *rejected)) if rejected else card


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _after(seen: Desk, section: SectionSpec, data: Any) -> str:
    """Where a saved section leads: on to the next, or back to where a file was taken away."""
    if data.get("then") == "next":
        place = seen.layout.sections.index(section) + 1
        if place < len(seen.layout.sections):
            return section_url(seen.sheet, seen.layout.sections[place].code)
        return seen.sheet.get_absolute_url()
    return section_url(seen.sheet, section.code)
