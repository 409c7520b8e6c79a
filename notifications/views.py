from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts import access
from notifications import services
from notifications.models import Mail, Message
from workflow import clock

PER_PAGE = 30


@access.signed_in
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """One's messages, unread first."""
    rows = Message.objects.visible_to(request.user).for_inbox()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    unread = services.unread_count(request.user)
    return render(request, "notifications/inbox.html", {"page_obj": page, "unread": unread})


@access.signed_in
@require_POST
def open_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a message and go to what it is about."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    services.mark_read(message, at=clock.now())
    return redirect(message.url or "notifications:inbox")


@access.signed_in
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    services.mark_read(message, at=clock.now())
    return redirect("notifications:inbox")


@access.signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    count = services.mark_all_read(request.user, at=clock.now())  # type: ignore[arg-type]
    messages.success(request, f"已将 {count} 条消息标为已读。")
    return redirect("notifications:inbox")


@access.signed_in
@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every e-mail of the example province, instead of real mailboxes; in demo mode only."""
    if not settings.DEMO:
        raise Http404
    words = request.GET.get("q", "").strip()
    rows = Mail.objects.addressed_like(words).newest_first()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/mailbox.html", {"page_obj": page, "words": words})
