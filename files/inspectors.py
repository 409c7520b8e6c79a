"""What a file is asked before anybody may open it: a list of questions, each a small function.

A question takes the content and its kind and answers with what is wrong, in words, or "".
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from files import clamav, office, pdfs
from files.types import DOCX, PDF, XLSX, FileType

Inspector = Callable[[bytes, FileType], str]


def pdf_is_only_paper(content: bytes, kind: FileType) -> str:
    return pdfs.harm_in(content) if kind == PDF else ""


def document_is_only_text(content: bytes, kind: FileType) -> str:
    return office.harm_in(content) if kind in {DOCX, XLSX} else ""


def scanner_finds_nothing(content: bytes, kind: FileType) -> str:
    """Raises clamav.Away while a scanner is named and does not answer."""
    if not settings.CLAMD_ADDRESS:
        return ""
    virus = clamav.virus_in(content, settings.CLAMD_ADDRESS)
    return f"发现病毒 {virus}" if virus else ""


# The scanner comes last: it is slow, and what needs no scanner is refused without one.
INSPECTORS: tuple[Inspector, ...] = (
    pdf_is_only_paper,
    document_is_only_text,
    scanner_finds_nothing,
)


def finding(content: bytes, kind: FileType) -> str:
    """The first thing that is wrong, in words without a full stop; "" for a harmless file."""
    answers = (ask(content, kind) for ask in INSPECTORS)
    return next(filter(None, answers), "")
