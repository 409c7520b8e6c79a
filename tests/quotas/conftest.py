from __future__ import annotations

import pytest

from tests import scenes
from workflow import clock


@pytest.fixture
def scene(db):
    return scenes.province(places=3)


@pytest.fixture
def today(monkeypatch):
    """The pages see the given moment; 20 July 2023 unless another is asked for."""

    def set_now(moment=scenes.JULY):
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_now()
    return set_now


@pytest.fixture
def as_officer(client, scene, today):
    client.force_login(scene.officer, "django.contrib.auth.backends.ModelBackend")
    return client
