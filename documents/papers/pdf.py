"""HTML to PDF by WeasyPrint: nothing fetched, fonts small, the same bytes for the same content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from documents.papers import cff

Tell = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """Nobody waits for the progress."""


def render(
    template: str,
    facts: dict[str, Any],
    *,
    style: str,
    labels: Sequence[str] = ("",),
    at: datetime,
    tell: Tell = silent,
) -> bytes:
    """The template as PDF, once for each of `labels` in one file, each copy paged by itself.

    `style` names a style sheet among the templates. `at` becomes the date of the file. `tell` hears
    how many copies are done. The same arguments give the same bytes with the same fonts installed.
    """
    fonts = FontConfiguration()
    copies = []
    for number, label in enumerate(labels, start=1):
        html = render_to_string(template, {**facts, "copy": label, "at": at})
        page = HTML(string=html, url_fetcher=_nothing_fetched())
        copies.append(page.render(font_config=fonts, stylesheets=[_style(style)]))
        tell(number, len(labels))
    pages = [page for copy in copies for page in copy.pages]
    identifier = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
    content: bytes = (
        copies[0].copy(pages).write_pdf(pdf_identifier=identifier, finisher=_drop_unused_glyphs)
    )
    return content


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
