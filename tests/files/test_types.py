"""What a file is, told by its bytes."""

from __future__ import annotations

import io
import zipfile

import pytest

from files import types
from files.names import MAX_NAME, cleaned
from files.types import DOCX, HEIC, JPEG, PDF, PNG, XLSX, FileType, sniff


def package(*names: str, filler: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, b"\0" * filler or b"<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ...", PDF),
        (b"\xff\xd8\xff\xe0 ...", JPEG),
        (b"\x89PNG\r\n\x1a\n ...", PNG),
        (b"\x00\x00\x00\x18ftypheic....", HEIC),
        (b"\x00\x00\x00\x18ftypmif1....", HEIC),
        (package("[Content_Types].xml", "word/document.xml"), DOCX),
        (package("[Content_Types].xml", "xl/workbook.xml"), XLSX),
        (b"\x00\x00\x00\x18ftypmp42....", None),
        (b"MZ\x90\x00", None),
        (b"<html><script>alert(1)</script></html>", None),
        (b"junk %PDF-1.7", None),
        (b"GIF89a", None),
        (b"PK\x03\x04 broken", None),
        (package("readme.txt"), None),
        (package("word/document.xml"), None),
        (package("[Content_Types].xml", "ppt/presentation.xml"), None),
        (package("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), None),
        (b"", None),
    ],
)
def test_content_tells_the_kind(content: bytes, kind: FileType | None) -> None:
    assert sniff(content) == kind


def test_a_package_that_unfolds_too_far_is_no_document(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("[Content_Types].xml", "word/document.xml")
    monkeypatch.setattr(types, "ZIP_EXPANDED", 1000)
    assert sniff(package(*names, filler=400)) == DOCX
    assert sniff(package(*names, filler=600)) is None
    monkeypatch.setattr(types, "ZIP_MEMBERS", 1)
    assert sniff(package(*names, filler=1)) is None


@pytest.mark.parametrize(
    ("given", "ending", "kept"),
    [
        ("备案回执.pdf", ".pdf", "备案回执.pdf"),
        ("照片.JPEG", ".jpg", "照片.jpg"),
        ("照片.heic", ".jpg", "照片.heic.jpg"),
        (r"C:\Users\me\回执.pdf", ".pdf", "回执.pdf"),
        ("../../etc/passwd", ".pdf", "passwd.pdf"),
        ("a\r\nSet-Cookie: x.pdf", ".pdf", "aSet-Cookie_ x.pdf"),
        ("\u202efdp.exe", ".pdf", "fdp.exe.pdf"),
        ('"<x>|?*".png', ".png", "__x_____.png"),
        ("   .pdf", ".pdf", "文件.pdf"),
        ("", ".docx", "文件.docx"),
        ("é.png", ".png", "é.png"),
    ],
)
def test_names_are_made_harmless(given: str, ending: str, kept: str) -> None:
    assert cleaned(given, ending) == kept


def test_long_names_keep_their_ending() -> None:
    name = cleaned("长" * 500 + ".pdf", ".pdf")
    assert len(name) == MAX_NAME
    assert name.endswith("长.pdf")


def test_kinds_in_words_and_for_the_file_picker() -> None:
    assert types.labels(types.PICTURES) == "JPEG 图片、PNG 图片、HEIC 图片"
    assert types.accept(types.SPREADSHEETS) == f".xlsx,{XLSX.media_type}"
    assert types.accept(types.EVIDENCE).endswith(",.jpeg")
