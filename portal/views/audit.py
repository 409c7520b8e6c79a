"""Searching the event log: the audit administrator's page."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import access
from portal.audit import EventFilter
from workflow.models import Event

PAGE = 50


@access.holding("accounts.read_audit")
def audit(request: HttpRequest) -> HttpResponse:
    events = EventFilter(request.GET, Event.objects.newest_first().with_people())
    page = Paginator(events.qs, PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/audit.html", {"filter": events, "page_obj": page})
