"""The two pages that explain the selection to everyone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import access
from portal import front_page
from publicity.public_pages import kept_for_strangers
from workflow import clock


@access.public(why="what the programme is and where it stands")
@kept_for_strangers
def front(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/front.html", {"front": front_page.content(clock.now())})


@access.public(why="who may apply, how, and how to object")
@kept_for_strangers
def guide(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/guide.html", {"front": front_page.outline(clock.now())})
