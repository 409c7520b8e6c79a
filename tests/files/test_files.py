"""Files kept and served."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from files import pictures, services, types
from files.models import StoredFile
from files.services import Rejected, discard, opened, response, store
from tests.files.test_types import package
from tests.scenes import PDF

pytestmark = pytest.mark.django_db
NOW = datetime(2023, 7, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
GPS = 0x8825
ORIENTATION = 0x0112


def picture(
    kind: str, size: tuple[int, int] = (40, 20), *, mode: str = "RGB", turn: int = 1
) -> bytes:
    """A picture that says where it was taken."""
    notes = Image.Exif()
    notes[ORIENTATION] = turn
    notes.get_ifd(GPS)[1] = "N"
    notes.get_ifd(GPS)[2] = (41.0, 48.0, 0.0)
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else 0).save(out, kind, exif=notes)
    return out.getvalue()


def keep(content: bytes, name: str = "材料.pdf", **more: object) -> StoredFile:
    return store(content, name=name, by=None, at=NOW, **more)  # type: ignore[arg-type]


def test_a_file_lies_under_its_digest(settings: Settings) -> None:
    stored = keep(PDF)
    digest = hashlib.sha256(PDF).hexdigest()
    assert (stored.digest, stored.size, stored.media_type) == (digest, len(PDF), "application/pdf")
    path = Path(settings.MEDIA_ROOT) / digest[:2] / digest[2:4] / digest
    assert path.read_bytes() == PDF
    assert stored.created_at == NOW


def test_equal_contents_are_kept_once(settings: Settings) -> None:
    first, second = keep(PDF, "一.pdf"), keep(PDF, "二.pdf")
    assert (first.name, second.name) == ("一.pdf", "二.pdf")
    assert len([p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()]) == 1


def test_uploads_are_read_like_bytes() -> None:
    upload = SimpleUploadedFile("材料.exe", PDF, content_type="image/png")
    assert store(upload, name="材料.exe", by=None, at=NOW).name == "材料.exe.pdf"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件是空的。"),
        (b"#!/bin/sh", "文件内容不是可接受的类型"),
        (b"MZ\x90\x00 %PDF-1.7", "文件内容不是可接受的类型"),
        (b"<!doctype html><script>alert(1)</script>%PDF-1.7", "文件内容不是可接受的类型"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "文件内容不是可接受的类型",
        ),
        (b"GIF89a/*<script>*/", "文件内容不是可接受的类型"),
        (package("META-INF/MANIFEST.MF"), "文件内容不是可接受的类型"),
        (
            package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
            "文件内容不是可接受的类型",
        ),
        (b"\x89PNG\r\n\x1a\n and then nothing", "图片已损坏，无法读取。"),
        (b"\xff\xd8\xff\xe0", "图片已损坏，无法读取。"),
        (picture("JPEG")[:-200], "图片已损坏，无法读取。"),
        (b"\x00\x00\x00\x18ftypheic....", "图片已损坏，无法读取。"),
    ],
)
def test_what_is_not_acceptable_is_refused_in_words(content: bytes, sentence: str) -> None:
    with pytest.raises(Rejected) as rejection:
        keep(content)
    assert rejection.value.sentence.startswith(sentence)
    assert not StoredFile.objects.exists()


def test_size_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_BYTES", len(PDF))
    keep(PDF)
    with pytest.raises(Rejected, match="超过 20 MB"):
        keep(PDF + b"x")


def test_only_allowed_kinds_are_taken() -> None:
    book = package("[Content_Types].xml", "xl/workbook.xml")
    assert keep(book, "表.xlsx", allowed=types.SPREADSHEETS).name == "表.xlsx"
    with pytest.raises(Rejected, match="可上传 Excel 表格（xlsx）"):
        keep(PDF, allowed=types.SPREADSHEETS)


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png")])
def test_a_picture_forgets_where_it_was_taken(kind: str, media_type: str) -> None:
    original = picture(kind)
    with Image.open(io.BytesIO(original)) as before:
        assert before.getexif().get_ifd(GPS)
    stored = keep(original, "照片.png")
    assert stored.media_type == media_type
    with opened(stored) as content, Image.open(content) as after:
        assert not dict(after.getexif())
        assert "exif" not in after.info
        assert after.size == (40, 20)
        assert after.convert("RGB").getpixel((5, 5))[0] > 250  # type: ignore[index]


def test_a_picture_forgets_its_texts() -> None:
    texts = PngInfo()
    texts.add_text("Comment", "大连市某路 1 号")
    texts.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta/>", zip=True)
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(out, "PNG", pnginfo=texts)
    assert b"Comment" in out.getvalue()
    with opened(keep(out.getvalue(), "照片.png")) as content:
        kept = content.read()
    assert [chunk for chunk in (b"tEXt", b"iTXt", b"zTXt", b"eXIf") if chunk in kept] == []


def test_a_picture_is_turned_upright() -> None:
    stored = keep(picture("JPEG", turn=6), "照片.jpg")
    with opened(stored) as content, Image.open(content) as after:
        assert after.size == (20, 40)


def test_what_hides_behind_a_picture_is_gone() -> None:
    stored = keep(picture("PNG") + b"<script>alert(1)</script>", "照片.png")
    with opened(stored) as content:
        assert b"script" not in content.read()


def test_colours_of_print_become_colours_of_screens() -> None:
    with opened(keep(picture("JPEG", mode="CMYK"), "照片.jpg")) as content:
        assert Image.open(content).mode == "RGB"


def test_a_phone_picture_becomes_one_that_offices_can_open() -> None:
    original = (Path(__file__).parent / "phone.heic").read_bytes()
    with Image.open(io.BytesIO(original)) as before:
        assert before.getexif().get_ifd(GPS)
    stored = keep(original, "IMG_0001.HEIC")
    assert (stored.media_type, stored.name) == ("image/jpeg", "IMG_0001.HEIC.jpg")
    with opened(stored) as content, Image.open(content) as after:
        assert not dict(after.getexif())


def test_pictures_have_a_limit_of_points(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_POINTS", 40 * 20)
    keep(picture("PNG"))
    with pytest.raises(Rejected, match="图片尺寸过大"):
        keep(picture("PNG", (41, 20)))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    with pytest.raises(Rejected, match="图片尺寸过大"):
        keep(picture("PNG"))


def test_content_goes_with_its_last_row(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    first, second = keep(PDF, "一.pdf"), keep(PDF, "二.pdf")
    with django_capture_on_commit_callbacks(execute=True):
        discard(first)
    with opened(second) as content:
        assert content.read() == PDF
    with django_capture_on_commit_callbacks(execute=True):
        discard(second)
    with pytest.raises(FileNotFoundError):
        opened(second)


def test_a_file_is_written_once() -> None:
    stored = keep(PDF)
    stored.name = "另一个.pdf"
    with pytest.raises(DatabaseError), transaction.atomic():
        stored.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.create(digest="x", name="x", media_type="x", size=1, created_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.create(digest="0" * 64, name="x", media_type="x", size=0, created_at=NOW)


def test_a_file_is_served_so_that_nothing_runs() -> None:
    reply = response(keep(PDF, "回执 一.pdf", trusted=True))
    assert reply["Content-Type"] == "application/pdf"
    assert reply["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E5%9B%9E%E6%89%A7%20%E4%B8%80.pdf"
    )
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert reply["Cache-Control"] == "private, no-store"
    assert reply["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"".join(reply.streaming_content) == PDF  # type: ignore[arg-type]
    reply.close()


@pytest.mark.parametrize(
    ("content", "disposition", "policy"),
    [
        (PDF, "inline", "default-src 'none'; frame-ancestors 'self'"),
        (picture("PNG"), "inline", "default-src 'none'; sandbox"),
        (
            package("[Content_Types].xml", "word/document.xml"),
            "attachment",
            "default-src 'none'; sandbox",
        ),
    ],
)
def test_only_pictures_and_pdf_are_shown(content: bytes, disposition: str, policy: str) -> None:
    reply = response(keep(content, "x", trusted=True), inline=True)
    assert reply["Content-Disposition"].split(";")[0] == disposition
    assert reply["Content-Security-Policy"] == policy
    reply.close()


def test_sizes_in_words() -> None:
    stored = keep(PDF)
    assert (stored.size_words, stored.is_picture, str(stored)) == ("1 KB", False, "材料.pdf")
    stored.size = 3 * 1024 * 1024 // 2
    assert stored.size_words == "1.5 MB"


def test_what_may_be_uploaded_is_said_beforehand() -> None:
    assert services.limits(types.SPREADSHEETS) == "可上传 Excel 表格（xlsx），每个不超过 20 MB。"
