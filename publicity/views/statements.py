"""What the province asks a nursery about an objection; nothing here tells who objected."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access
from files.services import Rejected, response
from publicity import policies, services
from publicity.forms.investigation import StatementForm
from publicity.models import StatementRequest
from workflow import Refused, clock


@require_http_methods(["GET", "HEAD", "POST"])
@access.signed_in
def statement(request: access.SignedRequest, pk: int) -> HttpResponse:
    """The question with its day, and the nursery's answer with its files."""
    shown = get_object_or_404(StatementRequest.objects.visible_to(request.user).for_page(), pk=pk)
    posted = request.method == "POST"
    form = StatementForm(request.POST, request.FILES) if posted else StatementForm()
    if posted and form.is_valid():
        text, uploads = form.cleaned_data["text"], form.cleaned_data["attachments"]
        try:
            services.give_statement(
                shown, text=text, uploads=uploads, by=request.user, at=clock.now()
            )
        except Rejected as rejected:
            form.add_error("attachments", rejected.sentence)
        except Refused as refused:
            form.add_error(None, [problem.text for problem in refused.problems])
        else:
            messages.success(request, "情况说明已提交。")
            return redirect(shown)
    context = {
        "statement": shown,
        "form": form,
        "writes": shown.is_open and policies.may_state(shown, request.user),
        "late": shown.is_late(timezone.localdate(clock.now())),
    }
    return render(request, "publicity/statement.html", context, status=422 if posted else 200)


@require_safe
@access.signed_in
def statement_file(request: access.SignedRequest, pk: int, file: int) -> FileResponse:
    """A file that the nursery has sent with its answer."""
    shown = get_object_or_404(StatementRequest.objects.visible_to(request.user), pk=pk)
    return response(get_object_or_404(shown.files.with_inspection(), pk=file), inline=True)
