"""The files that came with a prompt, an order, a statement."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts import access
from files.services import response, thumbnail_response
from supervision.models import Prompt, RectificationOrder, Revocation


@require_safe
@access.signed_in
def of_order(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    return handed_out(request, RectificationOrder.objects.visible_to(request.user), pk, file)


@require_safe
@access.signed_in
def of_prompt(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    return handed_out(request, Prompt.objects.visible_to(request.user), pk, file)


@require_safe
@access.signed_in
def of_revocation(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    return handed_out(request, Revocation.objects.visible_to(request.user), pk, file)


def handed_out(request: HttpRequest, visible: Any, pk: int, file: int) -> HttpResponseBase:
    """One file of one row that the reader may see; `?small` makes a picture small."""
    kept = get_object_or_404(get_object_or_404(visible, pk=pk).attached, pk=file)
    return thumbnail_response(kept) if "small" in request.GET else response(kept, inline=True)
