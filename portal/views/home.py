"""Everyone's start after signing in: what waits for this person, and until when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import access
from portal import waiting
from workflow import clock


@access.signed_in
def home(request: HttpRequest) -> HttpResponse:
    panels = waiting.panels(request.user, clock.now())
    return render(request, "portal/home.html", {"panels": panels})
