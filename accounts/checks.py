"""A view without an access rule does not start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import checks
from django.urls import URLResolver, get_resolver

# Packages that bring views with rules of their own.
THIRD_PARTY = ("django.contrib.admin",)


def patterns(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every (route, view) of the portal."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        else:
            yield route, entry.callback


def is_third_party(view: Any) -> bool:
    home = getattr(view, "__module__", "")
    admin = getattr(view, "admin_site", None) or getattr(view, "model_admin", None)
    return admin is not None or home.startswith(THIRD_PARTY)


@checks.register(checks.Tags.urls)
def check_access_rules(**_: Any) -> list[checks.CheckMessage]:
    return [
        checks.Error(f"the view at /{route} has no access rule", id="accounts.E001")
        for route, view in patterns()
        if not hasattr(view, "access_rule") and not is_third_party(view)
    ]
