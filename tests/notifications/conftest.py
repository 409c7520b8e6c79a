from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from tests import scenes
from tests.scenes import Province
from workflow.models import Delivery
from workflow.tasks import deliver


@pytest.fixture
def scene(db) -> Province:
    """The province, everybody with an address; what led to it has been told and forgotten."""
    scene = scenes.province()
    for user in User.objects.all():
        user.email = f"{user.username}@portal.example"
        user.save()
    Delivery.objects.all().delete()
    return scene


@pytest.fixture
def browse() -> Callable[[User], Client]:
    """A browser in which somebody is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def carry() -> Callable[[], None]:
    """Carries the waiting events to the messages, in the order they happened."""

    def everything() -> None:
        waiting = Delivery.objects.filter(done_at=None, subscriber__startswith="notifications.")
        for pk in waiting.order_by("pk").values_list("pk", flat=True):
            deliver(pk)
            assert Delivery.objects.get(pk=pk).fault == ""

    return everything
