from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from accounts.models import User
from applications.statuses import Step
from documents import production, services
from documents.models import Document, Package
from documents.papers import pdf
from documents.papers.places import SealPlace
from documents.production import Made
from documents.statuses import Kind
from files import services as files
from scoring import services as scoring
from scoring.models import Mark
from tests import scenes
from tests.scenes import AUGUST, JULY, Province
from workflow import perform
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


def in_august() -> datetime:
    return AUGUST


@pytest.fixture
def city(scene, carry):
    """沈阳 has recommended one nursery; its self-score has three pieces of evidence."""
    application, staff = scenes.drafted(scene)
    marks = Mark.objects.filter(sheet=application.self_sheet).order_by("pk")
    give = {"by": staff, "at": scenes.JUNE}
    for mark, name, content in (
        (marks[0], "备案回执.pdf", scenes.PDF),
        (marks[0], "备案回执.pdf", scenes.PDF + b"\n"),
        (marks[1], 'CON:场地"照片".pdf', scenes.PDF + b"\n\n"),
    ):
        scoring.add_evidence(mark, content, name=name, **give)
    scenes.inspected(scenes.JUNE)
    perform(application, "submit", actor=staff, at=scenes.JUNE)
    scenes.scored(application, Step.COUNTY, scene.county_handler, when=JULY)
    by = {"actor": scene.county_handler, "at": JULY, "reason": "同意推荐。"}
    perform(application, "recommend_to_city", **by)
    scenes.scored(application, Step.CITY, scene.city_handler, when=AUGUST)
    by = {"actor": scene.city_handler, "at": AUGUST, "reason": "同意推荐。"}
    perform(application, "recommend_to_province", **by)
    carry()
    return scene


@pytest.fixture
def ready(city) -> Package:
    asked = services.ask_package(city.cycle, city.city, by=city.city_handler, at=AUGUST)
    made = services.build_package(asked.pk, now=in_august)
    assert made is not None
    return Package.objects.get(pk=asked.pk)


@pytest.fixture
def at_work(monkeypatch):
    """The clock of the pages stands in August."""
    monkeypatch.setattr("workflow.clock.now", in_august)


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
