"""What became of a notice, and what was published word for word."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import access
from publicity.announcing import announced
from publicity.models import Notice
from publicity.public_pages import kept_for_strangers


@require_safe
@access.public(why="the result of a notice is announced to everyone (S0, three (四))")
@kept_for_strangers
def announcement(request: HttpRequest, pk: int) -> HttpResponse:
    """公告: who was awarded by which decision, and who is still being looked into."""
    notice = get_object_or_404(Notice.objects.public().concluded().with_cycle(), pk=pk)
    context = {"notice": notice, "announcement": announced(notice)}
    return render(request, "publicity/announcement.html", context)


@require_safe
@access.public(why="everyone may take the digest of what was published")
@kept_for_strangers
def published(request: HttpRequest, pk: int) -> HttpResponse:
    """The words, days and entries of a notice in the form that its digest is taken over."""
    notice = get_object_or_404(Notice.objects.public(), pk=pk)
    name = f'attachment; filename="notice-{notice.pk}.json"'
    headers = {"Content-Disposition": name}
    return HttpResponse(
        notice.published_form(), content_type="application/json; charset=utf-8", headers=headers
    )
