"""One page for everything that is written down and then done: a form, a hint, one button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from files.services import Rejected
from workflow import Problem, Refused


@dataclass(frozen=True)
class Deed:
    """What the page is about. `crumbs` lead up to it, `back` is where one came from."""

    heading: str
    about: str
    back: str
    crumbs: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    button: str = ""
    tone: str = "primary"
    quoted: str = ""
    quoted_title: str = ""


def ask(
    request: HttpRequest, form: forms.Form, deed: Deed, act: Callable[[dict[str, Any]], str]
) -> HttpResponse:
    """Show the form, or do what it says and go where `act` leads.

    A refusal keeps what was typed, with its sentences beside the fields they are about.
    """
    if request.method == "POST" and form.is_valid():
        try:
            address = act(form.cleaned_data)
        except Refused as refused:
            put_beside_fields(form, refused.problems)
        except Rejected as rejected:
            form.add_error("uploads", rejected.sentence)
        else:
            messages.success(request, f"已办理：{deed.heading}。")
            return redirect(address)
    context = {"deed": deed, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "supervision/decide.html", context, status=status)


def put_beside_fields(form: forms.Form, problems: list[Problem]) -> None:
    for problem in problems:
        form.add_error(problem.field if problem.field in form.fields else None, problem.text)


def sent(request: HttpRequest) -> tuple[Any, Any]:
    """What a form is bound to: the data and files of a POST, else nothing."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)
