"""Who may open a page, who may do a thing.

Every view carries one of the rules below; a system check refuses to start without. What a user
may not see is 404 (the queryset does not hold it), what he may not do is 403.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from guardian.core import ObjectPermissionChecker

from accounts import proof
from accounts.roles import POOL_PERMISSION, REGION
from workflow import clock

if TYPE_CHECKING:
    from django.db import models
    from django.http import HttpResponseBase

    from accounts.models import Region, User

View = Callable[..., "HttpResponseBase"]


class SignedRequest(HttpRequest):
    """What a view behind `signed_in` or `holding` is given: there is somebody. For annotations."""

    user: User


@dataclass(frozen=True)
class Rule:
    """What a view demands: public (with the reason), half a login, a login, or some permission."""

    kind: str
    why: str = ""
    permissions: tuple[str, ...] = ()


def public(*, why: str) -> Callable[[View], View]:
    """Open to everyone; `why` says what makes that right."""
    return _ruled(Rule("public", why=why), _everyone)


def signed_in(view: View) -> View:
    """Open to everyone signed in; what they see comes from the querysets."""
    return _ruled(Rule("signed_in"), _everyone)(view)


def holding(*permissions: str) -> Callable[[View], View]:
    """Open to who holds one of the region permissions somewhere, e.g. "accounts.run_cycle"."""
    return _ruled(
        Rule("holding", permissions=permissions),
        lambda user: any(regions_held(user, permission) for permission in permissions),
    )


def half_in(view: View) -> View:
    """Open to who gave the right password a moment ago; the view gets that person as `user`."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = proof.half_in(request.session, at=clock.real())
        if user is None:
            return lead_to("login", onward(request))
        return view(request, *args, user=user, **kwargs)

    guarded.access_rule = Rule("half_in")  # type: ignore[attr-defined]
    return guarded


def confirmed(view: View) -> View:
    """For sensitive acts: a code must have been given within ten minutes, or is asked for first.

    Stands under the rule of the view, which says for whom it is.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_confirmed(request):
            return view(request, *args, **kwargs)
        return confirm_first(request)

    return guarded


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the second factor was given within the last ten minutes."""
    return proof.is_confirmed(request.session, at=clock.real())


def confirm_first(request: HttpRequest) -> HttpResponseBase:
    """To the page that asks for a code, and back; what was being sent is held meanwhile."""
    if request.method == "POST":
        proof.keep_post(request)
    return lead_to("confirm", request.get_full_path())


def _everyone(user: Any) -> bool:
    return True


def _ruled(rule: Rule, lets_in: Callable[[Any], bool]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if rule.kind != "public" and not request.user.is_authenticated:
                return _to_login(request)
            if not lets_in(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.access_rule = rule  # type: ignore[attr-defined]
        return guarded

    return decorate


def _to_login(request: HttpRequest) -> HttpResponseBase:
    """The login page, which says so when a session has ended, and leads back here."""
    ended = "?expired=1" if settings.SESSION_COOKIE_NAME in request.COOKIES else ""
    return redirect_to_login(way_back(request), f"{resolve_url(settings.LOGIN_URL)}{ended}")


def way_back(request: HttpRequest) -> str:
    """The page asked for; for what was being sent, the page it was typed on."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    page = urlsplit(request.META.get("HTTP_REFERER", ""))
    if page.netloc != request.get_host():
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    return f"{page.path}?{page.query}" if page.query else page.path


def lead_to(page: str, onward: str) -> HttpResponseBase:
    """To a page that comes first, and from there on to the address `onward`."""
    return redirect_to_login(onward, resolve_url(page))


def onward(request: HttpRequest) -> str:
    """Where `?next=` leads, if that is here; else home."""
    wanted = request.GET.get("next", "")
    here = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if here else resolve_url(settings.LOGIN_REDIRECT_URL)


def is_official(user: Any) -> bool:
    """Whether somebody acts for an office: the expert pool is none, a nursery neither."""
    if not user.is_authenticated:
        return False
    return user.is_staff or bool(_regions_by_permission(user).keys() - {POOL_PERMISSION})


def holds(user: Any, permission: str, target: models.Model | None) -> bool:
    """Whether `user` holds `permission` ("app.codename") on this very object, by guardian.

    For regions it is asked once for all of them, whichever is meant first.
    False for nobody (None, anonymous) and for no object. A superuser holds what he was appointed
    to, like everyone. Answers are kept with the user instance.
    """
    if user is None or target is None or not user.is_authenticated or not user.is_active:
        return False
    if target._meta.label_lower == REGION:
        return target in regions_held(user, permission)
    grants = user.__dict__.setdefault("_grants", {})
    key = (target._meta.label, target.pk)
    if key not in grants:
        grants[key] = set(ObjectPermissionChecker(user).get_user_perms(target))
    return permission.split(".", 1)[1] in grants[key]


def holds_province(user: Any, permission: str) -> bool:
    """Whether `user` holds a region permission on the province."""
    return any(region.parent_id is None for region in regions_held(user, permission))


def regions_held(user: Any, permission: str = "accounts.see_files") -> list[Region]:
    """The regions on which `user` holds a region permission; one query for all permissions."""
    if user is None or not user.is_authenticated or not user.is_active:
        return []
    return _regions_by_permission(user).get(permission.split(".", 1)[1], [])


def holds_anywhere(user: Any, *permissions: str) -> bool:
    return any(regions_held(user, permission) for permission in permissions)


def _regions_by_permission(user: User) -> dict[str, list[Region]]:
    # By name, because the models ask here who may see them.
    grants = apps.get_model("accounts", "RegionUserObjectPermission")
    if "_regions" not in user.__dict__:
        held: dict[str, list[Region]] = {}
        rows = grants.objects.filter(user=user).select_related("content_object", "permission")
        for row in rows.order_by("content_object__path"):
            held.setdefault(row.permission.codename, []).append(row.content_object)
        user.__dict__["_regions"] = held
    regions: dict[str, list[Region]] = user.__dict__["_regions"]
    return regions
