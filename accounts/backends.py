from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from accounts import services
from accounts.models import User
from workflow import clock


class CodeBackend(BaseBackend):
    """The second factor, asked the way Django asks a password: failures lock, by the same count."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, username: str, token: str
    ) -> User | None:
        """The person, when `token` is a code of theirs that was never used."""
        user: Any = User.objects.get_by_natural_key(username)
        return user if services.check_code(user, token, at=clock.now()) else None
