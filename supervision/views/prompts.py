"""One prompt and its answer."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access
from supervision import policies, services
from supervision.forms.following import AnswerForm
from supervision.models import Prompt
from supervision.views.deciding import Deed, ask, sent
from workflow import clock
from workflow.models import Event


@require_safe
@access.signed_in
def prompt(request: access.SignedRequest, pk: int) -> HttpResponse:
    """What was said, and what the nursery answered."""
    shown = _prompt(request, pk)
    context = {
        "prompt": shown,
        "files": shown.files.with_inspection().order_by("pk"),
        "answer_files": shown.answer_files.with_inspection().order_by("pk"),
        "may_answer": shown.is_open and policies.may_report(shown, request.user),
        "supervises": access.holds_anywhere(request.user, "accounts.supervise"),
        "events": Event.objects.of(shown).with_people(),
    }
    return render(request, "supervision/prompt.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.signed_in
def answer(request: access.SignedRequest, pk: int) -> HttpResponse:
    """The nursery's one answer."""
    shown = _prompt(request, pk)
    if not policies.may_report(shown, request.user):
        raise PermissionDenied

    def act(values: dict[str, Any]) -> str:
        services.answer_prompt(shown, **values, by=request.user, at=clock.now())
        return shown.get_absolute_url()

    deed = Deed(
        heading="答复提醒",
        about=shown.title.nursery.name,
        back=shown.get_absolute_url(),
        crumbs=(("提醒", shown.get_absolute_url()),),
        button="提交答复",
        quoted=shown.text,
        quoted_title="提醒内容",
    )
    return ask(request, AnswerForm(*sent(request)), deed, act)


def _prompt(request: access.SignedRequest, pk: int) -> Prompt:
    found: Prompt = get_object_or_404(Prompt.objects.visible_to(request.user).with_title(), pk=pk)
    return found
