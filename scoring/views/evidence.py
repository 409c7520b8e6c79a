"""Evidence: handed over only to who may see the sheet, added and removed by who may fill it in.

What is still in quarantine, or was refused, is handed to nobody.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from files import services as files
from scoring import holders, services
from scoring.models import Evidence
from scoring.views.page import Desk, code_of, desk, desk_for, fragments, refused, wants_json
from workflow import Refused


@require_safe
@access.signed_in
def evidence(request: HttpRequest, pk: int) -> FileResponse:
    """One file; `?inline` shows pictures and PDF in the browser."""
    found, _ = _found(request, pk)
    return files.response(found.file, inline="inline" in request.GET)


@require_safe
@access.signed_in
def thumbnail(request: HttpRequest, pk: int) -> HttpResponse:
    """A picture made small; the browser may keep it, for this person."""
    found, _ = _found(request, pk)
    reply = files.thumbnail_response(found.file)
    return get_conditional_response(request, etag=reply["ETag"], response=reply)  # type: ignore[return-value]  # one of the two is always there


@require_safe
@access.signed_in
def files_of_mark(request: HttpRequest, pk: int, indicator_id: int) -> JsonResponse:
    """The files of a mark as they are now, for pages that wait for an inspection."""
    seen = desk(request, pk)
    return _listed(request, seen, code_of(seen, indicator_id))


@require_POST
@access.signed_in
def add_evidence(request: HttpRequest, pk: int, indicator_id: int) -> HttpResponse:
    """Add the files of one upload to a mark; each stands or falls for itself."""
    seen = desk(request, pk)
    code = code_of(seen, indicator_id)
    if not seen.editable:
        return refused(request, seen, code, [seen.locked], status=403)
    uploads = request.FILES.getlist("files")
    if not uploads:
        return refused(request, seen, code, ["请选择要上传的文件。"], status=422)
    try:
        rejected = services.add_uploads(
            seen.sheet, indicator_id, uploads, by=request.user, at=seen.at
        )
    except Refused as refusal:
        return refused(request, seen, code, [str(refusal)], status=403)
    if rejected:
        return refused(request, seen, code, rejected, status=422)
    return _changed(request, seen, code, "已上传。")


@require_POST
@access.signed_in
def remove_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    found, seen = _found(request, pk)
    code = code_of(seen, found.mark.indicator_id)
    if not seen.editable:
        return refused(request, seen, code, [seen.locked], status=403)
    try:
        services.remove_evidence(found)
    except Refused as refusal:
        return refused(request, seen, code, [str(refusal)], status=403)
    return _changed(request, seen, code, "已删除。")


def _found(request: HttpRequest, pk: int) -> tuple[Evidence, Desk]:
    along = [f"mark__sheet__{relation}" for relation in holders.along()]
    rows = Evidence.objects.with_sheet().select_related(*along)
    found = get_object_or_404(rows, pk=pk)
    return found, desk_for(request, found.mark.sheet)


def _changed(request: HttpRequest, seen: Desk, code: str, sentence: str) -> HttpResponse:
    if wants_json(request):
        return _listed(request, seen, code)
    messages.success(request, sentence)
    return redirect(services.url_of(seen.sheet, code))


def _listed(request: HttpRequest, seen: Desk, code: str) -> JsonResponse:
    """The list of files, and what hangs on it."""
    card = seen.card(code)
    listed = render_to_string("scoring/parts/files.html", {"card": card, "desk": seen}, request)
    return JsonResponse({"html": {f"files-{code}": listed, **fragments(seen, request, code)}})
