from __future__ import annotations

from collections import defaultdict

import pytest

from tests import scenes
from workflow import subscriptions


@pytest.fixture
def scene(db):
    return scenes.province()


@pytest.fixture
def own_subscribers(monkeypatch):
    """Only the subscribers of this test; the portal's own stay away."""
    monkeypatch.setattr(subscriptions, "_handlers", {})
    monkeypatch.setattr(subscriptions, "_by_verb", defaultdict(list))
