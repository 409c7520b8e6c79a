"""Fonts made small without changing a letter."""

from __future__ import annotations

import io
import subprocess
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from documents.papers import cff, pdf

AT = datetime(2023, 7, 1, tzinfo=UTC)
RARE = "喀喇沁左翼蒙古族自治县喆昇玥珺堃垚芃镕琤祎翀"


@pytest.fixture
def page(tmp_path, settings):
    """Renders some text by the style of the form."""
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [tmp_path, settings.BASE_DIR / "templates"],
        }
    ]

    def render(body: str) -> bytes:
        (tmp_path / "page.html").write_text(f"<h1>{body}</h1><p class=written>{body}</p>")
        layout = pdf.Layout("page.html", "documents/papers/application_form.css")
        return pdf.render(layout, {}, code="X", digest="", at=AT).content

    return render


def picture(content: bytes, path) -> bytes:
    """The first page as a picture."""
    path.write_bytes(content)
    subprocess.run(
        ["pdftoppm", "-r", "80", "-png", "-singlefile", path, path.with_suffix("")], check=True
    )
    return path.with_suffix(".png").read_bytes()


def test_it_is_much_smaller_and_looks_the_same(page, monkeypatch, tmp_path):
    small = page(RARE)
    monkeypatch.setattr(cff, "only_used", refuse)
    large = page(RARE)
    assert len(small) < 60_000 < len(large) // 2
    assert picture(small, tmp_path / "small.pdf") == picture(large, tmp_path / "large.pdf")
    for content in (small, large):
        assert RARE in PdfReader(io.BytesIO(content)).pages[0].extract_text().replace("\n", "")


def refuse(font: bytes, used: object) -> bytes:
    raise cff.Unexpected("as it is")


# The head of an OpenType font with one table.
ONE_TABLE = b"OTTO\0\1\0\0\0\0\0\0"


@pytest.mark.parametrize(
    "font",
    [
        b"",
        b"OTTO",
        b"OTTO\0\1" + bytes(40),
        ONE_TABLE + b"CFF \0\0\0\0\0\0\0\x1c\0\0\0\2\1\0",
    ],
)
def test_what_is_no_such_font_is_left_alone(font):
    with pytest.raises(cff.Unexpected):
        cff.only_used(font, {1, 2})


def index(*items: bytes) -> bytes:
    """An INDEX with offsets of one byte."""
    offsets = [1]
    for item in items:
        offsets.append(offsets[-1] + len(item))
    return (
        len(items).to_bytes(2, "big") + (b"\1" + bytes(offsets) if items else b"") + b"".join(items)
    )


def long_integer(value: int) -> bytes:
    return b"\x1d" + value.to_bytes(4, "big")


def tiny_font(select: bytes, *, charset: bytes = b"", glyphs: int = 30) -> bytes:
    """A CID-keyed CFF of glyphs of two bytes, in an OpenType wrapper; `charset` is its operand."""
    strings = [bytes([139 + number, 14]) for number in range(glyphs)]

    def top(start: int) -> bytes:
        other = b"\x1e\x0a\x5f" + b"\x0c\x1e"  # a real number and an operator of two bytes
        place = long_integer(start + len(select))
        return (
            other
            + b"\x1c\1\1\xf7\1\x8b\x01"  # operands of three, two and one byte
            + (charset or long_integer(0))
            + b"\x0f"
            + long_integer(start)
            + b"\x0c\x25"
            + place
            + b"\x11"
        )

    def head(start: int) -> bytes:
        return b"\1\0\4\4" + index(b"Tiny") + index(top(start)) + index() + index()

    table = head(len(head(0))) + select + index(*strings)
    entry = b"CFF " + bytes(4) + (28).to_bytes(4, "big") + len(table).to_bytes(4, "big")
    return ONE_TABLE + entry + table


RANGES = b"\3\0\2" + b"\0\0\0" + b"\0\x0a\1" + b"\0\x1e"
EACH = b"\0" + bytes(10) + b"\1" * 20


@pytest.mark.parametrize("select", [RANGES, EACH], ids=["ranges", "each"])
def test_the_glyphs_left_keep_their_outlines_and_dicts(select):
    small = cff.only_used(tiny_font(select), {3, 12})
    assert b"\x8b\x0e\x8e\x0e\x97\x0e" in small
    # The charset names CIDs 3 and 12; .notdef and 3 take the first dict, 12 the second.
    assert b"\0" + b"\0\3\0\x0c" + b"\0" + b"\0\0\1" in small


def test_a_font_that_is_used_whole_is_left_alone():
    with pytest.raises(cff.Unexpected, match="nothing to gain"):
        cff.only_used(tiny_font(EACH), range(30))


def test_an_unknown_select_is_left_alone():
    with pytest.raises(cff.Unexpected, match="unknown FDSelect"):
        cff.only_used(tiny_font(b"\2" + bytes(20)), {1})


def test_a_short_offset_is_left_alone():
    with pytest.raises(cff.Unexpected, match="in place"):
        cff.only_used(tiny_font(EACH, charset=b"\x8b"), {1})


def test_fonts_are_embedded_and_named_in_a_chain(page, tmp_path):
    path = tmp_path / "page.pdf"
    path.write_bytes(page(RARE))
    listed = subprocess.run(["pdffonts", path], check=True, capture_output=True, text=True).stdout
    rows = listed.splitlines()[2:]
    assert any("Noto-Serif-CJK" in row for row in rows)
    assert all(row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)


def test_nothing_is_fetched(page, caplog):
    """Text that people typed is escaped; even if it were not, nothing would be loaded."""
    content = page("<img src='file:///etc/hostname'><img src='http://127.0.0.1:9/x.png'>文")
    assert b"/Subtype /Image" not in content
