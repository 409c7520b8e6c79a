from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from accounts.models import User
from documents import production
from documents.models import Document
from documents.papers import pdf
from documents.papers.places import SealPlace
from documents.production import Made
from documents.statuses import Kind
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
    """Papers are not drawn, which takes most of the time; how they look is tested beside it."""

    def blank(*_: object, code: str, **__: object) -> pdf.Drawn:
        return pdf.Drawn(f"%PDF-1.7 {code}".encode())

    monkeypatch.setattr(pdf, "render", blank)


def content_of(document: Document) -> bytes:
    with files.opened(document.file) as stream:
        return stream.read()


def text_of(document: Document) -> str:
    """The words of a PDF without spaces and line ends, as its reader finds them by searching."""
    return words(content_of(document))


def words(content: bytes) -> str:
    """The same of a PDF that is not kept."""
    pages = PdfReader(BytesIO(content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def paper_of(kind: Kind, **about: object) -> Document:
    """The current paper of a kind."""
    return Document.objects.current().get(kind=kind, copies=1, **about)


def made_again(document: Document) -> Made:
    """The paper drawn anew from its event, with its places for seals."""
    made = production.make(Kind(document.kind), document.event, copies=document.copies)
    assert made is not None
    return made


def touched(content: bytes, place: SealPlace) -> set[str]:
    """The words whose line crosses the square of a seal."""
    found = set()

    def look(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        left = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        base = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        right = left + abs(tm[0] * cm[0]) * size * len(text.strip())
        across = left < place.x + place.width and right > place.x
        if text.strip() and across and place.y < base < place.y + place.width:
            found.add("".join(text.split()))

    PdfReader(BytesIO(content)).pages[place.page].extract_text(visitor_text=look)
    return found
