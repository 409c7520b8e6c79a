"""One proposal to revoke: the nursery is heard, the province decides."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access
from supervision import policies, services
from supervision.forms.following import StatementForm
from supervision.models import Revocation
from supervision.views.deciding import Deed, ask, sent
from workflow import clock, open_to
from workflow.models import Event


@require_safe
@access.signed_in
def revocation(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Facts, ground, basis, what the nursery said, what was decided."""
    shown = _revocation(request, pk)
    context = {
        "revocation": shown,
        "files": shown.statement_files.with_inspection().order_by("pk"),
        "may_state": shown.awaits_statement and policies.may_report(shown, request.user),
        "offers": open_to(request.user, shown, at=clock.now()),
        "supervises": access.holds_anywhere(request.user, "accounts.supervise"),
        "events": Event.objects.of(shown).with_people(),
    }
    return render(request, "supervision/revocation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.signed_in
def statement(request: access.SignedRequest, pk: int) -> HttpResponse:
    """陈述、申辩, once."""
    shown = _revocation(request, pk)
    if not policies.may_report(shown, request.user):
        raise PermissionDenied

    def act(values: dict[str, Any]) -> str:
        services.make_statement(shown, **values, by=request.user, at=clock.now())
        return shown.get_absolute_url()

    deed = Deed(
        heading="陈述申辩",
        about=f"{shown.title.nursery.name} · 拟撤销原因：{shown.get_ground_display()}",
        back=shown.get_absolute_url(),
        crumbs=(("撤销事项", shown.get_absolute_url()),),
        button="提交陈述申辩",
        quoted=shown.facts,
        quoted_title="查明的事实",
    )
    return ask(request, StatementForm(*sent(request)), deed, act)


def _revocation(request: access.SignedRequest, pk: int) -> Revocation:
    visible = Revocation.objects.visible_to(request.user).with_title()
    found: Revocation = get_object_or_404(visible, pk=pk)
    return found
