"""One view for every move of every machine."""

from __future__ import annotations

from datetime import datetime
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


@access.signed_in
def move(request: HttpRequest, label: str, pk: int, name: str) -> HttpResponse:
    """Confirm (GET) and make (POST) one move.

    The form of the move is the table's `form`; a `through` in the table names the service that
    moves more than this one row. A refusal shows its sentences and keeps what was typed.
    """
    subject = _subject(request.user, label, pk, name)
    at = clock.now()
    transition = any_transition(subject, name)
    if not transition.has_perm(subject, request.user):
        raise PermissionDenied
    form = _form(transition.custom, request)
    problems: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            _carry_out(subject, transition, request.user, at, form.cleaned_data)
        except Refused as refused:
            problems = _put_beside_fields(form, refused.problems)
        else:
            messages.success(request, f"已办理：{transition.custom['label']}。")
            return redirect(_next(request, subject))
    elif request.method == "GET":
        problems = _ask(form, transition.custom, why_not(subject, name, user=request.user, at=at))
    context = {
        "subject": subject,
        "label": transition.custom["label"],
        "tone": transition.custom.get("tone", "secondary"),
        "form": form,
        "problems": problems,
        "back": _next(request, subject),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "portal/move.html", context, status=status)


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


def _form(custom: dict[str, Any], request: HttpRequest) -> Form:
    default = ReasonForm if custom.get("reason") else PlainForm
    form_class = import_string(custom["form"]) if custom.get("form") else default
    form: Form = form_class(request.POST if request.method == "POST" else None)
    if "reason" in form.fields and "reason_label" in custom:
        form.fields["reason"].label = custom["reason_label"]
    for name, label in custom.get("asks", {}).items():
        widget = Textarea(attrs={"rows": 4})
        form.fields[name] = CharField(label=label, max_length=2000, required=False, widget=widget)
    return form


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


def _carry_out(
    subject: Subject, transition: Transition, actor: Any, at: datetime, data: dict[str, Any]
) -> None:
    through = transition.custom.get("through")
    if through:
        import_string(through)(subject, actor=actor, at=at, **data)
    else:
        perform(subject, transition.name, actor=actor, at=at, **data)


def _next(request: HttpRequest, subject: Subject) -> str:
    """Back to where the move was offered, never to another site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return subject.get_absolute_url()
