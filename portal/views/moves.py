"""One view for every move of every machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import CharField, Form, Textarea
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django_fsm import Transition

from accounts import access
from applications.phrases import text_of
from workflow import Problem, Refused, clock, perform, why_not
from workflow.machine import any_transition, transitions
from workflow.models import Subject


class ReasonForm(Form):
    """What a move with a reason asks for, unless its table names another form."""

    reason = CharField(
        label="理由",
        max_length=2000,
        widget=Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写明理由。"},
    )


class PlainForm(Form):
    """A move that asks for nothing."""


@dataclass(frozen=True)
class Doing:
    """What the button of the page does: make the move, or propose it to who signs."""

    request: HttpRequest
    subject: Subject
    transition: Transition
    label: str
    act: Callable[..., object]
    why_not: Callable[..., list[Problem]]
    first: Callable[[Any, str], dict[str, Any]]


@access.signed_in
def move(request: HttpRequest, label: str, pk: int, name: str) -> HttpResponse:
    """Confirm (GET) and make (POST) one move.

    The form of the move is the table's `form`; a `through` in the table names the service that
    moves more than this one row. A refusal shows its sentences and keeps what was typed.
    """
    subject = _subject(request.user, label, pk, name)
    transition = any_transition(subject, name)
    if not transition.has_perm(subject, request.user):
        raise PermissionDenied
    custom = transition.custom
    act = import_string(custom["through"]) if "through" in custom else partial(_move, name=name)
    return _page(Doing(request, subject, transition, custom["label"], act, why_not, _first))


@access.signed_in
def prepare(request: HttpRequest, label: str, pk: int, name: str) -> HttpResponse:
    """Propose (POST) a move that another person is to sign; the same form as the move's own.

    The table's `prepare` names the module of the service: `propose`, `why_no_proposal` and
    `words_to_start_from`.
    """
    subject = _subject(request.user, label, pk, name)
    transition = any_transition(subject, name)
    if "prepare" not in transition.custom:
        raise Http404
    if not transition.has_perm(subject, request.user):
        raise PermissionDenied
    service = import_module(transition.custom["prepare"])
    doing = Doing(
        request,
        subject,
        transition,
        f"拟办：{transition.custom['label']}",
        partial(service.propose, name=name),
        service.why_no_proposal,
        service.words_to_start_from,
    )
    return _page(doing)


def _page(doing: Doing) -> HttpResponse:
    request, custom, at = doing.request, doing.transition.custom, clock.now()
    form = _form(doing)
    if request.method == "POST" and "more" in request.POST and hasattr(form, "with_another_row"):
        return _shown(doing, form.with_another_row())
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            doing.act(doing.subject, actor=request.user, at=at, **form.cleaned_data)
        except Refused as refused:
            problems = _put_beside_fields(form, refused.problems)
        else:
            messages.success(request, f"已办理：{doing.label}。")
            return redirect(_next(request, doing.subject))
    elif request.method == "GET":
        name = doing.transition.name
        problems = _ask(form, custom, doing.why_not(doing.subject, name, user=request.user, at=at))
    return _shown(doing, form, problems, status=422 if request.method == "POST" else 200)


def _shown(
    doing: Doing, form: Form, problems: Sequence[Problem] = (), status: int = 200
) -> HttpResponse:
    context = {
        "subject": doing.subject,
        "name": doing.transition.name,
        "label": doing.label,
        "tone": doing.transition.custom.get("tone", "secondary"),
        "form": form,
        "problems": problems,
        "back": _next(doing.request, doing.subject),
    }
    return render(doing.request, "portal/move.html", context, status=status)


def _subject(user: Any, label: str, pk: int, name: str) -> Subject:
    """The row, if the user may see it and the move is one of its pages; else it does not exist.

    What the table does not offer (`offered`) belongs to a service that moves more than this row: a
    title is never given past its notice.
    """
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError) as unknown:
        raise Http404 from unknown
    if not issubclass(model, Subject) or not _is_offered(model, name):
        raise Http404
    return get_object_or_404(model.objects.visible_to(user), pk=pk)  # type: ignore[attr-defined]


def _is_offered(model: type[Subject], name: str) -> bool:
    by_source = transitions(model).get(name, {})
    return any(transition.custom.get("offered", True) for transition in by_source.values())


def _form(doing: Doing) -> Form:
    """The form of a move; its own may want the `subject` (`wants_subject`)."""
    request, custom = doing.request, doing.transition.custom
    default = ReasonForm if custom.get("reason") else PlainForm
    form_class: Any = import_string(custom["form"]) if custom.get("form") else default
    more: dict[str, Any] = {}
    if getattr(form_class, "wants_subject", False):
        more["subject"] = doing.subject
    if request.method == "POST":
        form: Form = form_class(request.POST, **more)
    else:
        first = doing.first(doing.subject, doing.transition.name) | _asked(request, form_class)
        form = form_class(initial=first, **more)
    if "reason" in form.fields and "reason_label" in custom:
        form.fields["reason"].label = custom["reason_label"]
    for name, label in custom.get("asks", {}).items():
        widget = Textarea(attrs={"rows": 4})
        form.fields[name] = CharField(label=label, max_length=2000, required=False, widget=widget)
    return form


def _asked(request: HttpRequest, form_class: Any) -> dict[str, Any]:
    """What the address says to begin with: a phrase, or the place of a correction."""
    at_place = form_class.asked_at(request.GET) if hasattr(form_class, "asked_at") else {}
    words = text_of(request.user, request.GET.get("phrase", ""))
    return {**at_place, "reason": words} if words else at_place


def _ask(form: Form, custom: dict[str, Any], problems: list[Problem]) -> list[Problem]:
    """Leave the questions that the move asks now, each with its sentence; what is left forbids."""
    asked = {problem.field: problem.text for problem in problems}
    for name in custom.get("asks", {}):
        if name in asked:
            form.fields[name].help_text = asked[name]
            form.fields[name].required = True
        else:
            del form.fields[name]
    return [problem for problem in problems if problem.field not in form.fields]


def _put_beside_fields(form: Form, problems: list[Problem]) -> list[Problem]:
    """What a field of the form answers for stands there; the rest is returned."""
    for problem in problems:
        if problem.field in form.fields:
            form.add_error(problem.field, problem.text)
    return [problem for problem in problems if problem.field not in form.fields]


def _move(subject: Subject, *, name: str, actor: Any, at: datetime, **data: Any) -> None:
    perform(subject, name, actor=actor, at=at, **data)


def _first(subject: Subject, name: str) -> dict[str, Any]:
    """A move begins with an empty form."""
    return {}


def _next(request: HttpRequest, subject: Subject) -> str:
    """Back to where the move was offered, never to another site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return subject.get_absolute_url()
