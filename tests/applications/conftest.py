from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from applications.models import Application
from tests import scenes
from tests.applications.browsing import Browse
from tests.applications.crowd import crowd
from tests.scenes import Province


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


@pytest.fixture
def pool(scene: Province) -> list[User]:
    """The four experts with a profile, each of another field, at work at the province."""
    for expert, field in zip(scene.experts, ("health", "nutrition", "safety", "care"), strict=True):
        scenes.profile(scene, expert, field=field)
    return scene.experts


@pytest.fixture
def files(scene: Province) -> list[Application]:
    return crowd(scene, 4, state="provincial_review")
