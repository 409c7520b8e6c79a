"""What kind of file some bytes are, told by the bytes alone; a name proves nothing."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

ZIP_MEMBERS = 5000
ZIP_EXPANDED = 300 * 1024 * 1024
HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


@dataclass(frozen=True)
class FileType:
    """A kind of file: its label for people, its media type and the ending its names get."""

    label: str
    media_type: str
    ending: str
    is_picture: bool = False


PDF = FileType("PDF", "application/pdf", ".pdf")
JPEG = FileType("JPEG 图片", "image/jpeg", ".jpg", is_picture=True)
PNG = FileType("PNG 图片", "image/png", ".png", is_picture=True)
HEIC = FileType("HEIC 图片", "image/heic", ".heic", is_picture=True)
DOCX = FileType(
    "Word 文档（docx）",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".docx",
)
XLSX = FileType(
    "Excel 表格（xlsx）",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsx",
)

EVIDENCE = frozenset({PDF, JPEG, PNG, HEIC, DOCX, XLSX})
SPREADSHEETS = frozenset({XLSX})
PICTURES = frozenset({JPEG, PNG, HEIC})
_ORDER = (PDF, JPEG, PNG, HEIC, DOCX, XLSX)

_BY_MEDIA_TYPE = {kind.media_type: kind for kind in _ORDER}


def of(media_type: str) -> FileType:
    """The kind of a stored file."""
    return _BY_MEDIA_TYPE[media_type]


def sniff(content: bytes) -> FileType | None:
    """The kind of file, or None for everything the portal does not take."""
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS:
        return HEIC
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    return None


def _office(content: bytes) -> FileType | None:
    """A zip is a document only with the right parts; macros and zip bombs are neither."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, ValueError):
        return None
    names = {member.filename for member in members}
    if len(members) > ZIP_MEMBERS or sum(m.file_size for m in members) > ZIP_EXPANDED:
        return None
    if "[Content_Types].xml" not in names or any("vbaProject" in name for name in names):
        return None
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None


def labels(allowed: frozenset[FileType]) -> str:
    """The kinds in words, always in one order: PDF、JPEG 图片、PNG 图片."""
    return "、".join(kind.label for kind in _ORDER if kind in allowed)


def accept(allowed: frozenset[FileType]) -> str:
    """The value of a file input's `accept`: .pdf,.jpg,.jpeg,image/jpeg …"""
    parts = [part for kind in _ORDER if kind in allowed for part in (kind.ending, kind.media_type)]
    return ",".join([*parts, *([".jpeg"] if JPEG in allowed else [])])
