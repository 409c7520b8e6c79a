"""The rules on views, and that a GET changes nothing."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from accounts import access
from accounts.checks import check_access_rules, is_third_party, patterns
from accounts.middleware import ReadOnlyGetMiddleware, WriteOnGetError
from accounts.models import User
from tests import scenes


def view(request):
    return HttpResponse("ok")


def asked_by(user, ruled, method="get"):
    request = getattr(RequestFactory(), method)("/somewhere/?a=1")
    request.user = user
    return ruled(request)


def test_a_public_view_is_open_to_nobody_in_particular():
    ruled = access.public(why="for a test")(view)
    assert asked_by(AnonymousUser(), ruled).content == b"ok"
    assert (ruled.access_rule.kind, ruled.access_rule.why) == ("public", "for a test")


def test_signed_in_asks_for_a_login_first(db):
    ruled = access.signed_in(view)
    assert asked_by(AnonymousUser(), ruled).url == "/login/?next=/somewhere/%3Fa%3D1"
    assert asked_by(scenes.person("wang", "王"), ruled).content == b"ok"
    assert ruled.access_rule.kind == "signed_in"


def test_holding_wants_one_of_its_permissions_somewhere(scene):
    ruled = access.holding("accounts.run_cycle", "accounts.decide_city")(view)
    assert asked_by(scene.officer, ruled).content == b"ok"
    assert asked_by(scene.city_handler, ruled).content == b"ok"
    with pytest.raises(PermissionDenied):
        asked_by(scene.county_handler, ruled)
    assert asked_by(AnonymousUser(), ruled).status_code == 302
    assert ruled.access_rule.permissions == ("accounts.run_cycle", "accounts.decide_city")


def test_holding_on_the_province_and_anywhere(scene):
    assert access.holds_province(scene.officer, "accounts.run_cycle")
    assert not access.holds_province(scene.city_handler, "accounts.see_files")
    assert access.holds_anywhere(scene.city_handler, "accounts.run_cycle", "accounts.decide_city")
    assert not access.holds_anywhere(scene.county_handler, "accounts.run_cycle")


def test_every_view_of_the_portal_carries_a_rule():
    assert check_access_rules() == []
    assert len(list(patterns())) > 20


def test_a_view_without_a_rule_is_an_error(settings, monkeypatch):
    import sys
    from types import ModuleType

    from django.urls import include, path

    inner = ModuleType("inner_urls")
    inner.urlpatterns = [path("bare/", view), path("ruled/", access.signed_in(view))]
    outer = ModuleType("outer_urls")
    outer.urlpatterns = [path("in/", include((inner.urlpatterns, "inner")))]
    monkeypatch.setitem(sys.modules, "outer_urls", outer)
    settings.ROOT_URLCONF = "outer_urls"
    (error,) = check_access_rules()
    assert (error.id, error.msg) == ("accounts.E001", "the view at /in/bare/ has no access rule")


def test_the_admin_brings_rules_of_its_own():
    assert not is_third_party(view)
    assert any(is_third_party(callback) for route, callback in patterns() if "admin" in route)


class TestReadOnlyGet:
    @pytest.mark.parametrize("method", ["get", "head", "options"])
    @pytest.mark.parametrize(
        "write",
        [
            lambda: User.objects.create(username="x"),
            lambda: User.objects.update(name="x"),
            lambda: connection.cursor().execute("DELETE FROM accounts_user WHERE false"),
            lambda: connection.cursor().execute("  truncate accounts_user cascade"),
        ],
        ids=["insert", "update", "delete", "truncate"],
    )
    def test_a_write_is_refused(self, db, method, write):
        with pytest.raises(WriteOnGetError), transaction.atomic():
            self.answer(method, write)
        assert not User.objects.filter(username="x").exists()

    def test_reading_goes_on(self, db):
        assert self.answer("get", lambda: list(User.objects.all())).content == b"ok"

    def test_a_post_writes(self, db):
        self.answer("post", lambda: User.objects.create(username="x"))
        assert User.objects.filter(username="x").exists()

    def test_afterwards_writing_is_possible_again(self, db):
        self.answer("get", lambda: None)
        User.objects.create(username="x")

    def answer(self, method, work):
        def page(request):
            if work is not None:
                work()
            return HttpResponse("ok")

        return ReadOnlyGetMiddleware(page)(getattr(RequestFactory(), method)("/"))
