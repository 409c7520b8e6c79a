"""Seals laid over a finished PDF. Nothing that is there moves: the page gets one more layer."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.images import pil_image
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from documents.papers.places import SealPlace

# Ink on ink: the words under a seal can still be read.
INK = {"/Type": "/ExtGState", "/BM": "/Multiply"}


class Stamp(NamedTuple):
    """A seal's picture (PNG), a name for it that other seals do not have, and where it goes."""

    name: str
    picture: bytes
    place: SealPlace


class Shared(NamedTuple):
    """What the pages of one file use together."""

    pictures: dict[str, generic.IndirectObject]
    ink: generic.IndirectObject
    before: generic.IndirectObject


class Update(IncrementalPdfFileWriter):
    """Leaves the particulars as they are: the paper was made when it was made, not when it was
    sealed, and the clock would make every file another one.
    """

    def _update_meta(self) -> None:
        pass


def stamped(content: bytes, stamps: Sequence[Stamp]) -> IncrementalPdfFileWriter:
    """The PDF with the seals as one update that is still to be written, or signed and written.

    A picture is kept once, however often it is put. The same arguments give the same bytes.
    """
    writer = Update(io.BytesIO(content))
    _name_by_content(writer, content)
    if stamps:
        shared = _shared(writer, {stamp.name: stamp.picture for stamp in stamps})
    for page in sorted({stamp.place.page for stamp in stamps}):
        here = [stamp for stamp in stamps if stamp.place.page == page]
        _stamp_page(writer, page, here, shared)
    return writer


def written(writer: IncrementalPdfFileWriter) -> bytes:
    """The whole file with its update."""
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _shared(writer: IncrementalPdfFileWriter, pictures: dict[str, bytes]) -> Shared:
    ink = {pdf_name(key): pdf_name(value) for key, value in INK.items()}
    return Shared(
        pictures={
            name: pil_image(Image.open(io.BytesIO(picture)), writer)
            for name, picture in pictures.items()
        },
        ink=writer.add_object(generic.DictionaryObject(ink)),
        before=writer.add_object(generic.StreamObject(stream_data=b"q\n")),
    )


def _stamp_page(
    writer: IncrementalPdfFileWriter, page: int, stamps: Sequence[Stamp], shared: Shared
) -> None:
    # Pages may share their resources, so that a name is one page's alone.
    names = {stamp.name: pdf_name(f"/{stamp.name}p{page}") for stamp in stamps}
    gloss = pdf_name(f"/Ink{page}")
    lines = ["Q"]
    for stamp in stamps:
        place = stamp.place
        box = f"{place.width:g} 0 0 {place.width:g} {place.x:g} {place.y:g}"
        lines.append(f"q {gloss} gs {box} cm {names[stamp.name]} Do Q")
    after = writer.add_object(generic.StreamObject(stream_data="\n".join(lines).encode()))
    images = {name: shared.pictures[key] for key, name in names.items()}
    resources = {
        pdf_name("/XObject"): generic.DictionaryObject(images),
        pdf_name("/ExtGState"): generic.DictionaryObject({gloss: shared.ink}),
    }
    # What the page drew so far is enclosed: whatever it changed is as at the beginning again.
    writer.add_stream_to_page(page, shared.before, prepend=True)
    writer.add_stream_to_page(page, after, generic.DictionaryObject(resources))


def _name_by_content(writer: IncrementalPdfFileWriter, content: bytes) -> None:
    """The file's identifier as it was, and that of this update, which is drawn by lot otherwise."""
    own = generic.ByteStringObject(hashlib.sha256(content).digest()[:16])
    first = writer.prev.trailer["/ID"][0] if "/ID" in writer.prev.trailer else own
    writer._document_id = generic.ArrayObject([first, own])  # noqa: SLF001 - there is no other way
