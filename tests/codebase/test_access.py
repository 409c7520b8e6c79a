"""A view without an access rule cannot exist."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.http import HttpRequest, HttpResponse
from django.urls import path

from accounts import access
from accounts.checks import is_third_party, patterns


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("anybody")


@access.public(why="a test")
def ruled(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ruled")


@pytest.fixture
def urls_with(settings, monkeypatch):
    def serve(view) -> None:
        module = ModuleType("urls_of_this_test")
        module.__dict__["urlpatterns"] = [path("example/", view)]
        monkeypatch.setitem(sys.modules, module.__name__, module)
        settings.ROOT_URLCONF = module.__name__

    return serve


def test_every_view_carries_a_rule():
    views = {route: view for route, view in patterns() if not is_third_party(view)}
    assert len(views) > 10
    assert [route for route, view in views.items() if not hasattr(view, "access_rule")] == []


def test_every_public_view_says_why():
    unexplained = [
        route
        for route, view in patterns()
        if not is_third_party(view)
        and view.access_rule.kind == "public"
        and not view.access_rule.why
    ]
    assert unexplained == []


def test_the_start_is_refused_for_a_view_without_a_rule(urls_with):
    urls_with(bare)
    with pytest.raises(SystemCheckError, match="example/ has no access rule"):
        call_command("check", tags=["urls"])


def test_the_start_goes_on_with_a_rule(urls_with):
    urls_with(ruled)
    call_command("check", tags=["urls"])
