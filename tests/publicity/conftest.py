from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from publicity.models import Notice
from tests import scenes
from tests.publicity import crowd
from tests.scenes import Province


@pytest.fixture(autouse=True)
def every_page_drawn_anew(settings: Any) -> None:
    """What is kept of public pages is looked at by its own tests."""
    settings.PUBLIC_PAGE_SECONDS = 0


@pytest.fixture
def scene(db: None) -> Province:
    return scenes.province()


@pytest.fixture
def notice(scene: Province) -> Notice:
    """Open over three nurseries of 和平区."""
    return crowd.opened(scene, 3)


@pytest.fixture
def officer(scene: Province) -> Client:
    return signed_in(scene.officer)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Pages ask the clock; this says what it answers."""

    def say(text: str) -> None:
        monkeypatch.setattr("workflow.clock.now", lambda: scenes.at(text))

    return say
