"""HTML to PDF by WeasyPrint: nothing fetched, fonts small, the same bytes for the same content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from documents.papers import cff, wording
from documents.papers.identity import SHOWN_OF_DIGEST
from documents.papers.places import SealPlace, places_on
from documents.papers.qr import verification_mark

Tell = Callable[[int, int], None]


class Layout(NamedTuple):
    """The templates that a paper is drawn from."""

    template: str
    style: str


@dataclass(frozen=True)
class Drawn:
    """A finished file and where on it seals go."""

    content: bytes
    places: tuple[SealPlace, ...] = ()


def silent(done: int, total: int) -> None:
    """Nobody waits for the progress."""


def render(
    layout: Layout,
    facts: dict[str, Any],
    *,
    code: str,
    digest: str,
    at: datetime,
    copies: int = 1,
    tell: Tell = silent,
) -> Drawn:
    """The facts in that layout as PDF, with `copies` in one file, each paged by itself.

    `code` and `digest` are shown with the mark that leads to the verification; `at` becomes the
    date of the file; `tell` hears how many copies are done. The same arguments give the same bytes
    with the same fonts installed.
    """
    fonts = FontConfiguration()
    shown = {"code": wording.grouped(code), "digest": digest[:SHOWN_OF_DIGEST], "at": at}
    shown |= facts | {"verification_mark": verification_mark(code)}
    drawn = []
    for number in range(1, copies + 1):
        copy = {"copy": wording.copy_label(number, copies), "copy_number": number}
        html = render_to_string(layout.template, shown | copy)
        page = HTML(string=html, url_fetcher=_nothing_fetched())
        drawn.append(page.render(font_config=fonts, stylesheets=[_style(layout.style)]))
        tell(number, copies)
    pages = [page for copy in drawn for page in copy.pages]
    identifier = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
    content: bytes = (
        drawn[0].copy(pages).write_pdf(pdf_identifier=identifier, finisher=_drop_unused_glyphs)
    )
    return Drawn(content, places_on(pages))


def _nothing_fetched() -> URLFetcher:
    """A paper holds everything it shows; text that people typed can load nothing."""
    return URLFetcher(allowed_protocols=frozenset())


@lru_cache(maxsize=8)
def _style(name: str) -> CSS:
    """A style sheet parsed once per process; it has no font faces of its own."""
    return CSS(string=render_to_string(name), url_fetcher=_nothing_fetched())


def _drop_unused_glyphs(document: Document, pdf: Any) -> None:
    """A font that cannot be made smaller stays as it is."""
    used: dict[bytes, set[int]] = {}
    contents: dict[str, bytes] = {}
    for font in document.fonts.values():
        content = contents.setdefault(font.hash, font.file_content)
        used.setdefault(content, set()).update(font.to_unicode)
    for stream in pdf.objects:
        if getattr(stream, "extra", {}).get("Subtype") == "/OpenType":
            with suppress(cff.Unexpected, KeyError):
                content = stream.stream[0]
                stream.stream = [cff.only_used(content, used[content])]
                stream.extra["Subtype"] = "/CIDFontType0C"
