from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.applications.browsing import Browse


@pytest.fixture
def it_is(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Moves the clock of the pages: it_is("2023-07-20 09:00")."""
    settings.DEMO = True

    def move(moment: str) -> None:
        monkeypatch.setenv("PORTAL_NOW", moment.replace(" ", "T"))

    move("2023-06-10 09:00")
    return move


@pytest.fixture
def browse(it_is: Callable[[str], None]) -> Browse:
    """A browser in which somebody is signed in; it is June 2023 unless the clock is moved."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
