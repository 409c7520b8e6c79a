from __future__ import annotations

import pytest

from tests import scenes
from workflow import clock

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def scene(db):
    return scenes.province()


@pytest.fixture
def today(monkeypatch):
    """The pages see 20 July 2023."""
    monkeypatch.setattr(clock, "now", lambda: scenes.JULY)


@pytest.fixture
def admin(scene):
    return scenes.official("sysadmin", "管管", "system_admin", scene.root)


@pytest.fixture
def guard(scene):
    return scenes.official("secadmin", "安安", "security_admin", scene.root)


@pytest.fixture
def as_admin(client, admin, today):
    client.force_login(admin, BACKEND)
    return client


@pytest.fixture
def as_guard(client, guard, today):
    client.force_login(guard, BACKEND)
    return client
