"""What a file may not hold, told by looking into it."""

from __future__ import annotations

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from weasyprint import HTML

from files import inspectors, office, pdfs
from files.types import DOCX, JPEG, PDF, XLSX, FileType, sniff
from portal.demo.paper import example_pdf
from tests import scenes
from tests.files import samples


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (scenes.PDF, ""),
        (samples.pdf(), ""),
        (HTML(string="<h1>回执</h1><p><a href='https://example.org'>x</a>").write_pdf(), ""),
        (example_pdf(), ""),
        (samples.pdf_with_script(), pdfs.SCRIPT),
        (samples.pdf_with_hidden_script(), pdfs.SCRIPT),
        (samples.pdf_with_form_script(), pdfs.SCRIPT),
        (samples.pdf_that_starts_a_program(), pdfs.LAUNCH),
        (samples.pdf_with_attachment(), pdfs.ATTACHMENT),
        (samples.pdf_with_password(), pdfs.ENCRYPTED),
        (b"%PDF-1.7", pdfs.BROKEN),
        (b"%PDF-1.7\n<html><script>alert(1)</script></html>", pdfs.BROKEN),
        (samples.pdf()[:-200], pdfs.BROKEN),
    ],
)
def test_a_pdf_is_only_paper(content: bytes, finding: str) -> None:
    assert inspectors.finding(content, PDF) == finding


def test_the_workers_patience_is_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: object) -> None:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(pdfs, "PdfReader", endless)
    with pytest.raises(SoftTimeLimitExceeded):
        pdfs.harm_in(samples.pdf())


@pytest.mark.parametrize(
    ("relation", "finding"),
    [
        (("image", "media/image1.png", False), ""),
        (("package", "embeddings/chart.xlsx", False), ""),
        (("hyperlink", "https://example.org/", True), ""),
        (("externalLinkPath", "file:///C:/table.xlsx", True), ""),
        (("attachedTemplate", "https://example.org/x.dotm", True), office.REMOTE),
        (("image", "https://example.org/pixel.png", True), office.REMOTE),
        (("frame", "https://example.org/", True), office.REMOTE),
        (("oleObject", "https://example.org/x.hta", True), office.OBJECTS),
        (("oleObject", "embeddings/oleObject1.bin", False), office.OBJECTS),
        (("control", "activeX/activeX1.xml", False), office.OBJECTS),
        (("vbaProject", "code.bin", False), office.MACROS),
        (("xlMacrosheet", "macrosheets/sheet1.xml", False), office.MACROS),
    ],
)
@pytest.mark.parametrize(("part", "kind"), [("word/document.xml", DOCX), ("xl/workbook.xml", XLSX)])
def test_a_document_is_only_text(
    relation: tuple[str, str, bool], finding: str, part: str, kind: FileType
) -> None:
    content = samples.document(part, relation)
    assert sniff(content) == kind
    assert inspectors.finding(content, kind) == finding


@pytest.mark.parametrize(
    "relations",
    [
        b"<Relationships",
        b'<!DOCTYPE x [<!ENTITY a "vbaProject">]><Relationships/>',
        b"",
    ],
)
def test_what_cannot_be_read_is_not_trusted(relations: bytes) -> None:
    content = samples.packed({"word/_rels/document.xml.rels": relations})
    assert office.harm_in(content) == office.BROKEN


def test_a_document_that_is_locked_or_torn_is_refused() -> None:
    content = samples.document()
    locked = bytearray(content)
    locked[content.index(b"PK\x01\x02") + 8] |= office.IS_ENCRYPTED
    assert office.harm_in(bytes(locked)) == office.ENCRYPTED
    assert office.harm_in(content[:-30]) == office.BROKEN


def test_a_picture_was_drawn_by_the_portal_itself() -> None:
    assert inspectors.finding(samples.picture(kind="JPEG"), JPEG) == ""
