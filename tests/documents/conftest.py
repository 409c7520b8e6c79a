from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from accounts.models import User
from documents.models import Document
from documents.papers import application_form
from files import services as files
from tests import scenes
from tests.scenes import Province
from workflow.models import Delivery
from workflow.tasks import deliver


@pytest.fixture
def scene(db) -> Province:
    return scenes.province()


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
    """Carries the waiting events to the papers, in the order they happened."""

    def everything() -> None:
        waiting = Delivery.objects.filter(done_at=None, subscriber__startswith="documents.")
        for pk in waiting.order_by("pk").values_list("pk", flat=True):
            deliver(pk)
            assert Delivery.objects.get(pk=pk).fault == ""

    return everything


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms are not drawn, which takes most of the time; how they look is tested beside it."""

    def blank(*_: object, code: str, **__: object) -> bytes:
        return f"%PDF-1.7 {code}".encode()

    monkeypatch.setattr(application_form, "render", blank)


def content_of(document: Document) -> bytes:
    with files.opened(document.file) as stream:
        return stream.read()


def text_of(document: Document) -> str:
    """The words of a PDF without spaces and line ends, as its reader finds them by searching."""
    pages = PdfReader(BytesIO(content_of(document))).pages
    return "".join("".join(page.extract_text().split()) for page in pages)
